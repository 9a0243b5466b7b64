"""Stage one: the spans of events and shadows in a sentence, free of the order of the lexicon.

Of words that two rows claim, the higher level takes them (a shadow before what it covers), then plain words before a
loose turn of phrase, then the longer span. What one row has taken is blank for the others, which may still reach across
it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from regwatch.classify.cues import CUES
from regwatch.classify.lexicon import LIST_HEAD, NOTHING, LexiconRow, rows
from regwatch.classify.text import Text

APPRAISED = "appraised"
"""The trait of rows that are read only where an appraising body may have spoken."""
TOP = 6000
"""Characters in which a text names the body that it is about."""
LOOSE = "loose"
"""The tag of rows that only hint at an event: a turn of phrase, a hint at a verdict."""
ROUNDS = 4
"""How often a level is read again after its longest spans are taken."""


@dataclass(frozen=True)
class Action:
    """Words that say what happened. `head` is where the word stands whose tense counts, `end` its end."""

    rule: LexiconRow
    start: int
    stop: int
    head: int
    end: int


_INITIAL = re.compile(r"\.(?<=\b[a-z]\.)(?=[a-z]\b|[\s,)])")
"""The point of an initial or acronym: part of the word."""
_WORDS = re.compile(r"[a-z']{2,}")


class Lexicon:
    """The rows made ready: by prefilter, and by level. The order of the rows given means nothing."""

    def __init__(self, every: Sequence[LexiconRow]) -> None:
        self.rows = tuple(every)
        self.levels = sorted({row.level for row in every}, reverse=True)
        self._by_stem: dict[str, list[LexiconRow]] = {}
        for row in every:
            for stem in row.prefilter:
                self._by_stem.setdefault(stem, []).append(row)
        self._by_start: dict[str, list[str]] = {}
        for stem in self._by_stem:
            self._by_start.setdefault(stem[:3] if stem[:3].isalpha() and len(stem) > 2 else "", []).append(stem)

    def stems_in(self, text: Text, end: int) -> tuple[str, ...]:
        """The prefilters that occur before an offset at all: a cheap gate for every sentence."""
        head = text.low[:end]
        words = set(_WORDS.findall(head))
        once = " ".join(words)
        elided = (word.split("'", 1)[1] for word in words if "'" in word)  # "l'essai"
        starts = {"", *(word[:3] for word in words), *(word[:3] for word in elided)}
        return tuple(
            stem
            for start in self._by_start.keys() & starts
            for stem in self._by_start[start]
            if stem in (once if stem.isalpha() else head)
        )

    def find(
        self, text: Text, start: int, end: int, stems: Sequence[str], tongue: str = "en", heads: bool = False
    ) -> list[Action]:
        """Events and shadows of a sentence of a text in that language, in the order of the text.

        Words that may be any body's ("a positive draft") count only where no licensing body is named for them. `heads`
        asks for the heads of lists too, which a sentence that names a medicine cannot be.
        """
        piece = _INITIAL.sub("_", text.low[start:end]).replace(".", "\u00b7")  # a point inside a sentence ends nothing
        here = {row.id: row for stem in stems if stem in piece for row in self._by_stem[stem]}
        usable = [
            row for row in here.values() if row.language in {"en", tongue} and (heads or LIST_HEAD not in row.tags)
        ]
        if any(APPRAISED in row.tags for row in usable) and not _may_be_an_appraisers(text, piece):
            usable = [row for row in usable if APPRAISED not in row.tags]
        found: list[Action] = []
        for level in self.levels:
            for_level = [row for row in usable if row.level == level]
            piece = _take(piece, start, for_level, found) if for_level else piece
        return sorted(found, key=lambda a: (a.head, a.rule.id))


def _may_be_an_appraisers(text: Text, sentence: str) -> bool:
    """Whether a sentence may tell the word of an appraising body: it or its text names one, and it no other."""
    if CUES["meaning.appraised"].search(sentence):
        return True
    return not CUES["meaning.licensed"].search(sentence) and _names_an_appraiser(text.low[:TOP])


@lru_cache(maxsize=8)
def _names_an_appraiser(top: str) -> bool:
    return bool(CUES["meaning.appraised"].search(top))


def _take(piece: str, start: int, level: list[LexiconRow], found: list[Action]) -> str:
    """Add the spans of one level to those found; returns the sentence with their words blank."""
    for _ in range(ROUNDS):
        matches = [(m, row) for row in level for m in row.compiled.finditer(piece) if m.end() > m.start()]
        if not matches:
            break
        matches.sort(key=_claim)
        taken: list[tuple[int, int]] = []
        claimed = bytearray(len(piece))
        for m, row in matches:
            if 1 not in claimed[m.start() : m.end()]:
                taken.append(m.span())
                claimed[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
                head = next((name for name in m.groupdict() if m[name] is not None), None)
                first, last = m.span(head) if head else m.span()
                found.append(Action(row, start + m.start(), start + m.end(), start + first, start + last))
        for first, last in taken:
            piece = piece[:first] + "\x00" * (last - first) + piece[last:]
    return piece


def _claim(match: tuple[re.Match[str], LexiconRow]) -> tuple[bool, int, int, str]:
    """Which of two spans takes its words first: one of plain words before a loose turn, then the longer one."""
    span, row = match
    return LOOSE in row.tags, span.start() - span.end(), span.start(), row.id


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The project's own lexicon, ready."""
    return Lexicon(rows())


def events(actions: Sequence[Action]) -> list[Action]:
    """The events among the spans: shadows cover their words and tell of nothing."""
    return [action for action in actions if action.rule.means != NOTHING]
