"""What the adapters of wires and press rooms share: a feed of releases, and the page of one release.

One release is one record wherever it is seen: it is known by its wire's number where the address has one, editions in
other languages are kept and never classified, and a correction replaces the release of the same identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from bs4 import BeautifulSoup

from regwatch.dates import PartialDate
from regwatch.errors import WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.feeds import FeedItem, note_clashes
from regwatch.reading.html import soup
from regwatch.reading.links import edition, identity, same_page, without_place
from regwatch.reading.release import Release, read_release, release_record

REREAD = timedelta(days=7)
"""Newsrooms replace the text of a release without saying so."""
LANGUAGE = "Editions to classify (two letters, `en` if left out); releases in other languages are kept unread."
ZONE = "The publisher's time zone, for the day of a release: Europe/Paris; "
ISSUER = "Words that name the issuer (comma-separated): a release that has none of them is refused."


def language(entry: FeedItem) -> str:
    """The language of an edition, two letters: by its address at a wire, else as the feed says; "" if neither does."""
    return edition(entry.url) or entry.language[:2]


def listed(
    entries: Iterable[FeedItem],
    source: Source,
    reading: Reading,
    *,
    is_release: Callable[[str], bool] = bool,
    follows: bool = True,
) -> None:
    """Add one item record for each release, the wanted language first, and its page to follow; without `follows` the
    feed's own text is the announcement.

    An edition in another language is kept as an item of its own kind, which nothing reads; it is left out where the
    wanted one has the same number.
    """
    wanted = source.options.get("language", "en")
    told: set[str] = set()
    found = sorted(entries, key=lambda entry: language(entry) not in (wanted, ""))
    note_clashes(found, reading)
    for entry in found:
        if entry.id in told:
            continue
        told.add(entry.id)
        if not entry.id or not entry.title or not is_release(same_page(entry.url)):
            reading.odd("an entry that is no news release", f"{entry.title} {entry.url}", entry.url)
            continue
        if entry.unread_date:
            reading.odd("the date of an entry could not be read", f"{entry.title}: {entry.unread_date}", entry.url)
        own = language(entry) in (wanted, "")
        kind, prose = ("item", not follows) if own else ("translation", False)
        reading.add(Record(kind, entry.id, entry.title, entry.url, entry.published, blocks=entry.blocks, prose=prose))
        if own and follows:
            reading.follow(follow(entry))


def follow(entry: FeedItem) -> Follow:
    """The page of one release, read again after a week while it is listed."""
    version = entry.modified.isoformat() if entry.modified else ""
    return Follow(Request(entry.url, f"release/{entry.id}"), version, f"{entry.title} {entry.summary}", REREAD)


def release_page(
    document: Document,
    *,
    zone: str,
    issuer: tuple[str, ...],
    bodies: str = "",
    shown: Callable[[BeautifulSoup], PartialDate | None] | None = None,
) -> Reading:
    """One release as prose. `bodies` selects the text where the site is known; `shown` finds the day that it shows.

    Raises `WrongIdentity` where the address leads to another release or neither headline nor opening names the issuer,
    and what `read_release` raises. A wire may spell the words at the end of an address anew: its number counts.
    """
    if identity(without_place(document.final_url)) != identity(without_place(document.request.url)):
        raise WrongIdentity(f"{document.final_url} answered where {document.request.url} was asked for")
    html = soup(document)
    day = shown(html) if shown else None
    release = read_release(html, zone=zone, body=bodies if bodies and html.select_one(bodies) else "", issuer=issuer)
    return of_release(release, document, day)


def of_release(release: Release, document: Document, day: PartialDate | None) -> Reading:
    """The record of one release; its day is the one shown above the text, else the dateline's."""
    record = release_record(release, document, day=day)
    reading = Reading([record])
    if record.published is None:
        reading.odd("a release without a date", release.headline, document.request.url)
    return reading


def issuers(source: Source) -> tuple[str, ...]:
    """The names in the option `issuer`. Raises `ValueError` where there are none: wires carry law firms' alerts that
    name a company, and a site may answer with another page.
    """
    names = tuple(name.strip() for name in source.options.get("issuer", "").split(",") if name.strip())
    if not names:
        raise ValueError(f"the adapter {source.adapter} needs the option `issuer`: words that name who issues it")
    return names
