"""Rolling pages: dated entries, newest first, of which only the newest is news.

An entry begins with its date, or with a headline above the line of its date where "read more" ends the one before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import find_dates
from regwatch.classify.text import Text
from regwatch.dates import PartialDate

_ENTRY = re.compile(r"\s{0,3}(?:[-*•] )?(?:update(?:d)?:? |news:? )?(?:on )?")
_DAY = re.compile(r"[\s\S]?(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
"""How a date with a day begins, if need be after one other character: a cheap gate for every line."""


@dataclass(frozen=True)
class DatedEntry:
    """One entry of a rolling page. `start` is an offset in the text; `day` what its date says."""

    start: int
    day: PartialDate


def find_entries(text: Text, lines: list[tuple[int, int]], anchor: PartialDate | None) -> list[DatedEntry]:
    """The dated entries of a page, if it is a rolling one: of two days or more, newest first."""
    found: list[tuple[int, PartialDate]] = []
    for number, (first, last) in enumerate(lines[1:], 1):
        lead = _ENTRY.match(text.low, first, min(last, first + 20))
        place = lead.end() if lead else first
        if not _DAY.match(text.low, place, last):
            continue
        dates = find_dates(text, place, min(last, place + 30))
        if dates and dates[0].start - place <= 1 and dates[0].day + bool(dates[0].numeric):
            day = dates[0].resolve(anchor)
            after = text.low[dates[0].end : dates[0].end + 3]
            if day and not after.strip().startswith((":", "|", "(")) and (dates[0].year or dates[0].numeric):
                found.append((number, day))
    if len({day for _, day in found}) < 2 or any(a[1].first < b[1].first for a, b in pairwise(found)):
        return []
    above = int(all(CUES["layout.entry_end"].fullmatch(text.low, *lines[number - 2]) for number, _ in found[1:]))
    return [DatedEntry(lines[max(1, number - above)][0], day) for number, day in found]
