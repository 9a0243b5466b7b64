"""RSS and Atom as adapters read them: entries with a stable identity, plain text and the publisher's own dates.

A feed that is no feed any more (an HTML page, a cut-off file, a retired or unknown channel, an empty list where there
never is one) is trouble, never "nothing new". A date that cannot be read stays unread: it is never replaced by now.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any

import feedparser

from regwatch.characters import xml_text
from regwatch.dates import PartialDate
from regwatch.errors import CountOutOfRange, EmptyBody, Gone, Truncated, WrongType
from regwatch.model import Document, Reading
from regwatch.reading import xml
from regwatch.reading.html import clean, fragment, is_html, paragraphs, text_of
from regwatch.reading.links import at_wire, edition, identity, parts_of, same_page, web_link
from regwatch.reading.moments import Order
from regwatch.reading.moments import read_time as read_time

MOST_ENTRIES = 1_000
"""Wires stop at 100; ten times that is still read in a second."""

_ROOTS = frozenset({"rss", "feed", "rdf"})
_BURIED = re.compile(r"<\?xml\s|<(?:[\w.-]{1,60}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
"""Where a feed begins behind a program's warning, which some servers print first."""
_ITEM = re.compile(r"<(?:[\w.-]{1,60}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_UNAVAILABLE = re.compile(r"channel (?:is )?(?:unavailable|not available)|no channel id", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w{1,10}:)?link\s([^<>]{1,2000})>")
_NEXT = re.compile(r"""\brel=["']next["']""")
_HREF = re.compile(r"""\bhref=["']([^"'<>]{1,1000})["']""")

_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)
"""What feedparser raises on feeds that are damaged."""


@dataclass(frozen=True)
class FeedItem:
    """One item of a feed.

    `id` is its best identity (`identity`, else by title and day), the same in every copy and edition; where the feed
    gives one identity to several entries, `shared` is that, and `id` what tells them apart. `url` is the link as
    written. `summary` is plain text in one line, `content` the paragraphs of the fullest text the feed gives.
    `published` is the publisher's calendar day; `instant` and `modified` are UTC. `unread_date` keeps a date that could
    not be read.
    """

    id: str
    url: str
    title: str
    summary: str = ""
    content: tuple[str, ...] = ()
    published: PartialDate | None = None
    instant: datetime | None = None
    modified: datetime | None = None
    language: str = ""
    contributor: str = ""
    categories: tuple[str, ...] = ()
    unread_date: str = ""
    shared: str = ""

    @property
    def blocks(self) -> tuple[str, ...]:
        """The text to keep: the content, and the summary before it where it says something else."""
        opening = self.summary.rstrip("[.] ")
        return self.content if opening in " ".join(self.content) else (self.summary, *self.content)


def entries(
    document: Document, *, zone: str = "UTC", order: Order | None = None, may_be_empty: bool = False
) -> list[FeedItem]:
    """The entries of a feed, in feed order. `zone` is the publisher's: its calendar gives `FeedItem.published`. `order`
    is that of its dates in figures.

    Raises `EmptyBody` (also for a feed without entries, unless it may be empty), `WrongType` (no feed), `Truncated`,
    `CountOutOfRange`, or `Gone` for a channel that says it has ended or is not available.
    """
    markup = f'<?xml version="1.0" encoding="utf-8"?>{_markup(document)}'.encode()
    try:
        parsed = feedparser.parse(io.BytesIO(markup), sanitize_html=False, resolve_relative_uris=False)
    except _BROKEN as error:
        raise WrongType(f"{document.final_url} is a feed that cannot be read: {type(error).__name__}") from error
    if not parsed.entries:
        _refuse_empty(parsed, document, may_be_empty)
    if any(str(raw.get("id", "")).endswith("/feed-ended") for raw in parsed.entries):
        raise Gone(f"the feed at {document.final_url} says that it has ended: choose another source")
    language = str(parsed.feed.get("language", ""))
    return told_apart([_entry(raw, document.final_url, zone, order, language) for raw in parsed.entries])


def told_apart(found: Sequence[FeedItem]) -> list[FeedItem]:
    """The entries, each with an identity of its own: on a clash its link, then also title and date, then its text.

    Only copies in every word, and the language editions of one release at a wire, go on sharing one.
    """
    alike: dict[tuple[str, str], dict[str, FeedItem]] = {}
    for entry in found:
        alike.setdefault(_name(entry), {}).setdefault(_by_text(entry), entry)
    ways = {name: _way(group.values()) for name, group in alike.items() if len(group) > 1}
    return [
        replace(entry, id=f"{entry.id}~{way(entry)}", shared=entry.id) if (way := ways.get(_name(entry))) else entry
        for entry in found
    ]


def _name(entry: FeedItem) -> tuple[str, str]:
    """What entries share that are taken for one: the identity, and at a wire the language of the edition."""
    return entry.id, (edition(entry.url) or entry.language) if at_wire(entry.id) else ""


def _way(group: Collection[FeedItem]) -> Callable[[FeedItem], str]:
    """The shortest way to give each of these entries a name of its own."""
    for way in (_by_link, _by_day):
        names = {way(entry) for entry in group}
        if len(names) == len(group) and "" not in names:
            return way
    return _by_text


