"""Opening the database: SQLite in WAL mode or PostgreSQL; one writer at a time; never an old schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

from regwatch.errors import SchemaBehind, StoreDamaged, StoreError, StoreUnwritable
from regwatch.folders import make_private
from regwatch.store import backup_journal
from regwatch.store.server_errors import keep_values_out
from regwatch.store.tables import Table

Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction: committed at the end, rolled back on an error."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_CONVERTED = "0009"
"""The schema at which `repacking` converts what is stored."""
_WRITER = 0x72656777
"""The number of the advisory lock that writers of one PostgreSQL database take in turn."""

READS = "regwatch_reads"
"""The option of a connection whose transaction writes nothing."""
_HASTY = "regwatch_hasty"
"""The option of a connection whose transaction does not wait for the disk."""


class Database:
    """One database, opened and known to have the schema of this version.

    `url` is an SQLAlchemy URL such as `sqlite:///var/regwatch.sqlite3`. A fresh database is given the schema; an older
    one is refused with `SchemaBehind` until `regwatch db upgrade`. Raises `StoreUnwritable` where it cannot be used.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        try:
            found = self._revision()
            if found is None:
                _make(self.engine)
            elif found != head():
                self.close()
                raise SchemaBehind(found, head())
        except (OperationalError, DatabaseError) as error:
            raise unusable(f"the database {self._shown} cannot be used", error) from error

    @cached_property
    def file(self) -> Path | None:
        """Where a SQLite database lies; None for one in memory or on a server."""
        return self.file_of(self.url)

    @staticmethod
    def file_of(url: str) -> Path | None:
        """Where the database of an address lies; None for one in memory or on a server."""
        parsed = make_url(url)
        on_disk = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
        return Path(str(parsed.database)) if on_disk else None

    @cached_property
    def journal(self) -> backup_journal.BackupJournal | None:
        """What was sent and who left, kept beside the file."""
        return backup_journal.BackupJournal(self.file.with_name(backup_journal.BESIDE)) if self.file else None

    @property
    def _shown(self) -> str:
        return make_url(self.url).render_as_string(hide_password=True)

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    @cached_property
    def hasty(self) -> Engine:
        """For transactions that do not wait for the disk (`store.brief`)."""
        return self.engine.execution_options(**{_HASTY: True})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error. Raises `StoreUnwritable` on a full disk."""
        with self.trouble_named(), Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.flush()
            if self.journal is not None:
                self.journal.append(backup_journal.noted(session))
            session.commit()

    @contextmanager
    def trouble_named(self, what: str = "written") -> Iterator[None]:
        """Raises `StoreUnwritable` or `StoreDamaged` for what the database says while the block lasts."""
        try:
            yield
        except (OperationalError, DatabaseError) as error:
            raise unusable(f"the database {self._shown} cannot be {what}", error) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that only reads, of one moment; it keeps nobody from writing. Raises as `session`."""
        with self.trouble_named("read"), Session(self.engine.execution_options(**{READS: True})) as session:
            yield session

    def wipe(self) -> bool:
        """Empty the write-ahead log of SQLite, so that no file holds what was deleted. False while somebody reads.

        Deleted rows are overwritten in the database itself (`secure_delete`), but the log keeps earlier pages as they
        were until it is emptied. PostgreSQL needs no command: autovacuum clears what was deleted.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.close()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Release all connections."""
        self.engine.dispose()


