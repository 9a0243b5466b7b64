"""Names that a text itself gives a watched medicine: "Zelvora (zelanib)" makes "Zelvora" zelanib wherever it stands.

A watch list knows the brands of the day on which it was written; the approval of a medicine often brings its next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from regwatch.classify.cues import CUES
from regwatch.classify.text import Text

MOST = 20
"""Names that one text may introduce."""
_BEFORE = re.compile(r"(?P<name>[A-Z](?<![\w-][A-Z])[A-Za-z]{3,})\s{0,3}\($")
_CLOSES = re.compile(r"[ a-z0-9,/%.-]{0,30}\)")
_BEHIND = re.compile(r"\s{0,3}\(\s?(?P<name>[A-Z][A-Za-z]{3,})\s{0,3}[,;)]")
PLACES_MOST = 2000
"""Places of such names that are looked at."""
_WIDEST = 40
"""Characters in which a name and a bracket stand."""
_JOINT = 8
"""Characters between the parts of a combination ("A with B", "A/B")."""


@dataclass(frozen=True)
class Spelling:
    """Where a text names a watched treatment, and by which brand, "" for its INN or code."""

    start: int
    end: int
    treatment: str
    brand: str


def introduced(text: Text, known: Sequence[Spelling]) -> Iterator[Spelling]:
    """Every place of a name that the text puts before or behind the INN of a watched treatment, in brackets.

    `known` are the names of the watch list, in order. A name beside several of them is a combination's and left alone.
    One without the sign of a trade mark means the medicine from there on only: before, it may be a company's.
    """
    names: dict[str, tuple[str, int]] = {}
    for before, one, after in zip([None, *known], known, [*known[1:], None], strict=False):
        alone = not (before and one.start - before.end < _JOINT) and not (after and after.start - one.end < _JOINT)
        if alone and not one.brand and len(names) < MOST:
            for name, at in _names_beside(text, one):
                names.setdefault(name, (one.treatment, at))
    taken = {text.low[one.start : one.end] for one in known}
    meant = {
        name: (inn, 0 if marked else at)
        for name, (inn, at) in names.items()
        if name.lower() not in taken and _is_a_brand(text, name, marked := _is_marked(text, name, at))
    }
    if not meant:
        return
    cased = "|".join(
        re.escape(form) for name in meant for form in dict.fromkeys((name, name.upper(), name.capitalize()))
    )
    by_upper = {name.upper(): name for name in meant}
    for m in islice(re.finditer(rf"(?<![\w-])(?:{cased})(?![\w-])", text.plain), PLACES_MOST):
        name = by_upper[m[0].upper()]
        if m.start() >= meant[name][1]:
            yield Spelling(m.start(), m.end(), meant[name][0], name)


def _names_beside(text: Text, one: Spelling) -> Iterator[tuple[str, int]]:
    before = _BEFORE.search(text.plain, max(0, one.start - _WIDEST), one.start)
    if before and _CLOSES.match(text.plain, one.end):
        yield before["name"], before.start("name")
    if behind := _BEHIND.match(text.plain, one.end):
        yield behind["name"], behind.start("name")


def _is_marked(text: Text, name: str, at: int) -> bool:
    """Whether the name bears the sign of a trade mark where it is introduced."""
    end = text.original_span(at, at + len(name))[1]
    return text.source[end : end + 2].lstrip()[:1] in {"\u00ae", "\u2122"}


def _is_a_brand(text: Text, name: str, marked: bool) -> bool:
    """Whether a word with a capital is a name, and no company's: a text writes no noun of its own small elsewhere."""
    low = name.lower()
    if CUES["introduced.no_brand"].fullmatch(low) or re.search(rf"\b{re.escape(low)}\b", text.plain):
        return False
    cue = CUES["introduced.company"]
    places = islice(re.finditer(re.escape(low), text.low), PLACES_MOST)
    return marked or not any(cue.match(text.low, m.end()) for m in places)
