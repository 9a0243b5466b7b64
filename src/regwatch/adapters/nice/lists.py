"""NICE's guidance lists (in development, in consultation, published, terminated and others), as a cross-check.

Gives     one listed record per project or guidance that names a watched medicine, with its dates; never a claim
Withheld  what a recommendation says; the project page and the guidance tell
Quirks    the answer of the search is embedded in the page, the table shows the same; projects have no reference but
          the one in their address; a date that is missing is shown as TBC
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import one_of
from regwatch.dates import from_iso
from regwatch.errors import BadDate, CountOutOfRange, MissingPart
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading.json import DECODER
from regwatch.reading.links import parts_of
from regwatch.reading.names import names_any

SITE = "https://www.nice.org.uk"
LISTS = (
    "prioritisation", "awaiting-development", "indevelopment", "inconsultation", "published", "terminated", "deferred",
)  # fmt: skip
DATES = (
    ("Expected publication", "expectedPublicationDate"),
    ("Consultation ends", "consultationEndDate"),
    ("Published", "publicationDate"),
    ("Decision date", "topicSelectionDecisionDate"),
    ("Terminated", "terminatedDate"),
    ("Deferred", "deferredDate"),
)
WORDS = (
    ("Consultation", "consultationType"),
    ("Decision", "topicSelectionDecision"),
    ("Reference", "guidanceRef"),
)


def request(source: Source) -> Request:
    """One list, narrowed to the first watched name (the INN of a topic)."""
    name = source.options.get("list", "indevelopment")
    query = {"q": next(iter(source.watch), ""), "ps": "9999"}
    return Request(f"{SITE}/guidance/{name}?{urlencode(query)}")


def read(document: Document) -> Reading:
    """The entries that name a watched medicine. Raises `MissingPart` without the search answer and the table."""
    page = h.soup(document)
    reading = Reading()
    script = page.find("script", id="__NEXT_DATA__")
    records = _from_answer(script.get_text(), reading) if script else _from_table(page)
    for record in sorted(records, key=lambda one: one.key):
        if names_any(record.title, document.source.watch):
            reading.add(record)
    return reading


def _from_answer(text: str, reading: Reading) -> list[Record]:
    try:
        found: Any = DECODER.decode(text)
    except (RecursionError, ValueError) as error:
        raise MissingPart("JSON in the data of the page", text[:60]) from error
    for key in ("props", "pageProps", "results"):
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, dict) or found.get("failed") or not isinstance(found.get("documents"), list):
        raise MissingPart("answer of the search in the data of the page", str(found)[:60])
    entries, total = found["documents"], found.get("resultCount")
    if total != len(entries):
        raise CountOutOfRange(f"the list announces {total} entries and shows {len(entries)}")
    return [_entry(entry, reading) for entry in entries]


def _entry(entry: Any, reading: Reading) -> Record:
    title, path = (entry.get(key) if isinstance(entry, dict) else None for key in ("title", "pathAndQuery"))
    if not isinstance(title, str) or not isinstance(path, str):
        raise MissingPart("title and path of an entry", str(entry)[:60])
    statuses = entry.get("guidanceStatus")
    fields = [("Status", ", ".join(map(str, statuses)) if isinstance(statuses, list) else "")]
    for label, key in DATES:
        if written := entry.get(key):
            try:
                fields.append((label, from_iso(str(written)[:10]).iso))
            except BadDate:
                reading.odd("date in a NICE list", f"{path}: {label} {written}")
    fields += [(label, h.clean(str(entry[key]))) for label, key in WORDS if entry.get(key)]
    return _record(h.clean(title), path, fields)


def _from_table(page: BeautifulSoup) -> list[Record]:
    table = h.need(page.find("table"), "table or data of the list", h.title(page))
    header, *_ = h.rows(table) or [()]
    if not header or h.label(header[0]) != "title":
        raise MissingPart("column of titles", " | ".join(header)[:100])
    found = []
    for line in table.find_all("tr"):
        cells = [h.text_of(cell) for cell in line.find_all("td")]
        link = line.find("a", href=True)
        if len(cells) == len(header) and link:
            fields = [(name, cell) for name, cell in zip(header[1:], cells[1:], strict=True)]
            found.append(_record(cells[0], str(link["href"]), fields))
    return found


def _record(title: str, path: str, fields: list[tuple[str, str]]) -> Record:
    if not (key := parts_of(path).path.lower()):
        raise MissingPart("address of an entry", path[:60])
    return Record("listed", key, title, SITE + key, fields=tuple(fields))


ADAPTER = Adapter(
    "nice_lists",
    ("NICE",),
    request,
    read,
    publisher="NICE",
    options={"list": "Which list: " + ", ".join(LISTS) + "; `indevelopment` if left out."},
    values={"list": one_of(*LISTS)},
    limits=Limits(0, 2_000),
    confirm=1,
    experimental=True,
)
