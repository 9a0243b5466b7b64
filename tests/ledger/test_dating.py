"""The day of an act: not that of its announcement, and told anew to those who were told another."""

from __future__ import annotations

import pytest

from ledger.saying import TOPIC, Book
from regwatch.ledger import queries
from regwatch.ledger.entries import Event, EventKind, Transition


def moved(book: Book) -> Transition:
    with book.database.session() as session:
        return queries.transitions(session, [TOPIC])[-1]


def dates(book: Book) -> tuple[str, str]:
    one = moved(book)
    return one.date.iso if one.date else "", one.announced.iso if one.announced else ""


def dated(book: Book) -> list[Event]:
    return [event for event in book.events() if event.kind is EventKind.DATED and not event.baseline]


def test_the_day_that_the_authority_gives_is_told_to_who_was_told_of_an_announcement(book: Book) -> None:
    book.says("MHRA", "approved", announced="2025-09-22", by="company")
    assert dates(book) == ("", "2025-09-22")
    book.wait(1)
    book.says("MHRA", "approved", on="2025-09-19", announced="2025-09-24")
    assert dates(book) == ("2025-09-19", "2025-09-22")
    assert [event.note for event in dated(book)] == [""]
    assert [line.split()[1] for line in book.log()] == ["transition", "confirmed", "dated"]


def test_the_day_that_the_authority_gives_puts_another_right(book: Book) -> None:
    book.says("MHRA", "approved", on="2025-09-21", announced="2025-09-22", by="company")
    book.says("MHRA", "approved", on="2025-09-19")
    assert dates(book) == ("2025-09-19", "2025-09-22")
    assert [event.note for event in dated(book)] == ["2025-09-21"]


def test_a_month_stays_a_month_until_the_day_is_known(book: Book) -> None:
    book.says("MHRA", "approved", on="2025-09", by="company")
    book.says("MHRA", "approved", on="2025-09", by="paper")
    assert (dates(book), dated(book)) == (("2025-09", ""), [])
    book.says("MHRA", "approved", on="2025-09-19", by="paper")
    assert dates(book) == ("2025-09-19", "")
    assert [event.note for event in dated(book)] == ["2025-09"]


def test_a_day_that_is_that_of_the_announcement_is_nothing_to_tell(book: Book) -> None:
    book.says("FDA", "approved", announced="2025-03-26", by="company")
    book.says("FDA", "approved", on="2025-03-26")
    assert (dates(book), dated(book)) == (("2025-03-26", "2025-03-26"), [])


def test_nobody_is_told_of_the_day_of_what_stood_at_the_first_look(book: Book) -> None:
    book.says("MHRA", "approved", announced="2025-09-22", by="company", baseline=True)
    book.says("MHRA", "approved", on="2025-09-19")
    assert (dates(book), dated(book)) == (("2025-09-19", "2025-09-22"), [])


@pytest.mark.parametrize("day", ["2025-12-01", "2021-03-02"])
def test_a_day_after_the_announcement_or_years_before_it_is_that_of_another_act(book: Book, day: str) -> None:
    book.says("MHRA", "approved", announced="2025-09-22", by="company")
    book.says("MHRA", "approved", on=day, by="paper")
    assert (dates(book), dated(book)) == (("", "2025-09-22"), [])


def test_an_announcement_orders_as_a_date_does(book: Book) -> None:
    book.says("FDA", "complete_response", announced="2024-05-02", by="company")
    book.says("FDA", "approved", announced="2021-03-02", by="company")
    assert book.current("FDA") == "complete_response"
    book.says("FDA", "accepted_for_review", announced="2025-01-10", by="company")
    assert book.current("FDA") == "accepted_for_review"


def test_how_early_it_came_is_counted_anew_once_the_day_is_known(book: Book) -> None:
    def days() -> list[int | None]:
        return [event.expectation.days for event in book.events() if event.kind is EventKind.MET and event.expectation]

    book.says("MHRA", "approved", mode="expected", on="2025-10-01", by="company")
    book.says("MHRA", "approved", announced="2025-09-22", by="company")
    assert days() == [-9]
    book.says("MHRA", "approved", on="2025-09-19")
    assert days() == [-12]


def test_it_is_known_who_announced_it(book: Book) -> None:
    book.says("MHRA", "approved", announced="2025-09-23", by="paper")
    book.says("MHRA", "approved", announced="2025-09-22", by="company")
    one = moved(book)
    assert one.announcer is not None
    assert (one.announcer.source, one.announced and one.announced.iso) == ("company", "2025-09-22")
