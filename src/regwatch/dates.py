"""Dates as publishers give them: a day, a month, a quarter, a half or a year, and never more precise than that.

Instants (when something was fetched, detected, mailed) are timezone-aware UTC datetimes; this module is about
calendar dates, which belong to the publisher's own country and carry no time zone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from regwatch.errors import BadDate

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_BY_WORD = {name: i for i, name in enumerate(MONTHS, 1)}
_MONTH_BY_WORD |= {name[:3]: i for i, name in enumerate(MONTHS, 1)} | {"sept": 9}

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-Q([1-4])|-H([12]))?\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})\Z")
_MONTH_DAY = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z")
_MONTH_ONLY = re.compile(r"([A-Za-z]{3,9})\.?,?\s+(\d{4})\Z")
_NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class PartialDate:
    """A calendar date known to a day or less exactly. Ordered by its first day, then its last."""

    first: date
    last: date
    precision: Precision

    @classmethod
    def of_day(cls, day: date) -> PartialDate:
        """A date known to the day."""
        return cls(day, day, Precision.DAY)

    @classmethod
    def of_month(cls, year: int, month: int) -> PartialDate:
        """A month, month 1 to 12. Raises `BadDate`."""
        return cls._span(year, month, 1, Precision.MONTH)

    @classmethod
    def of_quarter(cls, year: int, quarter: int) -> PartialDate:
        """A quarter of a calendar year, 1 to 4. Raises `BadDate`."""
        return cls._span(year, 3 * quarter - 2, 3, Precision.QUARTER)

    @classmethod
    def of_half(cls, year: int, half: int) -> PartialDate:
        """A half of a calendar year, 1 or 2. Raises `BadDate`."""
        return cls._span(year, 6 * half - 5, 6, Precision.HALF)

    @classmethod
    def of_year(cls, year: int) -> PartialDate:
        """A calendar year. Raises `BadDate`."""
        return cls._span(year, 1, 12, Precision.YEAR)

    @classmethod
    def _span(cls, year: int, month: int, months: int, precision: Precision) -> PartialDate:
        end = month + months - 1
        try:
            return cls(date(year, month, 1), date(year, end, monthrange(year, end)[1]), precision)
        except ValueError as error:
            raise BadDate(f"no such {precision}: year {year}, month {month}") from error

    @property
    def iso(self) -> str:
        """`2025-11-19`, `2025-11`, `2025-Q3`, `2025-H2` or `2025`."""
        year, month = self.first.year, self.first.month
        match self.precision:
            case Precision.DAY:
                return self.first.isoformat()
            case Precision.MONTH:
                return f"{year:04d}-{month:02d}"
            case Precision.QUARTER:
                return f"{year:04d}-Q{(month + 2) // 3}"
            case Precision.HALF:
                return f"{year:04d}-H{1 if month == 1 else 2}"
            case Precision.YEAR:
                return f"{year:04d}"

    @property
    def plain(self) -> str:
        """The date in plain English, as mails show it: `19 November 2025`, `third quarter of 2025`."""
        year = self.first.year
        month = MONTHS[self.first.month - 1].capitalize()
        match self.precision:
            case Precision.DAY:
                return f"{self.first.day} {month} {year}"
            case Precision.MONTH:
                return f"{month} {year}"
            case Precision.QUARTER:
                return f"{('first', 'second', 'third', 'fourth')[(self.first.month - 1) // 3]} quarter of {year}"
            case Precision.HALF:
                return f"{'first' if self.first.month == 1 else 'second'} half of {year}"
            case Precision.YEAR:
                return f"{year}"

    def contains(self, other: PartialDate) -> bool:
        """Whether the other date lies wholly inside this one."""
        return self.first <= other.first and other.last <= self.last

    def __str__(self) -> str:
        return self.iso


def from_iso(text: str) -> PartialDate:
    """Read the form that `PartialDate.iso` writes. Raises `BadDate`."""
    found = _ISO.match(text.strip())
    if not found:
        raise BadDate(f"not a date: {text[:40]!r}")
    year, month, day, quarter, half = found.groups()
    if quarter:
        return PartialDate.of_quarter(int(year), int(quarter))
    if half:
        return PartialDate.of_half(int(year), int(half))
    if day:
        return _day(int(year), int(month), int(day), text)
    return PartialDate.of_month(int(year), int(month)) if month else PartialDate.of_year(int(year))


def read_date(text: str, *, numeric: Literal["dmy", "mdy"] | None = None) -> PartialDate:
    """Read one whole date in English words or figures, as a page cell gives it. Raises `BadDate`.

    Understood: `19 November 2025`, `November 19, 2025`, `Nov 2025`, `2025-11-19`, `20251119`, and, only where the
    publisher's order is named in `numeric`, `19/11/2025` (dmy) or `11/19/2025` (mdy).
    """
    words = " ".join(text.replace("\u00a0", " ").split())
    if _ISO.match(words):
        return from_iso(words)
    if found := _COMPACT.match(words):
        return _day(int(found[1]), int(found[2]), int(found[3]), words)
    if found := _DAY_MONTH.match(words):
        return _day(int(found[3]), month_number(found[2]), int(found[1]), words)
    if found := _MONTH_DAY.match(words):
        return _day(int(found[3]), month_number(found[1]), int(found[2]), words)
    if found := _MONTH_ONLY.match(words):
        return PartialDate.of_month(int(found[2]), month_number(found[1]))
    if numeric and (found := _NUMERIC.match(words)):
        one, two, year = int(found[1]), int(found[2]), int(found[3])
        return _day(year, two, one, words) if numeric == "dmy" else _day(year, one, two, words)
    raise BadDate(f"not a date: {words[:60]!r}")


def month_number(word: str) -> int:
    """1 to 12 for an English month name or its usual abbreviation. Raises `BadDate`."""
    number = _MONTH_BY_WORD.get(word.lower().rstrip("."))
    if number is None:
        raise BadDate(f"not a month: {word[:20]!r}")
    return number


def act_or_announced(act: PartialDate | None, announced: PartialDate | None) -> str:
    """The day of an act in ISO form, else `announced 2025-09-22`; "" where neither is known."""
    return act.iso if act else f"announced {announced.iso}" if announced else ""


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day on which an aware instant falls in a zone such as `Europe/London`."""
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its time zone")
    return instant.astimezone(ZoneInfo(zone)).date()


def days_between(earlier: date, later: date) -> int:
    """Whole days from the one date to the other; negative if the order is reversed."""
    return (later - earlier) // timedelta(days=1)


def _day(year: int, month: int, day: int, text: str) -> PartialDate:
    try:
        return PartialDate.of_day(date(year, month, day))
    except ValueError as error:
        raise BadDate(f"no such day: {text[:40]!r}") from error
