"""Where clauses begin and end."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from regwatch.classify.cues import CUES
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text

BLOCK = 4096
"""Characters whose clause boundaries are found at once and kept for the next question."""


def separators(text: Text, one: int, two: int) -> int:
    """How many clause boundaries lie between two offsets."""
    first, last = min(one, two), max(one, two)
    found = 0
    for block in range(first // BLOCK, last // BLOCK + 1):
        starts = _boundaries(text.low, block)
        found += bisect_left(starts, last) - bisect_left(starts, first)
    return found


@lru_cache(maxsize=64)
def _boundaries(low: str, block: int) -> list[int]:
    """Where the boundaries of a block of the text begin."""
    return [m.start() for m in CUES["attribution.separator"].finditer(low, block * BLOCK, (block + 1) * BLOCK)]


def clause_start(text: Text, sentence: Sentence, place: int) -> int:
    """Where the clause of an offset begins."""
    first = sentence.start
    for m in CUES["attribution.separator"].finditer(text.low, sentence.start, place):
        first = m.end() if text.low[m.start()] not in ", " else m.start() + 1
    return first
