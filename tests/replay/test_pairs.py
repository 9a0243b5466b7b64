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


def page(pair: dict[str, Any], state: str, *, menu: bool = False) -> Page:
    overview = pair.get("overview", "Exempla is a medicine.")
    return Page(tuple(pair[state].split("\n\n")), (overview,), menu=menu)


@pytest.mark.parametrize("menu", [False, True], ids=["", "under a menu"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['kind']}: {pair['name']}")
def test_a_pair_of_states_says_what_is_due(pair: dict[str, Any], menu: bool) -> None:
    first, second = page(pair, "first"), page(pair, "second", menu=menu)
    lines = told(first, second)
    news = [line for line in lines if line["event"] != "review"]
    if pair["due"] == "nothing":
        assert lines == []
    elif pair["due"] == "told":
        assert lines
        assert {line["milestone"] for line in lines} <= set(TOLD)
    else:
        assert [line["milestone"] for line in news] == [pair["due"]]
        assert pair.get("about", "") in news[0]["indication"]
    assert [line for line in told(first, second, first, second) if line["event"] != "review"] == news


def test_every_kind_has_at_least_six_pairs() -> None:
    kinds = Counter(pair["kind"] for pair in PAIRS)
    assert min(kinds.values()) >= 6, kinds
