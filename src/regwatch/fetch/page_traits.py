"""The first look at a body: what family it is of, its title and headings, and the words a reader would see.

Only the first 64 kB are looked at, with patterns that take linear time on any input.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from regwatch.characters import decode, html_text, unicode_form
from regwatch.reading.html import is_html

FIRST = 64 * 1024
"""Bytes that are looked at."""

Family = Literal["html", "xml", "json", "pdf", "text", "binary"]

_BURIED_XML = re.compile(r"<\?xml\s")
_TAG = re.compile(r"<[^<>]{0,4000}>")
_SEPARATOR = re.compile(r" [|\-\u2010-\u2015\u00b7\u00bb:] |: | :: ")
_LONGEST_TITLE = 300
_REFRESH = re.compile(
    r"""<meta\b(?=[^>]{0,400}?\bhttp-equiv\s{0,9}=\s{0,9}["']?refresh\b)[^>]{0,400}?\bcontent\s{0,9}=\s{0,9}"""
    r"""(?:"([^"<>]{0,900})"|'([^'<>]{0,900})')""",
    re.IGNORECASE,
)
_REFRESHED = re.compile(
    r"""\s{0,9}(\d{1,3})(?:\.\d{0,9})?\s{0,9}[;,]\s{0,9}(?:url\s{0,9}=\s{0,9})?["']?([^"'\s]{1,800})""", re.I
)
_SCRIPTED = re.compile(
    r"""\blocation(?:\.href)?\s{0,9}=\s{0,9}["']([^"'<>\s]{1,800})["']|\blocation\.(?:replace|assign)\(\s{0,9}["']([^"'<>\s]{1,800})["']""",
)
_HARDLY_A_WORD = 200
_SOON = 10
"""Seconds after which a page that sends on is still none to be read."""


def family_of(body: bytes) -> Family:
    """What the bytes are, whatever the Content-Type header says."""
    if b"%PDF-" in body[:1024] and not body.lstrip().startswith((b"<", b"{", b"[")):
        return "pdf"
    start = decode(body[:FIRST]).lstrip()
    if start[:1] in ("{", "["):
        return "json"
    if start.startswith("<"):
        return "html" if is_html(start) else "xml"
    if unicode_form(body)[0] is None and b"\0" in body[:4096]:
        return "binary"
    return "xml" if _BURIED_XML.search(start[:4096]) else "text"


@dataclass(frozen=True)
class PageTraits:
    """The start of an HTML page or of a plain text. All texts are in lower case with single spaces.

    `charset` is that of the Content-Type header.
    """

    body: bytes
    charset: str | None = None

    @cached_property
    def written(self) -> str:
        """The markup that is looked at, as it is written."""
        return html_text(self.body[:FIRST], self.charset)

    @cached_property
    def markup(self) -> str:
        """The markup that is looked at."""
        return self.written.lower()

    @cached_property
    def sends_on(self) -> str:
        """The place to which a page sends browsers, by a meta element or, with hardly a word, by a script; else ""."""
        page = _without(self.written, "noscript")
        for found in _REFRESH.finditer(page):
            told = _REFRESHED.match(html.unescape(found[1] or found[2] or ""))
            if told and int(told[1]) <= _SOON:
                return told[2]
        scripted = _SCRIPTED.search(page) if len(self.text) <= _HARDLY_A_WORD else None
        return html.unescape(scripted[1] or scripted[2]) if scripted else ""

    @cached_property
    def title(self) -> str:
        """The words of the `title` element, "" where there is none."""
        return next(iter(self._elements("title", most=1)), "")

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The words of the first three `h1` elements."""
        return self._elements("h1", most=3)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Title and headings: what the page says that it is."""
        return tuple(name for name in (self.title, *self.headings) if name)

    @cached_property
    def parts(self) -> frozenset[str]:
        """The names, whole and cut at separators: `access denied | example` gives three."""
        cut = (part for name in self.names for part in _SEPARATOR.split(name))
        return frozenset(word for word in (folded(part) for part in (*self.names, *cut)) if word)

    @cached_property
    def text(self) -> str:
        """The visible words, title excepted."""
        rest = self.markup
        for name in ("title", "script", "style", "template", "svg"):
            rest = _without(rest, name)
        return " ".join(html.unescape(_TAG.sub(" ", rest)).split())

    def _elements(self, name: str, most: int) -> tuple[str, ...]:
        found: list[str] = []
        place = 0
        while len(found) < most and (start := self.markup.find(f"<{name}", place)) >= 0:
            opened = self.markup.find(">", start)
            end = self.markup.find(f"</{name}", opened)
            if opened < 0 or end < 0:
                break
            inner = self.markup[opened + 1 : min(end, opened + 1 + 4 * _LONGEST_TITLE)]
            words = " ".join(html.unescape(_TAG.sub(" ", inner)).split())[:_LONGEST_TITLE]
            if words:
                found.append(words)
            place = end + len(name) + 2
        return tuple(found)


def folded(words: str) -> str:
    """Words without the punctuation around them, with plain apostrophes."""
    return words.replace("\u2019", "'").strip(" .!?:;,-\u2013\u2014\u2026\"'()[]")


def quoted(words: str) -> str:
    """The beginning of a stranger's words in quotation marks, fit for a message on a terminal."""
    return '"' + "".join(c for c in words[:60] if c.isprintable()) + '"'


def _without(markup: str, name: str) -> str:
    """The markup without these elements; one that is never closed swallows the rest, as in a browser."""
    kept: list[str] = []
    place = 0
    while (start := markup.find(f"<{name}", place)) >= 0:
        kept.append(markup[place:start])
        end = markup.find(f"</{name}", start)
        if end < 0:
            return " ".join(kept)
        place = end
    kept.append(markup[place:])
    return " ".join(kept)
