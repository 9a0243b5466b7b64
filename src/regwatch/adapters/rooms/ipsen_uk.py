"""Ipsen in the UK and Ireland: the news listing and each release (MHRA, NICE and SMC news is published here).

Gives     one release record per release, keyed by the last part of its address, as prose
Withheld  pages of the site that are no news: they have neither a dateline nor the note on the audience
Quirks    addresses are flat (`/uk-ireland/<words>`) and carry no number; brands and dates differ from the group's
          edition; a bullet may report on another product than the headline
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from bs4 import BeautifulSoup

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Request, Source
from regwatch.reading.html import soup, text_of
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.release import dateline, read_release, release_record

LISTING = "https://www.ipsen.com/uk-ireland/press-releases/"
REREAD = timedelta(days=7)
"""Newsrooms replace the text of a release without saying so."""
ZONE = "Europe/London"
CONTENT = ("main", "article")
_NEWS = re.compile(r"/uk-ireland/(?P<slug>[a-z0-9%]{1,40}(?:-[a-z0-9%]{1,40}){4,60})/?", re.IGNORECASE)
_AUDIENCE = re.compile(
    r"\b(?:for|to) (?:the )?(?:U\.?K\.?|UK and Irish|Irish) [^.]{0,60}\bmedia\b|"
    r"\bU\.?K\.?,? (?:and Ireland )?[^.]{0,40}\b(?:trade|medical)\b[^.]{0,60}\bmedia\b",
    re.IGNORECASE,
)


def request(source: Source) -> Request:
    """The listing."""
    return Request(source.url or LISTING)


def read(document: Document) -> Reading:
    """The listing (root) or one release (`release/<last part of its address>`)."""
    return _release(document) if document.request.part else _listing(document)


def _listing(document: Document) -> Reading:
    hints: dict[str, list[str]] = {}
    for url, words in _links(soup(document), document.final_url):
        if found := _NEWS.fullmatch(parts_of(url).path):
            hints.setdefault(found["slug"].lower(), []).append(words)
    if not hints:
        raise MissingPart("link to a news page", "a listing without items")
    reading = Reading()
    for slug, texts in hints.items():
        hint = f"{max(texts, key=len)} {slug.replace('-', ' ')}".strip()
        reading.follow(
            Follow(Request(f"https://www.ipsen.com/uk-ireland/{slug}/", f"release/{slug}"), "", hint, REREAD)
        )
    return reading


def _links(html: BeautifulSoup, base: str) -> Iterator[tuple[str, str]]:
    """Links of the page's content: those in its head, foot and menus lead to policies and to other sections."""
    for link in html.find_all("a", href=True):
        outside = (part for part in link.find_parents(("nav", "header", "footer")) if not part.find_parent(CONTENT))
        if next(outside, None) is None:
            url = web_link(base, str(link["href"]))
            if (parts_of(url).hostname or "").removeprefix("www.") == "ipsen.com":
                yield url, text_of(link)


def _release(document: Document) -> Reading:
    key = document.request.part.removeprefix("release/")
    found = _NEWS.fullmatch(parts_of(document.final_url).path)
    if found is None or found["slug"].lower() != key:
        raise WrongIdentity(f"{document.final_url} answered where the release {key} was asked for")
    release = read_release(soup(document), zone=ZONE, issuer=("Ipsen",))
    opening = release.paragraphs[:25]
    is_news = any(dateline(words) or _AUDIENCE.search(words) for words in opening)
    record = release_record(release, document, prose=is_news)
    reading = Reading([record])
    if not is_news or release.published is None:
        reading.odd("a page without a dateline", release.headline, document.request.url)
    return reading


ADAPTER = Adapter(
    name="ipsen_uk_news",
    authorities=(),
    publisher="Ipsen UK and Ireland",
    request=request,
    read=read,
    limits=Limits(least=1, most=500),
    minutes=60,
)
