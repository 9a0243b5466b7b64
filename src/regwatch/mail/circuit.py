"""Leaving a mail server alone that refuses us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass
class CircuitBreaker:
    """Keeps us from knocking at a relay that refuses us: nothing is tried until `until` (UTC). For one process."""

    failures: int = 0
    until: datetime | None = None
    reason: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether to leave the relay alone now."""
        return self.until is not None and now < self.until

    def trip(self, now: datetime, reason: str) -> None:
        """The relay failed: wait, longer each time, up to an hour."""
        self.until = now + min(_FIRST_PAUSE * 2 ** min(self.failures, 8), _LONGEST_PAUSE)
        self.failures += 1
        self.reason = reason

    def reset(self) -> None:
        """The relay answers."""
        self.failures, self.until, self.reason = 0, None, ""
