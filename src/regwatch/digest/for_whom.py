"""For whom a status is: the source's own words, and of them the age, the earlier treatments and the kind of tumour.

Only whole sentences are shown: half of an indication can say the opposite of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from regwatch.ledger.entries import Evidence, Transition
from regwatch.model import Indication
from regwatch.safe_text import one_line
from regwatch.uses.ages import ADULT, FOREVER
from regwatch.uses.use import MOST_LINES, read_use

EXACT = "Whom it concerns, exactly"
"""How facts name the words of a source on who is meant."""
LONGEST = 900
"""Characters of an exact use; a longer one is read at its source."""
_START = 60
"""Characters of a use by which it is found again in the sentence that it was taken from."""
_SHORTEST = 20
_AGE, _BEFORE, _TYPE = "Age", "Earlier treatments", "Tumour type"
_PATIENTS = re.compile(r"\b(?:adult|child|adolescent|p(?:a)?ediatric|patient)s?\b|\b\d{1,2} years\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:other than|except|excluding|apart from|not including)\b", re.IGNORECASE)
_COUNTED = {1: "at least one", 2: "at least two", 3: "at least three"}


@dataclass(frozen=True)
class ForWhom:
    """The words of a source on who is meant, "" where it says no more than the topic. `read` is what they are read by.

    `terms` are the names of kinds of the topic's disease that stand in them.
    """

    words: str = ""
    read: str = ""
    terms: tuple[str, ...] = ()

    @cached_property
    def age(self) -> str:
        """Such as `adults`, "" where the words are not plain."""
        return self._sure(_age) if self.words else ""

    @cached_property
    def earlier(self) -> str:
        """How many treatments patients have had before, such as `at least one`; "" where the words are not plain."""
        counted = self._sure(_line) if self.words else ""
        return f"{counted} (not every kind counts)" if counted and _EXCEPT.search(self.words) else counted

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Age, earlier treatments and kind of tumour, as labels and values: as far as the words say so beyond doubt."""
        found = ((_AGE, self.age), (_BEFORE, self.earlier), (_TYPE, ", ".join(self.terms)))
        return tuple((label, value) for label, value in found if value)

    @property
    def short(self) -> str:
        """The same on one line: `Adults; earlier treatments: at least one; pNET, epNET`."""
        told = [f"earlier treatments: {value}" if label == _BEFORE else value for label, value in self.facts]
        text = "; ".join(told)
        # The name of a tumour type begins as it is written.
        return text if self.facts[:1] and self.facts[0][0] == _TYPE else text[:1].upper() + text[1:]

    def _sure(self, value: Callable[[str], str]) -> str:
        """What both the sentence and the part of it that is the use say."""
        whole, part = value(self.words), value(self.read or self.words)
        return whole if whole == part else ""


NOBODY_NAMED = ForWhom()


def for_whom(one: Transition, indication: Indication) -> ForWhom:
    """For whom a transition is, by what was found to be its use and the sentences that it rests on."""
    use = one_line(one.indication, LONGEST + 1)
    bare = use.casefold() in {name.casefold() for name in (indication.name, *indication.terms)}
    if not bare and use.endswith(".") and len(use) <= LONGEST:
        return ForWhom(use, "", _terms(use, indication))
    for words in _whole(one.evidence, "" if bare else use, indication):
        return ForWhom(words, "" if bare else use, _terms(words, indication))
    return ForWhom()


def _whole(evidence: Sequence[Evidence], use: str, indication: Indication) -> Iterator[str]:
    """Sentences that hold the whole use, from where it begins; without one, those of the authority that name patients.

    The authority's own come first.
    """
    start = use[:_START].casefold()
    for piece in sorted(evidence, key=lambda piece: not piece.official):
        told = one_line(piece.quote, LONGEST + 1)
        if not told.endswith(".") or len(told) > LONGEST:
            continue
        if len(start) >= _SHORTEST:
            at = told.casefold().find(start)
            if at >= 0:
                yield told[at : at + 1].upper() + told[at + 1 :]
        elif not use and piece.official and _PATIENTS.search(told) and _names(told, indication):
            yield told


def _names(text: str, indication: Indication) -> bool:
    low = text.casefold()
    return any(term.casefold() in low for term in (indication.name, *indication.terms))


def _terms(text: str, indication: Indication) -> tuple[str, ...]:
    """The kinds of the disease that the text names by a term of the topic's, other than the disease itself."""
    name = indication.name.casefold()
    kinds = (term for term in indication.terms if term.casefold() not in name)
    return tuple(
        term for term in kinds if re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text, re.IGNORECASE)
    )  # fmt: skip


def _age(text: str) -> str:
    use = read_use(text)
    if use.vague or not use.ages or len(use.ages) != 1:
        return ""
    low, high = use.ages[0]
    if low != int(low) or high != int(high):
        return ""
    if high == FOREVER:
        return {ADULT: "adults", 0.0: "all ages"}.get(low, f"{int(low)} years and older")
    return f"under {int(high)} years" if low == 0 else f"{int(low)} to under {int(high)} years"


def _line(text: str) -> str:
    lines = read_use(text).lines
    if lines in ({0}, {1}, {2}):
        return ("none", "one", "two")[min(lines)]
    if lines and 0 not in lines and lines == set(range(min(lines), MOST_LINES + 1)):
        return _COUNTED[min(lines)]
    return ""
