"""Two states of a page, of every kind of change that pages of medicines go through: what a replay says of each."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from replay.medicine_page import Page, told

PAIRS = tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))["pair"]
TOLD = ("approved", "use_widened")


def pages(pair: dict[str, Any], menus: tuple[bool, bool]) -> tuple[Page, Page]:
    """The two states; what the second does not give is as in the first."""
    overview, facts = pair.get("overview", "Exempla is a medicine."), pair.get("facts")
    first = Page(
        tuple(pair["first"].split("\n\n")),
        (overview,) if isinstance(overview, str) else tuple(overview),
        status=pair.get("status", "Authorised"),
        facts=tuple((name, value) for name, value in facts) if facts else Page().facts,
        documents=tuple(pair.get("documents", ())),
        further=tuple(pair.get("further", ())),
        menu=menus[0],
    )
    second = Page(
        tuple(pair.get("second", pair["first"]).split("\n\n")),
        tuple(pair.get("later_overview", first.overview)),
        status=pair.get("later_status", first.status),
        facts=tuple((name, value) for name, value in pair.get("later_facts", first.facts)),
        documents=tuple(pair.get("later_documents", first.documents)),
        further=tuple(pair.get("later_further", first.further)),
        menu=menus[1],
    )
    return first, second


@pytest.mark.parametrize(
    "menus",
    [(False, False), (False, True), (True, False), (True, True)],
    ids=["", "under a menu that comes", "under a menu that goes", "under a menu"],
)
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['kind']}: {pair['name']}")
def test_a_pair_of_states_says_what_is_due(pair: dict[str, Any], menus: tuple[bool, bool]) -> None:
    first, second = pages(pair, menus)
    lines = told(first, second)
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
        assert [line for line in told(first, second, first, second) if line["event"] != "review"] == news


def test_every_kind_has_at_least_six_pairs() -> None:
    kinds = Counter(pair["kind"] for pair in PAIRS)
    assert min(kinds.values()) >= 6, kinds
