"""The operator's notes in mails: told once as new, told again as corrected, marked as theirs, and never alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from digest.composing import BOB, mailing
from digest.story import ANA, NOW, OTHER, SENDER, TOPIC, TOPICS, board, event, transition
from digest.test_run import messages, news
from regwatch.digest.beside import Beside
from regwatch.digest.compose import Digest, compose
from regwatch.digest.due_digests import compose_due, enrol
from regwatch.digest.note_lines import MOST
from regwatch.digest.render import SIZE_LIMIT, render
from regwatch.ledger import notes
from regwatch.ledger.notes import Note, NoteKind
from regwatch.store.database import Database
from regwatch.subscribers.streams import MailStream

BEFORE, SINCE = NOW - timedelta(days=40), NOW - timedelta(days=3)
NEW = NOW - timedelta(days=1)
NICE = Note(1, TOPIC.id, "NICE", 0, NEW, "We asked NICE <b>on 7 January</b>.")
HOSTILE = "</ul><script>alert(1)</script> & so on"


def told(*written: Note, topics: tuple[str, ...] = (TOPIC.id,)) -> Digest:
    reader = replace(ANA, topics=topics)
    found = compose(
        [event(1, moved=transition())], TOPICS, board(moved=transition()), NOW, reader, (), SINCE, 0, Beside(written)
    )
    assert found is not None
    return found


def test_a_new_note_is_told_as_ours_and_not_as_a_source_s() -> None:
    rendered = render(told(NICE), SENDER)
    assert "Notes by those who run this" in rendered.text
    assert "These are words of our own, and not of an authority" in " ".join(rendered.text.split())
    assert "- New. On NICE, 24 July 2025: We asked NICE <b>on 7 January</b>." in " ".join(rendered.text.split())
    assert "<b>New.</b> On NICE, 24 July 2025: We asked NICE &lt;b&gt;on 7 January&lt;/b&gt;." in rendered.html


def test_an_older_note_is_told_only_beside_what_it_is_about() -> None:
    old = [
        Note(1, TOPIC.id, "NICE", 0, BEFORE, "elsewhere"), Note(2, TOPIC.id, "EC", 0, BEFORE, "here"),
        Note(3, TOPIC.id, "EC", 1, BEFORE, "on the step"), Note(4, TOPIC.id, "EC", 9, BEFORE, "on another step"),
        Note(5, TOPIC.id, "", 0, BEFORE, "on the treatment"),
    ]  # fmt: skip
    (section,) = told(*old).sections
    assert [(line.label, line.text) for line in section.notes.lines] == [("", "here"), ("", "on the step")]


def test_a_note_that_was_told_and_put_right_is_told_again_as_corrected() -> None:
    right = replace(NICE, at=BEFORE, corrected_at=NEW)
    both = replace(NICE, corrected_at=NEW)
    later = replace(NICE, at=NOW + timedelta(seconds=1))
    assert [line.label for line in told(right, both, later).sections[0].notes.lines] == ["Corrected", "New"]


def test_access_stands_beside_the_status_and_elsewhere_where_there_is_none() -> None:
    here = Note(1, TOPIC.id, "EC", 0, BEFORE, HOSTILE, NoteKind.ACCESS)
    general = Note(2, TOPIC.id, "", 0, BEFORE, "Ask your team.", NoteKind.ACCESS)
    found = told(here, general)
    row = next(row for row in found.sections[0].stands if row.authority == "European Commission")
    assert row.access == (f"Note by those who run this on access in the EU, as of 15 June 2025: {HOSTILE}",)
    assert [line.head for line in found.sections[0].notes.lines] == ["On access, as of 15 June 2025"]
    assert "<script>" not in render(found, SENDER).html


def test_a_new_note_on_a_topic_without_news_comes_with_the_news_of_another() -> None:
    found = told(Note(1, OTHER.id, "", 0, NEW, "We wrote to them."), topics=(TOPIC.id, OTHER.id))
    assert [(section.topic, len(section.entries)) for section in found.sections] == [(TOPIC.id, 1), (OTHER.id, 0)]
    text = render(found, SENDER).text
    assert "We wrote to them." in text
    assert "Approved: European Commission, cabozantinib for NETs" in found.subject


def test_a_mail_full_of_notes_stays_within_its_size_and_counts_what_it_leaves_out() -> None:
    crowd = [Note(number, TOPIC.id, "EC", 0, NEW, "word " * 199) for number in range(1, MOST + 4)]
    found = told(*crowd)
    assert found.sections[0].notes.more == 3
    assert "And 3 more." in render(found, SENDER).text
    topics = {f"t{number}": replace(TOPIC, id=f"t{number}") for number in range(60)}
    notes_on_all = [replace(note, topic=topic) for topic in topics for note in crowd]
    reader = replace(ANA, topics=tuple(topics))
    moved = transition(topic="t0")
    full = compose([event(1, moved=moved)], topics, [], NOW, reader, (), SINCE, 0, Beside(tuple(notes_on_all)))
    assert full is not None
    rendered = render(full, SENDER)
    assert len(rendered.html) + len(rendered.text) < SIZE_LIMIT
    assert "And 8 more." in rendered.text


def test_a_note_alone_makes_no_mail_of_any_kind_and_is_told_once_as_new(database: Database) -> None:
    post = mailing(ANA, BOB)
    enrol(database.session, post.watchlist, NOW)
    with database.session() as session:
        written = notes.add(session, TOPIC.id, "We asked NICE.", NOW + timedelta(minutes=1), authority="NICE")
    day = timedelta(days=1)
    assert compose_due(database.session, post, NOW + day) == []
    news(database, NOW + day)
    assert len(compose_due(database.session, post, NOW + 2 * day)) == 2
    assert all(b"New. On NICE" in mail.raw for mail in messages(database))
    news(database, NOW + 2 * day, milestone="suspended")
    assert len(compose_due(database.session, post, NOW + 3 * day)) == 2
    assert all(b"We asked NICE" not in mail.raw for mail in messages(database)[2:])
    with database.session() as session:
        notes.correct(session, written.id, "We asked NICE twice.", NOW + 3 * day + timedelta(minutes=1))
    news(database, NOW + 3 * day)
    compose_due(database.session, post, NOW + 4 * day)
    assert all(b"Corrected. On NICE" in mail.raw for mail in messages(database)[4:])
    with database.session() as session:
        notes.remove(session, written.id)
    news(database, NOW + 4 * day, milestone="revoked")
    compose_due(database.session, post, NOW + 5 * day)
    assert all(b"Notes by those" not in mail.raw for mail in messages(database)[6:])
    assert len(messages(database)) == 8


def test_a_stream_hears_what_was_chosen_and_that_of_decisions_hears_none() -> None:
    some = MailStream("s1 daily", ANA, authorities={TOPIC.id: frozenset({"EC"})})
    assert not some.hears(NICE)
    assert some.hears(replace(NICE, authority=""))
    assert not replace(some, authorities={}, alerts=True).hears(NICE)
