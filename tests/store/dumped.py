"""All that a database holds, as text, wherever it is kept."""

from __future__ import annotations

from sqlalchemy import inspect, text

from regwatch.store.database import Database


def dumped(database: Database) -> list[str]:
    """A line for each row of each table, in a steady order; bytes are shown as Python writes them."""
    with database.reading() as session:
        connection = session.connection()
        return sorted(
            f"{table} {tuple(row)}"
            for table in inspect(connection).get_table_names()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
