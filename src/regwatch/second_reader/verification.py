"""What counts of an answer: each event only with a quote that stands in the text and names who it is about.

A model can invent; it cannot invent a sentence that is really there. What is not verified is dropped and counted.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from regwatch.classify.authority import PLACE, find_authorities
from regwatch.classify.cues import CUES
from regwatch.classify.text import Text, read_text
from regwatch.model import Treatment
from regwatch.reading.names import names_any
from regwatch.second_reader.model_answer import ModelAnswer, NamedStep
from regwatch.second_reader.question import STATUSES
from regwatch.vocabulary import AUTHORITIES, Milestone, Mode

SHORTEST_QUOTE, LONGEST_QUOTE = 15, 600
"""Characters of a quote: a single word proves nothing, and a page of text is no quote."""

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.\n]{0,60}?\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:language model|system prompt|prompt injection|chat ?bot)\b"
    r"|\byou are (?:now )?an? (?:\w+ ){0,2}(?:assistant|model|machine|program)\b"
    r"|\b(?:respond|reply|answer|output) (?:only|exactly|in json|with the (?:word|following))\b"
    r"|['\"](?:events|status|mode|quote)['\"] ?:"
    r"|={3} ?[0-9a-f]{24}"
)


@dataclass(frozen=True)
class VerifiedStep:
    """One verified event. `quote` is the text's own words, at `offset` in characters; `indication` too, or ""."""

    treatment: str
    authority: str
    milestone: Milestone
    mode: Mode
    indication: str
    quote: str
    offset: int


def verify(answer: ModelAnswer, text: str, treatments: Sequence[Treatment]) -> tuple[VerifiedStep, ...]:
    """The events that count, in the order of the answer."""
    words = _Words.of(text)
    found = (_verified(event, words, treatments) for event in answer.events)
    return tuple(one for one in found if one is not None)


def holds_orders(text: str) -> bool:
    """Whether a text speaks to a machine that reads it. No announcement does: such a text is for a person."""
    low = read_text(text).low
    return bool(_ORDERS.search(low) or CUES["lesser.to_machines"].search(low))


def stands_in(quote: str, text: str) -> bool:
    """Whether the words of a quote stand in a text."""
    return _Words.of(text).find(quote) is not None


@dataclass(frozen=True)
class _Words:
    """A text with every run of white space as one space. `starts` are where its words begin, here and in the text."""

    text: Text
    spread: str
    starts: list[tuple[int, int]]

    @classmethod
    def of(cls, source: str) -> _Words:
        text = read_text(source)
        words = list(re.finditer(r"\S+", text.low))
        here = accumulate((len(word[0]) + 1 for word in words), initial=0)
        starts = list(zip(here, (word.start() for word in words), strict=False))
        return cls(text, " ".join(word[0] for word in words), starts)

    def find(self, quote: str) -> tuple[str, int] | None:
        """The text's own words for a quote, and their offset; None if it does not stand there word for word."""
        wanted = " ".join(read_text(quote).low.split())
        at = self.spread.find(wanted) if wanted else -1
        if at < 0:
            return None
        return self.text.quote(self._place(at), self._place(at + len(wanted) - 1) + 1)

    def _place(self, at: int) -> int:
        """Where in the text a character of `spread` stands."""
        here, there = self.starts[bisect_right(self.starts, at, key=lambda pair: pair[0]) - 1]
        return there + at - here


def _verified(event: NamedStep, words: _Words, treatments: Sequence[Treatment]) -> VerifiedStep | None:
    treatment = next((one for one in treatments if event.medicine.casefold() in map(str.casefold, one.names)), None)
    known = event.authority in AUTHORITIES and event.status in set(STATUSES) and event.mode in set(Mode)
    if treatment is None or not known:
        return None
    found = words.find(event.quote)
    if found is None or not SHORTEST_QUOTE <= len(found[0]) <= LONGEST_QUOTE:
        return None
    quote, offset = found
    names_medicine = names_any(quote, treatment.names)
    if not (names_medicine or _names_authority(quote, event.authority)):
        return None
    if not (names_medicine or names_any(words.text.source, treatment.names)):
        return None
    indication = words.find(event.indication)
    return VerifiedStep(
        treatment=treatment.inn,
        authority=event.authority,
        milestone=Milestone(event.status),
        mode=Mode(event.mode),
        indication=indication[0] if indication else "",
        quote=quote,
        offset=offset,
    )


def _names_authority(quote: str, code: str) -> bool:
    text = read_text(" ".join(quote.split()))
    return any(one.code == code and one.body != PLACE for one in find_authorities(text, 0, len(text.low)))
