"""Exelixis, investor site: the feed of news releases and each release (a site of the Notified platform).

Gives     one item record per feed entry (headline and teaser); one release record per release, as prose
Withheld  nothing
Quirks    headlines are noun-led, the status is in the opening sentence; the Business Wire dateline has no date and
          sometimes an empty bracket; where the site turns us away, `sec_edgar` tells that something was announced
"""

from __future__ import annotations

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.generic.feed import ACCEPT
from regwatch.adapters.rooms.notified import EASTERN, read_site
from regwatch.model import Document, Reading, Request, Source

FEED = "https://ir.exelixis.com/rss/news-releases.xml"


def request(source: Source) -> Request:
    """The feed."""
    return Request(source.url or FEED, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or one release (`release/<identity of its entry>`)."""
    return read_site(document, zone=EASTERN, issuer=("Exelixis",))


ADAPTER = Adapter(
    name="exelixis_news",
    authorities=(),
    publisher="Exelixis",
    request=request,
    read=read,
    limits=Limits(least=1, most=500),
    minutes=60,
)
