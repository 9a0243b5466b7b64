"""Records are compared by what they say: never by order, case of an announcement, or the day it was re-dated."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from regwatch.dates import from_iso
from regwatch.model import Record
from regwatch.polling.diff import content, diff, identity

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
records = st.builds(
    Record,
    kind=st.sampled_from(["row", "item"]),
    key=st.sampled_from(["", "a", "b", "c"]),
    title=texts,
    fields=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    blocks=st.lists(texts, max_size=2).map(tuple),
    prose=st.booleans(),
)
readings = st.lists(records, max_size=8, unique_by=lambda record: (record.kind, record.key) if record.key else record)


def placed(found: list[Record]) -> list[tuple[str, Record]]:
    return [("", record) for record in found]


@given(readings)
def test_a_reading_does_not_differ_from_itself(found: list[Record]) -> None:
    assert diff(placed(found), placed(found)) == []


@given(readings, st.randoms())
def test_order_is_no_change(found: list[Record], chance: random.Random) -> None:
    other = list(found)
    chance.shuffle(other)
    assert diff(placed(found), placed(other)) == []


@given(readings, readings)
def test_every_difference_is_told_once_and_backwards_it_is_the_reverse(one: list[Record], other: list[Record]) -> None:
    forth, back = diff(placed(one), placed(other)), diff(placed(other), placed(one))
    assert len(forth) == len(back)
    said = sorted((repr(change.before), repr(change.after)) for change in forth)
    assert said == sorted((repr(change.after), repr(change.before)) for change in back)


@given(readings, readings)
def test_what_is_told_is_really_different(one: list[Record], other: list[Record]) -> None:
    for change in diff(placed(one), placed(other)):
        if change.before and change.after:
            assert identity(change.before) == identity(change.after)
            assert content(change.before) != content(change.after)


def test_rows_without_a_key_are_counted() -> None:
    row = Record("row", fields=(("Date", "1 May 2025"),))
    assert len(diff(placed([row]), placed([row, row]))) == 1
    assert len(diff(placed([row, row]), placed([row]))) == 1


def test_an_announcement_is_its_words() -> None:
    old = Record("item", "1", title="Cabometyx approved", published=from_iso("2025-07-24"), prose=True)
    same = Record("item", "1", title="CABOMETYX approved", published=from_iso("2025-07-28"), url="x", prose=True)
    new = Record("item", "1", title="Cabometyx not approved", published=from_iso("2025-07-24"), prose=True)
    assert diff(placed([old]), placed([same])) == []
    assert len(diff(placed([old]), placed([new]))) == 1


def test_an_announcement_that_comes_back_is_not_new_unless_its_words_are() -> None:
    old = Record("item", "1", title="Approved", prose=True)
    seen = {identity(old): content(old)}
    assert diff([], placed([old]), seen) == []
    assert len(diff([], placed([Record("item", "1", title="Refused", prose=True)]), seen)) == 1
