"""HTML as adapters read it: text without markup or volatile parts, label/value pairs, sections by heading, table rows.

Sections are found by the words of their heading, never by class: publishers rename classes with every build.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from regwatch.characters import html_text
from regwatch.errors import EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading import xml
from regwatch.reading.soup_tree import tree

_UNSEEN = re.compile("[\u00ad\u00ae\u2120\u2122\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]")
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2011": "-", "\u2010": "-"})
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset((*_HEADINGS, "p", "li", "dt", "dd", "tr", "div", "section", "article", "blockquote", "td", "th"))
_SILENT = ("script", "style", "noscript", "template", "svg", "iframe", "form", "nav")
_MUTED = frozenset(("sup", *_SILENT))
_INNERMOST = frozenset(("p", "li", "dt", "dd", "td", "th", "blockquote", "pre", *_HEADINGS))
_ROOTS = frozenset((
    "html", "head", "body", "title", "meta", "link", "script", "style", "div", "p", "h1", "h2", "center", "iframe",
    "noscript", "table", "main", "section",
))  # fmt: skip
DEEPEST = 500
_RAW = frozenset(("script", "style", "title", "textarea"))
_PARTS = _BLOCKS | {"main", "header", "footer", "aside", "figure", "figcaption", "table", "ul", "ol", "dl", "pre", "hr"}


def soup(document: Document) -> BeautifulSoup:
    """Parse an HTML document. Raises `WrongType`, `EmptyBody` or `Truncated` where it is no whole HTML page.

    What the bytes are counts, not what they are called: pages are served as plain text and as anything else.
    """
    markup = html_text(document.body, document.charset)
    if not markup.strip():
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if "html" not in document.content_type and document.content_type and not is_html(markup):
        raise WrongType(f"{document.final_url} answered with {document.content_type} where HTML was due")
    if "<html" in markup[:4096].lower() and "</html" not in markup[-4096:].lower():
        raise Truncated(f"{document.final_url} was cut off after {len(document.body)} bytes")
    page = fragment(markup)
    if any("</html" in (node.string or "")[-200:] for node in tags(page, _RAW)):
        raise Truncated(f"{document.final_url} is broken: its end lies inside an element that was not closed")
    return page


def is_html(text: str) -> bool:
    """Whether a text that begins with markup is HTML rather than XML of another kind."""
    found = xml.root(text)
    return text.lstrip()[:14].lower() == "<!doctype html" or (found is not None and found.local in _ROOTS)


def fragment(markup: str) -> BeautifulSoup:
    """Parse a piece of HTML out of a JSON answer or a feed.

    Raises `WrongType` where elements lie within one another so deep that looking for them would take for ever.
    """
    page, depth = tree(markup)
    if depth > DEEPEST:
        raise WrongType(f"the page is nested more than {DEEPEST} elements deep, which cannot be meant")
    return page


def clean(text: str) -> str:
    """Normalise text for comparison: NFKC, plain quotation marks and hyphens, no invisible characters or
    trade-mark signs, single spaces.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_QUOTES)
    return " ".join(text.split())


def tags(node: Tag, names: Container[str]) -> Iterator[Tag]:
    """The elements of these names below an element in document order, as the dearer `find_all` finds them."""
    return (one for one in node.descendants if isinstance(one, Tag) and one.name in names)


def text_of(node: Tag | NavigableString | None) -> str:
    """The cleaned text of one element, footnote marks (`sup`) left out; "" for None."""
    if node is None:
        return ""
    if isinstance(node, NavigableString):
        return clean(str(node))
    return clean("".join(_pieces(node)))


def _pieces(node: Tag) -> Iterator[str]:
    muted = {id(node): False}
    for child in node.descendants:
        if isinstance(child, Tag):
            muted[id(child)] = muted[id(child.parent)] or child.name in _MUTED
            if child.name in _BLOCKS or child.name == "br":
                yield " "
        elif type(child) is NavigableString and not muted[id(child.parent)]:
            yield str(child)


