"""GlobeNewswire: the feed of one organisation's releases, and each release.

Gives     one item record per release (headline and opening); one release record per release, as prose
Withheld  editions in another language: they carry the same number
Quirks    an organisation's feed is found by a token of 22 characters and `==`, not by its name; it goes on serving old
          items when the issuer leaves the wire; times are UTC and have no seconds; a page ends in other firms' news
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.generic.feed import ACCEPT
from regwatch.adapters.option_values import like
from regwatch.adapters.rooms.newsroom import ISSUER, LANGUAGE, ZONE, issuers, listed, release_page
from regwatch.errors import MissingPart
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.feeds import entries
from regwatch.reading.html import soup
from regwatch.reading.links import parts_of

FEED = "https://www.globenewswire.com/RssFeed/organization/"
BODY = ".main-body-container, .article-body"
_TOKEN = re.compile(r"[\w-]{22}==")
_RELEASE = re.compile(r"globenewswire\.com/news-release/\d{4}/\d{2}/\d{2}/\d{5,9}/.{1,400}")


def request(source: Source) -> Request:
    """The feed: `url`, or the option `organization`. Raises `ValueError` where there is neither, or no issuer."""
    issuers(source)
    token = unquote(source.options.get("organization", "").strip())
    host = parts_of(source.url).hostname or ""
    if source.url and (host == "globenewswire.com" or host.endswith(".globenewswire.com")):
        return Request(source.url, accept=ACCEPT)
    if source.url or not _TOKEN.fullmatch(token):
        raise ValueError(
            "globenewswire_org needs the feed's `url`, or its token (22 characters and ==) as organization"
        )
    return Request(FEED + quote(token, safe=""), accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/globenewswire:<number>`)."""
    source = document.source
    zone = source.options.get("zone", "UTC")
    if document.request.part:
        if soup(document).select_one(BODY) is None:
            raise MissingPart("text of the release", BODY)
        return release_page(document, zone=zone, bodies=BODY, issuer=issuers(source))
    reading = Reading()
    listed(entries(document, zone=zone), source, reading, is_release=lambda url: _RELEASE.match(url) is not None)
    return reading


ADAPTER = Adapter(
    name="globenewswire_org",
    authorities=(),
    request=request,
    read=read,
    options={
        "organization": "The token in the address of the organisation's page: 22 characters and ==.",
        "issuer": ISSUER,
        "zone": f"{ZONE}UTC if left out.",
        "language": LANGUAGE,
    },
    values={"organization": like(r"[\w-]{22}(==|%3[Dd]%3[Dd])", "the token of a page: 22 characters and ==")},
    limits=Limits(least=1, most=200),
    experimental=True,
    minutes=30,
)
