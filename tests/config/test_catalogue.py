"""The installed adapters as the watchlist is checked against them."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from regwatch.adapters import registry
from regwatch.errors import ConfigError


def test_the_catalogue_holds_every_installed_adapter_under_its_own_name() -> None:
    assert set(registry.CATALOGUE) == set(registry.names())
    assert all(registry.CATALOGUE[name].name == name for name in registry.CATALOGUE)


def test_an_adapter_that_is_not_installed_is_not_in_the_catalogue() -> None:
    assert "nice_projekt" not in registry.CATALOGUE
    with pytest.raises(KeyError):
        registry.CATALOGUE["nice_projekt"]


@pytest.mark.parametrize("value", ["regwatch_absent_package:ADAPTER", "regwatch.adapters.generic.feed:NO_SUCH_NAME"])
def test_a_broken_adapter_package_is_one_sentence(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("broken", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [point])
    registry.adapter.cache_clear()
    with pytest.raises(ConfigError, match=f"broken: the adapter cannot be loaded from {value}"):
        registry.adapter("broken")
