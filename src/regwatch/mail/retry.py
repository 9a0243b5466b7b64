"""When a mail that was not taken is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Ambiguous(StrEnum):
    """What to do with a mail of unknown outcome: a second copy may reach people, or none may."""

    RESEND_ONCE = "resend_once"
    HOLD = "hold"


@dataclass(frozen=True)
class RetryPolicy:
    """The pauses are those of RFC 5321 section 4.5.4.1: half an hour or more, and four to five days until giving up.

    `lease` is how long a mail may be on its way before it counts as lost: longer than the ten minutes that a server may
    take after the last byte.
    """

    ambiguous: Ambiguous = Ambiguous.RESEND_ONCE
    first: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=4)
    give_up: timedelta = timedelta(days=5)
    lease: timedelta = timedelta(minutes=20)

    def after_deferral(self, attempts: int, first_tried_at: datetime, now: datetime) -> datetime | None:
        """When to try again a mail that was put off, later each time; None to give it up."""
        if now - first_tried_at >= self.give_up:
            return None
        doublings = min(max(attempts - 1, 0), 8)
        return now + min(self.first * (1 << doublings), self.longest)

    def after_loss(self, losses: int, now: datetime) -> datetime | None:
        """When to send a mail again of which nobody knows whether it was taken; None to hold it for the operator."""
        if self.ambiguous is not Ambiguous.RESEND_ONCE or losses != 1:
            return None
        return now + self.first
