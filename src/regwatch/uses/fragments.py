"""Parts of texts: what was cut off, put together from others, or is a piece of what was shown before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from regwatch.uses.lexicon import is_naming
from regwatch.uses.words import normal, squash, words

LEAST = 30
"""Letters of a text that can stand in an older one by itself: less stands in many a sentence that granted nothing."""
_CUT = re.compile(
    r"(?:[:,]|\b(?:of|for|in|with|without|and|or|the|an?|to|by|from|who|whose|that|which|at|least|than)) *\Z",
    re.IGNORECASE,
)
"""How a text ends that goes on."""


def whole(known: Sequence[str]) -> list[str]:
    """The known uses without those that were cut off where another of them goes on: a lost end restricted the use."""
    squashed = {one: squash(one) for one in known}
    full = [found for one, found in squashed.items() if not _CUT.search(one)]
    return [one for one in known if not (_CUT.search(one) and any(squashed[one] in other for other in full))]


def completes(text: str, known: Iterable[str]) -> bool:
    """Whether the text goes on where a known one was cut off, in the middle of a sentence."""
    mine = squash(text)
    return any(_CUT.search(one) and mine.startswith(squash(one)) for one in known)


def only_completes(text: str, known: Sequence[str]) -> bool:
    """Whether the text completes a known one that was cut off, and names nothing in its end that no text named."""
    if not completes(text, known):
        return False
    said = {word for one in known for word in words(normal(one))}
    return not any(is_naming(word) and word not in said for word in words(normal(text)))


def is_put_together(text: str, known: Sequence[str], shown: Iterable[Sequence[str]], kept: Sequence[str]) -> bool:
    """Whether a text is made of known ones and of other sentences shown before, or is a part of such in a row.

    A part that ends like a sentence, where the known use went on, may have lost a restriction: that is nothing known.
    """
    mine, states = squash(text), [[squash(one) for one in state] for state in shown]
    if _is_made_of(mine, {*known, *(one for state in states for one in state)}):
        return True
    if text.rstrip().endswith(".") and _lost_an_end(mine, known, "".join(kept)):
        return False
    if mine in "".join(known):
        return True
    longer = (one for state in states for one in state if one.startswith(mine)) if len(mine) < LEAST else ()
    return any(longer) or (len(mine) >= LEAST and any(mine in "".join(state) for state in states))


def _is_made_of(text: str, parts: Iterable[str]) -> bool:
    """Whether a squashed text is nothing but such parts, one after the other."""
    whole = sorted(filter(None, parts), key=len, reverse=True)
    while text:
        part = next((one for one in whole if text.startswith(one)), None)
        if part is None:
            return False
        text = text.removeprefix(part)
    return True


def _lost_an_end(text: str, known: Iterable[str], kept: str) -> bool:
    """Whether a squashed text is the beginning of a known one whose end is nowhere any more."""
    ends = [one.removeprefix(text) for one in known if one.startswith(text)]
    return bool(ends) and all(end not in kept for end in ends)
