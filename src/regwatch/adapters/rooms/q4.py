"""An investor site on the Q4 platform: its JSON list of press releases and each release.

Gives     one item record per release of the list; one release record per release, as prose
Withheld  nothing
Quirks    times are the site's own and carry no zone; a query that the site no longer likes gives an empty list and no
          error, so an empty list is trouble; addresses of releases are relative
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import like
from regwatch.adapters.rooms.newsroom import ISSUER, REREAD, issuers, release_page
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, EmptyBody
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.links import parts_of, web_link

LIST = "/feed/PressRelease.svc/GetPressReleaseList"
QUERY = "LanguageId=1&bodyType=0&pressReleaseDateFilter=3&categoryId={category}&pageSize=20&pageNumber=0&tagList="
QUERY += "&includeTags=true&year=-1&excludeSelection=1"
CATEGORY = "1cb807d2-208f-4bc3-9133-6a9ad45ac3b0"
BODY = ".module_body, .q4-release, .module-details"


def request(source: Source) -> Request:
    """The list: `url` is its address or that of the site. Raises `ValueError` where that or the issuer is missing."""
    issuers(source)
    parts = parts_of(source.url)
    if not parts.hostname:
        raise ValueError("the adapter q4_news needs the address of the investor site under `url`")
    query = QUERY.format(category=source.options.get("category", CATEGORY))
    url = source.url if parts.path.strip("/") else f"https://{parts.hostname}{LIST}?{query}"
    return Request(url, accept="application/json, */*;q=0.1")


def read(document: Document) -> Reading:
    """The list (root) or one release (`release/<PressReleaseId>`)."""
    if document.request.part:
        zone = document.source.options.get("zone", "America/New_York")
        return release_page(document, zone=zone, bodies=BODY, issuer=issuers(document.source))
    found = need(load(document), "GetPressReleaseListResult", list)
    if not found:
        raise EmptyBody(f"{document.final_url} gave an empty list: the query may need the option `category`")
    reading = Reading()
    for item in found:
        _add(item, document.final_url, reading)
    return reading


def _add(item: Any, base: str, reading: Reading) -> None:
    key, headline = str(need(item, "PressReleaseId", int)), clean(need(item, "Headline", str))
    url = web_link(base, need(item, "LinkToDetailPage", str))
    written = need(item, "PressReleaseDate", str)
    day = _day(written)
    if day is None:
        reading.odd("the date of a release could not be read", f"{headline}: {written}", url)
    if parts_of(url).hostname != parts_of(base).hostname:
        reading.odd("an entry that is no news release", f"{headline} {url}", url)
        return
    teaser = clean(str(item.get("ShortDescription") or ""))
    reading.add(Record("item", key, headline, url, day, blocks=(teaser,) if teaser else ()))
    reading.follow(Follow(Request(url, f"release/{key}"), "", f"{headline} {teaser}", REREAD))


def _day(written: str) -> PartialDate | None:
    try:
        return read_date(written.split(" ")[0], numeric="mdy")
    except BadDate:
        return None


ADAPTER = Adapter(
    name="q4_news",
    authorities=(),
    request=request,
    read=read,
    options={
        "issuer": ISSUER,
        "category": "The category's GUID in the site's own query, where the list comes empty without it.",
        "zone": "The site's time zone: Europe/Paris; America/New_York if left out.",
    },
    values={"category": like(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", f"a GUID such as {CATEGORY}")},
    limits=Limits(least=1, most=2_000),
    experimental=True,
    minutes=60,
)
