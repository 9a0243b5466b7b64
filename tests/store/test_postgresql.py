"""The same promises on PostgreSQL: schema, polls, ledger, one writer at a time, digests and outbox."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import select

from mail.relay import Relay, running
from polling.pages import OTHER, START, TOPIC, Scene
from regwatch.digest import due_digests
from regwatch.digest.posting import Mailing
from regwatch.errors import StoreUnwritable
from regwatch.ledger import expectations, queries
from regwatch.mail.delivery import recover, send_due
from regwatch.mail.sender import Sender
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.mail.states import MailState
from regwatch.polling.outcome import Outcome
from regwatch.store import blobs
from regwatch.store.backup import backup
from regwatch.store.blobs import Kept
from regwatch.store.database import Database
from regwatch.store.read_only import ReadOnlyDatabase
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import EventRow, Message, SourceState, Table
from regwatch.watchlist import Cadence, Recipient, Watchlist
from store.postgresql import fresh_database


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_database() as address:
        yield address


@pytest.fixture
def opened(url: str) -> Iterator[Database]:
    one = Database(url)
    yield one
    one.close()


def test_the_migrations_make_the_tables(opened: Database) -> None:
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_the_short_form_of_the_address_will_do(url: str) -> None:
    Database(url.replace("postgresql+psycopg", "postgresql")).close()


def test_two_that_open_an_empty_database_at_once_both_find_the_schema(url: str) -> None:
    failed: list[StoreUnwritable] = []

    def opening() -> None:
        try:
            Database(url).close()
        except StoreUnwritable as error:
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_blobs_come_back_as_they_were(opened: Database) -> None:
    with opened.session() as session:
        session.add(first := blobs.packed(b"a page " * 1000))
        session.flush()
        session.add(second := blobs.packed(b"a page " * 1000 + b"changed", Kept(first.id or 0, 0, b"a page " * 1000)))
    with opened.session() as session:
        assert blobs.get(session, second.id or 0).endswith(b"changed")


def test_a_number_of_the_log_is_visible_before_a_higher_one(opened: Database) -> None:
    """Else the higher one would be mailed, the cursor set, and the lower one never told."""
    taken, order = threading.Event(), []

    def slow() -> None:
        with opened.session() as session:
            session.add(EventRow(kind="transition", topic="t", authority="NICE", at=START))
            session.flush()
            taken.set()
            time.sleep(0.3)
            order.append("slow")

    thread = threading.Thread(target=slow)
    thread.start()
    taken.wait(10)
    with opened.session() as session:
        assert queries.last_seq(session) == 1
        order.append("quick")
    thread.join()
    assert order == ["slow", "quick"]


def test_a_story_from_the_first_look_to_the_mail_server(opened: Database) -> None:
    scene = Scene(opened)
    recipient = Recipient("you@example.org", ("cabo-net",), Cadence.IMMEDIATELY)
    watchlist = Watchlist((TOPIC, OTHER), (scene.source,), (recipient,))
    mailing = Mailing(watchlist, Sender("regwatch", "news@example.org", "news@example.org"))
    clock = scene.site.clock

    def send(port: int) -> None:
        transport = SmtpTransport(SmtpServer("127.0.0.1", port, "news@example.org", tls="none"))
        recover(opened.session, clock.now())
        due_digests.compose_due(opened.session, mailing, clock.now())
        send_due(opened, transport, clock)

    with running(Relay()) as relay:
        due_digests.enrol(opened.session, watchlist, clock.now())
        first = asyncio.run(scene.poll(status="hta_in_progress", due="2025-06-03"))
        send(relay.port)
        assert (first.outcome, relay.mails) == (Outcome.BASELINE, [])
        changed = asyncio.run(scene.poll(status="hta_suspended", due="2025-06-03"))
        for _ in range(3):
            send(relay.port)
            scene.restart()
            asyncio.run(scene.poll())
        assert (changed.outcome, relay.to) == (Outcome.CHANGED, ["you@example.org"])
        clock.set(clock.now() + timedelta(days=5))
        with opened.session() as session:
            expectations.tick(session, clock.now())
    with opened.session() as session:
        (mail,) = session.exec(select(Message)).all()
        assert mail.state == MailState.ACCEPTED.value
        state = session.get_one(SourceState, "nice")
        assert state.baselined_at is not None
        assert state.baselined_at.utcoffset() == timedelta(0)
    scene.book.flush()
    assert SourceBook(opened).state("nice").read_at is not None
    reader = ReadOnlyDatabase(opened.url)
    with reader.session() as session:
        assert queries.last_seq(session) >= 2
    reader.close()


def test_a_server_that_does_not_answer_is_one_sentence_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreUnwritable) as caught:
        Database("postgresql://me:secret@127.0.0.1:9/none")
    assert "cannot be used" in caught.value.message
    assert "secret" not in caught.value.message
    assert "\n" not in caught.value.message


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnwritable, match=r"regwatch\[postgres\]"):
        Database("postgresql://me@127.0.0.1:9/none")


def test_a_backup_points_to_the_tool_of_postgresql(opened: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="pg_dump"):
        backup(opened, tmp_path / "copy", b"k" * 32, START)
