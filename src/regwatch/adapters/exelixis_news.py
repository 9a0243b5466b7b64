"""Exelixis, investor site: the feed of news releases and each release.

Gives     one item record per feed entry (headline and teaser); one release record per release, as prose
Withheld  nothing
Quirks    headlines are noun-led, the status is in the opening sentence; the Business Wire dateline has no date and
          sometimes an empty bracket; addresses are cut at a fixed length and may get a number appended
"""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.feed import ACCEPT
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.feeds import entries, same_page
from regwatch.reading.html import soup, text_of
from regwatch.reading.release import read_release

FEED = "https://ir.exelixis.com/rss/news-releases.xml"
REREAD = timedelta(days=7)
"""Newsrooms replace the text of a release without saying so."""
ZONE = "America/New_York"
BODY = ".nir-widget--news-body, .node__content"
HEADLINE = "nir-widget--news--headline"
_RELEASE = re.compile(r"ir\.exelixis\.com/news-releases/news-release-details/[^/?#]{3,300}")
_DAY = re.compile(r"[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\d{1,2}/\d{1,2}/\d{4}")


def request(source: Source) -> Request:
    """The feed."""
    return Request(source.url or FEED, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/<identity of its entry>`)."""
    return _release(document) if document.request.part else _feed(document)


def _feed(document: Document) -> Reading:
    reading = Reading()
    told: set[str] = set()
    for entry in entries(document, zone=ZONE):
        if entry.id in told:
            continue
        told.add(entry.id)
        if not entry.id or not entry.title or not _RELEASE.fullmatch(same_page(entry.url)):
            reading.odd("an entry that is no news release", f"{entry.title} {entry.url}", entry.url)
            continue
        if entry.unread_date:
            reading.odd("the date of an entry could not be read", f"{entry.title}: {entry.unread_date}", entry.url)
        reading.add(Record("item", entry.id, entry.title, entry.url, entry.published, blocks=entry.blocks))
        hint = f"{entry.title} {entry.summary}"
        version = entry.modified.isoformat() if entry.modified else ""
        reading.follow(Follow(Request(entry.url, f"release/{entry.id}"), version, hint, REREAD))
    return reading


def _release(document: Document) -> Reading:
    if same_page(document.final_url) != same_page(document.request.url):
        raise WrongIdentity(f"{document.final_url} answered where {document.request.url} was asked for")
    html = soup(document)
    shown = _shown_day(html)
    body = BODY if html.select_one(BODY) else ""
    release = read_release(html, zone=ZONE, body=body, issuer=("Exelixis",))
    record = Record(
        kind="release",
        key=document.request.part.removeprefix("release/"),
        title=release.headline,
        url=document.request.url,
        published=shown or release.published,
        blocks=release.paragraphs,
        prose=True,
    )
    reading = Reading([record])
    if record.published is None:
        reading.odd("a release without a date", release.headline, document.request.url)
    return reading


def _shown_day(html: BeautifulSoup) -> PartialDate | None:
    """The day shown above the text, in words or as month/day/year."""
    for shown in html.select(".nir-widget--news--date-time"):
        found = _DAY.search(text_of(shown))
        if found and not _in_list(shown):
            try:
                return read_date(found[0], numeric="mdy")
            except BadDate:
                continue
    return None


def _in_list(shown: Tag) -> bool:
    """Whether the date belongs to a row of a list of other releases."""
    beside = shown.find_next_sibling(class_=HEADLINE) or shown.find_previous_sibling(class_=HEADLINE)
    return beside is not None or shown.find_parent(("tr", "li")) is not None


ADAPTER = Adapter(
    name="exelixis_news",
    authorities=(),
    publisher="Exelixis",
    request=request,
    read=read,
    limits=Limits(least=1, most=500),
    minutes=60,
)
