"""The installed adapters as the watchlist is checked against them."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from regwatch import vocabulary
from regwatch.adapters import registry
from regwatch.errors import ConfigError
from regwatch.vocabulary import AUTHORITIES


def test_the_catalogue_holds_every_installed_adapter_under_its_own_name() -> None:
    assert set(registry.CATALOGUE) == set(registry.names())
    assert all(registry.CATALOGUE[name].name == name for name in registry.CATALOGUE)


def test_every_value_that_the_help_of_an_option_names_is_good() -> None:
    for adapter in registry.CATALOGUE.values():
        for name, text in adapter.options.items():
            for value in re.findall(r"`([a-z]+)`", text.partition(":")[0] if ": " in text else ""):
                assert adapter.option(name, value) == value, f"{adapter.name} {name}"


def test_an_authority_that_a_package_brings_is_known_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("norway", "config.known_adapters:NORWAY", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [point])
    monkeypatch.setattr("regwatch.vocabulary.AUTHORITIES", AUTHORITIES | {})
    registry.adapter.cache_clear()
    registry.adapter("norway")
    assert vocabulary.AUTHORITIES["NoMA"].jurisdiction == "Norway"


def test_a_package_cannot_give_a_known_code_another_meaning() -> None:
    with pytest.raises(ValueError, match="FDA is US Food and Drug Administration"):
        vocabulary.bring_authority(replace(AUTHORITIES["FDA"], name="Another"))


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
