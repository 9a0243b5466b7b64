"""The operator's notes are kept, shown as theirs, and count for nothing else."""

from __future__ import annotations

from datetime import timedelta

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
        ("caf\udce9", {}, "the note holds bytes that are no UTF-8"),
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


def test_a_note_that_was_put_right_says_so_and_keeps_its_day(book: Book) -> None:
    with book.database.session() as session:
        note = notes.add(session, TOPIC, "We asked NICE on 7 January.", book.now, authority="NICE")
        later = book.now + timedelta(days=3)
        right = notes.correct(session, note.id, "We asked NICE on 8 January.", later)
        assert (right.at, right.changed) == (book.now, later)
        assert f", corrected {later.day} {later:%B %Y}: We asked NICE on 8 January." in right.words
        with pytest.raises(UsageError, match="says that already"):
            notes.correct(session, note.id, "We asked NICE  on 8 January.", later)
        with pytest.raises(UsageError, match="write a note of one"):
            notes.correct(session, note.id, " ", later)


def test_a_note_on_access_names_the_place_and_as_of_when(book: Book) -> None:
    with book.database.session() as session:
        here = notes.add(session, TOPIC, "Named supply.", book.now, authority="MHRA", kind=notes.NoteKind.ACCESS)
        day = f"{book.now.day} {book.now:%B %Y}"
        assert here.words == f"Note by those who run this on access in the UK, as of {day}: Named supply."
        assert here.head == f"On access in the UK, as of {day}"
        assert notes.on_access(notes.everything(session), "MHRA") == (here,)
        assert notes.on_access(notes.everything(session), "NICE") == ()


def test_every_change_of_the_notes_is_another_version(book: Book) -> None:
    with book.database.session() as session:
        versions = [notes.version(session)]
        for step in range(4):
            at = book.now + timedelta(seconds=step)
            match step:
                case 0 | 3:
                    number = notes.add(session, TOPIC, "One.", at).id
                case 1:
                    notes.correct(session, number, "Two.", at)
                case 2:
                    notes.remove(session, number)
            versions.append(notes.version(session))
    assert len(set(versions) - {versions[0]}) == 3
