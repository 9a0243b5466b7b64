"""Days and times as feeds, APIs and pages write them: RFC 822, ISO 8601 and what programs make of the two.

The day is the one in the publisher's zone. What could mean two days (`3/4/2025`) is unread unless the publisher's order
is known; so is what is no date at all. Nothing is guessed and nothing becomes now.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from regwatch.dates import PartialDate, local_day, read_date
from regwatch.errors import BadDate
from regwatch.reading.html import clean

Order = Literal["dmy", "mdy"]
ORDERS: dict[str, Order] = {"dmy": "dmy", "mdy": "mdy"}
"""The orders of a day in figures, as options name them."""

MONTHS = (
    "january jan januar janner janvier janv enero ene gennaio gen janeiro januari stycznia ledna января янв",
    "february feb februar fevrier fevr fev febrero febbraio fevereiro februari lutego unora февраля фев",
    "march mar marz maerz mrz mars marzo marco maart mrt marts marca brezna марта",
    "april apr avril avr abril abr aprile kwietnia dubna апреля апр",
    "may mai mayo maggio mag maio mei maj maja kvetna мая",
    "june jun juni juin junio giugno giu junho czerwca cervna июня июн",
    "july jul juli juillet juil julio luglio lug julho lipca cervence июля июл",
    "august aug aout agosto ago augustus augusti sierpnia srpna августа авг",
    "september sep sept septembre septiembre setiembre settembre set sett setembro wrzesnia zari сентября сен",
    "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika rijna октября окт",
    "november nov novembre noviembre novembro ноября ноя",
    "december dec dezember dez decembre diciembre dic dicembre dezembro desember des grudnia prosince декабря дек",
)
"""Names and abbreviations of the months, without accents, in the languages of publishers. None means two of them."""

_NUMBER_BY_NAME = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}
_HOURS_BY_ZONE = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
}  # fmt: skip
"""The zones of RFC 822. Others are ambiguous: beside one of those the day stands as written."""

_LONGEST = 80
_TIME = re.compile(
    r"(?<![\d:+-])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{8})[T ]?(\d{2})(\d{2})(\d{2})?(?![\d:])")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_OFFSET = re.compile(
    r"(?:(?P<name>[a-z]{1,5}) ?)?(?:(?P<sign>[+-]) ?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?)?"
    r"(?: ?\(?(?P<comment>[a-z /_]{1,30})\)?)?",
    re.IGNORECASE,
)
_ISO_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d{2}:\d{2})\Z")
_YEAR_FIRST = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日"
)
_FIGURES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_BEFORE_TIME = re.compile(r"(?:T|[ ,-]{1,4}(?:at|um|à|a las|kl\.?)?)\Z")
_WORD = r"[^\W\d_]{1,15}"
_DAY_FIRST = re.compile(
    rf"(?:{_WORD}\.?,? ){{0,2}}(\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?[ -](?:de |of )?({_WORD})\.?,?[ -](?:de )?"
    r"(\d{4}|\d{2})"
)
_MONTH_FIRST = re.compile(rf"(?:{_WORD}\.?,? ){{0,2}}({_WORD})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})")


def read_time(text: str, zone: str, numeric: Order | None = None) -> tuple[PartialDate | None, datetime | None]:
    """The calendar day in the publisher's zone, and the UTC instant where the text has a time; (None, None) if the text
    is no date, or one that could be two.

    `numeric` is the publisher's order of a day in figures. A time without a zone is the publisher's. Beside a zone's
    name that is not in RFC 822 the day stands as written, and so it does beside 24:00, which ends it.
    """
    words = re.sub(r",(?=\S)", ", ", clean(text))
    if not words or len(words) > _LONGEST:
        return None, None
    try:
        if found := _EPOCH.fullmatch(words):
            return _seen_from(datetime.fromtimestamp(int(found[1]), UTC), zone)
        if found := _COMPACT.match(words):
            day, rest = _day(found[1], None), words[found.end() :]
            return _timed(day, int(found[2]), int(found[3]), int(found[4] or 0), rest, zone)
        if found := _TIME.search(words):
            return _with_time(words, found, zone, numeric)
        return _whole_day(_ISO_ZONE.sub("", words), numeric), None
    except (BadDate, ValueError, OverflowError):
        return None, None


def _with_time(
    words: str, found: re.Match[str], zone: str, numeric: Order | None
) -> tuple[PartialDate | None, datetime | None]:
    before, rest = words[: found.start()], words[found.end() :].strip(" ,")
    if year := re.search(r"(?:^| )(\d{4})\Z", rest):
        before, rest = f"{before} {year[1]}", rest[: year.start()]
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    day = _day(_BEFORE_TIME.sub("", " ".join(before.split())), numeric)
    return _timed(day, hour, int(found["minute"]), int(found["second"] or 0), rest, zone)


def _timed(
    day: date, hour: int, minute: int, second: int, rest: str, zone: str
) -> tuple[PartialDate | None, datetime | None]:
    """The day and the instant of a time on a day as written, with what follows it."""
    written, offset = PartialDate.of_day(day), _offset(rest.strip(), zone, day)
    if hour == 24:
        whole = minute == second == 0 and offset is not None
        midnight = datetime(day.year, day.month, day.day, tzinfo=offset) + timedelta(days=1)
        return written, midnight.astimezone(UTC) if whole else None
    moment = datetime(day.year, day.month, day.day, hour, minute, min(second, 59), tzinfo=offset)
    return _seen_from(moment, zone) if offset is not None else (written, None)


def _seen_from(moment: datetime, zone: str) -> tuple[PartialDate, datetime]:
    return PartialDate.of_day(local_day(moment, zone)), moment.astimezone(UTC)


def _offset(text: str, zone: str, day: date) -> ZoneInfo | timezone | None:
    """The zone that is written behind a time; the publisher's where none is; None for a name that is ambiguous.

    Raises `ValueError` for anything else.
    """
    if not text:
        return ZoneInfo(zone)
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError(f"no zone: {text}")
    name = _HOURS_BY_ZONE.get((found["name"] or "").lower())
    if found["sign"] is None:
        return None if name is None else timezone(timedelta(hours=name))
    if found["name"] and name is None:
        return None
    span = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-span if found["sign"] == "-" else span)


def _whole_day(words: str, numeric: Order | None) -> PartialDate:
    """A date without a time, which may be less exact than a day. Raises `BadDate`."""
    try:
        return read_date(words, numeric=numeric)
    except BadDate:
        return PartialDate.of_day(_day(words, numeric))


def _day(words: str, numeric: Order | None) -> date:
    """A day in figures or in words. Raises `BadDate` or `ValueError`."""
    if found := _YEAR_FIRST.fullmatch(words):
        year, month, day = [int(part) for part in found.groups() if part and part.isdecimal()]
        return date(year, month, day)
    if found := _FIGURES.fullmatch(words.rpartition(", ")[2]):
        return _in_order(int(found[1]), int(found[3]), int(found[4]), numeric)
    if found := _DAY_FIRST.fullmatch(words):
        return date(_year(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(words):
        return date(int(found[3]), _month(found[1]), int(found[2]))
    raise BadDate(f"not a day: {words[:60]!r}")


def _in_order(one: int, two: int, year: int, numeric: Order | None) -> date:
    """A day in figures: by the publisher's order, else only where no other order could be meant."""
    if numeric == "dmy" or (numeric is None and (one > 12 or one == two)):
        return date(year, two, one)
    if numeric == "mdy" or two > 12:
        return date(year, one, two)
    raise BadDate(f"two days could be meant: {one}/{two}/{year}")


def _year(digits: str) -> int:
    """A year; RFC 822 wrote two digits, which RFC 2822 section 4.3 puts between 1950 and 2049."""
    number = int(digits)
    return number if len(digits) == 4 else number + (2000 if number < 50 else 1900)


def _month(word: str) -> int:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    if plain not in _NUMBER_BY_NAME:
        raise BadDate(f"not a month: {word[:20]!r}")
    return _NUMBER_BY_NAME[plain]
