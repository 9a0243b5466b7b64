"""Taking turns: spacing and concurrency per host, and hosts that asked to be left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from regwatch.clock import Clock
from regwatch.errors import RateLimited
from regwatch.fetch.policy import Policy

LONGEST_WAIT = timedelta(days=1)
"""A server may send us away for a day at most, lest a slip of its pen makes us deaf."""

LONGEST_GAP = 300.0
"""The longest Crawl-delay that is honoured, in seconds: no page would be read at all with some that are seen."""


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long a `Retry-After` header asks us to wait: seconds or an HTTP date (RFC 9110 section 10.2.3).

    None where there is no such header or it makes no sense; never negative, never longer than a day.
    """
    text = (value or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    until = http_date(text)
    return None if until is None else min(max(until - now, timedelta()), LONGEST_WAIT)


def http_date(text: str) -> datetime | None:
    """The instant of an HTTP date (RFC 9110 section 5.6.7); None where it is none."""
    try:
        told = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


class Queue(Protocol):
    """The queue in front of one host, of this process or of all that share the work."""

    def widen_gap(self, seconds: float) -> None:
        """Keep at least this distance from now on: the host's robots.txt asks for it."""
        ...

    async def hold(self, wait: timedelta) -> None:
        """Leave the host alone for that long: whoever asks for it meanwhile gets `RateLimited`."""
        ...

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for our turn, and take it. Raises `RateLimited` while the host is to be left alone."""
        ...


class Queues(Protocol):
    """The queues of all hosts."""

    def of(self, host: str) -> Queue:
        """The queue of this host, whatever the port."""
        ...


class Lane:
    """The queue in front of one host, in this process."""

    def __init__(self, host: str, gap: float, width: int, clock: Clock) -> None:
        self.host = host
        self.gap = gap
        self._clock = clock
        self._width = asyncio.Semaphore(width)
        self._free_at: datetime | None = None
        self._held_until: datetime | None = None

    def widen_gap(self, seconds: float) -> None:
        """Keep at least this distance from now on: the host's robots.txt asks for it."""
        self.gap = max(self.gap, min(seconds, LONGEST_GAP))

    async def hold(self, wait: timedelta) -> None:
        """Leave the host alone for that long: whoever asks for it meanwhile gets `RateLimited`."""
        self._held_until = self._clock.now() + wait

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for our turn, and take it. Raises `RateLimited` while the host is to be left alone."""
        async with self._width:
            await self._wait()
            try:
                yield
            finally:
                self._space()

    async def _wait(self) -> None:
        self._check_hold()
        if self._free_at is not None:
            while (seconds := (self._free_at - self._clock.now()).total_seconds()) > 0:
                await self._clock.sleep(seconds)
                self._check_hold()
        self._space()

    def _space(self) -> None:
        if self.gap > 0:
            self._free_at = self._clock.now() + timedelta(seconds=self.gap)

    def _check_hold(self) -> None:
        if self._held_until is None:
            return
        left = self._held_until - self._clock.now()
        if left > timedelta():
            raise left_alone(self.host, left)
        self._held_until = None


def left_alone(host: str, left: timedelta) -> RateLimited:
    """The trouble of asking a host that asked to be left alone, for so long still."""
    seconds = max(1, round(left.total_seconds()))
    return RateLimited(f"{host} asked to be left alone: it is not asked again for {seconds} s", after=left)


class Lanes:
    """One lane for each host, made when it is first asked for."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._lanes: dict[str, Lane] = {}

    def of(self, host: str) -> Lane:
        """The lane of this host, whatever the port."""
        lane = self._lanes.get(host)
        if lane is None:
            gap = self._policy.gap_for(host)
            lane = self._lanes[host] = Lane(host, gap, self._policy.per_host, self._clock)
        return lane
