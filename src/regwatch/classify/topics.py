"""Which topic a statement is about: the treatment by any of its names, the indication by the topic's own terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from regwatch.model import Indication, Topic, Treatment
from regwatch.reading.html import clean
from regwatch.reading.names import names_any
from regwatch.uses import ABBREVIATIONS, introduced, normal, spelt_out


@lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """One alternation of literal phrases, longest first, on word boundaries; spaces and hyphens are one."""
    literal = sorted({fold(word) for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not literal:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in literal) + r")(?:s|es)?(?!\w)")


def fold(text: str) -> str:
    """Text as it is compared here: cleaned, case folded, hyphens as spaces, one spelling."""
    return normal(clean(text))


def names_treatment(text: str, treatment: Treatment) -> bool:
    """Whether the text names the treatment by its INN, a brand or a code."""
    return names_any(text, treatment.names)


def names_indication(text: str, indication: Indication) -> bool:
    """Whether the text names the indication once its look-alikes are set aside, by its terms or by an abbreviation."""
    return _names(fold(text), indication) or _names(fold(_spelt_out(text, indication)), indication)


def _spelt_out(text: str, indication: Indication) -> str:
    """The text with its abbreviations written out: usual ones, and those that the topic's own words introduce."""
    own = introduced(f"{indication.name}; {'; '.join(indication.terms)}")
    return spelt_out(clean(text), {**ABBREVIATIONS, **own})


def _names(folded: str, indication: Indication) -> bool:
    if not folded:
        return False
    if look_alikes := _pattern(indication.look_alikes):
        folded = look_alikes.sub(" ", folded)
    terms = _pattern((indication.name, *indication.terms))
    return terms is not None and terms.search(folded) is not None


def matching(treatment: str, indication: str, topics: Sequence[Topic]) -> list[Topic]:
    """The topics that a statement about this treatment in this indication is about.

    `treatment` "" leaves the treatment to the topics given; `indication` must name the topic's indication.
    """
    return [
        topic
        for topic in topics
        if (not treatment or names_treatment(treatment, topic.treatment))
        and names_indication(indication, topic.indication)
    ]


def of_treatment(treatment: str, topics: Sequence[Topic]) -> list[Topic]:
    """The topics of this treatment in whatever indication."""
    return [topic for topic in topics if names_treatment(treatment, topic.treatment)]
