"""Prints the page of figures of a board on which everything that can be told is told: for promtool, and for tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from board.asking import Client
from board.small import Small
from ledger.saying import Book
from regwatch.board.app import create_operator_app
from regwatch.digest.due_digests import enrol
from regwatch.monitoring.canary import with_canary
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.store.tables import AlertRow, Message, SourceState

NOW = datetime(2025, 6, 20, 12, 0, tzinfo=UTC)


@contextmanager
def busy_board(folder: Path) -> Iterator[Small]:
    """A board with a canary whose mail is late, and a daemon that has written down everything it can."""
    database = Database(f"sqlite:///{folder / 'var' / 'regwatch.db'}")
    small = Small(folder, Book(database, NOW - timedelta(hours=3)), canary="canary@example.org")
    small.watchlist = with_canary(small.watchlist, small.settings)
    enrol(database.session, small.watchlist, small.book.now)
    small.book.says("EC", "approved", on="2025-06-19")
    small.book.wait(2 / 24)
    small.read("authority")
    with database.session() as session:
        session.get_one(SourceState, "authority").changed_at = NOW
        session.add(AlertRow(source="", kind="undelivered", evidence="", since=NOW, latest_at=NOW))
        session.add(Message(message_id="<1>", recipient="x", kind="daily", subject="", created_at=NOW, state="failed"))
        marks.count(session, marks.Name.REPLIES, "2xx")
        marks.note(session, marks.Name.RELAY_UP, number=1)
        marks.note(session, marks.Name.RELOADED, number=1)
        marks.note(session, marks.Name.BACKUP, at=NOW)
    small.clock.set(small.book.now)
    yield small
    small.close()
    database.close()


def figures(small: Small) -> str:
    """The page, as Prometheus gets it."""
    answer = Client(create_operator_app(small.site), "http://127.0.0.1:8081", "127.0.0.1").get("/metrics")
    assert answer.status_code == 200
    return answer.text


if __name__ == "__main__":
    with TemporaryDirectory() as name, busy_board(Path(name)) as made:
        sys.stdout.write(figures(made))
