"""MHRA safety: Drug Safety Updates, and alerts and recalls, kept apart from the status of a medicine.

Gives     one safety record per item that names a watched medicine in its title or summary; never a claim
Withheld  the text of the item: the link leads to it
Quirks    an alert about one batch is not a suspension; a withdrawn page is not a withdrawn medicine
"""

from __future__ import annotations

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import BadDate, CountOutOfRange
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import json
from regwatch.reading.moments import read_time
from regwatch.reading.names import names_any

SITE = "https://www.gov.uk"
ORGANISATION = "medicines-and-healthcare-products-regulatory-agency"
TYPES = {"drug_safety_update": "Drug Safety Update", "medical_safety_alert": "Alert or recall"}
FIELDS = "title,description,link,public_timestamp,content_store_document_type"
PATHS = ("/drug-safety-update/", "/drug-device-alerts/")


def request(source: Source) -> Request:
    """The newest 100 items by the GOV.UK Search API."""
    types = "".join(f"&filter_content_store_document_type={name}" for name in TYPES)
    query = f"filter_organisations={ORGANISATION}{types}&order=-public_timestamp&count=100&fields={FIELDS}"
    return Request(f"{SITE}/api/search.json?{query}", accept="application/json")


def read(document: Document) -> Reading:
    """The items about watched medicines. Raises `CountOutOfRange` where nothing at all is found."""
    answer = json.load(document)
    results = json.need(answer, "results", list)
    if not json.need(answer, "total", int) or not results:
        raise CountOutOfRange(f"{document.final_url} found nothing: a filter may have been renamed")
    reading = Reading()
    for result in results:
        path, title = json.need(result, "link", str), h.clean(json.need(result, "title", str))
        kind = TYPES.get(str(result.get("content_store_document_type")))
        if kind is None or not path.startswith(PATHS):
            reading.odd("type of a GOV.UK safety item", f"{title} ({path})", document.final_url)
            continue
        day, _ = read_time(json.need(result, "public_timestamp", str), "Europe/London")
        if day is None:
            raise BadDate(f"an item of {document.final_url} has no time")
        summary = h.clean(str(result.get("description") or ""))
        if names_any(f"{title} {summary}", document.source.watch):
            blocks = (summary,) if summary else ()
            reading.add(Record("safety", path, title, SITE + path, day, (("Kind", kind),), blocks))
    return reading


ADAPTER = Adapter(
    "mhra_safety",
    ("MHRA",),
    request,
    read,
    publisher="MHRA",
    limits=Limits(0, 100),
    minutes=360,
)
