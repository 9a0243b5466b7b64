"""The shipped configurations beside the starter: they pass the check and name everything there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs.house import ROOT
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli.main import app
from regwatch.watchlist import load_watchlist

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
EVERYWHERE = ROOT / "examples" / "sources-everywhere.yaml"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_passes_the_check(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGWATCH_SOURCES", str(path))
    result = CliRunner().invoke(app, ["check"])
    assert result.exit_code == 0, result.output
    assert ": good: " in result.output


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_adapter_stands_in_the_example_of_everything(name: str) -> None:
    text = EVERYWHERE.read_text("utf-8")
    assert re.search(rf"^ *(?:# )? *adapter: {name}$", text, re.MULTILINE) or f"`{name}`" in text


def test_every_source_of_the_example_has_an_adapter_that_can_make_its_request() -> None:
    watchlist = load_watchlist(EVERYWHERE, CATALOGUE)
    assert {source.adapter for source in watchlist.sources} <= set(CATALOGUE)
    for source in watchlist.sources:
        assert CATALOGUE[source.adapter].request(source).url.startswith("https://")
