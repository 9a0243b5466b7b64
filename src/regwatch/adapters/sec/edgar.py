"""EDGAR of the US Securities and Exchange Commission: a company's reports of events (8-K) and their press releases.

Gives     one filing record per 8-K under the wanted items; the press releases attached to each (exhibit 99), as prose
Withheld  results (item 2.02), contracts, other forms; filings older than the last forty 8-Ks
Quirks    not every release is filed, and some a day late; lists are columns, one array per field; what is an exhibit
          only the filing's own page says; a company is known by a number (CIK), written with and without zeros
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.rooms.newsroom import ISSUER, issuers
from regwatch.adapters.sec.exhibit import read_exhibit
from regwatch.adapters.sec.filing import read_filing
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.json import load, need
from regwatch.reading.names import names_any
from regwatch.reading.numbers import whole

ITEMS = frozenset({"7.01", "8.01"})
"""Regulation FD disclosure, and other events: where companies file their announcements."""
MOST_FILINGS = 40
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")


def request(source: Source) -> Request:
    """The company's submissions. Raises `ValueError` where the CIK or the issuer's name is missing."""
    issuers(source)
    return Request(f"https://data.sec.gov/submissions/CIK{_cik(source):010d}.json", accept="application/json")


def read(document: Document) -> Reading:
    """The submissions (root), the page of one filing (`filing/...`) or one press release (`release/...`)."""
    part = document.request.part
    if part.startswith("filing/"):
        return read_filing(document)
    return _release(document) if part else _submissions(document)


def _cik(source: Source) -> int:
    given = source.ids.get("sec_cik", "").strip()
    number = whole(given)
    if number is None or len(given) > 10:
        raise ValueError(f"sec_cik must be the company's number at the SEC such as 939767, not {given!r}")
    return number


def _submissions(document: Document) -> Reading:
    answer, cik = load(document), _cik(document.source)
    told = str(answer.get("cik", "")) if isinstance(answer, dict) else ""
    if (number := whole(told)) is None:
        raise MissingPart("number of the company under 'cik'", told[:20])
    name = need(answer, "name", str)
    if number != cik or not names_any(name, issuers(document.source)):
        raise WrongIdentity(f"the filings are those of {name} ({told}), not of {cik}: check sec_cik and issuer")
    recent = need(need(answer, "filings", dict), "recent", dict)
    columns = [need(recent, key, list) for key in ("form", "accessionNumber", "filingDate", "items")]
    if len({len(column) for column in columns}) != 1:
        raise MissingPart("columns of one length", ", ".join(str(len(column)) for column in columns))
    reading = Reading([Record("company", told.lstrip("0"), name, document.request.url)])
    events = [row for row in zip(*columns, strict=True) if row[0] in ("8-K", "8-K/A")]
    for form, number, filed, items in events[:MOST_FILINGS]:
        if ITEMS & {item.strip() for item in str(items).split(",")}:
            _filing(reading, cik, str(form), str(number), str(filed), str(items))
    return reading


def _filing(reading: Reading, cik: int, form: str, number: str, filed: str, items: str) -> None:
    if not _ACCESSION.fullmatch(number):
        reading.odd("a filing without an accession number", f"{form} {number} {filed}")
        return
    base = f"https://www.sec.gov/Archives/edgar/data/{cik}/{number.replace('-', '')}"
    title = f"Form {form}, items {', '.join(item.strip() for item in items.split(','))}"
    day = _day(filed)
    if day is None:
        reading.odd("the date of a filing could not be read", f"{number}: {filed}", base)
    page = f"{base}/{number}-index.htm"
    reading.add(Record("filing", number, title, page, day))
    reading.follow(Follow(Request(page, f"filing/{number}/{filed}"), number, title))


def _day(written: str) -> PartialDate | None:
    try:
        return read_date(written)
    except BadDate:
        return None


def _release(document: Document) -> Reading:
    found = read_exhibit(document)
    number, filed, name = document.request.part.removeprefix("release/").split("/", 2)
    if not names_any(" ".join((found.headline, *found.paragraphs[:15])), issuers(document.source)):
        raise WrongIdentity(f"{document.final_url} does not name {issuers(document.source)[0]} at its beginning")
    key, day = f"{number}/{name}", found.published or _day(filed)
    url, text = document.request.url, found.paragraphs
    return Reading([Record("release", key, found.headline, url, day, blocks=text, prose=True)])


ADAPTER = Adapter(
    name="sec_edgar",
    authorities=(),
    request=request,
    read=read,
    needs=("sec_cik",),
    options={"issuer": ISSUER},
    limits=Limits(least=1, most=500),
    experimental=True,
    minutes=60,
)
