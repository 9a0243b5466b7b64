"""When a source is polled again whose look could not be recorded, such as on a full disk: in seconds, not in hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from regwatch.errors import StoreError
from regwatch.store import marks
from regwatch.store.database import Database

FIRST, LONGEST = timedelta(seconds=10), timedelta(minutes=5)


class Backoff:
    """What could not be recorded, and from when each source may be asked again. Nobody is asked while nothing can be
    written: publishers pay for a request whose answer would be lost.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._failures: dict[str, int] = {}
        self._until: dict[str, datetime] = {}

    def note(self, source: str, now: datetime) -> None:
        """The look at a source could not be recorded."""
        self._failures[source] = self._failures.get(source, 0) + 1
        self._until[source] = now + min(FIRST * 2 ** min(self._failures[source] - 1, 10), LONGEST)

    def forget(self, source: str) -> None:
        """It was recorded."""
        self._failures.pop(source, None)
        self._until.pop(source, None)

    def holds(self, source: str, now: datetime) -> bool:
        """Whether to wait; a clock that was set back holds nothing up."""
        until = self._until.get(source)
        return until is not None and now < until <= now + LONGEST

    def may_write(self) -> bool:
        """Whether the database takes a write again, tried only after one has failed. Then everybody's wait is over."""
        if not self._failures:
            return True
        try:
            with self._database.session() as session:
                marks.count(session, marks.Name.PROBES, "")
        except StoreError:
            return False
        self._until.clear()
        return True
