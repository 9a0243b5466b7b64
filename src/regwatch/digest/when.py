"""Dates and times in words, and in the form in which programs read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from regwatch import wording
from regwatch.dates import PartialDate, Precision


@dataclass(frozen=True)
class When:
    """A date in words, and in the form of an HTML `time` element where it is exact enough ("" elsewhere).

    `prefix` says what it is the date of, where that is not the thing itself: `announced`, `seen`.
    """

    words: str
    iso: str
    prefix: str = ""

    @property
    def told(self) -> str:
        """The words with their prefix: `announced 22 September 2025`."""
        return f"{self.prefix} {self.words}".strip()


def instant(at: datetime, zone: str) -> When:
    """A UTC instant in a time zone: `24 July 2025, 09:12 BST`."""
    local = at.astimezone(ZoneInfo(zone))
    return When(f"{wording.plain_day(local.date())}, {wording.clock_time(local)}", at.isoformat(timespec="seconds"))


def day(known: PartialDate, prefix: str = "") -> When:
    """A calendar date as its publisher gives it."""
    exact = known.precision in (Precision.DAY, Precision.MONTH, Precision.YEAR)
    return When(known.plain, known.iso if exact else "", prefix)