def head() -> str:
    """The revision that this version of regwatch needs: that of the last migration by its number."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _make(engine: Engine) -> None:
    """Give a fresh database all tables at once, without Alembic, which needs more memory than the rest of the store.

    A test holds that migrations lead to the same schema.
    """
    with engine.begin() as connection:
        if inspect(connection).has_table("alembic_version"):
            return  # another process was first
        Table.metadata.create_all(connection, checkfirst=False)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})


def upgrade(engine: Engine) -> None:
    """Run all migrations up to the head. It may be stopped at any point, and goes on from there when run again.

    Changes of the schema are one transaction up to a step that converts what is stored, which takes many. Raises
    `SchemaBehind` for a database of a newer version, which is left as it is.
    """
    from regwatch.store.migrations.repacking import repack

    _migrate(engine, _CONVERTED)
    with engine.connect() as connection:
        done = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if done == _CONVERTED:
        repack(engine)
    _migrate(engine, head())
    compact(engine)


def _migrate(engine: Engine, revision: str) -> None:
    """Bring the schema up to a revision, unless it is past it."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        known = inspect(connection).has_table("alembic_version")
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
        if found is not None and found > head():
            raise SchemaBehind(found, head())
        if found is None or found < revision:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def compact(engine: Engine) -> bool:
    """Give the room of what was deleted back to the disk. False where there is too little room to do that.

    SQLite writes the database anew; PostgreSQL's autovacuum needs no command.
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def size_of(session: Session) -> int:
    """The bytes that the database takes on disk, without its write-ahead log."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    return int(pages) * int(connection.execute(text("PRAGMA page_size")).scalar_one())


def open_engine(url: str) -> Engine:
    """An engine for the database, its folder made, SQLite in WAL mode. Raises `StoreUnwritable`, `StoreDamaged`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreUnwritable(
            f"not a database address: {url!r}; write for example sqlite:///var/regwatch.db"
        ) from error
    if parsed.get_backend_name() != "sqlite":
        return _open_postgresql(parsed)
    if parsed.database and parsed.database != ":memory:":
        file = Path(parsed.database)
        backup_journal.BackupJournal(file.with_name(backup_journal.BESIDE)).must_fit(file)
        try:
            # What is in it concerns people: nobody else on the machine may read it. SQLite gives what it writes beside
            # the database the same rights.
            make_private(file.parent)
            if not file.exists():
                file.touch(mode=0o600)
        except OSError as error:
            raise StoreUnwritable(f"the folder {file.parent} cannot be made: {error.strerror}") from error
    # Errors would repeat the values of a statement, and addresses among them.
    engine = create_engine(parsed, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _open_postgresql(parsed: URL) -> Engine:
    try:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 30, "options": "-c lock_timeout=30s"},
        )
    except ModuleNotFoundError as error:
        raise StoreUnwritable(
            "PostgreSQL needs one more package: install regwatch with its extra, as in pip install 'regwatch[postgres]'"
        ) from error
    event.listen(engine, "begin", _one_writer)
    keep_values_out(engine)
    return engine


def _one_writer(connection: Any) -> None:
    """Let one transaction in at a time, as SQLite does.

    The log is read in the order of its numbers. Were two written at once, a lower number could be committed after a
    higher one had been mailed, and would never be told. Who reads sees one moment, and not another with each statement.
    """
    reads = connection.get_execution_options().get(READS, False)
    one_moment = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
    connection.exec_driver_sql(one_moment if reads else f"SELECT pg_advisory_xact_lock({_WRITER})")


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get(READS, False):
        _wait_for_disk(connection, "NORMAL" if options.get(_HASTY, False) else "FULL")
    connection.exec_driver_sql("BEGIN" if options.get(READS, False) else "BEGIN IMMEDIATE")


def _wait_for_disk(connection: Any, how: str) -> None:
    """With the write-ahead log, NORMAL waits for the disk at checkpoints only; nothing is ever torn."""
    if connection.info.get(_HASTY, "FULL") != how:
        connection.connection.dbapi_connection.execute(f"PRAGMA synchronous={how}")
        connection.info[_HASTY] = how


def unusable(what: str, error: DatabaseError) -> StoreError:
    """The error for a database that does not work: one that is damaged is not mended by waiting."""
    cause = _cause(error)
    damaged = any(words in cause for words in ("malformed", "not a database", "disk image"))
    return StoreDamaged(f"{what}: {cause}") if damaged else StoreUnwritable(f"{what}: {cause}")


def _cause(error: DatabaseError) -> str:
    return str(error.orig or error).splitlines()[0]
