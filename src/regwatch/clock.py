"""The time, as everything in regwatch is told it: aware UTC instants from a clock that tests and replays can drive."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds of this clock."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait for real."""
        await asyncio.sleep(seconds)


class DrivenClock:
    """A clock that stands still until it is set: for replays, the demo and tests. Sleeping moves it."""

    def __init__(self, start: datetime) -> None:
        self.set(start)

    def now(self) -> datetime:
        """The instant it was last set to."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Set the clock; the instant must be aware."""
        if instant.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        self._now = instant.astimezone(UTC)

    async def sleep(self, seconds: float) -> None:
        """Move the clock on at once."""
        self._now += timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)
