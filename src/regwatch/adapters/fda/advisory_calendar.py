"""FDA: the calendar of advisory committee meetings, as the data behind its table.

Gives     one meeting record for each meeting of the wanted committees, and for each that names a watched treatment; a
          foreseen advice only for a title that names treatment and disease
Withheld  what is discussed: titles name the committee; the agenda is on the meeting's page days before
Quirks    an undocumented address; no status: `POSTPONED -` and `CANCELLED -` stand before the title, in any spelling;
          a cancelled meeting says nothing of the decision
"""

from __future__ import annotations

import re
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import names
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, CountOutOfRange, MissingPart
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean, fragment, text_of
from regwatch.reading.json import load, need
from regwatch.reading.links import canonical, web_link
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

CALENDAR = "https://www.fda.gov/datatables-json/advisory-committee-calendar-json"
COMMITTEE = "Oncologic Drugs"
LEAST_ROWS = 20
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_PREFIX = re.compile(
    r"(?P<word>postponed|cancell?ed|updated information|rescheduled)\b ?[-:\u2013\u2014]? ?", re.IGNORECASE
)
_SHOUTED = re.compile(r"[A-Z]{4,}(?: [A-Z]{4,}){0,3} ?[-:\u2013\u2014] ")
STATES = {
    "postponed": "postponed", "cancelled": "cancelled", "canceled": "cancelled", "updated information": "updated",
    "rescheduled": "updated",
}  # fmt: skip


def request(source: Source) -> Request:
    """The calendar."""
    return Request(source.url or CALENDAR, accept="application/json, */*;q=0.1")


def read(document: Document) -> Reading:
    """The meetings of interest. Raises `CountOutOfRange` where the calendar has fewer than it ever had."""
    rows = load(document)
    if not isinstance(rows, list):
        raise MissingPart("list of meetings", type(rows).__name__)
    if len(rows) < LEAST_ROWS:
        raise CountOutOfRange(f"the calendar has {len(rows)} meetings; {LEAST_ROWS} or more are usual")
    reading = Reading()
    for row in rows:
        _add(row, document.source, reading)
    return reading


def _add(row: Any, source: Source, reading: Reading) -> None:
    markup = fragment(need(row, "title", str))
    link = markup.find("a", href=True)
    told = text_of(markup)
    title, state = _state(told, reading)
    named = names_any(title, source.watch)
    if not named and not names_any(title, (source.options.get("committee", COMMITTEE),)):
        return
    url = web_link(CALENDAR, str(link["href"])) if link else CALENDAR
    day = _day(clean(need(row, "field_start_date", str)), title, reading)
    fields = (("date", day.iso if day else ""), ("state", state), ("center", clean(str(row.get("field_center") or ""))))
    key = canonical(url).removeprefix("https://www.fda.gov/") if link else f"{title} {day}"
    claims: tuple[Claim, ...] = ()
    if named:
        reading.odd("a committee meeting that names a watched treatment", f"{told} {day or ''}", url)
        if day and state in ("planned", "updated"):
            claims = (_foreseen(told, title, day),)
    reading.add(Record("meeting", key, title, url, published=None, fields=fields, claims=claims))


def _foreseen(told: str, title: str, day: PartialDate) -> Claim:
    """An advice is foreseen, whichever way it goes."""
    rule = "fda.advisory_calendar.meeting"
    advice = Milestone.ADVISORY_POSITIVE
    return Claim("FDA", advice, Mode.EXPECTED, told, rule, date=day, treatment=title, indication=title)


def _state(told: str, reading: Reading) -> tuple[str, str]:
    """The title without the word in front of it, and what that word says."""
    found = _PREFIX.match(told)
    if found:
        return told[found.end() :].strip(), STATES[found["word"].lower()]
    if _SHOUTED.match(told):
        reading.odd("a word before the title of a meeting that is not in the vocabulary", told)
        return told, "unknown"
    return told, "planned"


def _day(written: str, title: str, reading: Reading) -> PartialDate | None:
    found = _DAY.match(written)
    try:
        if found:
            return read_date(found[0], numeric="mdy")
    except BadDate:
        pass
    if written:
        reading.odd("the date of a meeting could not be read", f"{title}: {written}")
    return None


ADAPTER = Adapter(
    name="fda_advisory_calendar",
    authorities=("FDA",),
    publisher="US Food and Drug Administration",
    request=request,
    read=read,
    options={"committee": f"Words in the title of the committee to follow; {COMMITTEE} if left out."},
    values={"committee": names},
    limits=Limits(least=0, most=2_000),
    experimental=True,
    minutes=1_440,
)
