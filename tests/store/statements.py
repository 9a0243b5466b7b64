"""What a database is asked, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that reaches the database while the block lasts; each transaction begins with BEGIN.

    On PostgreSQL the driver sends that by itself, and our first statement says what kind of transaction it is.
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        begins = statement.startswith(("SET TRANSACTION", "SELECT pg_advisory_xact_lock"))
        seen.append("BEGIN" if begins else statement.lstrip())

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
