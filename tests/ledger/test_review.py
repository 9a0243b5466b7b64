"""What a person decides of a finding is what was found: nothing of it is lost between the row and the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from ledger.saying import Book
from regwatch.dates import PartialDate
from regwatch.errors import UsageError
from regwatch.ledger import queries, review
from regwatch.ledger.finding_codec import columns_of, finding_of
from regwatch.ledger.review import Correction, Decision
from regwatch.model import Cue, Finding
from regwatch.reasons import Rival, SecondReading, Weighing
from regwatch.store.codec import weighing_to_text
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode, Verdict

WORDS = st.text(max_size=20)
YEARS = st.integers(1, 9999)
DATES = st.one_of(
    st.none(),
    st.dates(date(1, 1, 1)).map(PartialDate.of_day),
    st.builds(PartialDate.of_month, YEARS, st.integers(1, 12)),
    st.builds(PartialDate.of_quarter, YEARS, st.integers(1, 4)),
    st.builds(PartialDate.of_half, YEARS, st.integers(1, 2)),
    st.builds(PartialDate.of_year, YEARS),
)
SECOND = st.builds(
    SecondReading,
    verdict=st.sampled_from(Verdict),
    authority=WORDS,
    milestone=st.sampled_from(Milestone),
    mode=st.sampled_from(Mode),
    quote=WORDS,
    model=WORDS,
)
RIVAL = st.one_of(st.none(), st.builds(Rival, WORDS, st.integers(0, 10**6)))
WEIGHING = st.builds(
    Weighing,
    probability=st.floats(0, 1),
    signs=st.lists(st.tuples(WORDS, st.floats(-99, 99)), max_size=5).map(tuple),
    authority=RIVAL,
    medicine=RIVAL,
)
FINDINGS = st.builds(
    Finding,
    authority=WORDS,
    milestone=st.sampled_from(Milestone),
    mode=st.sampled_from(Mode),
    treatment=WORDS,
    indication=WORDS,
    quote=WORDS,
    rule=WORDS,
    confidence=st.sampled_from(Confidence),
    topic=WORDS,
    brand=WORDS,
    jurisdiction=WORDS,
    date=DATES,
    announced=DATES,
    window=WORDS,
    was=DATES,
    retracts=st.booleans(),
    offset=st.integers(0, 10**6),
    cues=st.lists(st.builds(Cue, WORDS, WORDS, st.integers(0, 10**6)), max_size=3).map(tuple),
    reason=WORDS,
    second=st.one_of(st.none(), SECOND),
    weighing=st.one_of(st.none(), WEIGHING),
)


def waiting(book: Book, *args: Any, **named: Any) -> None:
    book.says(*args, confidence="medium", **named)
    with book.database.session() as session:
        for row in session.exec(select(FindingRow).where(FindingRow.route == "review")):
            row.review = review.OPEN


@given(FINDINGS)
def test_a_finding_is_the_same_after_the_row(finding: Finding) -> None:
    row = FindingRow(change=1, source="s", at=None, **columns_of(finding))
    assert finding_of(row) == finding


def test_the_most_probable_waits_first_and_what_was_not_weighed_last(book: Book) -> None:
    for number, probability in enumerate((None, 0.31, 0.9, None, 0.9), 1):
        waiting(book, "EC", "approved", by="company")
        with book.database.session() as session:
            weighing = None if probability is None else Weighing(probability)
            session.get_one(FindingRow, number).weighing = weighing_to_text(weighing)
    with book.database.session() as session:
        found = [(row.id, review.probability(row)) for row in review.waiting(session)]
    assert found == [(3, 0.9), (5, 0.9), (2, 0.31), (1, None), (4, None)]


def test_of_two_meetings_the_one_moves_whose_new_date_a_person_accepts(book: Book) -> None:
    for day in ("2025-09-03", "2025-11-05"):
        book.says("NICE", "hta_committee", mode="expected", on=day)
    waiting(book, "NICE", "hta_committee", mode="expected", on="2025-12-03", was="2025-11-05")
    with book.database.session() as session:
        (row,) = review.waiting(session)
        review.decide(session, row.id or 0, Decision.ACCEPT, book.now)
    with book.database.session() as session:
        foreseen = queries.expected(session, "cabozantinib-net")
    assert {one.date.iso: one.was and one.was.iso for one in foreseen if one.date} == {
        "2025-09-03": None,
        "2025-12-03": "2025-11-05",
    }


def test_what_a_person_decides_is_decided_once_and_at_that_time(book: Book) -> None:
    waiting(book, "EC", "approved", on="2025-07-23", by="company")
    with book.database.session() as session:
        done = review.decide(session, 1, Decision.CORRECT, book.now, Correction(date="2025-07-22"), "the register")
        assert (done.number, done.milestone, review.count_waiting(session)) == (1, "approved", 0)
        row = session.get_one(FindingRow, 1)
        assert (row.review, row.review_note, row.reviewed_at, row.date) == (
            "correct",
            "the register",
            book.now,
            "2025-07-22",
        )
        with pytest.raises(UsageError, match="not waiting for review; waiting: none"):
            review.decide(session, 1, Decision.REJECT, book.now)
    assert book.log() == ["EC transition approved 2025-07-22 reported"]
