"""Names that a text itself gives a watched medicine: "Zelvora (zelanib)" makes "Zelvora" zelanib wherever it stands.

A watch list knows the brands of the day on which it was written; the approval of a medicine often brings its next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regwatch.classify.cues import CUES
from regwatch.classify.text import Text

MOST = 20
"""Names that one text may introduce."""
_BEFORE = re.compile(r"(?P<name>[A-Z](?<![\w-][A-Z])[A-Za-z]{3,})\s{0,3}\($")
_CLOSES = re.compile(r"[ a-z0-9,/%.-]{0,30}\)")
_BEHIND = re.compile(r"\s{0,3}\(\s?(?P<name>[A-Z][A-Za-z]{3,})\s{0,3}[,;)]")
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
    """
    names: dict[str, str] = {}
    for before, one, after in zip([None, *known], known, [*known[1:], None], strict=False):
        alone = not (before and one.start - before.end < _JOINT) and not (after and after.start - one.end < _JOINT)
        if alone and not one.brand and len(names) < MOST:
            names |= dict.fromkeys(_names_beside(text, one), one.treatment)
    taken = {text.low[one.start : one.end] for one in known}
    meant = {name: inn for name, inn in names.items() if name.lower() not in taken and _is_a_brand(text, name)}
    if not meant:
        return
    cased = "|".join(
        re.escape(form) for name in meant for form in dict.fromkeys((name, name.upper(), name.capitalize()))
    )
    by_upper = {name.upper(): name for name in meant}
    for m in re.finditer(rf"(?<![\w-])(?:{cased})(?![\w-])", text.plain):
        name = by_upper[m[0].upper()]
        yield Spelling(m.start(), m.end(), meant[name], name)


def _names_beside(text: Text, one: Spelling) -> Iterator[str]:
    before = _BEFORE.search(text.plain, max(0, one.start - _WIDEST), one.start)
    if before and _CLOSES.match(text.plain, one.end):
        yield before["name"]
    if behind := _BEHIND.match(text.plain, one.end):
        yield behind["name"]


def _is_a_brand(text: Text, name: str) -> bool:
    """Whether a word with a capital is a name, and no company's: a text writes no noun of its own small elsewhere."""
    low = name.lower()
    if CUES["introduced.no_brand"].fullmatch(low) or re.search(rf"\b{re.escape(low)}\b", text.plain):
        return False
    return not any(CUES["introduced.company"].match(text.low, m.end()) for m in re.finditer(re.escape(low), text.low))
