"""`pytest --database postgresql://...`: what a test opens as a file of SQLite is a database of that server instead.

In the place of the file lies a note with the name of the database. A copy of the note, or of its folder, is opened as a
copy of the database, so that stories which are told once and copied for each test are told once here, too. A test
that is about SQLite's file itself is marked `sqlite`, with the reason, and is skipped.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from regwatch.folders import make_private
from regwatch.store import database
from regwatch.store.database import Database
from regwatch.store.read_only import ReadOnlyDatabase

_NOTE = "a database of PostgreSQL:"


class Server:
    """The databases that tests have made on one server."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql+psycopg")
        self._engine = create_engine(self._address, isolation_level="AUTOCOMMIT")
        self._places: dict[str, Path] = {}
        self._fresh = ""

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
            name = self._make(file, self._template() if schema else "template0")
        elif self._places[name] != file:
            self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            name = self._make(file, name)
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, folder: Path | None) -> None:
        """Drop the databases of a folder, or all that are left."""
        for name, file in list(self._places.items()):
            if folder is None or file.is_relative_to(folder):
                self._do(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                del self._places[name]

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

    def _make(self, file: Path, template: str) -> str:
        name = f"regwatch_{uuid.uuid4().hex[:12]}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._do(f"ALTER DATABASE {name} SET synchronous_commit = off")  # no test pulls the plug of the server
        self._places[name] = file
        file.write_text(f"{_NOTE}{name}", "ascii")
        file.chmod(0o600)
        return name

    def _template(self) -> str:
        """A database with all tables and no rows, made once."""
        if not self._fresh:
            name = f"regwatch_{uuid.uuid4().hex[:12]}"
            self._do(f"CREATE DATABASE {name} TEMPLATE template0")
            self._places[name] = Path("/", name)
            Database(self._address.set(database=name).render_as_string(hide_password=False)).close()
            self._fresh = name
        return self._fresh

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def _made_room(file: Path) -> bool:
    """Whether there is a folder for the file, made as for SQLite; where not, SQLite may say why."""
    try:
        make_private(file.parent)
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
