"""What is written for every mail: statements made into the database's own words once, in transactions without objects.

SQLAlchemy's way from a session to the driver costs ten times what SQLite needs to carry a statement out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, CursorResult, Delete, Dialect, Insert, Select, Update

from regwatch.store import backup_journal
from regwatch.store.database import Database


class Transaction(backup_journal.HasInfo, Protocol):
    """What prepared statements and the journal need of a transaction; a session is one."""

    def connection(self) -> Connection:
        """The connection that it is made on."""
        ...


@dataclass(frozen=True)
class BriefTransaction:
    """A transaction in which statements are run and no objects are kept."""

    on: Connection
    info: dict[Any, Any] = field(default_factory=dict)

    def connection(self) -> Connection:
        """The connection that it is made on."""
        return self.on


@contextmanager
def brief(database: Database) -> Iterator[Transaction]:
    """One transaction that does not wait for the disk: committed at the end, rolled back on any error.

    On SQLite it outlives the process, however that ends, but may be taken back if the machine loses its power before
    the next `Database.session` is committed. PostgreSQL, which may be another machine, always waits. Raises as
    `Database.session`.
    """
    with database.trouble_named(), database.hasty.begin() as connection:
        yield (transaction := BriefTransaction(connection))
        if database.journal is not None:
            database.journal.append(backup_journal.noted(transaction))


class Prepared:
    """A statement whose values all have names. `columns` are those that an INSERT fills, None for all that it names."""

    def __init__(self, statement: Insert | Update | Delete | Select[Any], columns: Sequence[str] | None = None) -> None:
        self._statement, self._columns = statement, columns
        self._words: dict[str, _Words] = {}

    def run(self, transaction: Transaction, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it; what a session has not flushed is not seen. Rows come as the driver gives them. Raises as any."""
        connection = transaction.connection()
        words = self._words.get(connection.dialect.name) or self._in_words_of(connection.dialect)
        return connection.exec_driver_sql(words.text, words.bound(values))

    def _in_words_of(self, dialect: Dialect) -> _Words:
        made = self._statement.compile(dialect=dialect, column_keys=self._columns)
        ways = {
            name: way
            for bind, name in made.bind_names.items()
            if (way := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        own = {name: bind.value for bind, name in made.bind_names.items() if not bind.required}
        words = _Words(made.string, own, ways, made.positiontup)
        self._words[dialect.name] = words
        return words


@dataclass(frozen=True)
class _Words:
    """The text for one kind of database, the values that the statement has of its own, and how values are written."""

    text: str
    own: Mapping[str, Any]
    ways: Mapping[str, Callable[[Any], Any]]
    order: Sequence[str] | None

    def bound(self, values: Mapping[str, Any]) -> Any:
        given = {**self.own, **values}
        for name, way in self.ways.items():
            given[name] = way(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)
