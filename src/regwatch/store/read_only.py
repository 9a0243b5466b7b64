"""Reading the database from a process of its own that can write nothing: the public pages.

A SQLite database is opened with `mode=ro` (https://www.sqlite.org/uri.html); every read is one transaction, so that a
page never shows half of a poll. Reading waits for no writer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, QueuePool, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session

from regwatch.errors import SchemaBehind, StoreDamaged, StoreUnwritable
from regwatch.store.database import head, unusable
from regwatch.store.server_errors import keep_values_out


class ReadOnlyDatabase:
    """A database that is only read. It need not exist yet: each read says so with `StoreUnwritable`."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._file = Path(parsed.database or "").absolute()
        self._engine = _engine(parsed, self._file)
        self._watch: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def stamp(self) -> int | None:
        """A number that changes with every commit of anybody, found in microseconds; None where there is no such.

        It is SQLite's `data_version` (https://www.sqlite.org/pragma.html#pragma_data_version).
        """
        if self._engine.dialect.name != "sqlite":
            return None
        with self._lock:
            try:
                if self._watch is None:
                    self._watch = _connect(self._file)
                return int(self._watch.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error:
                return None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One consistent read, rolled back at its end.

        Raises `StoreUnwritable` where there is no database that can be read, `SchemaBehind` where it is an older one.
        """
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                found = session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
                if found != head():
                    raise SchemaBehind(str(found), head())
                yield session
                session.rollback()
        except (OperationalError, DatabaseError) as error:
            told = unusable("the database cannot be read", error)
            raise (
                told
                if isinstance(told, StoreDamaged)
                else StoreUnwritable(f"{told.message}; is `regwatch run` set up?")
            ) from error

    def close(self) -> None:
        """Release all connections."""
        self._engine.dispose()
        if self._watch is not None:
            self._watch.close()


def _engine(url: URL, file: Path) -> Engine:
    if url.get_backend_name() != "sqlite":
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            # Each statement of a page must see the same state.
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
        )
        keep_values_out(engine)
        return engine
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(file),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=32,
        hide_parameters=True,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=ro", uri=True, check_same_thread=False, isolation_level=None, timeout=10
    )
    connection.execute("PRAGMA query_only=ON")
    return connection


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
