"""Any RSS or Atom feed: newsrooms, wires, trade papers, patient organisations.

Gives     one item record per entry (with `follow: yes` also a release record with the text of the entry's page)
Withheld  entries that name no watched treatment, unless `match: all`; entries in another than the wanted language
Quirks    an entry that falls off the end of a feed is no retraction; a second edition of one release is the same item;
          entries that share an identity are told apart, and one whose page is others' too is read in the feed alone
"""

from __future__ import annotations

from collections import Counter

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Listed, Reading, Record, Request, Source
from regwatch.reading.feeds import FeedItem, entries, next_page, note_clashes
from regwatch.reading.html import soup
from regwatch.reading.links import parts_of, same_page, same_place
from regwatch.reading.moments import ORDERS
from regwatch.reading.names import names_any
from regwatch.reading.release import read_release, release_record

ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, text/html;q=0.8, */*;q=0.1"


def request(source: Source) -> Request:
    """The feed. Raises `ValueError` where the source has no address."""
    if not source.url:
        raise ValueError("the adapter feed needs the feed's address under `url`")
    return Request(source.url, accept=ACCEPT)


def read(document: Document) -> Reading:
    """The feed (root) or the page of one entry (`item/<identity>`)."""
    if document.request.part:
        return _article(document)
    options = document.source.options
    reading = Reading()
    taken: set[str] = set()
    may_be_empty = options.get("empty") == "allowed"
    order = ORDERS.get(options.get("order", ""))
    found = entries(document, zone=options.get("zone", "UTC"), order=order, may_be_empty=may_be_empty)
    if found and not any(entry.id or entry.blocks for entry in found):
        raise MissingPart("entry with an identity, a link, a title or a text", f"{len(found)} empty entries")
    note_clashes(found, reading)
    reading.listed = [Listed(entry.id, entry.published, same_place(entry.url)) for entry in found if entry.id]
    pages = Counter(same_page(entry.url) for entry in found)
    if older := next_page(document):
        reading.more = Request(older, accept=ACCEPT)
    for entry in sorted(found, key=lambda entry: entry.language not in ("en", "")):
        if entry.id in taken or not _wanted(entry, document.source):
            continue
        taken.add(entry.id)
        alone = entry.url != "" and pages[same_page(entry.url)] == 1
        _add(reading, entry, follow=alone and options.get("follow") == "yes")
    return reading


def _wanted(entry: FeedItem, source: Source) -> bool:
    language = source.options.get("language", "")
    if language and entry.language and entry.language != language:
        return False
    if source.options.get("match", "watched") == "all":
        return True
    return names_any(" ".join((entry.title, *entry.blocks)), source.watch)


def _add(reading: Reading, entry: FeedItem, *, follow: bool) -> None:
    if entry.unread_date:
        reading.odd("the date of an entry could not be read", f"{entry.title}: {entry.unread_date}", entry.url)
    if not entry.id:
        reading.odd("an entry has neither identity, link nor title", " ".join(entry.blocks))
        return
    reading.add(
        Record(
            kind="item",
            key=entry.id,
            title=entry.title,
            url=entry.url,
            published=entry.published,
            blocks=entry.blocks,
            prose=not follow,
        )
    )
    if follow:
        version = entry.modified.isoformat() if entry.modified else ""
        reading.follow(Follow(Request(entry.url, f"item/{entry.id}"), version, f"{entry.title} {entry.summary}"))


def _article(document: Document) -> Reading:
    if not parts_of(document.final_url).path.strip("/") and parts_of(document.request.url).path.strip("/"):
        raise WrongIdentity(f"{document.request.url} leads to the front page of its site")
    release = read_release(soup(document), zone=document.source.options.get("zone", "UTC"))
    record = release_record(release, document)
    reading = Reading([record])
    if release.published is None:
        reading.odd("an article without a date", release.headline, document.request.url)
    return reading


ADAPTER = Adapter(
    name="feed",
    authorities=(),
    request=request,
    read=read,
    options={
        "match": "`watched` (default): only entries that name a watched treatment; `all`: every entry.",
        "follow": "`yes`: read the page of each entry instead of the feed's own summary.",
        "zone": "The publisher's time zone, for the day of an entry: Europe/London. UTC if left out.",
        "order": "Order of a date in figures where it could be read both ways: `dmy` or `mdy`.",
        "language": "Only entries in this language (two letters), and those that state none.",
        "empty": "`allowed`: a feed without any entry is no trouble.",
        "kind": "What the texts are: company_press_release (default), regulator_notice, trade_news or patient_blog.",
        "status": "`no`: what it says is kept as evidence and never moves a status: congress and guideline news.",
    },
    limits=Limits(least=0, most=1_000),
    minutes=60,
)
