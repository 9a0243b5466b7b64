"""The text as the rules read it: one plain spelling of spaces, quotes, dashes and letters, with the way back.

Rules match `Text.low`; quotes shown to people are cut from the original by `Text.original_span`, so that every quote is
a verbatim piece of what was classified. Lengths and offsets are in characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST = 2_000_000
"""Longer texts are cut here: no announcement is that long, and hostile ones should cost no more."""

_DROPPED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e]")
_DASHED = re.compile("(?<=[a-z])\u2014(?=[A-Z])")
"""A long dash without spaces parts two clauses."""
_STAR = re.compile(r"\*(?:(?<=\n\*)|(?<=\A\*))(?=\s)")
"""A star that opens a line is a bullet; elsewhere it is emphasis."""
_LITTLE = ("the", "in", "on", "by", "said", "and", "of", "for", "with", "from", "to", "that", "since", "at")
_GLUED = re.compile("[A-Z](?<=[a-z][A-Z])(?:" + "|".join(rf"(?<=\b{word}[A-Z])" for word in _LITTLE) + ")(?=[a-z]{2})")
"""Extractors that drop links and emphasis run words together ("saidJulie", "theEuropean Commission"). The pattern
begins with the capital, which is rare, and looks back for the little word."""


def _table() -> dict[int, str]:
    table = {ord(c): " " for c in "\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000\t\r\f\v®™©℠*_"}
    table |= {ord(c): "'" for c in "\u2018\u2019\u201b\u02bc\u00b4`"}
    table |= {ord(c): '"' for c in "\u201c\u201d\u201e\u201f\u00ab\u00bb"}
    table |= {ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d"}
    table |= {ord(c): "\n" for c in "\u2028\u2029\u0085"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base
    return table


_TABLE = _table()
_OTHERS = frozenset(map(chr, _TABLE))
_FEW = 30
"""So many different characters are replaced one by one, which is quicker than a look at every character."""


@dataclass(frozen=True)
class Text:
    """`plain` keeps the case; `low` is its lower case; both have the same length. `places` maps back."""

    source: str
    plain: str
    low: str
    places: list[int] | None

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the source that `plain[start:end]` was made of."""
        if self.places is None:
            return start, end
        if start >= end:
            return self.places[start], self.places[start]
        return self.places[start], self.places[end - 1] + 1

    def quote(self, start: int, end: int) -> tuple[str, int]:
        """The source's own words for a span, without white space at the ends, and their offset in the source."""
        first, last = self.original_span(start, end)
        piece = self.source[first:last]
        return piece.strip(), first + len(piece) - len(piece.lstrip())


def read_text(source: str) -> Text:
    """The text made plain."""
    source = source[:MOST]
    places: list[int] | None = None
    plain = source
    if _DROPPED.search(source) or _GLUED.search(source):
        plain, places = _mended(source)
    if "\u2014" in plain:
        plain = _DASHED.sub(";", plain)
    if "*" in plain:
        plain = _STAR.sub("\u2022", plain)
    plain = _respelt(plain)
    low = plain.lower()
    if len(low) != len(plain):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    return Text(source, plain, low, places)


def _respelt(plain: str) -> str:
    """Every character in its plain spelling. No spelling is itself respelt, so the order does not matter."""
    if plain.isascii():
        return plain.translate(_TABLE)  # quick for such text
    others = _OTHERS.intersection(plain)
    if len(others) > _FEW:
        return plain.translate(_TABLE)
    for other in others:
        plain = plain.replace(other, _TABLE[ord(other)])
    return plain


def _mended(source: str) -> tuple[str, list[int]]:
    """The source without invisible characters and with spaces where words run together, and where each came from."""
    pieces: list[str] = []
    places: list[int] = []
    last = 0
    cuts = [(m.start(), m.end(), "") for m in _DROPPED.finditer(source)]
    cuts += [(m.start(), m.start(), " ") for m in _GLUED.finditer(source)]
    for start, end, filler in sorted(cuts):
        pieces += (source[last:start], filler)
        places.extend(range(last, start))
        places.extend([start] * len(filler))
        last = end
    pieces.append(source[last:])
    places.extend(range(last, len(source)))
    places.append(len(source))
    return "".join(pieces), places
