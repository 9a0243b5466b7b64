"""What a mail says of the day of an act: never that of its announcement, and what was told before when it changes."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from digest.composing import BOB, mailing
from digest.story import ANA, NOW, SENDER, TOPICS, board, event, evidence, transition
from ledger.saying import Book
from mail.kept import kept_mails
from regwatch.dates import from_iso
from regwatch.digest.compose import compose
from regwatch.digest.due_digests import compose_due, enrol
from regwatch.digest.entry import Entry
from regwatch.digest.render import render
from regwatch.ledger.entries import Event, EventKind, Transition
from regwatch.store.database import Database
from regwatch.vocabulary import Standing
from regwatch.watchlist import Recipient

EVE = replace(BOB, address="eve@example.org", name="Eve")

THEY = "the UK medicines regulator (MHRA) approved cabozantinib for neuroendocrine tumours (NETs)"


def licence(date: str, standing: Standing = Standing.CONFIRMED) -> Transition:
    """A licence that Ipsen announced on 22 September."""
    said = evidence("granted", source="ipsen-uk", publisher="Ipsen UK", official=False)
    proof = (replace(said, announced=from_iso("2025-09-22")),)
    return transition(1, "MHRA", before=None, date=date, announced="2025-09-22", standing=standing, proof=proof)


def entry_of(*events: Event, moved: Transition) -> Entry:
    digest = compose(events, TOPICS, board(moved=moved), NOW, ANA)
    assert digest is not None
    text = " ".join(render(digest, SENDER).text.split())
    (entry,) = digest.entries
    assert entry.sentence in text
    return entry


def test_what_a_company_announced_is_told_with_the_day_of_the_announcement() -> None:
    reported = licence("", Standing.REPORTED)
    entry = entry_of(event(1, moved=reported), moved=reported)
    assert entry.sentence == f"Ipsen UK announced on 22 September 2025 that {THEY}."
    assert ("Effective date", "not stated") in entry.facts
    assert ("Announced", "22 September 2025, by Ipsen UK") in entry.facts


def test_what_the_authority_confirms_without_a_day_is_told_as_announced_that_day() -> None:
    confirmed = licence("")
    entry = entry_of(event(1, EventKind.CONFIRMED, moved=confirmed), moved=confirmed)
    told = f"{THEY[0].upper()}{THEY[1:]}, as announced on 22 September 2025."
    assert entry.sentence == f"Now confirmed by the authority's own page: {told}"


def test_a_confirmation_that_brings_the_day_says_what_was_told_before() -> None:
    confirmed = licence("2025-09-19")
    news = event(1, EventKind.CONFIRMED, moved=confirmed), event(2, EventKind.DATED, moved=confirmed)
    entry = entry_of(*news, moved=confirmed)
    assert entry.sentence == (
        f"Now confirmed by the authority's own page. The day is now known: {THEY} on 19 September 2025; "
        "Ipsen UK had announced it on 22 September 2025."
    )
    assert entry.tag == "Approved (confirmed)"


@pytest.mark.parametrize(
    ("note", "tag", "lead", "before", "was"),
    [
        ("", "Date known (approved)", "The day is now known", "Ipsen UK had announced it on 22 September 2025",
         "approved, announced 22 September 2025"),
        ("2025-09-21", "New date (approved)", "Correction of the date",
         "we had told you that it was on 21 September 2025", "approved, 21 September 2025"),
        ("2025-09", "Date known (approved)", "The day is now known", "before, only September 2025 was known",
         "approved, September 2025"),
    ],
)  # fmt: skip
def test_a_day_that_becomes_known_or_is_put_right_is_told_with_what_was_told_before(
    note: str, tag: str, lead: str, before: str, was: str
) -> None:
    moved = licence("2025-09-19")
    entry = entry_of(event(1, EventKind.DATED, moved=moved, note=note), moved=moved)
    assert entry.sentence == f"{lead}: {THEY} on 19 September 2025; {before}."
    assert (entry.tag, entry.before, entry.after) == (tag, was, "approved, 19 September 2025")


def test_a_correction_of_the_status_that_brings_the_day_says_so_too() -> None:
    moved = licence("2025-09-19", Standing.CORRECTED)
    news = (
        event(1, EventKind.CORRECTED, moved=moved, note="conditionally_approved"),
        event(2, EventKind.DATED, moved=moved),
    )
    entry = entry_of(*news, moved=moved)
    assert entry.sentence.endswith("on 19 September 2025. Ipsen UK had announced it on 22 September 2025.")


def test_a_day_that_came_with_the_news_itself_is_no_correction() -> None:
    moved = licence("2025-09-19", Standing.REPORTED)
    entry = entry_of(event(1, moved=moved), event(2, EventKind.DATED, moved=moved), moved=moved)
    assert entry.sentence == f"Ipsen UK reports that {THEY} on 19 September 2025."


def test_who_was_told_of_an_announcement_is_told_the_day_and_who_was_not_hears_nothing_of_it(
    database: Database,
) -> None:
    def mails(to: Recipient) -> list[str]:
        compose_due(database.session, mailing(to), book.now)
        with database.session() as session:
            rows = [row for row in kept_mails(session) if row.recipient == to.address]
        parts = [message_from_bytes(row.raw, policy=default).get_body(("plain",)) for row in rows]
        return [" ".join(part.get_content().split()) for part in parts if part]

    book = Book(database, NOW)
    enrol(database.session, mailing(BOB).watchlist, book.now)
    book.says("MHRA", "approved", announced="2025-07-22", by="company")
    (first,) = mails(BOB)
    assert "announced on 22 July 2025 that the UK medicines regulator (MHRA) approved" in first
    book.wait(1)
    enrol(database.session, mailing(BOB, EVE).watchlist, book.now)
    book.says("MHRA", "approved", on="2025-07-19", by="paper")
    _, second = mails(BOB)
    assert "The day is now known: the UK medicines regulator (MHRA) approved" in second
    assert "on 19 July 2025; company had announced it on 22 July 2025." in second
    assert mails(EVE) == []
