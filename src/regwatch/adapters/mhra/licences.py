"""MHRA's lists of granted marketing authorisations: the collection of year pages, and the PDF lists behind them.

Gives     one licence record per row that names a watched medicine: a new licence, its indication unknown; no claim
Withheld  the indication, new uses of licensed medicines, centrally authorised products, parallel imports
Quirks    a row may be a duplicate or another strength of a medicine long sold; one to six weeks late; a corrected list
          is a new file under the same title; rows wrap over lines
"""

from __future__ import annotations

import re
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import json, pdf_apart
from regwatch.reading.links import parts_of
from regwatch.reading.names import names_any

SITE = "https://www.gov.uk"
COLLECTION = "/government/collections/marketing-authorisations-lists-of-granted-licences"
ASSETS = frozenset({"assets.publishing.service.gov.uk", "www.gov.uk"})
FIELD = "New licence, indication unknown"
_YEAR = re.compile(r"/marketing-authorisations-granted-in-(?:[a-z]{3,9}-)?(20\d\d)\Z")
_NUMBER = re.compile(r"\bPL(GB|NI)? ?(\d{5}) ?/ ?(\d{4})\b")
_DAY = re.compile(r"\b\d{2}/\d{2}/\d{4}\b")
_LONGEST_ROW = 400


def request(source: Source) -> Request:
    """The collection of the year pages."""
    return Request(f"{SITE}/api/content{COLLECTION}", accept="application/json")


def read(document: Document) -> Reading:
    """The collection, the page of one year, or one list."""
    part = document.request.part
    if part.startswith("list/"):
        return _read_list(document)
    answer = json.load(document)
    path = part.removeprefix("year") or COLLECTION
    if json.need(answer, "base_path", str) != path:
        raise WrongIdentity(f"{document.final_url} is the item {answer['base_path']} where {path} was due")
    return _read_year(answer, document) if part else _read_collection(answer)


def _read_collection(answer: Any) -> Reading:
    """The year pages, known by their address. Their hint names no medicine: at the baseline none is opened."""
    reading = Reading()
    for item in json.need(json.need(answer, "links", dict), "documents", list):
        path, title = json.need(item, "base_path", str), h.clean(json.need(item, "title", str))
        if _YEAR.search(path) and not item.get("withdrawn"):
            version = str(item.get("public_updated_at") or "")
            page = Request(f"{SITE}/api/content{path}", f"year{path}", "application/json")
            reading.follow(Follow(page, version, title))
    if not reading.follows:
        raise MissingPart("year page in the collection of granted licences")
    return reading


def _read_year(answer: Any, document: Document) -> Reading:
    reading = Reading()
    if answer.get("withdrawn_notice"):
        reading.odd("page withdrawn by GOV.UK, which says nothing about any licence", document.final_url)
        return reading
    for item in json.need(json.need(answer, "details", dict), "attachments", list):
        url, title = json.need(item, "url", str), h.clean(json.need(item, "title", str))
        address = parts_of(url)
        if item.get("content_type") != "application/pdf" or address.hostname not in ASSETS:
            reading.odd("attachment that is no PDF list", f"{title}: {url}", document.final_url)
            continue
        if "parallel import" not in title.casefold():
            part = "list/" + "/".join(address.path.strip("/").split("/")[-2:])
            reading.follow(Follow(Request(url, part, "application/pdf"), url, title))
    if not reading.follows:
        raise MissingPart("PDF list on the page of the year", h.clean(str(answer.get("title"))))
    return reading


def _read_list(document: Document) -> Reading:
    """The rows that name a watched medicine. A row begins with its licence number and ends before the next one."""
    words = " ".join(line for lines in pdf_apart.pages(document) for line in lines)
    places = list(_NUMBER.finditer(words))
    if not places:
        raise MissingPart("licence number in the list", words[:80])
    reading = Reading()
    known: set[str] = set()
    for found, following in zip(places, [*places[1:], None], strict=True):
        end = min(following.start() if following else len(words), found.start() + _LONGEST_ROW)
        row = words[found.start() : end].strip()
        number = f"PL{found[1] or ''} {found[2]}/{found[3]}"
        if names_any(row, document.source.watch) and number not in known:
            known.add(number)
            reading.add(_licence(number, row, document.final_url))
    return reading


def _licence(number: str, row: str, url: str) -> Record:
    days = _DAY.findall(row)
    fields = (("Licence", number), ("Granted", days[0] if days else ""), ("Scope", FIELD))
    return Record("licence", number, f"{number}: new licence", url, fields=fields, blocks=(row,))


ADAPTER = Adapter(
    "mhra_licences",
    ("MHRA",),
    request,
    read,
    publisher="MHRA",
    experimental=True,
    limits=Limits(1, 200),
    minutes=1_440,
)
