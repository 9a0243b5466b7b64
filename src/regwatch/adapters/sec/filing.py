"""The page of one filing at EDGAR: which of its documents are press releases (exhibit 99), by the type that it states.

File names tell nothing: half of the exhibits bear the agency's or the printer's. A folder's `index.json`, which has no
types, is read by name for want of better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bs4 import Tag

from regwatch.errors import MissingPart, Truncated
from regwatch.model import Document, Follow, Reading, Request
from regwatch.reading.html import label, soup, text_of
from regwatch.reading.json import load, need
from regwatch.reading.links import parts_of, web_link

_TYPE = re.compile(r"EX-99(?:\.[\w.()-]{1,12})?", re.IGNORECASE)
_NAMED = re.compile(r"[\w.-]{0,80}(?:ex|exhibit)[-_]?99[\w.-]{0,40}\.html?", re.IGNORECASE)
_PAGE = re.compile(r"[\w.-]{1,120}\.html?", re.IGNORECASE)
_VIEWER = "/ix?doc="
_WHOLE = re.compile(rb"<!-- END FILER DIV -->|</html", re.IGNORECASE)
"""What stands at the end of a filing's page, which is served without its closing tags."""


def read_filing(document: Document) -> Reading:
    """The exhibits 99 to follow. Raises `MissingPart` where no table has the columns Document and Type."""
    reading = Reading()
    if document.body.lstrip()[:1] == b"{":
        for name in _names(document):
            if _NAMED.fullmatch(name):
                _follow(reading, document, name)
        return reading
    for shown, link, kind in _documents(document):
        if not _TYPE.fullmatch(kind):
            continue
        folder, _, name = parts_of(web_link(document.request.url, link.replace(_VIEWER, "", 1))).path.rpartition("/")
        if folder != parts_of(document.request.url).path.rpartition("/")[0] or not _PAGE.fullmatch(name):
            reading.odd("an exhibit that is no page", f"{kind}: {shown}", document.request.url)
            continue
        _follow(reading, document, name)
    return reading


def _follow(reading: Reading, document: Document, name: str) -> None:
    base, place = document.request.url.rpartition("/")[0], document.request.part.removeprefix("filing/")
    reading.follow(Follow(Request(f"{base}/{name}", f"release/{place}/{name}"), place))


def _names(document: Document) -> list[str]:
    names = [need(item, "name", str) for item in need(need(load(document), "directory", dict), "item", list)]
    if not names:
        raise MissingPart("part of the filing", "an empty directory")
    return names


def _documents(document: Document) -> Iterator[tuple[str, str, str]]:
    """Name, link and type of each document, from every table that has these columns."""
    if document.body and not _WHOLE.search(document.body, max(0, len(document.body) - 4096)):
        raise Truncated(f"{document.final_url} was cut off after {len(document.body)} bytes")
    page = soup(replace(document, body=document.body + b"\n</html>" * bool(document.body)))
    known = False
    for table in page.find_all("table"):
        heads = [label(text_of(cell)) for cell in table.find_all("th")]
        if "type" not in heads or "document" not in heads:
            continue
        known, place, kind = True, heads.index("document"), heads.index("type")
        for row in table.find_all("tr"):
            cells = row.find_all("td", recursive=False)
            link = cells[place].find("a", href=True) if len(cells) == len(heads) else None
            if isinstance(link, Tag):
                yield text_of(cells[place]), str(link["href"]), text_of(cells[kind])
    if not known:
        raise MissingPart("table of documents with the columns Document and Type", text_of(page.find("h1"))[:80])
