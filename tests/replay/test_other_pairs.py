"""Two states of the pages of other kinds, the marks of a variation among them, polled into a ledger."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from golden.cases import HERE
from polling.played import played
from regwatch.adapters import registry
from regwatch.kit.golden import Case, read_case
from regwatch.model import Indication, Reading, Topic, Treatment

PAIRS = tomllib.loads(Path(__file__).with_name("other_pairs.toml").read_text("utf-8"))["pair"]
START, END = "as follows:*</p>", "<p>For information"
"""What stands around the marked text of a variation."""
BEFORE = "<p><strong>Exempla is indicated for the treatment of asthma in adults.</strong></p>"


def readings(pair: dict[str, Any], case: Case) -> tuple[Reading, Reading]:
    """What the adapter makes of the two states."""
    text = case.page.read_text("utf-8")
    if "marked" in pair:
        head, rest = text.split(START)
        bodies = [f"{head}{START}{marked}{END}{rest.split(END)[1]}" for marked in (BEFORE, f"<p>{pair['marked']}</p>")]
        bodies[0] = bodies[0].replace("23 July 2026", "26 February 2026")
    else:
        bodies = [text, text]
        for old, new in pair["second"]:
            assert bodies[1].count(old) == 1, old
            bodies[1] = bodies[1].replace(old, new)
    first, second = (case.adapter.reading(case.document(body.encode())) for body in bodies)
    return first, second


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['adapter']}: {pair['name']}")
def test_a_pair_of_states_says_what_is_due(pair: dict[str, Any]) -> None:
    base = pair.get("base", "opinion-marked")
    case = read_case(HERE / pair["adapter"] / f"{base}.meta.toml", registry.adapter)
    names = ("exemplanib", "Exempla") if "marked" in pair else ("cabozantinib", "Cabometyx")
    topics = [Topic(name, name, Treatment(names[0], names[1:]), Indication(name, (name,))) for name in pair["topics"]]
    source = replace(case.source, official_for=case.adapter.authorities)
    first, second = readings(pair, case)
    _, told, back, again = played(case.adapter, source, topics, [first, second, first, second])
    for topic in pair["topics"]:
        news, asked = ([of for name, of in found if name == topic] for found in (told.said, told.asked))
        due = pair["due"].get(topic, "nothing")
        if due in ("told", "review"):
            assert news or asked, topic
            assert due == "told" or not news, topic
        else:
            assert (news, asked) == ([due] if due != "nothing" else [], []), topic
    if case.adapter_name != "ema_variation":
        assert (back.moves, again.moves) == ([], [])
