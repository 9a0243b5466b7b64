"""RSS and Atom as adapters read them: entries with a stable identity, plain text and the publisher's own dates.

A feed that is no feed any more (an HTML page, a cut-off file, a retired or unknown channel, an empty list where there
never is one) is trouble, never "nothing new". A date that cannot be read stays unread: it is never replaced by now.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import feedparser

from regwatch.characters import xml_text
from regwatch.dates import PartialDate, local_day, read_date
from regwatch.errors import BadDate, CountOutOfRange, EmptyBody, Gone, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading import xml
from regwatch.reading.html import clean, fragment, is_html, paragraphs, text_of

MOST_ENTRIES = 1_000
"""Wires stop at 100; ten times that is still read in a second."""

_ROOTS = frozenset({"rss", "feed", "rdf"})
_BURIED = re.compile(r"<\?xml\s|<(?:[\w.-]{1,60}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
"""Where a feed begins behind a program's warning, which some servers print first."""
_TRACKING = re.compile(r"utm_\w{1,40}|feedref|fbclid|gclid|mc_cid|mc_eid", re.IGNORECASE)
_SAFE = "/:@!$&'()*+,;=-._~"
_ITEM = re.compile(r"<(?:[\w.-]{1,60}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_UNAVAILABLE = re.compile(r"channel (?:is )?(?:unavailable|not available)|no channel id", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w{1,10}:)?link\s([^<>]{1,2000})>")
_NEXT = re.compile(r"""\brel=["']next["']""")
_HREF = re.compile(r"""\bhref=["']([^"'<>]{1,1000})["']""")
_ZONE_WORD = re.compile(r"\b[A-Z]{1,5}\Z")

_GLOBENEWSWIRE = re.compile(r"globenewswire\.com/news-release/\d{4}/\d{2}/\d{2}/(\d{5,9})(?:/|\Z)")
_BUSINESSWIRE = re.compile(r"businesswire\.com/news/home/(\d{14})(?:/([a-zA-Z-]{2,5}))?(?:/|\Z)")
_PRNEWSWIRE = re.compile(r"prnewswire\.(?:com|co\.uk)/news-releases/[^?#]{1,400}-(\d{9})\.html")


@dataclass(frozen=True)
class Entry:
    """One item of a feed.

    `id` is its best identity (`identity`), the same in every copy and edition. `url` is the canonical link. `summary`
    is plain text in one line, `content` the paragraphs of the fullest text the feed gives. `published` is the
    publisher's calendar day; `instant` and `modified` are UTC. `unread_date` keeps a date that could not be read.
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

    @property
    def blocks(self) -> tuple[str, ...]:
        """The text to keep: the content, and the summary before it where it says something else."""
        opening = self.summary.rstrip("[.] ")
        return self.content if opening in " ".join(self.content) else (self.summary, *self.content)


def entries(document: Document, *, zone: str = "UTC", may_be_empty: bool = False) -> list[Entry]:
    """The entries of a feed, in feed order. `zone` is the publisher's: its calendar gives `Entry.published`.

    Raises `EmptyBody` (also for a feed without entries, unless it may be empty), `WrongType` (no feed), `Truncated`,
    `CountOutOfRange`, or `Gone` for a channel that says it has ended or is not available.
    """
    markup = f'<?xml version="1.0" encoding="utf-8"?>{_markup(document)}'.encode()
    parsed = feedparser.parse(io.BytesIO(markup), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        _refuse_empty(parsed, document, may_be_empty)
    if any(str(raw.get("id", "")).endswith("/feed-ended") for raw in parsed.entries):
        raise Gone(f"the feed at {document.final_url} says that it has ended: choose another source")
    language = str(parsed.feed.get("language", ""))
    return [_entry(raw, document.final_url, zone, language) for raw in parsed.entries]


def next_page(document: Document) -> str:
    """The address of the feed's next, older page (RFC 5005 section 3) at the same host, or ""."""
    for link in _LINK.finditer(xml_text(document.body, document.charset)):
        target = _HREF.search(link[1]) if _NEXT.search(link[1]) else None
        if target is not None:
            url = urljoin(document.final_url, unescape(target[1]))
            return url if urlsplit(url).netloc == urlsplit(document.final_url).netloc else ""
    return ""


