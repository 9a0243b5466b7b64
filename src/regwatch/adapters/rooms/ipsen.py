"""Ipsen, group newsroom in English: the listing of press releases and each release.

Gives     one release record per release, keyed by the number at the end of its address, as prose
Withheld  the French edition, which carries the same number
Quirks    the number is GlobeNewswire's; the dateline may be a day after the decision; Ipsen also reports the FDA's
          acts on its partner Exelixis's filings; superscript reference marks are glued to words
"""

from __future__ import annotations

import re
from datetime import timedelta

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Request, Source
from regwatch.reading.html import soup, text_of
from regwatch.reading.links import parts_of, web_link
from regwatch.reading.release import read_release, release_record

LISTING = "https://www.ipsen.com/press-releases/"
HOSTS = ("www.ipsen.com", "ipsen.com")
REREAD = timedelta(days=7)
"""Newsrooms replace the text of a release without saying so."""
ZONE = "Europe/Paris"
_RELEASE = re.compile(r"/press-releases/(?P<slug>[^/]{3,400})-(?P<number>\d{7,8})/?")


def request(source: Source) -> Request:
    """The listing."""
    return Request(source.url or LISTING)


def read(document: Document) -> Reading:
    """The listing (root) or one release (`release/<number>`)."""
    return _release(document) if document.request.part else _listing(document)


def number(url: str) -> str:
    """The release number at the end of the address of an English release, or ""."""
    address = parts_of(url)
    found = _RELEASE.fullmatch(address.path)
    return found["number"] if found and address.hostname in HOSTS else ""


def _listing(document: Document) -> Reading:
    found: dict[str, tuple[str, list[str]]] = {}
    for link in soup(document).find_all("a", href=True):
        url = web_link(document.final_url, str(link["href"]))
        if key := number(url):
            found.setdefault(key, (url, []))[1].append(text_of(link))
    if not found:
        raise MissingPart("link to a press release", "a listing without items")
    reading = Reading()
    for key, (url, texts) in found.items():
        slug = parts_of(url).path.split("/")[2].removesuffix(f"-{key}").replace("-", " ")
        hint = f"{max(texts, key=len)} {slug}".strip()
        reading.follow(Follow(Request(url, f"release/{key}"), "", hint, REREAD))
    return reading


def _release(document: Document) -> Reading:
    key = document.request.part.removeprefix("release/")
    if number(document.final_url) != key:
        raise WrongIdentity(f"{document.final_url} answered where release {key} was asked for")
    release = read_release(soup(document), zone=ZONE, issuer=("Ipsen",))
    record = release_record(release, document)
    reading = Reading([record])
    if release.published is None:
        reading.odd("a release without a date", release.headline, document.request.url)
    return reading


ADAPTER = Adapter(
    name="ipsen_news",
    authorities=(),
    publisher="Ipsen",
    request=request,
    read=read,
    limits=Limits(least=1, most=500),
    minutes=60,
)
