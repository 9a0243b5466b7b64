"""What the operator decides at the desk, typed: pause, resume, drop, test, notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.console import Desk
from cli.test_subscriber import CABO, WATCHLIST
from regwatch.mail.outbox_queries import newest
from regwatch.store.wishes import wishes


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path, capsys, monkeypatch)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    monkeypatch.setenv("REGWATCH_ALLOW_PRIVATE_ADDRESSES", "true")
    return made


def test_a_source_is_paused_and_resumed(desk: Desk) -> None:
    assert "news rests until" in desk.types("source", "pause", "news", "--days", "3")
    with desk.database.session() as session:
        assert set(wishes(session).resting) == {"news"}
    assert desk.types("source", "resume", "news") == "news is looked at again\n"
    with desk.database.session() as session:
        assert wishes(session).resting == {}
    assert "no source is called 'nobody'; there are: news" in desk.is_refused("source", "pause", "nobody")


def test_a_test_digest_is_queued_and_a_mail_is_dropped_once(desk: Desk) -> None:
    assert "name an address, or set REGWATCH_OPERATOR_MAIL" in desk.is_refused("digest", "test")
    assert "mail 1 waits in the outbox" in desk.types("digest", "test", "op@example.org")
    with desk.database.session() as session:
        (sent,) = newest(session, 5)
    assert (sent.kind, sent.subject[:15]) == ("test", "Test, not news:")
    assert desk.types("digest", "drop", "1") == "mail 1 will not be sent\n"
    assert "mail 1 cannot be dropped: it is failed" in desk.is_refused("digest", "drop", "1")
    assert "mail 9 cannot be dropped: there is no such mail" in desk.is_refused("digest", "drop", "9")


def test_mails_wait_between_pause_and_release(desk: Desk) -> None:
    desk.types("digest", "test", "op@example.org")
    assert desk.types("db", "pause") == "mails wait until `regwatch db release`\n"
    assert "mails wait" in desk.tries("digest", "send")[2]
    assert desk.types("db", "release") == "mails leave again; 1 mail waiting\n"
    assert "sent 1" in desk.types("digest", "send")


def test_notes_are_added_listed_and_taken_away(desk: Desk) -> None:
    assert desk.types("note", "list").startswith("there are no notes")
    assert desk.types("note", "add", CABO, "We asked NICE.", "--authority", "NICE") == f"note 1 is shown with {CABO}\n"
    assert "We asked NICE." in desk.types("note", "list")
    assert "Note by those who run this on NICE" in desk.types("timeline", CABO)
    assert desk.types("note", "remove", "1") == "note 1 is taken away\n"
    assert "no topic is called 'other'" in desk.is_refused("note", "add", "other", "x")