def _markup(document: Document) -> str:
    """The root element of the feed, whole, with the names that its DOCTYPE declares replaced."""
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
    return xml.expanded(found, root.entities)


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


def _entry(raw: Any, base: str, zone: str, language: str) -> Entry:
    link, guid = _field(raw, "link"), _field(raw, "id")
    url = canonical(urljoin(base, link)) if link else canonical(guid)
    changed = _field(raw, "updated") or _field(raw, "modified")
    written = _field(raw, "published") or changed
    published, instant = read_time(written, zone)
    summary, content = _texts(raw)
    return Entry(
        id=identity(url, guid),
        url=url,
        title=_text(_field(raw, "title")),
        summary=summary,
        content=content,
        published=published,
        instant=instant,
        modified=read_time(changed, zone)[1],
        language=(_field(raw, "language") or language).split("-")[0].lower(),
        contributor=_text(_field(raw, "contributor") or _field(raw, "author")),
        categories=tuple(clean(tag["term"]) for tag in raw.get("tags", ()) if tag.get("term")),
        unread_date=written if written and published is None else "",
    )


def _texts(raw: Any) -> tuple[str, tuple[str, ...]]:
    summary = _field(raw, "summary")
    pieces = [summary, *(str(part.get("value") or "") for part in raw.get("content", ()))]
    full = max((paragraphs(fragment(f"<div>{piece}</div>")) for piece in pieces), key=lambda p: sum(map(len, p)))
    return _text(summary), tuple(full)


def _text(markup: str) -> str:
    return clean(markup) if "<" not in markup and "&" not in markup else text_of(fragment(f"<div>{markup}</div>"))


def _field(raw: Any, name: str) -> str:
    """A text field by its local name: wires bind the `dc` prefix to a namespace of their own."""
    return next((v for k, v in dict.items(raw) if (k == name or k.endswith("_" + name)) and isinstance(v, str)), "")


def read_time(text: str, zone: str) -> tuple[PartialDate | None, datetime | None]:
    """The calendar day in the publisher's zone, and the UTC instant where the text has a time; (None, None) if the
    text is no date. RFC 822 (also without seconds, also EDT and EST), ISO 8601, or a date in English words.

    A time without a zone is the publisher's. Beside a zone's name that is not in RFC 822 the day stands as written.
    """
    words = clean(text)
    if ":" not in words:
        try:
            return read_date(words), None
        except BadDate:
            return None, None
    try:
        moment = datetime.fromisoformat(words) if words[:4].isdecimal() else parsedate_to_datetime(words)
        if moment.tzinfo is None and _ZONE_WORD.search(words):
            return PartialDate.of_day(moment.date()), None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC if words.endswith("-0000") else ZoneInfo(zone))
        return PartialDate.of_day(local_day(moment, zone)), moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, None


def canonical(url: str) -> str:
    """The link to show and follow: https, lower-case host, no tracking parameters, no fragment, one way of escaping;
    "" for what is no web address.
    """
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    given = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in given if not _TRACKING.fullmatch(name)]
    query = quote(parts.query, safe=_SAFE + "%?[]") if len(kept) == len(given) else urlencode(kept)
    path = quote(unquote(parts.path), safe=_SAFE)
    return urlunsplit(("https", parts.hostname + port, path, query, ""))


def same_page(url: str) -> str:
    """The form of a link in which two links to one page are equal: `canonical`, without `www.` and closing slash."""
    return canonical(url).removeprefix("https://").removeprefix("www.").rstrip("/")


def identity(url: str, guid: str = "") -> str:
    """The best identity of an item: a wire's release number, else the feed's own id, else the link.

    A GlobeNewswire number is shared by the language editions of one release; Business Wire numbers each edition.
    """
    for text in (url, guid):
        if found := _GLOBENEWSWIRE.search(text):
            return f"globenewswire:{found[1]}"
        if found := _BUSINESSWIRE.search(text):
            return f"businesswire:{found[1]}/{(found[2] or 'en').lower()}"
        if found := _PRNEWSWIRE.search(text):
            return f"prnewswire:{found[1]}"
    return same_page(guid) or clean(guid) or same_page(url)
