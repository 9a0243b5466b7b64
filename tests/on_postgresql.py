"""`pytest --database postgresql://...`: what a test opens as a file of SQLite is a database of that server instead.

In the place of the file lies a note with the name of the database. A copy of the note, or of its folder, is opened as a
copy of the database, so that stories which are told once and copied for each test are told once here, too. A test
that is about SQLite's file itself is marked `sqlite`, with the reason, and is skipped.

Dropping a database makes the server write down all that it has in memory, which takes up to a second; so that of a test
that is over is emptied and given, under a new name, to the next one, unless its tables are not those of a fresh one.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from regwatch.folders import make_private
from regwatch.store import database
from regwatch.store.database import Database
from regwatch.store.read_only import ReadOnlyDatabase

_NOTE = "a database of PostgreSQL:"
_SPARE = 5
"""How many emptied databases are kept, of which one takes 8 MB on the disk."""
_MOST_OVER = 20
"""How many others are kept until they are dropped together."""
_TABLES = """SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    ORDER BY 1"""
_SEQUENCES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' ORDER BY 1"
_SHAPE = """SELECT md5(string_agg(said, '|' ORDER BY said)) FROM (
    SELECT concat_ws(' ', attrelid::regclass, attnum, attname, atttypid::regtype, attnotnull, attisdropped) AS said
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT adrelid::regclass || pg_get_expr(adbin, adrelid) FROM pg_attrdef
    UNION ALL SELECT tgname FROM pg_trigger
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp') AS parts"""
"""One value for everything but rows."""


class Server:
    """The databases that tests have made on one server."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._address, isolation_level="AUTOCOMMIT", max_overflow=50)
        self._places: dict[str, Path] = {}
        self._fresh = ""
        self._shape: object = None
        self._spare: list[str] = []
        self._over: list[str] = []

    def instead(self, url: str, *, schema: bool) -> str:
        """The address to open for that of a file; other addresses, and files that hold something else, as they are."""
        try:
            file = Database.file_of(url)
        except ArgumentError:
            return url
        if file is None:
            return url
        file = file.absolute()
        name = self._noted(file)
        if name is None:
            return url
        if not name:
            if not _made_room(file):
                return url
            name = self._noted_down(file, self._empty() if schema else self._create("template0"))
        elif self._places[name] != file:
            name = self._noted_down(file, self._copy(name))
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, folder: Path | None) -> None:
        """Empty the databases of a folder for other tests, or drop all that are left."""
        done = [] if folder is None else [name for name, file in self._places.items() if file.is_relative_to(folder)]
        for name in done:
            del self._places[name]
            kept = len(self._spare) < _SPARE and self._emptied(name)
            (self._spare if kept else self._over).append(self._renamed(name))
        if folder is not None and len(self._over) < _MOST_OVER:
            return
        dropped, self._over = self._over, []
        if folder is None:
            dropped += [*self._places, *self._spare]
        with ThreadPoolExecutor(len(dropped) or 1) as at_once:  # they wait for the disk together
            list(at_once.map(lambda name: self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"), dropped))

    def _noted(self, file: Path) -> str | None:
        """The name in a note; "" where there is nothing; None for a file that is no note."""
        try:
            said = file.read_bytes()[:100].decode("ascii", "replace")
        except FileNotFoundError:
            return ""
        except OSError:
            return None
        name = said.removeprefix(_NOTE)
        return "" if not said else name if name != said and name in self._places else None

    def _noted_down(self, file: Path, name: str) -> str:
        self._places[name] = file
        file.write_text(f"{_NOTE}{name}", "ascii")
        file.chmod(0o600)
        return name

    def _empty(self) -> str:
        """A database with all tables and no rows."""
        if not self._fresh:
            self._fresh = self._create("template0")
            self._places[self._fresh] = Path("/", self._fresh)
            Database(self._address.set(database=self._fresh).render_as_string(hide_password=False)).close()
            with self._within(self._fresh) as connection:
                self._shape = _shape(connection)
        return self._spare.pop() if self._spare else self._create(self._fresh)

    def _copy(self, source: str) -> str:
        """A database with the rows of another one, which may be in use."""
        with self._within(source) as before:
            before.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            if _shape(before) == self._shape:
                name = self._empty()
                with self._within(name) as after:
                    _copied(before, after)
                return name
        self._leave(source)
        return self._create(source)

    def _emptied(self, name: str) -> bool:
        """Whether a database is as a fresh one, now that its rows are deleted and its numbers begin at 1."""
        self._leave(name)
        with self._within(name) as connection:
            if self._shape is None or _shape(connection) != self._shape:
                return False
            connection.execute("SET session_replication_role = replica")  # in any order: foreign keys are not looked at
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f"DELETE FROM {table}")
            for (sequence,) in connection.execute(_SEQUENCES).fetchall():
                connection.execute("SELECT setval(%s, 1, false)", [sequence])
            connection.execute("INSERT INTO alembic_version VALUES (%s)", [database.head()])
        return True

    def _renamed(self, name: str) -> str:
        """Keep what a test may have left running out of the next test's database."""
        self._leave(name)
        self._do(f"ALTER DATABASE {name} RENAME TO {(new := _new_name())}")
        return new

    def _create(self, template: str) -> str:
        name = _new_name()
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._do(f"ALTER DATABASE {name} SET synchronous_commit = off")  # no test pulls the plug of the server
        return name

    def _leave(self, name: str) -> None:
        """End what is still connected to a database."""
        self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    def _within(self, name: str) -> psycopg.Connection:
        """A connection to a database; its block is one transaction, and closes it."""
        address = self._address.set(drivername="postgresql", database=name)
        return psycopg.connect(address.render_as_string(hide_password=False))

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def _new_name() -> str:
    return f"regwatch_{uuid.uuid4().hex[:12]}"


def _shape(connection: psycopg.Connection) -> object:
    """What says whether two databases have the same tables."""
    row = connection.execute(_SHAPE).fetchone()
    return row[0] if row else None


def _copied(before: psycopg.Connection, after: psycopg.Connection) -> None:
    """Copy all rows, and the numbers that come next, between databases of the same tables."""
    after.execute("SET session_replication_role = replica")  # in any order: foreign keys are not looked at
    after.execute("DELETE FROM alembic_version")
    for (table,) in before.execute(_TABLES).fetchall():
        with (
            before.cursor().copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as rows,
            after.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as filled,
        ):
            for piece in rows:
                filled.write(piece)
    for (sequence,) in before.execute(_SEQUENCES).fetchall():
        last, called = before.execute(f"SELECT last_value, is_called FROM {sequence}").fetchone() or (1, False)
        after.execute("SELECT setval(%s, %s, %s)", [sequence, last, called])


def _made_room(file: Path) -> bool:
    """Whether the file can be there, with its folder, made as for SQLite; where not, SQLite may say why."""
    try:
        make_private(file.parent)
        file.touch(mode=0o600)
    except OSError:
        return False
    return True


class Switch:
    """The plugin: set up with the option `--database`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(database, "open_engine", self._switched(database.open_engine, schema=False))
        for kind, schema in ((Database, True), (ReadOnlyDatabase, False)):
            self._patch.setattr(kind, "__init__", self._switched(kind.__init__, schema=schema))

    def _switched(self, opens: Callable[..., Any], *, schema: bool) -> Callable[..., Any]:
        @functools.wraps(opens)
        def opening(*arguments: Any) -> Any:
            *rest, url = arguments
            return opens(*rest, self.server.instead(url, schema=schema))

        return opening

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what is about SQLite."""
        if marked := item.get_closest_marker("sqlite"):
            pytest.skip(f"about SQLite: {marked.args[0]}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Leave no database of the test on the server."""
        folder: Any = item.funcargs.get("tmp_path") if isinstance(item, pytest.Function) else None
        try:
            return (yield)
        finally:
            if folder is not None:
                self.server.drop(folder)

    def pytest_unconfigure(self) -> None:
        """Leave nothing on the server."""
        self._patch.undo()
        self.server.drop(None)
