"""Each file under `broken/` gives exactly the faults that are written beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.known_adapters import KNOWN
from regwatch.errors import ConfigError
from regwatch.watchlist import load_watchlist

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_says_what_is_wrong_where_and_what_to_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(ConfigError) as caught:
        load_watchlist(Path(path.name), KNOWN)
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text("utf-8")


def test_there_are_at_least_thirty_broken_files() -> None:
    assert len(BROKEN) >= 30
