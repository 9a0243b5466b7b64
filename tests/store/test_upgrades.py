"""From every schema that there was: all is kept, no mail is sent again, and the next polls tell only what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, insert
from sqlmodel import Session, col, select

from mail.relay import Relay, running
from polling.pages import OTHER, ROOT, START, TOPIC, Scene
from regwatch.digest import due_digests
from regwatch.digest.posting import Mailing
from regwatch.errors import SchemaBehind
from regwatch.mail.delivery import recover, send_due
from regwatch.mail.sender import Sender
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.polling.outcome import Outcome
from regwatch.store import blobs, database, snapshots
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.columns import UtcDateTime
from regwatch.store.database import Database
from regwatch.store.tables import ChangeRow, EventRow, Snapshot, Table
from regwatch.watchlist import Cadence, Recipient, Watchlist
from store.older import REVISIONS, Rows, make_older, rows_of

READER = "you@example.org"
FIRST = {
    "status": "hta_in_progress",
    "due": "2025-09-03",
    "items": {"a": "Words of the first page " * 20},
    "odd": "new",
}
THEN = FIRST | {"status": "hta_suspended"}
STORED_ANEW = {"content", "crawl", "snapshot", "change"}
"""Tables whose rows earlier versions kept in another form: compared by what they say."""


class Days:
    """One installation: polls, mails about them, and a relay."""

    def __init__(self, database: Database) -> None:
        self.scene, self.database = Scene(database), database
        recipient = Recipient(READER, ("cabo-net",), Cadence.IMMEDIATELY)
        self.watchlist = Watchlist((TOPIC, OTHER), (self.scene.source,), (recipient,))
        self.mailing = Mailing(self.watchlist, Sender("regwatch", "news@example.org", "news@example.org"))

    def compose(self) -> None:
        """Put mails about what is new into the outbox."""
        due_digests.enrol(self.database.session, self.watchlist, self.scene.site.clock.now())
        due_digests.compose_due(self.database.session, self.mailing, self.scene.site.clock.now())

    def send(self) -> list[str]:
        """Start again and send what waits: to whom mails went."""
        with running(Relay()) as relay:
            recover(self.database.session, self.scene.site.clock.now())
            transport = SmtpTransport(SmtpServer("127.0.0.1", relay.port, "news@example.org", tls="none"))
            send_due(self.database, transport, self.scene.site.clock)
            return relay.to

    def poll(self, **page: object) -> Outcome:
        """Look at the page, at noon of the next day, and put mails about it into the outbox."""
        self.scene.site.clock.set(self.scene.site.clock.now() + timedelta(hours=18))
        outcome = asyncio.run(self.scene.poll(**page)).outcome
        self.compose()
        return outcome


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """Three looks, one mail that was taken and one that waits, and a row in every table."""
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('lived') / 'lived.db'}")
    days = Days(opened)
    days.compose()
    assert days.poll(**FIRST) is Outcome.BASELINE
    assert days.poll(**THEN) is Outcome.CHANGED
    assert days.send() == [READER]
    assert days.poll(**FIRST) is Outcome.CHANGED
    with opened.session() as session:
        for table in Table.metadata.sorted_tables:
            if session.connection().execute(table.select()).first() is None:
                session.connection().execute(insert(table), {one.name: _some(one.type) for one in table.columns})
    yield days
    opened.close()


def _some(kind: Any) -> Any:
    made = {LargeBinary: b"some", Boolean: True, Integer: 7, UtcDateTime: START}
    return next((value for type_, value in made.items() if isinstance(kind, type_)), "some")


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_upgrade_keeps_all_sends_nothing_again_and_makes_no_news(tmp_path: Path, lived: Days, revision: str) -> None:
    url = f"sqlite:///{tmp_path / 'older.db'}"
    with lived.database.reading() as session:
        assert all(rows_of(session).values()), "a row in every table"
        columns = make_older(url, revision, session)
        before = _said(session)
        engine = database.open_engine(url)
        if revision != database.head():
            with pytest.raises(SchemaBehind, match="regwatch db upgrade"):
                Database(url)
        database.upgrade(engine)
        database.upgrade(engine)
        engine.dispose()
        opened = Database(url)
        with opened.reading() as upgraded:
            _same(rows_of(session), rows_of(upgraded), columns)
            assert _said(upgraded) == before
    _go_on(opened, lived)
    opened.close()


def _said(session: Session) -> dict[str, Any]:
    """What snapshots and changes say, however it is kept."""
    texts = ChangeTexts(session)
    settled = snapshots.latest(session, "nice").settled
    assert settled
    bodies = {name: blobs.get(session, part.raw) for name, part in settled.parts.items()}
    for part in settled.parts.values():
        part.raw = 0
    numbers = session.exec(select(Snapshot.records).order_by(col(Snapshot.id))).all()
    return {
        "changes": [texts.of(row) for row in session.exec(select(ChangeRow).order_by(col(ChangeRow.id)))],
        "records": [blobs.get(session, number or 0) for number in numbers],
        "newest": settled,
        "bodies": bodies,
    }


def _same(before: Rows, after: Rows, columns: dict[str, set[str]]) -> None:
    """All rows of the tables that there were, in the columns that there were; texts of mails wherever they were."""
    columns = columns | {"message": columns["message"] - {"raw"}, "message_text": {"message", "raw"}}
    for name in columns.keys() - STORED_ANEW - {"blob"}:
        kept, had = ([{key: row[key] for key in columns[name]} for row in rows[name]] for rows in (after, before))
        assert kept == had, name


def _go_on(opened: Database, lived: Days) -> None:
    """The mail that waited is sent once, the page as it was is no news, and what changes on it is."""
    days = Days(opened)
    days.scene.site.clock.set(lived.scene.site.clock.now())
    days.scene.site.pages = {ROOT: dict(lived.scene.site.pages[ROOT])}
    with opened.reading() as session:
        known = len(session.exec(select(EventRow)).all())
    days.compose()
    assert days.send() == [READER]
    assert days.poll() is Outcome.UNCHANGED
    assert days.poll(**FIRST, banner="another byte, the same words") is Outcome.SAME
    assert days.send() == []
    with opened.reading() as session:
        assert len(session.exec(select(EventRow)).all()) == known
    assert days.poll(**FIRST | {"status": "hta_recommended"}) is Outcome.CHANGED
    assert days.send() == [READER]
    assert days.send() == []
