"""Two states of a page, of every kind of change that pages of medicines go through: what a replay says of each."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replay.medicine_page import Page, reading_of, told_apart

PAIRS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))["pair"]
NAMES = [f"{pair['kind']}: {pair['name']}" for pair in PAIRS]
TOLD = ("approved", "use_widened")


def pages(pair: dict[str, Any]) -> tuple[Page, Page]:
    """The two states; what the second does not give is as in the first."""
    overview, facts = pair.get("overview", "Exempla is a medicine."), pair.get("facts")
    first = Page(
        tuple(pair["first"].split("\n\n")),
        (overview,) if isinstance(overview, str) else tuple(overview),
        status=pair.get("status", "Authorised"),
        facts=tuple((name, value) for name, value in facts) if facts else Page().facts,
        documents=tuple(pair.get("documents", ())),
        further=tuple(pair.get("further", ())),
    )
    second = Page(
        tuple(pair.get("second", pair["first"]).split("\n\n")),
        tuple(pair.get("later_overview", first.overview)),
        status=pair.get("later_status", first.status),
        facts=tuple((name, value) for name, value in pair.get("later_facts", first.facts)),
        documents=tuple(pair.get("later_documents", first.documents)),
        further=tuple(pair.get("later_further", first.further)),
    )
    return first, second


@pytest.fixture(scope="module")
def walks() -> dict[str, list[dict[str, Any]]]:
    """What is said when each page goes from its first state to the second, back, and there again under a menu."""
    walked: dict[str, list[Page]] = {}
    for number, pair in enumerate(PAIRS):
        first, second = pages(pair)
        walked[f"pair{number:03}"] = [first, second, first, replace(second, menu=True)]
    return told_apart(walked)


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=NAMES)
def test_a_pair_of_states_says_what_is_due(number: int, walks: dict[str, list[dict[str, Any]]]) -> None:
    pair, walk = PAIRS[number], walks[f"pair{number:03}"]
    lines = [line for line in walk if line["state"].startswith("2-")]
    news = [line for line in lines if line["event"] != "review"]
    if pair["due"] == "nothing":
        assert lines == []
    elif pair["due"] == "told":
        assert lines
        assert {line["milestone"] for line in lines} <= set(TOLD)
    elif pair["due"] == "review":
        assert lines
        assert news == []
    else:
        assert [line["milestone"] for line in news] == [pair["due"]]
        assert pair.get("about", "") in news[0]["indication"]
        assert pair.get("date") in (None, news[0]["date"] or "")
    if "later_status" not in pair:
        assert [line for line in walk if line["event"] != "review"] == news


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=NAMES)
def test_a_menu_above_a_page_changes_nothing_that_is_read_of_it(number: int) -> None:
    for page in pages(PAIRS[number]):
        assert reading_of(replace(page, menu=True)) == reading_of(page)


def test_every_kind_has_at_least_six_pairs() -> None:
    kinds = Counter(pair["kind"] for pair in PAIRS)
    assert min(kinds.values()) >= 6, kinds
