"""A press release or notice on its own page: headline, paragraphs, and the day it was announced.

Newsroom markup differs by site and changes with every redesign, so only three things are relied on: one headline
(`h1`), the dateline that wires require ("PARIS, FRANCE, 24 July 2025 -"), and the words of the page's own furniture.
The whole news text is kept, with its boilerplate: telling that apart is the classifier's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Document, Record
from regwatch.reading.html import clean, label, need, paragraphs, text_of
from regwatch.reading.json import DECODER
from regwatch.reading.moments import read_time

_DAY = r"\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9}\.?,? \d{4}|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_WIRE = r"(?:\([A-Z ]{4,20}\)|/[A-Za-z -]{3,30}/)"
_DATED = re.compile(rf"[^\W\d_][^\d]{{1,100}}?[ (]({_DAY})\)? ?{_WIRE}? ?(?:--|[-\u2013\u2014|]|I )")
_UNDATED = re.compile(r"[A-Z][^\d]{1,80}? ?(?:--|[\u2013\u2014]) ?\( ?(?:BUSINESS WIRE)? ?\) ?(?:--|[\u2013\u2014])")
_NO_PLACE = re.compile(
    r"(?:last |content )?(?:updated|published|posted|modified|dated?|issued|current|on|in|as|for|from|since|by|until|"
    r"before|after|effective)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:related|recommend\w{0,8}|share|sharing|social|cookies?|consent|breadcrumbs?|newsletter|pagination)"
    r"(?:[-_ ]|$)",
    re.IGNORECASE,
)
_RAIL = frozenset((
    "related press releases", "related releases", "related news", "related content", "related articles",
    "recommended reading", "recommended releases", "latest news", "latest press releases", "more news",
    "more press releases", "you may also like", "share this", "share this page", "share", "explore",
))  # fmt: skip
_BLOCKS = ("p", "div", "li", "td", "section", "article", "main", "aside", "header", "blockquote", "pre", "body",
           "h1", "h2", "h3", "h4", "h5", "h6")  # fmt: skip
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class Release:
    """A release as its page shows it. `published` is the dateline's day, else the page's own date of publication."""

    headline: str
    paragraphs: tuple[str, ...]
    published: PartialDate | None


def release_record(
    release: Release, document: Document, *, day: PartialDate | None = None, prose: bool = True
) -> Record:
    """The record of a release on a page that was asked for as `<part>/<key>`.

    Its day is `day`, one that the publisher shows elsewhere, or else the release's own.
    """
    return Record(
        kind="release",
        key=document.request.part.partition("/")[2],
        title=release.headline,
        url=document.request.url,
        published=day or release.published,
        blocks=release.paragraphs,
        prose=prose,
    )


def read_release(page: BeautifulSoup, *, zone: str, body: str = "", issuer: tuple[str, ...] = ()) -> Release:
    """Read a release page. `zone` is the publisher's, for stamps with a time. `body` is a CSS selector of the text
    where the site is known; without it the text is what headline and dateline have in common.

    Raises `MissingPart` (no headline, no text) and `WrongIdentity` where neither headline nor opening names the issuer.
    """
    title = need(_headline(page), "headline (h1)")
    headline = text_of(title)
    published = _stamp(page, zone)
    text = _text_below(page, title, body)
    opening = " ".join((headline, *text[:12])).casefold()
    if issuer and not any(name.casefold() in opening for name in issuer):
        raise WrongIdentity(f"the release {headline[:80]!r} does not name {issuer[0]} as its issuer")
    dates = (day for words in text[:25] if (day := dateline(words)))
    return Release(headline, tuple(text), next(dates, published))


def dateline(paragraph: str) -> PartialDate | None:
    """The day in the dateline that opens a paragraph (place, date, dash), or None."""
    found = _DATED.match(paragraph)
    if found is None or _NO_PLACE.match(paragraph):
        return None
    try:
        return read_date(found[1])
    except BadDate:
        return None


def _headline(page: BeautifulSoup) -> Tag | None:
    titles = [h for h in page.find_all("h1") if text_of(h) and h.find_parent(("nav", "footer", "form")) is None]
    inside = (h for h in titles if h.find_parent(("main", "article")) is not None)
    return next(inside, titles[0] if titles else None)


def _text_below(page: BeautifulSoup, title: Tag, body: str) -> list[str]:
    if body:
        found = page.select_one(body)
        text = paragraphs(_without_furniture(found, title)) if found else []
        text = [words for words in text if words != text_of(title)]
    else:
        text = _common_text(page, title)
    if sum(map(len, text)) < 80:
        raise MissingPart("news text below the headline", " ".join(text)[:80])
    return text


def _common_text(page: BeautifulSoup, title: Tag) -> list[str]:
    """The paragraphs after the headline in the smallest element that holds it and the dateline."""
    lede = _lede(title)
    home = title.find_parent(("article", "main"))
    if lede is not None:
        around = set(map(id, lede.parents))
        home = next((parent for parent in title.parents if id(parent) in around), home)
    text = paragraphs(_without_furniture(need(home, "dateline, article or main element"), title, lede))
    headline = text_of(title)
    return text[text.index(headline) + 1 :] if headline in text else text


def _lede(title: Tag) -> Tag | None:
    """The element in which the first dateline after the headline begins. Looks at the first 600 pieces of text."""
    told = (piece for piece in title.find_all_next(string=True) if type(piece) is NavigableString and piece.strip())
    own = sum(1 for _ in title.stripped_strings)
    for _, block in groupby(islice(told, own, own + 600), lambda piece: id(piece.find_parent(_BLOCKS))):
        pieces = [*block]
        for number, piece in enumerate(pieces):
            opening = clean(" ".join(pieces[number : number + 12])[:400])
            if dateline(opening) or _UNDATED.match(opening):
                return piece.parent
    return None


def _without_furniture(root: Tag, *kept: Tag | None) -> Tag:
    """Take navigation, sharing, cookie and related-news parts out of an element, but nothing that holds `kept`."""
    held = {id(part) for tag in kept if tag for part in (tag, *tag.parents)}
    for node in [*root.find_all(True)]:
        if node.decomposed or id(node) in held:
            continue
        if node.name in ("nav", "footer", "aside", "form", "button") or _is_furniture(node):
            node.decompose()
        elif node.name in _HEADINGS and label(text_of(node)) in _RAIL:
            while node.parent and id(node.parent) not in held and text_of(node.parent) == text_of(node):
                node = node.parent
            for other in [*node.find_next_siblings()]:
                if id(other) not in held:
                    other.decompose()
            node.decompose()
    return root


def _is_furniture(node: Tag) -> bool:
    words = " ".join((*node.get_attribute_list("class"), str(node.get("id") or ""), str(node.get("role") or "")))
    return node.name in ("div", "section", "ul", "p") and _FURNITURE.search(words) is not None


def _stamp(page: BeautifulSoup, zone: str) -> PartialDate | None:
    """The page's own date of publication: Open Graph, JSON-LD, or the only day in its `time` elements."""
    for written in _written_dates(page):
        if day := read_time(written, zone)[0]:
            return day
    return None


def _written_dates(page: BeautifulSoup) -> Iterator[str]:
    meta = page.find("meta", property="article:published_time")
    if isinstance(meta, Tag):
        yield str(meta.get("content") or "")
    for script in page.find_all("script", type="application/ld+json"):
        try:
            yield from _published_in(DECODER.decode(script.string or ""))
        except (ValueError, RecursionError):
            continue
    times = page.find_all("time", datetime=True)
    published = [moment for moment in times if moment.get("itemprop") == "datePublished" or moment.has_attr("pubdate")]
    days = {str(moment["datetime"])[:10] for moment in times}
    for moment in published or (times if len(days) == 1 else ()):
        yield str(moment["datetime"])


def _published_in(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            if isinstance(item.get("datePublished"), str):
                yield item["datePublished"]
            yield from _published_in(item.get("@graph", []))