def label(text: str) -> str:
    """A label without its trailing colon, case folded: `Committee meeting: 1:` becomes `committee meeting: 1`."""
    return clean(text).removesuffix(":").strip().casefold()


def heading(root: Tag, *wanted: str) -> Tag | None:
    """The first heading (h1 to h6) whose words are one of those wanted, case and spaces folded."""
    words = {label(word) for word in wanted}
    return next((h for h in tags(root, _HEADINGS) if label(text_of(h)) in words), None)


def need(node: Tag | None, what: str, found: str = "") -> Tag:
    """The element itself. Raises `MissingPart(what)` if there is none."""
    if node is None:
        raise MissingPart(what, found)
    return node


def title(page: Tag) -> str:
    """The words of the main heading. Raises `MissingPart` if it is empty or holds whole paragraphs (a broken page)."""
    found = need(page.find("h1"), "main heading")
    words = text_of(found)
    if not words or found.find(("p", "li", "div", *_HEADINGS)) or len(words) > 500:
        raise MissingPart("main heading", words[:80])
    return words


def after(start: Tag, *, until: Iterable[str] = _HEADINGS) -> Iterator[Tag]:
    """The elements that follow a heading in document order, up to the next heading."""
    stop = set(until)
    for node in start.next_elements:
        if isinstance(node, Tag):
            if node.name in stop:
                return
            yield node


def pairs(node: Tag) -> list[tuple[str, str]]:
    """Label and value of a `dl` (also with wrapper `div`s) or of a two-column table, in document order.

    Labels lose one trailing colon. A table row with an empty label repeats the label above it.
    """
    found: list[tuple[str, str]] = []
    if node.name == "dl":
        name = ""
        for item in tags(node, ("dt", "dd")):
            if item.name == "dt":
                name = text_of(item).removesuffix(":").strip()
            else:
                found.append((name, text_of(item)))
        return found
    for cells in rows(node):
        if len(cells) == 2:
            name = cells[0].removesuffix(":").strip() or (found[-1][0] if found else "")
            found.append((name, cells[1]))
    return found


def rows(table: Tag) -> list[tuple[str, ...]]:
    """The cleaned cells of every row of a table that has any."""
    found = []
    for row in tags(table, ("tr",)):
        cells = tuple(text_of(cell) for cell in row.contents if isinstance(cell, Tag) and cell.name in ("td", "th"))
        if cells:
            found.append(cells)
    return found


def blocks(node: Tag) -> list[str]:
    """The paragraphs below an element in reading order: one string per innermost block, empty ones left out."""
    found: list[str] = []
    for piece in tags(node, _INNERMOST):
        if any(parent.name in _SILENT for parent in piece.parents):
            continue
        if next(tags(piece, ("p", "li", "dd", "td", "blockquote")), None) is None and (words := text_of(piece)):
            found.append(words)
    return found or ([text_of(node)] if text_of(node) else [])


def paragraphs(node: Tag) -> list[str]:
    """All text below an element in reading order, split where a block begins or ends or at a double line break.

    Unlike `blocks` it loses no text that stands outside a paragraph, as in announcements set by hand.
    """
    found: list[str] = []
    run: list[str] = []
    breaks = 0
    waiting: list[PageElement | None] = [node]
    while waiting:
        item = waiting.pop()
        if item is None:
            found.append("".join(run))
            run, breaks = [], 0
        elif isinstance(item, Tag):
            if item.name == "br":
                breaks += 1
                run.append(" ")
            elif item.name not in _MUTED:
                ends = [None] if item.name in _PARTS else []
                waiting += [*ends, *reversed(item.contents), *ends]
        elif type(item) is NavigableString:
            if not item.strip():
                run.append(" ")
                continue
            if breaks > 1:
                found.append("".join(run))
                run = []
            run.append(str(item))
            breaks = 0
    found.append("".join(run))
    return [words for text in found if (words := clean(text))]
