"""PR Newswire: a feed of releases, those of one issuer, and each release.

Gives     one item record per release that names the issuer; one release record per release, as prose
Withheld  releases of others; editions in other languages, which have numbers of their own
Quirks    feeds are by subject, not by company, and hold about a day; a release ends with `SOURCE <issuer>`; links in it
          are rewritten and count readers
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.generic.feed import ACCEPT
from regwatch.adapters.rooms.newsroom import ISSUER, LANGUAGE, ZONE, issuers, listed, release_page
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.feeds import entries
from regwatch.reading.html import soup
from regwatch.reading.links import parts_of
from regwatch.reading.names import names_any

FEED = "https://www.prnewswire.com/rss/health-latest-news/pharmaceuticals-list.rss"
EASTERN = "America/New_York"
BODY = ".release-body, #release-body"
_HOSTS = frozenset({"www.prnewswire.com", "www.prnewswire.co.uk"})
_RELEASE = re.compile(r"prnewswire\.(?:com|co\.uk)/news-releases/.{1,400}-\d{9}\.html")


def request(source: Source) -> Request:
    """The feed. Raises `ValueError` where `url` is none of PR Newswire's or the issuer is missing."""
    issuers(source)
    if source.url and parts_of(source.url).hostname not in _HOSTS:
        raise ValueError("prnewswire_news needs the address of a feed at www.prnewswire.com as url")
    return Request(source.url or FEED, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/prnewswire:<number>`)."""
    source = document.source
    names = issuers(source)
    zone = source.options.get("zone", EASTERN)
    if document.request.part:
        return _release(document, zone, names)
    found = [
        entry
        for entry in entries(document, zone=zone)
        if names_any(" ".join((entry.title, entry.contributor, *entry.blocks)), names)
    ]
    reading = Reading()
    listed(found, source, reading, is_release=lambda url: _RELEASE.fullmatch(url) is not None)
    return reading


def _release(document: Document, zone: str, names: tuple[str, ...]) -> Reading:
    """A release that others issue about the company (a law firm's alert) is none of its own."""
    if soup(document).select_one(BODY) is None:
        raise MissingPart("text of the release", BODY)
    reading = release_page(document, zone=zone, bodies=BODY, issuer=names)
    sources = [words for words in reading.records[0].blocks if words.startswith("SOURCE ")]
    if not sources:
        raise MissingPart("line SOURCE at the end of the release")
    if not names_any(sources[-1], names):
        raise WrongIdentity(f"the release is by {sources[-1][7:80]}, not by {names[0]}")
    return reading


ADAPTER = Adapter(
    name="prnewswire_news",
    authorities=(),
    publisher="PR Newswire",
    request=request,
    read=read,
    options={"issuer": ISSUER, "zone": f"{ZONE}{EASTERN} if left out.", "language": LANGUAGE},
    limits=Limits(least=0, most=500),
    experimental=True,
    minutes=60,
)
