"""Where clauses begin and end."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from regwatch.classify.cues import CUES
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text

BLOCK = 4096
"""Characters whose clause boundaries are found at once and kept for the next question."""

AHEAD = 200
"""Characters before an offset at which the search for its clause may begin in a long sentence."""


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
    first = from_here = sentence.start
    if place - from_here > 2 * AHEAD:  # a boundary well before the offset is as good a place to begin
        starts = _boundaries(text.low, (place - AHEAD) // BLOCK)
        number = bisect_left(starts, place - AHEAD) - 1
        from_here = max(from_here, starts[number]) if number >= 0 else from_here
    for m in CUES["attribution.separator"].finditer(text.low, from_here, place):
        first = m.end() if text.low[m.start()] not in ", " else m.start() + 1
    return first
