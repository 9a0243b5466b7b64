"""Diseases told by their place in a text for patients, where no word of the lexicon tells them: "adults with gout"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from regwatch.uses.lexicon import HEADS, MARKERS, OPENERS, PLAIN, phrases
from regwatch.uses.use import Values, read_use
from regwatch.uses.words import lay, normal, words

_PLACE = re.compile(
    r"(?<!\w)(?:treat(?:s|ing)?|(?:treatment|prevention|prophylaxis|management) of|prevent(?:s|ing)?|against"
    r"|(?:adult|adolescent|child|infant|patient|individual|person|women|men|those)(?:s|ren)?"
    r"(?: (?:and|or|to|from|of|age|aged|years?|months?|old|older|over|above|younger|children|adolescents?|adults?"
    r"|living|\d{1,2})){0,12} with|people(?: living)? with) "
)
_BESIDE = re.compile(r"[.;\u2022()]")


def adds_a_disease(text: str, now: Sequence[str], earlier: Sequence[str], known: Iterable[str]) -> bool:
    """Whether one of the texts that stand `now` names a disease, by its place, that no known text has a word of.

    Only where all diseases that the `earlier` texts named stand there still: else it may be another word for one.
    """
    said = frozenset(word for one in known for word in words(normal(one)))
    fresh = [item for item in _in_place(text) if not item & said]
    if not fresh:
        return False
    kept = frozenset(word for one in now for word in words(normal(one)))
    return all(word in kept for one in earlier for item in _in_place(one) for word in item - HEADS)


def _in_place(text: str) -> list[Values]:
    """The diseases that stand where a text for patients names what is treated, each as its words."""
    found: list[Values] = []
    for sentence in _BESIDE.split(normal(lay(text))):
        named = phrases((*OPENERS, "whether", "with or without")).split(sentence, maxsplit=1)[0]
        if place := _PLACE.search(named):
            items = (item - PLAIN for item in read_use(named[place.end() :]).diseases)
            found += [item for item in items if item - HEADS and not item & MARKERS]
    return found
