"""Rows that are inserted, or changed where they are there already, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session

from regwatch.store.columns import Table


def upsert(session: Session, kind: type[Table], rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    """Write rows of one table, all with the same columns; `key` are those of the primary key."""
    if not rows:
        return
    statement = _insert(session)(kind.__table__)  # type: ignore[attr-defined]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    session.connection().execute(statement.on_conflict_do_update(index_elements=key, set_=changed), list(rows))


def insert_new(session: Session, kind: type[Table], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of one table that are not there yet; those that are stay as they are."""
    if rows:
        statement = _insert(session)(kind.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]
        session.connection().execute(statement, list(rows))


def _insert(session: Session) -> Any:
    """The database's own INSERT, which knows what to do with a row that is there already."""
    if session.get_bind().dialect.name == "sqlite":
        return insert_sqlite
    from sqlalchemy.dialects.postgresql import insert  # some megabytes, for those who use it

    return insert
