"""How fast mails may leave: so many a second in all, and so many a second for one domain of recipients."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

_LONGEST_NAP = 1.0
"""Seconds after which whoever waits looks up: they may be told to stop."""
_KEPT = 1000


class Pace:
    """Spaces mails out evenly. `per_second` and `per_domain` are mails a second; 0 is as fast as it goes.

    `seconds` is a clock that never goes back, and `sleep` waits by it.
    """

    def __init__(
        self,
        per_second: float = 0,
        per_domain: float = 0,
        *,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.per_second, self.per_domain = per_second, per_domain
        self._seconds, self._sleep = seconds, sleep
        self._next = 0.0
        self._next_of: dict[str, float] = {}

    @property
    def limited(self) -> bool:
        """Whether anybody ever has to wait."""
        return self.per_second > 0 or self.per_domain > 0

    def wait(self, recipient: str) -> float:
        """Seconds until a mail to this address may leave."""
        begin = max(self._next, self._next_of.get(domain_of(recipient), 0.0))
        return max(0.0, begin - self._seconds())

    def take(self, recipient: str) -> None:
        """A mail to this address leaves now."""
        now = self._seconds()
        if self.per_second:
            self._next = max(self._next, now) + 1 / self.per_second
        if self.per_domain:
            if len(self._next_of) >= _KEPT:
                self._next_of = {domain: at for domain, at in self._next_of.items() if at > now}
            domain = domain_of(recipient)
            self._next_of[domain] = max(self._next_of.get(domain, 0.0), now) + 1 / self.per_domain

    async def nap(self, seconds: float) -> None:
        """Wait so long, or a second where that is longer."""
        await self._sleep(min(seconds, _LONGEST_NAP))

    def within(self, seconds: float, most: int) -> int:
        """How many mails may leave in so many seconds, at least one and at most so many."""
        return min(most, max(1, int(self.per_second * seconds))) if self.per_second else most

    def within_domain(self, seconds: float) -> int | None:
        """How many may leave for one domain in so many seconds, at least one; None for any number."""
        return max(1, int(self.per_domain * seconds)) if self.per_domain else None


def domain_of(recipient: str) -> str:
    """The domain of an address."""
    return recipient.rpartition("@")[2].lower()
