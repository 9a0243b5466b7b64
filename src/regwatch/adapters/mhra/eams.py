"""MHRA's Early Access to Medicines Scheme: the page of scientific opinions that have expired.

Gives     one opinion record per row that names a watched medicine, with its dates; never a claim
Withheld  refused opinions, which are counted only; active opinions stand on pages of their own
Quirks    a positive scientific opinion is no licence, and its expiry usually follows one
"""

from __future__ import annotations

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import json
from regwatch.reading.names import names_any

SITE = "https://www.gov.uk"
PAGE = (
    "/government/publications/early-access-to-medicines-scheme-expired-scientific-opinions"
    "/expired-early-access-to-medicines-scheme-scientific-opinions"
)


def request(source: Source) -> Request:
    """The page of expired opinions."""
    return Request(f"{SITE}/api/content{PAGE}", accept="application/json")


def read(document: Document) -> Reading:
    """The rows about watched medicines. Raises `MissingPart` without a table that tells the dates of opinions."""
    answer = json.load(document)
    if json.need(answer, "base_path", str) != PAGE:
        raise WrongIdentity(f"{document.final_url} is the item {answer['base_path']} where {PAGE} was due")
    body = h.fragment(json.need(json.need(answer, "details", dict), "body", str))
    reading = Reading()
    tables = body.find_all("table")
    if not tables:
        raise MissingPart("table of scientific opinions", h.text_of(body)[:80])
    for table in tables:
        header, *rows = h.rows(table) or [()]
        if not any("opinion" in h.label(cell) for cell in header):
            raise MissingPart("column of the day of the opinion", " | ".join(header)[:100])
        for row in rows:
            if names_any(" ".join(row), document.source.watch):
                _add(reading, header, row)
    return reading


def _add(reading: Reading, header: tuple[str, ...], row: tuple[str, ...]) -> None:
    if len(row) != len(header):
        reading.odd("row of the list of scientific opinions", " | ".join(row), SITE + PAGE)
        return
    fields = tuple(zip(header, row, strict=True))
    reading.add(Record("opinion", "", f"Early access: {row[0]}", SITE + PAGE, fields=fields))


ADAPTER = Adapter(
    "mhra_eams",
    ("MHRA",),
    request,
    read,
    publisher="MHRA",
    experimental=True,
    limits=Limits(0, 200),
    minutes=1_440,
)
