"""An investor site on the Notified platform (gcs-web): its feed of news releases and each release.

Gives     one item record per feed entry (headline and teaser); one release record per release, as prose
Withheld  editions in another language than the wanted one
Quirks    the path of feed and releases is the platform's, the same at every company; addresses are cut at a fixed
          length and may get a number appended; the day stands above the text, in words or as month/day/year
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.generic.feed import ACCEPT
from regwatch.adapters.rooms.newsroom import ISSUER, LANGUAGE, ZONE, issuers, listed, release_page
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.feeds import entries
from regwatch.reading.html import text_of
from regwatch.reading.links import parts_of

FEED = "/rss/news-releases.xml"
EASTERN = "America/New_York"
BODY = ".nir-widget--news-body, .node__content"
HEADLINE = "nir-widget--news--headline"
_RELEASE = re.compile(r"[a-z0-9.-]{4,200}/news-releases/news-release-details/[^/?#]{3,300}")
_DAY = re.compile(r"[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)")
_SHORT_YEAR = re.compile(r"/(\d{2})\Z")


def request(source: Source) -> Request:
    """The feed: `url` is its address or that of the site. Raises `ValueError` where that or the issuer is missing."""
    issuers(source)
    parts = parts_of(source.url)
    if not parts.hostname:
        raise ValueError("the adapter notified_news needs the address of the investor site under `url`")
    url = source.url if parts.path.strip("/") else f"https://{parts.hostname}{FEED}"
    return Request(url, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/<identity of its entry>`)."""
    source = document.source
    return read_site(document, zone=source.options.get("zone", EASTERN), issuer=issuers(source))


def read_site(document: Document, *, zone: str, issuer: tuple[str, ...]) -> Reading:
    """The same for a site that is configured in code."""
    if document.request.part:
        return release_page(document, zone=zone, bodies=BODY, issuer=issuer, shown=_shown_day)
    reading = Reading()
    host = parts_of(document.request.url).hostname or ""
    listed(
        entries(document, zone=zone),
        document.source,
        reading,
        is_release=lambda url: bool(_RELEASE.fullmatch(url)) and url.split("/")[0] == host.removeprefix("www."),
    )
    return reading


def _shown_day(html: BeautifulSoup) -> PartialDate | None:
    """The day shown above the text, in words or as month/day/year."""
    for shown in html.select(".nir-widget--news--date-time"):
        found = _DAY.search(text_of(shown))
        if found and not _in_list(shown):
            try:
                return read_date(_SHORT_YEAR.sub(r"/20\1", found[0]), numeric="mdy")
            except BadDate:
                continue
    return None


def _in_list(shown: Tag) -> bool:
    """Whether the date belongs to a row of a list of other releases."""
    beside = shown.find_next_sibling(class_=HEADLINE) or shown.find_previous_sibling(class_=HEADLINE)
    return beside is not None or shown.find_parent(("tr", "li")) is not None


ADAPTER = Adapter(
    name="notified_news",
    authorities=(),
    request=request,
    read=read,
    options={"zone": f"{ZONE}{EASTERN} if left out.", "issuer": ISSUER, "language": LANGUAGE},
    limits=Limits(least=1, most=500),
    experimental=True,
    minutes=60,
)
