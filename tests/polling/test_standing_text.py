"""What a source states is held against all that it has stated: what is lost and comes back is no news."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from golden.cases import Case, cases, outcome
from polling.played import State, played, topics_of
from regwatch.errors import SourceTrouble
from regwatch.model import Oddity, Reading, Record, Source
from regwatch.polling.poll import Outcome
from regwatch.vocabulary import Mode

EXAMPLES = 25
PIECES = ("tr", "li", "p", "dd", "dt", "h1", "h2", "h3", "h4", "section", "table", "td", "div", "ul", "dl", "strong")


def states(record: Record) -> bool:
    return any(claim.mode is not Mode.EXPECTED for claim in record.claims)


READINGS = {
    str(case): found
    for case in cases()
    if case.kind == "good" and isinstance(found := outcome(case), Reading) and any(map(states, found.records))
}
STANDING = [case for case in cases() if str(case) in READINGS]
ADAPTERS = sorted({case.adapter_name for case in STANDING})


def reading(case: Case) -> Reading:
    return READINGS[str(case)]


def official(case: Case) -> Source:
    return replace(case.source, official_for=case.adapter.authorities)


def test_the_adapters_that_read_standing_text_are_looked_at() -> None:
    assert {
        "cda_reviews", "ec_register", "ema_medicine", "fda_drugsatfda", "gba_decisions", "has_opinions",
        "hc_submissions", "nice_project", "pbac_outcomes", "smc_advice", "swissmedic_packages", "tga_artg",
    } <= set(ADAPTERS)  # fmt: skip


@st.composite
def lessened(draw: st.DrawFn, whole: Reading) -> Reading:
    """The reading with a record, some of its statements, their days, their ends or its text lost."""
    records = list(whole.records)
    number = draw(st.sampled_from([n for n, record in enumerate(records) if record.claims]))
    record = records[number]
    match draw(st.sampled_from(("record", "all", "some", "days", "ends", "text"))):
        case "record":
            del records[number]
        case "all":
            records = [replace(one, claims=()) for one in records]
        case "some":
            kept = draw(st.sets(st.integers(0, len(record.claims) - 1)))
            records[number] = replace(record, claims=tuple(record.claims[n] for n in sorted(kept)), fields=())
        case "days":
            records[number] = replace(record, claims=tuple(replace(one, date=None) for one in record.claims))
        case "ends":
            cut = (replace(one, indication=one.indication[: len(one.indication) // 2]) for one in record.claims)
            records[number] = replace(record, claims=tuple(cut))
        case "text":
            records[number] = replace(record, claims=(), fields=record.fields[:1], blocks=(), mentions=(), signs=())
    return Reading(records, list(whole.oddities))


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(STANDING), st.data())
def test_statements_that_are_lost_and_come_back_are_no_news(case: Case, data: st.DataObject) -> None:
    whole = reading(case)
    through = data.draw(st.lists(st.one_of(st.just(whole), lessened(whole)), min_size=1, max_size=4))
    told = played(case.adapter, official(case), topics_of([whole], case.source), [whole, *through, whole])
    assert [line for one in told for line in one.moves] == [], case


def pieces_lost(case: Case, data: st.DataObject) -> bytes:
    """The page of a golden example without one or two of its pieces, or with an unknown word in their place."""
    body = case.page.read_bytes()
    if case.page.suffix == ".json":
        return _lost_of_json(json.loads(body), data)
    page = BeautifulSoup(body, "lxml")
    found = [one for one in page.find_all(PIECES) if isinstance(one, Tag) and 2 < len(one.get_text(strip=True)) < 1500]
    for number in data.draw(st.lists(st.integers(0, len(found) - 1), min_size=1, max_size=2, unique=True)):
        if data.draw(st.booleans()):
            found[number].extract()
        else:
            found[number].string = "Zzz unknown"
    return str(page).encode()


def _lost_of_json(page: Any, data: st.DataObject) -> bytes:
    spots: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            spots.append((value, key))
            if isinstance(inner, dict | list):
                walk(inner)

    walk(page)
    where, key = data.draw(st.sampled_from(spots))
    if isinstance(where[key], str) and data.draw(st.booleans()):
        where[key] = "Zzz unknown"
    else:
        del where[key]
    return json.dumps(page).encode()


PAGES = [case for case in STANDING if case.page.suffix in (".html", ".json") and case.page.read_bytes().strip()]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(PAGES), st.data())
def test_a_page_that_loses_a_part_and_regains_it_tells_no_move(case: Case, data: st.DataObject) -> None:
    whole, body = reading(case), pieces_lost(case, data)
    less: State
    try:
        less = case.adapter.reading(case.document(body))
    except SourceTrouble as trouble:
        less = trouble
    told = played(case.adapter, official(case), topics_of([whole], case.source), [whole, less, whole, less, whole])
    assert [line for one in told for line in one.moves] == [], body.decode("utf-8", "replace")


ODD = Oddity("a status that is not in the vocabulary", "Zzz unknown")


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_page_whose_statements_cannot_be_read_is_trouble_and_the_last_readable_state_stays(name: str) -> None:
    case = next(one for one in STANDING if one.adapter_name == name)
    whole = reading(case)
    keyed = [record for record in whole.records if record.key and states(record)]
    if not keyed:
        pytest.skip("its records have no names to know them by")
    unread = Reading([replace(record, claims=(), fields=()) for record in whole.records], [*whole.oddities, ODD])
    topics = topics_of([whole], case.source)
    first, *lost, back = played(case.adapter, official(case), topics, [whole, unread, unread, whole])
    assert first.outcome is Outcome.BASELINE
    assert [one.outcome for one in lost] == [Outcome.TROUBLE, Outcome.TROUBLE]
    assert back.outcome is not Outcome.TROUBLE
    assert (back.moves, back.reviews) == ([], [])


@pytest.mark.parametrize("name", ADAPTERS)
def test_one_record_that_cannot_be_read_stays_as_it_was_and_the_others_go_on(name: str) -> None:
    wide = [one for one in STANDING if one.adapter_name == name]
    case = max(wide, key=lambda one: sum(bool(record.key) and states(record) for record in reading(one).records))
    whole = reading(case)
    keyed = [record for record in whole.records if record.key and states(record)]
    if len(keyed) < 2:
        pytest.skip("it has one record at a time")
    records = [replace(one, claims=(), fields=()) if one is keyed[0] else one for one in whole.records]
    unread = Reading(records, [*whole.oddities, ODD])
    told = played(case.adapter, official(case), topics_of([whole], case.source), [whole, unread, whole])
    assert [one.outcome for one in told] == [Outcome.BASELINE, Outcome.SAME, Outcome.SAME]


def test_a_long_history_costs_a_changed_poll_no_further_statements_and_an_unchanged_one_none() -> None:
    case = next(one for one in STANDING if str(one) == "ema_medicine/authorised")
    whole = reading(case)
    topics = topics_of([whole], case.source)

    def other(number: int) -> Reading:
        record = whole.records[0]
        use = replace(record.claims[0], indication=f"{record.claims[0].indication} Wording {number}.")
        return Reading([replace(record, claims=(use, *record.claims[1:]))])

    short = played(case.adapter, official(case), topics, [whole, *map(other, range(3)), other(2)])
    long = played(case.adapter, official(case), topics, [whole, *map(other, range(30)), other(29)])
    assert long[-2].outcome is Outcome.CHANGED
    assert long[-2].statements <= short[-2].statements + 2
    assert long[-1].statements == short[-1].statements
