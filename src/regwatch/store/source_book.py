"""What is remembered of every source between polls, held in memory and written in batches.

An unchanged poll touches nothing but this book; losing its last seconds in a crash loses a "checked at", never a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, select

from regwatch.fetch.client import Validators
from regwatch.store.database import Database
from regwatch.store.tables import SourceState, Validator
from regwatch.store.upsert import upsert

_AT_ONCE = 100
"""Rows that are written in one transaction."""


class SourceBook:
    """States and validators of all sources. Not shared between threads: the poll loop's own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.session() as session:
            self._states = {row.id: row for row in session.exec(select(SourceState))}
            self._validators = {
                (row.source, row.url): Validators(row.etag, row.last_modified, row.sha256)
                for row in session.exec(select(Validator))
            }
        self._checked: dict[str, dict[str, Any]] = {}
        self._fresh: set[tuple[str, str]] = set()

    def state(self, source: str, adapter: str = "") -> SourceState:
        """What is known of a source; a blank state for one never polled."""
        state = self._states.get(source)
        if state is None:
            state = self._states[source] = SourceState(id=source, adapter=adapter)
        return state

    def reread(self, source: str) -> None:
        """Forget what is remembered of one source for what the database says: another process has written there."""
        with self._database.reading() as session:
            row = session.get(SourceState, source)
            validators = session.exec(select(Validator).where(Validator.source == source)).all()
        self._states.pop(source, None)
        if row is not None:
            self._states[source] = row
        self._checked.pop(source, None)
        self._fresh = {key for key in self._fresh if key[0] != source}
        self._validators = {key: kept for key, kept in self._validators.items() if key[0] != source}
        for one in validators:
            self._validators[source, one.url] = Validators(one.etag, one.last_modified, one.sha256)

    def reread_states(self) -> None:
        """The same for the states of all sources, but for what still waits to be written."""
        with self._database.reading() as session:
            states = {row.id: row for row in session.exec(select(SourceState))}
        self._states.update({name: row for name, row in states.items() if name not in self._checked})

    def states(self) -> Iterable[SourceState]:
        """All states."""
        return self._states.values()

    def validators(self, source: str, url: str) -> Validators | None:
        """The validators of a page as last fetched."""
        return self._validators.get((source, url))

    def learn(self, source: str, validators: Mapping[str, Validators]) -> None:
        """Take over validators; they are written with the next batch."""
        for url, new in validators.items():
            if self._validators.get((source, url)) != new:
                self._validators[source, url] = new
                self._fresh.add((source, url))

    def checked(self, source: str, at: datetime, next_due: datetime, *, whole: bool) -> None:
        """An unchanged poll: note when, and clear what troubled the source. Only a page that came whole was read."""
        state = self._states[source]
        state.checked_at = state.answered_at = at
        state.read_at = at if whole else state.read_at
        state.next_due_at = next_due
        state.failures, state.trouble, state.trouble_text, state.trouble_since = 0, "", "", None
        self._checked[source] = {
            "key": source, "checked_at": at, "answered_at": at, "read_at": state.read_at, "next_due_at": next_due,
            "failures": 0, "trouble": "", "trouble_text": "", "trouble_since": None,
        }  # fmt: skip

    def pending(self) -> int:
        """How many sources and pages wait to be written."""
        return len(self._checked) + len(self._fresh)

    def flush(self) -> None:
        """Write what has gathered, in short transactions: nobody waits long for it."""
        if not self.pending():
            return
        fresh: dict[str, dict[str, Validators]] = {}
        for source, url in self._fresh:
            fresh.setdefault(source, {})[url] = self._validators[source, url]
        rows = list(self._checked.values())
        for start in range(0, len(rows), _AT_ONCE):
            table = SourceState.__table__  # type: ignore[attr-defined]
            values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "key"}
            statement = update(table).where(table.c.id == bindparam("key")).values(values)
            with self._database.session() as session:
                session.connection().execute(statement, rows[start : start + _AT_ONCE])
        sources = list(fresh)
        for start in range(0, len(sources), _AT_ONCE):
            with self._database.session() as session:
                for source in sources[start : start + _AT_ONCE]:
                    _write_validators(session, source, fresh[source])
        self._checked.clear()
        self._fresh.clear()

    def committed(self, state: SourceState, validators: Mapping[str, Validators] | None = None) -> None:
        """Take over a state and validators that a transaction has committed. Never before: what is only in memory
        would make the next poll answer "unchanged" to a change that was lost.
        """
        self._states[state.id] = state
        self._checked.pop(state.id, None)
        for url, new in (validators or {}).items():
            self._validators[state.id, url] = new
            self._fresh.discard((state.id, url))


def write_cursor(session: Session, state: SourceState, validators: Mapping[str, Validators]) -> None:
    """Write where the next poll of a source starts, in the caller's transaction; then tell the book `committed`."""
    upsert(session, SourceState, [state.model_dump()], ("id",))
    _write_validators(session, state.id, validators)


def _write_validators(session: Session, source: str, validators: Mapping[str, Validators]) -> None:
    rows = [
        {"source": source, "url": url, "etag": v.etag, "last_modified": v.last_modified, "sha256": v.sha256}
        for url, v in validators.items()
    ]
    upsert(session, Validator, rows, ("source", "url"))
