"""Rolling pages: dated entries, newest first, of which only the newest is news."""

from __future__ import annotations

import re
from itertools import pairwise

from regwatch.classify.date_spans import find_dates
from regwatch.classify.text import Text
from regwatch.dates import PartialDate

_ENTRY = re.compile(r"\s{0,3}(?:[-*•] )?(?:update(?:d)?:? |news:? )?(?:on )?")
_DAY = re.compile(r"[\s\S]?(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
"""How a date with a day begins, if need be after one other character: a cheap gate for every line."""


def find_entries(text: Text, lines: list[tuple[int, int]], anchor: PartialDate | None) -> list[int]:
    """Offsets of the lines that open a dated entry, if the page is a rolling one: two or more, newest first."""
    found: list[tuple[int, PartialDate]] = []
    for first, last in lines[1:]:
        lead = _ENTRY.match(text.low, first, min(last, first + 20))
        place = lead.end() if lead else first
        if not _DAY.match(text.low, place, last):
            continue
        dates = find_dates(text, place, min(last, place + 30))
        if dates and dates[0].start - place <= 1 and dates[0].day + bool(dates[0].numeric):
            day = dates[0].resolve(anchor)
            after = text.low[dates[0].end : dates[0].end + 3]
            if day and not after.strip().startswith((":", "|", "(")) and (dates[0].year or dates[0].numeric):
                found.append((first, day))
    falling = all(a[1].first >= b[1].first for a, b in pairwise(found))
    return [place for place, _ in found] if len(found) > 1 and falling else []


def entry_date(text: Text, place: int, anchor: PartialDate | None) -> PartialDate | None:
    """The date that opens an entry."""
    dates = find_dates(text, place, place + 45)
    return dates[0].resolve(anchor) if dates else None
