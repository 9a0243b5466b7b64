"""The reference pages say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.house import ROOT
from regwatch.adapters.registry import CATALOGUE
from regwatch.cli.output import CONFIGURATION, FAILED, TRY_AGAIN, USAGE
from regwatch.errors import FetchFailed, MissingPart, NotThePage, SourceTrouble, Unreadable
from regwatch.settings_table import SettingRow, settings_table
from regwatch.watchlist import json_schema, load_watchlist
from regwatch.watchlist.identifiers import IDENTIFIERS

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("systemd/*.md")])
SETTINGS = (ROOT / "docs/reference/settings.md").read_text("utf-8")
CONFIGURATION_PAGE = (ROOT / "docs/reference/configuration.md").read_text("utf-8")
YAML_BLOCKS = [
    (f"{page.relative_to(ROOT)}:{number}", block)
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL), 1)
]
TOPICS, SOURCES = (
    "topics:\n"
    + re.split(r"^topics:\n", (ROOT / "sources.yaml").read_text("utf-8"), flags=re.M)[1].split("\nsources:")[0],
    "sources:\n  - {id: exelixis, adapter: exelixis_news, topics: [cabozantinib-net]}\n",
)


@pytest.mark.parametrize("row", settings_table(), ids=lambda row: row.variable)
def test_every_setting_has_its_section(row: SettingRow) -> None:
    section = re.search(rf"^### {row.variable}\n\n(.*?)(?=^##|\Z)", SETTINGS, re.DOTALL | re.MULTILINE)
    assert section, f"{row.variable} has no section in docs/reference/settings.md"
    text = " ".join(section[1].split())
    assert row.help in text
    assert (f"Default: `{row.default}`" if row.default else "Default: none") in text
    assert not row.as_file or f"{row.variable}_FILE" in SETTINGS


def test_no_setting_is_described_that_does_not_exist() -> None:
    known = {row.variable for row in settings_table()}
    assert set(re.findall(r"^### (REGWATCH_\w+)", SETTINGS, re.MULTILINE)) == known


def test_every_key_of_the_watchlist_is_described() -> None:
    schema = json_schema(())
    keys = set(schema["properties"]) | {key for part in schema["$defs"].values() for key in part["properties"]}
    rows = set(re.findall(r"^\| `(\w+)` \|", CONFIGURATION_PAGE, re.MULTILINE))
    assert keys - rows == {"recipients"}
    assert set(IDENTIFIERS) <= rows
    assert "`recipients` is a list" in CONFIGURATION_PAGE


def test_every_exit_code_is_described() -> None:
    page = (ROOT / "docs/reference/exit-codes.md").read_text("utf-8")
    known = {"0", *map(str, (FAILED, USAGE, TRY_AGAIN, CONFIGURATION))}
    assert set(re.findall(r"^\| (\d+) \|", page, re.MULTILINE)) == known


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_adapter_is_described_as_it_is(name: str) -> None:
    page = (ROOT / "docs/reference/adapters.md").read_text("utf-8")
    section = re.search(rf"^## {name}\n\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    assert section, f"{name} has no section in docs/reference/adapters.md"
    adapter = CATALOGUE[name]
    pace = f"{adapter.minutes} minutes" if adapter.minutes < 120 else f"{adapter.minutes // 60} hours"
    facts = (
        f"Publisher: {adapter.publisher or 'as the source says'}. "
        f"Speaks for: {', '.join(adapter.authorities) or 'nobody'}. "
        f"Needs: {', '.join(f'`{need}`' for need in adapter.needs) or 'nothing'}. Usual pace: {pace}."
    )
    assert facts in section[1]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section[1], re.MULTILINE))
    assert rows == dict(adapter.options)


def test_every_way_in_which_a_source_can_fail_is_explained_to_the_operator() -> None:
    page = (ROOT / "docs/how-to/operate.md").read_text("utf-8")
    groups = {FetchFailed, NotThePage, Unreadable}
    kinds = {one().kind if one is not MissingPart else "missing_part" for one in leaves(SourceTrouble) - groups}
    assert {kind for kind in kinds if f"`{kind}`" not in page} == set()


def leaves(error: type[SourceTrouble]) -> set[type[SourceTrouble]]:
    below = error.__subclasses__()
    return {error} if not below else {leaf for one in below for leaf in leaves(one)}


@pytest.mark.parametrize(("place", "block"), YAML_BLOCKS, ids=[place for place, _ in YAML_BLOCKS])
def test_every_piece_of_yaml_in_the_pages_is_good(place: str, block: str, tmp_path: Path) -> None:
    text = block
    if not re.search(r"^topics:", block, re.MULTILINE):
        text = f"{TOPICS}\n{text}"
    if not re.search(r"^sources:", block, re.MULTILINE):
        text = f"{text}\n{SOURCES}"
    path = tmp_path / "sources.yaml"
    path.write_text(text, "utf-8")
    assert load_watchlist(path, CATALOGUE).sources, place


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


OF_TESTS = {"REGWATCH_CAPTURES", "REGWATCH_EXPLORE", "REGWATCH_MUTANTS", "REGWATCH_MUTATIONS"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_variable_that_a_page_names_exists(page: Path) -> None:
    known = {row.variable for row in settings_table()} | OF_TESTS
    known |= {f"{row.variable}_FILE" for row in settings_table() if row.as_file}
    named = set(re.findall(r"\bREGWATCH_[A-Z_]*[A-Z]\b", page.read_text("utf-8")))
    assert named <= known
