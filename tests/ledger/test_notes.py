"""The operator's notes are kept, shown as theirs, and count for nothing else."""

from __future__ import annotations

import pytest

from ledger.saying import TOPIC, Book
from regwatch.errors import UsageError
from regwatch.ledger import notes, queries


def test_a_note_says_whose_it_is_when_it_was_written_and_on_what(book: Book) -> None:
    with book.database.session() as session:
        note = notes.add(session, TOPIC, "We asked\nNICE.", book.now, authority="NICE")
        assert note.words == f"Note by those who run this on NICE, {book.now.day} {book.now:%B %Y}: We asked NICE."
        assert notes.of_topic(session, TOPIC) == [note]
        assert notes.of_topic(session, "other") == []


def test_a_note_is_no_news_and_goes_when_it_is_taken_away(book: Book) -> None:
    with book.database.session() as session:
        before = queries.last_seq(session)
        note = notes.add(session, TOPIC, "We asked NICE.", book.now)
        assert queries.last_seq(session) == before
        notes.remove(session, note.id)
        assert notes.everything(session) == []
        with pytest.raises(UsageError, match=f"there is no note {note.id}"):
            notes.remove(session, note.id)


@pytest.mark.parametrize(
    ("text", "more", "complaint"),
    [
        ("", {}, "write a note of one to 1000 characters"),
        (" \x00 ", {}, "write a note of one to 1000 characters"),
        ("x" * 1001, {}, "write a note of one to 1000 characters"),
        ("x", {"authority": "Nice"}, "no authority is called 'Nice'"),
        ("x", {"transition": 77}, f"{TOPIC} has no transition 77"),
    ],
)
def test_a_note_that_cannot_be_shown_is_refused(book: Book, text: str, more: dict[str, object], complaint: str) -> None:
    with book.database.session() as session, pytest.raises(UsageError, match=complaint):
        notes.add(session, TOPIC, text, book.now, **more)  # type: ignore[arg-type]


def test_a_note_on_a_transition_is_on_its_authority(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-23")
    with book.database.session() as session:
        (moved,) = queries.transitions(session, [TOPIC])
        assert notes.add(session, TOPIC, "At last.", book.now, transition=moved.id).authority == "EC"
