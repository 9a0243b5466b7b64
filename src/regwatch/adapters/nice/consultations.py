"""NICE's consultations by its API: what is open for comment, and until when.

Gives     one consultation record per project that is watched, with the day and hour of its close as fields
Withheld  what the draft recommends (see nice_project)
Quirks    closing times are those of London; the same project has several consultations over time; test entries exist
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import BadDate, CountOutOfRange, MissingPart
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.moments import read_time
from regwatch.reading.names import names_any

API = "https://www.nice.org.uk/consultations/api/Consultations"
SHOWN = "https://www.nice.org.uk/consultations"


def request(source: Source) -> Request:
    """All current consultations."""
    return Request(API, accept="application/json")


def read(document: Document) -> Reading:
    """The consultations of watched projects: by the project's reference, or by a medicine in the title."""
    answer = load(document)
    if not isinstance(answer, list):
        raise MissingPart("list of consultations", type(answer).__name__)
    if not answer:
        raise CountOutOfRange(f"{document.final_url} lists no consultation; dozens are usual")
    wanted = document.source.ids.get("nice_gid", "").casefold()
    reading = Reading()
    for item in answer:
        title, reference = clean(need(item, "title", str)), clean(need(item, "reference", str))
        if (wanted and reference.casefold() == wanted) or names_any(title, document.source.watch):
            reading.add(_consultation(item, title, reference))
    reading.records.sort(key=lambda record: int(record.key))
    return reading


def _consultation(item: Any, title: str, reference: str) -> Record:
    number = need(item, "consultationId", int)
    opens, closes = _moment(need(item, "startDate", str)), _moment(need(item, "endDate", str))
    fields = (
        ("Project", reference),
        ("Consultation", clean(need(item, "consultationName", str))),
        ("Type", clean(str(item.get("consultationType") or ""))),
        ("Opens", opens),
        ("Closes", closes),
    )
    return Record("consultation", str(number), title, f"{SHOWN}/{number}", fields=fields)


def _moment(text: str) -> str:
    """The London day of a time, and the hour where it is not midnight. Raises `BadDate`."""
    day, _ = read_time(text, "Europe/London")
    if day is None:
        raise BadDate(f"not a time: {text[:40]!r}")
    hour = text[11:16]
    return day.iso if hour in ("", "00:00") else f"{day.iso} {hour}"


ADAPTER = Adapter(
    "nice_consultations",
    ("NICE",),
    request,
    read,
    publisher="NICE",
    experimental=True,
    limits=Limits(0, 500),
    confirm=1,
)
