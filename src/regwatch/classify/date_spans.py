"""Dates in running text: where they stand, what they say, and what they mean beside the date of the document.

A date without a year is completed from the document's own date (PRESS releases of December speak of "February"); a
weekday or "today" is resolved against it. Nothing is ever resolved without one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from regwatch.classify.date_words import (
    ELSEWHERE,
    HALF,
    IN_A,
    LAST_YEAR,
    MONTHS_ELSEWHERE,
    OF_LAST_YEAR,
    QUARTER,
    TODAY,
    WEEKDAYS,
    YESTERDAY,
    which,
)
from regwatch.classify.text import Text
from regwatch.dates import MONTHS, PartialDate, Precision, from_iso, month_number
from regwatch.errors import BadDate

_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_ORDER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PATTERN = re.compile(
    rf"""(?<![\w/])(?:
      (?P<iso>{_YEAR}-\d\d-\d\d)(?!\d)
    | (?P<point>{_YEAR}\.\d\d\.\d\d)(?!\d)
    | (?P<num>\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR})(?!\d)
    | (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s(?:of\s)?)(?P<m1>{_MONTH})(?:,?\s{{1,3}}(?P<y1>{_YEAR})\b)?
    | (?P<m2>{_MONTH})\s{{1,3}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%])(?:\s?,?\s{{0,3}}(?P<y2>{_YEAR})\b)?
    | (?P<d3>\d{{1,2}})(?:er|\.|º)?\s(?:de\s|d[ei]l\s)?(?P<m3>{ELSEWHERE})(?:\s(?:d[ei]l?\s)?(?P<y3>{_YEAR})\b)?
    | (?P<m6>{ELSEWHERE}),?\s(?:d[ei]l?\s|des\sjahres\s)?(?P<y8>{_YEAR}\b|{LAST_YEAR})
    | {IN_A}\s(?P<m7>{ELSEWHERE})(?!,?\s(?:d[ei]l?\s|des\sjahres\s)?{_YEAR}|,?\s{LAST_YEAR}|\s\d)
    | {IN_A}\s(?P<y9>{_YEAR})\b(?![-/]\d|\.\d)
    | (?P<q2>{QUARTER}|t[1-4])\s(?:d[ei]l?\s|de\s)?(?P<y10>{_YEAR})\b
    | (?P<q3>{QUARTER})
    | (?P<h2>{HALF})(?:\s(?:d[ei]l?\s|de\s)?(?P<y11>{_YEAR})\b)?
    | (?P<day>{"|".join(WEEKDAYS)})(?!,?\s(?:den\s|le\s|il\s)?\d)
    | (?P<eve>{YESTERDAY})
    | (?P<m4>{_MONTH}),?\s{{0,2}}(?:of\s)?(?P<y4>{_YEAR}\b|(?:of\s)?last\syear\b|this\syear\b|next\syear\b)
    | (?P<q>q[1-4]|(?:first|second|third|fourth|last|1st|2nd|3rd|4th)[\s-]quarter)(?:\s(?:of\s)?(?P<y5>{_YEAR})\b)?
    | (?P<h>h[12]|[12]h|(?:first|second|latter)[\s-]half)(?:\s(?:of\s)?(?P<y6>{_YEAR})\b)?
    | (?:in|by|since|during|for|of|late|early|mid|mid-|end\sof|until|from|later\sin|,)\s(?P<m5>{_MONTH})
      (?![\w\s]{{0,2}}\d|\s(?:of\s)?(?:last|this|next)\syear)
    | (?:in|by|since|during|late|early|mid|mid-|end\sof|later\sin|back\sin|around|its|the|of|,|\()\s?
      (?P<y7>{_YEAR})(?!\s?[-/]\d|\d|\.\d)\b
    | (?P<poss>(?:{"|".join(MONTHS)})'s)
    | (?P<today>today|this\s(?:morning|afternoon|evening)|{TODAY})
    | (?P<weekday>(?:on\s|last\s|this\s|late\s|early\s)?(?:{"|".join(_DAYS)}))
    | (?P<yesterday>yesterday)
    | (?P<rel>(?:later|earlier)\sthis\s(?:year|month|week)|(?:late\s|early\s)?(?:last|this|next)\s(?:year|month|week))
    )\b""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Mention:
    """One date in the text. `kind` is explicit, today, weekday or relative; parts that the text lacks are 0 or ""."""

    start: int
    end: int
    kind: str
    words: str
    day: int = 0
    month: int = 0
    year: int = 0
    quarter: int = 0
    half: int = 0
    numeric: str = ""

    def resolve(self, anchor: PartialDate | None, *, ahead: bool = False, us: bool = False) -> PartialDate | None:
        """The date meant, seen from the document's date; None if that cannot be known. `us` reads 3/4 as 4 March."""
        try:
            return _resolve(self, anchor, ahead, us)
        except BadDate:
            return None


def _resolve(m: Mention, anchor: PartialDate | None, ahead: bool, us: bool) -> PartialDate | None:
    if m.numeric:
        one, two, year = (int(part) for part in re.split(r"[/.]", m.numeric))
        month, day = (one, two) if us and "/" in m.numeric else (two, one)
        if month > 12 >= day:
            month, day = day, month
        return from_iso(f"{year:04d}-{month:02d}-{day:02d}")
    if m.kind in {"today", "weekday", "yesterday"}:
        return _near(m, anchor)
    if m.kind == "relative":
        return _relative(m.words, anchor)
    year = m.year or _year_for(m, anchor, ahead)
    if not year:
        return None
    if m.quarter:
        return PartialDate.of_quarter(year, m.quarter)
    if m.half:
        return PartialDate.of_half(year, m.half)
    if m.day:
        return from_iso(f"{year:04d}-{m.month:02d}-{m.day:02d}")
    return PartialDate.of_month(year, m.month) if m.month else PartialDate.of_year(year)


def _near(m: Mention, anchor: PartialDate | None) -> PartialDate | None:
    if anchor is None or anchor.precision is not Precision.DAY:
        return None
    if m.kind == "today":
        return anchor
    if m.kind == "yesterday":
        return PartialDate.of_day(anchor.first - timedelta(days=1))
    back = (anchor.first.weekday() - _DAYS.index(m.words.split()[-1])) % 7
    return PartialDate.of_day(anchor.first - timedelta(days=back))


def _relative(words: str, anchor: PartialDate | None) -> PartialDate | None:
    if anchor is None or words.endswith("week"):
        return None
    step = -1 if "last" in words else 1 if "next" in words else 0
    if words.endswith("year"):
        return PartialDate.of_year(anchor.first.year + step)
    if anchor.precision in {Precision.DAY, Precision.MONTH}:
        count = anchor.first.year * 12 + anchor.first.month - 1 + step
        return PartialDate.of_month(count // 12, count % 12 + 1)
    return None


def _year_for(m: Mention, anchor: PartialDate | None, ahead: bool) -> int:
    """The year of a date that names none: the first such date after the document's, or the last one before it."""
    if anchor is None:
        return 0
    if m.words.startswith("last"):
        return anchor.first.year - 1
    if m.words.startswith("next"):
        return anchor.first.year + 1
    if anchor.precision not in {Precision.DAY, Precision.MONTH} or m.words.startswith("this"):
        return anchor.first.year
    month = m.month or (3 * m.quarter if m.quarter else 6 * m.half if m.half else 12)
    here = (anchor.first.month, anchor.first.day if anchor.precision is Precision.DAY else 31)
    there = (month, m.day or (1 if not ahead else 31))
    if ahead:
        return anchor.first.year + (there < here)
    slack = date(anchor.first.year, *here) + timedelta(days=2) if anchor.precision is Precision.DAY else None
    late = there > ((slack.month, slack.day) if slack and slack.year == anchor.first.year else here)
    return anchor.first.year - late


def find_dates(text: Text, start: int = 0, end: int | None = None) -> list[Mention]:
    """Every date between two offsets, in order."""
    stop = len(text.low) if end is None else end
    return [mention for m in _PATTERN.finditer(text.low, start, stop) if (mention := _read(m))]


def _read_elsewhere(m: re.Match[str], g: dict[str, str | None]) -> Mention | None:
    """A date in French, German, Spanish or Italian words that is no plain day."""
    start, end = m.span()
    if g["m6"] and g["y8"]:
        year = int(g["y8"]) if g["y8"].isdigit() else 0
        words = m[0] if year or not OF_LAST_YEAR.search(g["y8"]) else "last year"
        return Mention(start, end, "explicit", words, 0, MONTHS_ELSEWHERE[g["m6"]], year)
    if g["m7"]:
        return Mention(m.start("m7"), end, "explicit", g["m7"], 0, MONTHS_ELSEWHERE[g["m7"]])
    if g["y9"]:
        return Mention(m.start("y9"), end, "explicit", g["y9"], year=int(g["y9"]))
    if quarter := g["q2"] or g["q3"]:
        return Mention(start, end, "explicit", m[0], quarter=which(quarter), year=int(g["y10"] or 0))
    if g["h2"]:
        return Mention(start, end, "explicit", m[0], half=min(which(g["h2"]), 2), year=int(g["y11"] or 0))
    if g["day"]:
        return Mention(start, end, "weekday", WEEKDAYS[g["day"]])
    return Mention(start, end, "yesterday", m[0]) if g["eve"] else None


def _read(m: re.Match[str]) -> Mention | None:
    g = m.groupdict()
    start, end = m.span()
    if g["iso"] or g["point"]:
        year, month, day = (int(part) for part in re.split(r"[-.]", g["iso"] or g["point"]))
        return Mention(start, end, "explicit", m[0], day, month, year)
    if g["num"]:
        return Mention(start, end, "explicit", m[0], numeric=g["num"])
    for day_name, month_name, year_name in (("d1", "m1", "y1"), ("d2", "m2", "y2"), ("d3", "m3", "y3")):
        if g[day_name]:
            word = g[month_name]
            month = MONTHS_ELSEWHERE.get(word) or month_number(word)
            return Mention(start, end, "explicit", m[0], int(g[day_name]), month, int(g[year_name] or 0))
    if elsewhere := _read_elsewhere(m, g):
        return elsewhere
    if g["m4"]:
        year_word = g["y4"].removeprefix("of ")
        if year_word.isdigit():
            return Mention(start, end, "explicit", m[0], 0, month_number(g["m4"]), int(year_word))
        return Mention(start, end, "explicit", year_word, 0, month_number(g["m4"]))
    if g["q"]:
        quarter = int(g["q"][1]) if g["q"][0] == "q" else _ORDER[re.split(r"[\s-]", g["q"])[0]]
        return Mention(start, end, "explicit", m[0], quarter=quarter, year=int(g["y5"] or 0))
    if g["h"]:
        half = 2 if "2" in g["h"] or g["h"].startswith(("second", "latter")) else 1
        return Mention(start, end, "explicit", m[0], half=half, year=int(g["y6"] or 0))
    if g["m5"]:
        return Mention(m.start("m5"), end, "explicit", g["m5"], 0, month_number(g["m5"]))
    if g["y7"]:
        return Mention(m.start("y7"), end, "explicit", g["y7"], year=int(g["y7"]))
    if g["poss"]:
        return Mention(start, end, "explicit", m[0], 0, month_number(g["poss"][:-2]))
    kind = "today" if g["today"] else "weekday" if g["weekday"] else "yesterday" if g["yesterday"] else "relative"
    return Mention(start, end, kind, m[0])
