"""All that a database holds, as text or to be put back, wherever it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Table, delete, insert, inspect, select, text

from regwatch.store.database import Database
from regwatch.store.tables import Table as Model


def dumped(database: Database) -> list[str]:
    """A line for each row of each table, in a steady order; bytes are shown as Python writes them."""
    with database.reading() as session:
        connection = session.connection()
        return sorted(
            f"{table} {tuple(row)}"
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )


def kept_rows(database: Database) -> dict[Table, Sequence[RowMapping]]:
    """All rows, for `put_back`."""
    with database.reading() as session:
        return {table: session.execute(select(table)).mappings().all() for table in Model.metadata.sorted_tables}


def put_back(database: Database, kept: Mapping[Table, Sequence[Mapping[Any, Any]]]) -> None:
    """Replace all rows with those that were kept, in one transaction. What is new then goes on with new numbers."""
    with database.engine.begin() as connection:
        for table in reversed(Model.metadata.sorted_tables):
            connection.execute(delete(table))
        for table, rows in kept.items():
            if rows:
                connection.execute(insert(table), [dict(row) for row in rows])
