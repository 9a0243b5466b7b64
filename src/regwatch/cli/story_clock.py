"""The clock by which commands and pages show things: in a folder of the demo it stands where the story ended."""

from __future__ import annotations

from regwatch.clock import Clock, DrivenClock, SystemClock
from regwatch.errors import StoreError
from regwatch.settings import Settings


def clock_of(settings: Settings) -> Clock:
    """The machine's, or in a folder of the demo one that stands where the story ended."""
    from regwatch.store import marks
    from regwatch.store.read_only import ReadOnlyDatabase

    database = ReadOnlyDatabase(settings.database)
    try:
        with database.session() as session:
            told = marks.noted(session, marks.Name.STORY)
            at = told.at if told else None
    except StoreError:
        return SystemClock()
    finally:
        database.close()
    return DrivenClock(at) if at else SystemClock()
