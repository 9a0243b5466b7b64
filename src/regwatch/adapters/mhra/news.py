"""MHRA news on GOV.UK: press releases and news stories of the agency, found by search and read from the Content API.

Gives     one announcement per item, with its whole text and the London day of its first publication
Withheld  licences granted without a story: most new uses of licensed medicines never get one
Quirks    a withdrawn page is not a withdrawn medicine; midnight in London is 23:00 UTC the day before in summer;
          `updated_at` and linked pages change without any change of the item
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate
from regwatch.errors import BadDate, CountOutOfRange, MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading import feeds, json
from regwatch.reading import html as h
from regwatch.reading.links import parts_of

SITE = "https://www.gov.uk"
ORGANISATION = "medicines-and-healthcare-products-regulatory-agency"
ORGANISATION_ID = "240f72bd-9a4d-4f39-94d9-77235cadde8e"
TYPES = {"press_release": "press release", "news_story": "news story"}
FIELDS = "title,description,link,public_timestamp,content_id,content_store_document_type,is_withdrawn"
ZONE = "Europe/London"


def request(source: Source) -> Request:
    """The newest 50 items by the GOV.UK Search API, which answers 422 to any parameter that it does not know."""
    types = "".join(f"&filter_content_store_document_type={name}" for name in TYPES)
    query = f"filter_organisations={ORGANISATION}{types}&order=-public_timestamp&count=50&fields={FIELDS}"
    return Request(f"{SITE}/api/search.json?{query}", accept="application/json")


def fallback(source: Source) -> Request:
    """The agency's Atom feed: its last 20 documents of every type."""
    return Request(f"{SITE}/government/organisations/{ORGANISATION}.atom", accept="application/atom+xml")


def read(document: Document) -> Reading:
    """The list of items (by search or feed), or one item."""
    if document.request.part:
        return _read_item(document)
    reading = Reading()
    feed = parts_of(document.request.url).path.endswith(".atom")
    for path, changed, hint in _feed(document) if feed else _results(document, reading):
        wanted = any(name.casefold() in hint.casefold() for name in document.source.watch if name)
        item = Request(f"{SITE}/api/content{path}", f"item{path}", "application/json")
        again = timedelta(days=1) if wanted else None
        reading.follow(Follow(item, _when(changed)[1].isoformat(), hint, again))
    return reading


def _results(document: Document, reading: Reading) -> Iterator[tuple[str, str, str]]:
    """Path, time of the last major change and words of every search result."""
    answer = json.load(document)
    results = json.need(answer, "results", list)
    if not json.need(answer, "total", int) or not results:
        raise CountOutOfRange(f"{document.final_url} found nothing: a filter may have been renamed")
    for result in results:
        path = json.need(result, "link", str)
        title = json.need(result, "title", str)
        if result.get("content_store_document_type") not in TYPES or not path.startswith("/government/"):
            reading.odd("type of a GOV.UK search result", f"{title} ({path})", document.final_url)
            continue
        yield path, json.need(result, "public_timestamp", str), _hint(title, result.get("description"))


def _feed(document: Document) -> Iterator[tuple[str, str, str]]:
    for entry in feeds.entries(document, zone=ZONE):
        kind, _, title = entry.title.partition(": ")
        url = parts_of(entry.url)
        if kind.casefold() in TYPES.values() and url.hostname == "www.gov.uk":
            if entry.modified is None:
                raise BadDate(f"an entry of {document.final_url} has no time of change")
            yield url.path, entry.modified.isoformat(), _hint(title, entry.summary)


def _hint(title: str, description: object) -> str:
    return h.clean(f"{title}\n{description if isinstance(description, str) else ''}")


def _read_item(document: Document) -> Reading:
    reading = Reading()
    item = json.load(document)
    kind = json.need(item, "document_type", str)
    path = document.request.part.removeprefix("item")
    if json.need(item, "base_path", str) != path:
        raise WrongIdentity(f"{document.final_url} is the item {item['base_path']} where {path} was due")
    if kind not in TYPES:
        reading.odd("GOV.UK item that is no news of the agency now", f"{kind}: {path}", SITE + path)
        return reading
    title = h.clean(json.need(item, "title", str))
    withdrawn = _withdrawn(item)
    agency = _is_by_agency(item)
    if withdrawn:
        reading.odd("page withdrawn by GOV.UK, which says nothing about the medicine", title, SITE + path)
    elif not agency:
        reading.odd("GOV.UK news that the MHRA did not publish", title, SITE + path)
    body = h.paragraphs(h.fragment(json.need(json.need(item, "details", dict), "body", str)))
    if not body:
        raise MissingPart("text of the news item", title)
    description = item.get("description")
    reading.add(
        Record(
            "news",
            f"{json.need(item, 'content_id', str)}/{json.need(item, 'locale', str)}",
            title,
            SITE + path,
            _when(json.need(item, "first_published_at", str))[0],
            fields=(("Withdrawn", withdrawn),) if withdrawn else (),
            blocks=(h.clean(description), *body) if isinstance(description, str) and description else tuple(body),
            prose=agency and not withdrawn,
        )
    )
    return reading


def _withdrawn(item: dict[str, Any]) -> str:
    """The London day on which the page was withdrawn; "" while it is live (an empty notice)."""
    notice = item.get("withdrawn_notice") or {}
    return _when(json.need(notice, "withdrawn_at", str))[0].iso if notice else ""


def _is_by_agency(item: dict[str, Any]) -> bool:
    organisations = json.need(json.need(item, "links", dict), "organisations", list)
    return any(isinstance(one, dict) and one.get("content_id") == ORGANISATION_ID for one in organisations)


def _when(text: str) -> tuple[PartialDate, datetime]:
    """The London day and the UTC instant of an RFC 3339 time. Raises `BadDate`."""
    day, instant = feeds.read_time(text, ZONE)
    if day is None or instant is None:
        raise BadDate(f"not a time: {text[:40]!r}")
    return day, instant


ADAPTER = Adapter(
    "mhra_news",
    ("MHRA",),
    request,
    read,
    publisher="MHRA",
    limits=Limits(0, 200),
    fallback=fallback,
    minutes=15,
)
