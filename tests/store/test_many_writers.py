"""Many processes write one SQLite database, while it is copied: none is turned away, and every copy is whole."""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import func, select

from regwatch.store import marks
from regwatch.store.backup import backup, verify
from regwatch.store.database import Database
from regwatch.store.tables import SourceState

NOW = datetime(2026, 9, 1, tzinfo=UTC)
WRITERS, ROWS = 8, 20


def write(url: str, writer: int) -> None:
    """One process: rows in transactions of their own, and a counter that all of them share."""
    opened = Database(url)
    for number in range(ROWS):
        with opened.session() as session:
            session.add(SourceState(id=f"{writer}-{number}", adapter="a"))
            marks.count(session, marks.Name.STARTS, "all")
    opened.close()


@pytest.mark.sqlite("its own settings")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000), ("secure_delete", 1)],
)
def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path, pragma: str, value: object) -> None:
    opened = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with opened.session() as session:
        assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    opened.close()


def test_eight_processes_write_at_once_and_none_finds_it_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    Database(url).close()
    starting = multiprocessing.get_context("fork")
    writers = [starting.Process(target=write, args=(url, number)) for number in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0] * WRITERS
    opened = Database(url)
    with opened.session() as session:
        assert session.exec(select(func.count()).select_from(SourceState)).one() == WRITERS * ROWS
        assert marks.counts(session, marks.Name.STARTS) == {"all": WRITERS * ROWS}
    opened.close()


@pytest.mark.sqlite("of PostgreSQL pg_dump makes the backup")
def test_a_copy_that_is_made_while_somebody_writes_is_whole_and_of_one_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    opened = Database(url)
    writer = threading.Thread(target=write, args=(url, 1))
    writer.start()
    copies = [tmp_path / f"copy-{number}.db" for number in range(4)]
    for one in copies:
        backup(opened, one, b"k" * 32, NOW)
    writer.join(120)
    opened.close()
    for one in copies:
        verify(one)
        copy = Database(f"sqlite:///{one}")
        with closing(copy), copy.session() as session:
            rows = session.exec(select(func.count()).select_from(SourceState)).one()
            assert marks.counts(session, marks.Name.STARTS).get("all", 0) == rows
