"""Business Wire: the feed of one company's releases.

Gives     one item record per release, with headline and opening, as prose (with `follow: yes` also the release)
Withheld  editions in other languages, which have numbers of their own
Quirks    a feed is found by a token; a bad or expired one gives a good feed without items and says so in its title;
          a company's feed may be rightly empty; pages are guarded against programs, so only the feed is read
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.generic.feed import ACCEPT
from regwatch.adapters.rooms.newsroom import ISSUER, LANGUAGE, ZONE, issuers, listed, release_page
from regwatch.errors import MissingPart
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.feeds import entries
from regwatch.reading.html import soup
from regwatch.reading.links import parts_of
from regwatch.reading.names import names_any

EASTERN = "America/New_York"
BODY = "#bw-release-story, .bw-release-story"
_RELEASE = re.compile(r"businesswire\.com/news/home/\d{14}(?:/.{1,400})?")


def request(source: Source) -> Request:
    """The feed. Raises `ValueError` where `url` is no feed of Business Wire or the issuer is missing."""
    issuers(source)
    if parts_of(source.url).hostname != "feed.businesswire.com":
        raise ValueError("businesswire_company needs the address of the company's feed at feed.businesswire.com as url")
    return Request(source.url, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/businesswire:<number>/<language>`)."""
    source = document.source
    names = issuers(source)
    zone = source.options.get("zone", EASTERN)
    if document.request.part:
        if soup(document).select_one(BODY) is None:
            raise MissingPart("text of the release", BODY)
        return release_page(document, zone=zone, bodies=BODY, issuer=names)
    found = [
        entry
        for entry in entries(document, zone=zone, may_be_empty=True)
        if names_any(" ".join((entry.title, *entry.blocks, entry.contributor)), names)
    ]
    reading = Reading()
    follows = source.options.get("follow") == "yes"
    listed(found, source, reading, is_release=lambda url: _RELEASE.fullmatch(url) is not None, follows=follows)
    return reading


ADAPTER = Adapter(
    name="businesswire_company",
    authorities=(),
    request=request,
    read=read,
    options={
        "issuer": ISSUER,
        "follow": "`yes`: read the page of each release too; the site turns programs away more often than not.",
        "zone": f"{ZONE}{EASTERN} if left out.",
        "language": LANGUAGE,
    },
    limits=Limits(least=0, most=500),
    experimental=True,
    minutes=30,
)
