"""Days on which nothing can have been published: one to come, or one that a program writes where it has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from regwatch.dates import PartialDate
from regwatch.model import Claim, Finding, Reading, Record
from regwatch.vocabulary import Confidence, Mode

AHEAD = timedelta(days=1)
"""How far ahead of ours the day of a publisher can be: it is tomorrow in Auckland while it is today in London."""

EFFECT_AHEAD = timedelta(days=366)
"""How far ahead an act can take effect that is told as done: authorisations end by appointment."""

EARLIEST = date(1900, 1, 2)
"""Before this lie the defaults of .NET, Excel and SQL, and years of two or three digits."""
DEFAULTS = frozenset({date(1904, 1, 1), date(1969, 12, 31), date(1970, 1, 1)})
"""The first days of other programs' calendars, the one of Unix also as seen from the west."""


def without_impossible_days(reading: Reading, fetched_at: datetime) -> Reading:
    """The reading without impossible days of publication, and with an oddity for each record that had one.

    What then stands in place of such a day is the day on which it was seen. Foreseen days are left alone.
    """
    latest = fetched_at.date() + AHEAD
    for record in reading.records:
        told = [record.published, *(one.announced for one in record.claims)]
        if impossible := next((day for day in told if _possible(day, latest) != day), None):
            what = "that is still to come" if impossible.first > latest else "that a program wrote for want of one"
            reading.odd(f"a day of publication {what}", f"{record.title}: {impossible}", record.url)
    reading.records = [_record(record, latest) for record in reading.records]
    reading.listed = [replace(one, published=_possible(one.published, latest)) for one in reading.listed]
    return reading


def without_future_day(finding: Finding, now: datetime) -> Finding:
    """What is told as done, without a day of publication after tomorrow. One that would take effect more than a year
    ahead waits for a person: the day, or that it is done at all, was misread.
    """
    if finding.mode is not Mode.ANNOUNCED:
        return finding
    finding = replace(finding, announced=_possible(finding.announced, now.date() + AHEAD))
    if finding.date is None or finding.date.first <= now.date() + EFFECT_AHEAD:
        return finding
    why = f"it is told as done, and of the day {finding.date}"
    sure = finding.confidence is Confidence.HIGH
    return replace(finding, date=None, confidence=Confidence.MEDIUM if sure else finding.confidence, reason=why)


def _record(record: Record, latest: date) -> Record:
    claims = tuple(_claim(one, latest) for one in record.claims)
    return replace(record, published=_possible(record.published, latest), claims=claims)


def _claim(claim: Claim, latest: date) -> Claim:
    return replace(claim, announced=_possible(claim.announced, latest))


def _possible(day: PartialDate | None, latest: date) -> PartialDate | None:
    """The day where something can have been published on it, else None."""
    if day is None or not EARLIEST <= day.first <= latest or (day.first == day.last and day.first in DEFAULTS):
        return None
    return day