def _by_link(entry: FeedItem) -> str:
    page, place = same_page(entry.url), parts_of(entry.url).fragment
    return f"{page}#{place}" if place else page


def _by_day(entry: FeedItem) -> str:
    day = entry.published.iso if entry.published else entry.unread_date
    return f"{_by_link(entry)}~{_digest(entry.title, day)}"


def _by_text(entry: FeedItem) -> str:
    return f"{_by_day(entry)}~{_digest(*entry.blocks, str(entry.instant or ''))}"


def _by_words(title: str, day: str) -> str:
    """The identity of an entry that has neither a guid nor a link: its title and day; "" without words."""
    return f"words:{_digest(title, day)}" if title else ""


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]


def note_clashes(found: Iterable[FeedItem], reading: Reading) -> None:
    """Tell the operator of every identity that the feed gives to several entries."""
    shared = Counter(entry.shared for entry in found if entry.shared)
    for name, count in shared.items():
        reading.odd("entries of the feed share one identity: they are told apart by link, title and date",
                    f"{count} entries: {name}")  # fmt: skip


def next_page(document: Document) -> str:
    """The address of the feed's next, older page (RFC 5005 section 3) at the same host, or ""."""
    for link in _LINK.finditer(xml_text(document.body, document.charset)):
        target = _HREF.search(link[1]) if _NEXT.search(link[1]) else None
        if target is not None:
            url = web_link(document.final_url, unescape(target[1]))
            return url if parts_of(url).netloc == parts_of(document.final_url).netloc else ""
    return ""


def _markup(document: Document) -> str:
    """The root element of the feed, whole, with the names that its DOCTYPE declares replaced and no bare ampersand."""
    text = xml_text(document.body, document.charset)
    if not text.strip():
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    root = _root(text)
    if root is None:
        raise WrongType(f"{document.final_url} answered with {document.content_type or 'text'} where a feed was due")
    found = xml.whole(text, root)
    if found is None:
        raise Truncated(f"the feed at {document.final_url} was cut off after {len(document.body)} bytes")
    if len(_ITEM.findall(found)) > MOST_ENTRIES:
        raise CountOutOfRange(f"the feed at {document.final_url} has more than {MOST_ENTRIES} items")
    return xml.escaped(xml.expanded(found, root.entities))


def _root(text: str) -> xml.Root | None:
    """The root element where it is that of a feed, also behind other words; a page has none."""
    root = xml.root(text)
    if root is not None and root.local in _ROOTS:
        return root
    buried = None if is_html(text) else _BURIED.search(text, 0, xml.LONGEST_PROLOGUE)
    root = xml.root(text, buried.start()) if buried else None
    return root if root is not None and root.local in _ROOTS else None


def _refuse_empty(parsed: Any, document: Document, may_be_empty: bool) -> None:
    told = text_of(fragment(f"<p>{parsed.feed.get('title', '')} {parsed.feed.get('description', '')}</p>"))
    if _UNAVAILABLE.search(told):
        raise Gone(f"the feed at {document.final_url} is no channel any more: {told[:120]}")
    if not may_be_empty:
        raise EmptyBody(f"the feed at {document.final_url} has no items")


def _entry(raw: Any, base: str, zone: str, order: Order | None, language: str) -> FeedItem:
    link, guid = _field(raw, "link"), _field(raw, "id")
    url = web_link(base, link) if link else web_link("", guid)
    changed = _field(raw, "updated") or _field(raw, "modified")
    written = _field(raw, "published") or changed
    published, instant = read_time(written, zone, order)
    summary, content = _texts(raw)
    title = _text(_field(raw, "title"))
    return FeedItem(
        id=identity(url, guid) or _by_words(title or summary, published.iso if published else written),
        url=url,
        title=title,
        summary=summary,
        content=content,
        published=published,
        instant=instant,
        modified=read_time(changed, zone, order)[1],
        language=(_field(raw, "language") or language).split("-")[0].lower(),
        contributor=_text(_field(raw, "contributor") or _field(raw, "author")),
        categories=tuple(clean(tag["term"]) for tag in raw.get("tags", ()) if tag.get("term")),
        unread_date=written if written and published is None else "",
    )


def _texts(raw: Any) -> tuple[str, tuple[str, ...]]:
    summary = _field(raw, "summary")
    pieces = [summary, *(str(part.get("value") or "") for part in raw.get("content", ()))]
    full = max(map(_paragraphs, pieces), key=lambda told: sum(map(len, told)))
    return _text(summary), tuple(full)


def _text(markup: str) -> str:
    return clean(markup) if _is_plain(markup) else text_of(fragment(f"<div>{markup}</div>"))


def _paragraphs(markup: str) -> list[str]:
    if _is_plain(markup):
        return [words] if (words := clean(markup)) else []
    return paragraphs(fragment(f"<div>{markup}</div>"))


def _is_plain(markup: str) -> bool:
    """Whether there is nothing in it to parse: a tree for each summary is most of what a feed costs."""
    return "<" not in markup and "&" not in markup


def _field(raw: Any, name: str) -> str:
    """A text field by its local name: wires bind the `dc` prefix to a namespace of their own."""
    return next((v for k, v in dict.items(raw) if (k == name or k.endswith("_" + name)) and isinstance(v, str)), "")
