"""Days that have not come yet where only past ones can stand: a slip, of the publisher's or of ours, never a fact."""

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


def without_future(reading: Reading, fetched_at: datetime) -> Reading:
    """The reading without days of publication after tomorrow, and with an oddity for each record that had one.

    What then stands in place of such a day is the day on which it was seen. Foreseen days are left alone.
    """
    latest = fetched_at.date() + AHEAD
    for record in reading.records:
        told = [day for day in (record.published, *(one.announced for one in record.claims)) if _ahead(day, latest)]
        if told:
            reading.odd("a day of publication that is still to come", f"{record.title}: {told[0]}", record.url)
    reading.records = [_record(record, latest) for record in reading.records]
    reading.listed = [replace(one, published=_past(one.published, latest)) for one in reading.listed]
    return reading


def without_future_day(finding: Finding, now: datetime) -> Finding:
    """What is told as done, without a day of publication after tomorrow. One that would take effect more than a year
    ahead waits for a person: the day, or that it is done at all, was misread.
    """
    if finding.mode is not Mode.ANNOUNCED:
        return finding
    finding = replace(finding, announced=_past(finding.announced, now.date() + AHEAD))
    if not _ahead(finding.date, now.date() + EFFECT_AHEAD):
        return finding
    why = f"it is told as done, and of the day {finding.date}"
    sure = finding.confidence is Confidence.HIGH
    return replace(finding, date=None, confidence=Confidence.MEDIUM if sure else finding.confidence, reason=why)


def _record(record: Record, latest: date) -> Record:
    claims = tuple(_claim(one, latest) for one in record.claims)
    return replace(record, published=_past(record.published, latest), claims=claims)


def _claim(claim: Claim, latest: date) -> Claim:
    return replace(claim, announced=_past(claim.announced, latest))


def _past(day: PartialDate | None, latest: date) -> PartialDate | None:
    return None if _ahead(day, latest) else day


def _ahead(day: PartialDate | None, latest: date) -> bool:
    return day is not None and day.first > latest
