"""How NICE words a recommendation: one table for drafts and published guidance, old wording and new.

Only numbered paragraphs are read: "is not recommended" also occurs about comparators in the committee's reasons.
Wording: the page "Types of NICE recommendation" and the wording of guidance published before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bs4 import Tag

from regwatch.errors import MissingPart
from regwatch.reading import html as h
from regwatch.vocabulary import Milestone


class Outcome(StrEnum):
    """What a numbered paragraph says. POSITIVE: yes, but for whom within the licence is not clear from the words."""

    RECOMMENDED = "recommended"
    RESTRICTED = "recommended for some"
    POSITIVE = "recommended, extent not stated"
    MANAGED_ACCESS = "managed access"
    NOT_RECOMMENDED = "not recommended"
    TERMINATED = "no recommendation"
    UNDECIDED = "not understood"


@dataclass(frozen=True)
class Verdict:
    """What the paragraphs say, each and in all their words; `quote` is the first of them."""

    outcomes: tuple[Outcome, ...]
    quote: str
    text: str

    def milestone(self, table: Mapping[Outcome, Milestone]) -> Milestone | None:
        """The one milestone that all paragraphs come to; None where they differ or one is not understood."""
        found = {table.get(outcome) for outcome in self.outcomes}
        return found.pop() if len(found) == 1 else None


_NUMBER = re.compile(r"1\.\d{1,2}\.?\Z")
_INLINE = re.compile(r"1\.\d{1,2}\.?\s+(?=\D)")
_UNABLE = re.compile(r"\bunable to make a recommendation\b")
_NOT = re.compile(
    r"\b(?:should|can|must) ?not be used\b|\b(?:is|are) not (?:currently )?recommended\b|\bcan ?not be recommended\b"
)
_CAN = re.compile(r"\b(?:can|may) be used\b|\brecommended\b")
_RESEARCH = re.compile(r"\bonly in (?:the context of )?research\b|\bmore research is needed\b")
_MANAGED = re.compile(r"\bmanaged access\b|\bcancer drugs fund\b|\binnovative medicines fund\b")
_ONLY = re.compile(r"\bonly (?:be used |recommended )?(?:if|when|for|in|as|after)\b|\bif all of the following\b")
_WITHIN = re.compile(r"\bwithin its (?:anticipated )?(?:uk )?marketing authori[sz]ation\b")
_PRICE = re.compile(
    r"\b(?:company|companies|manufacturer|manufacturers) provid|\bcommercial (?:access )?(?:arrangement|agreement)"
    r"|\bpatient access scheme\b|\bdiscount\b"
)
_PRICE_CLAUSE = re.compile(
    r"(?:\bonly )?(?:be used |recommended )?\b(?:if|when) the (?:company|companies|manufacturers?) provid[^.;:]{0,300}"
)
_AND_MORE = re.compile(r"\band (?:only )?(?:if|when|the (?:person|people|disease|condition)|people|they|it is)\b")
_TRANSITION = re.compile(r"\bnot intended to affect\b|\bstarted in the NHS before\b", re.IGNORECASE)
_STOP = re.compile(r"(?:what this means in practice|why the committee|why these recommendations)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def outcome_of(paragraph: Sequence[str]) -> Outcome:
    """What one numbered paragraph says: its sentence, and its list items if any.

    A paragraph that says yes and no at once is not understood.
    """
    lead, *items = (piece.casefold() for piece in paragraph)
    text = " ".join((lead, *items))
    if _UNABLE.search(text):
        return Outcome.TERMINATED
    denied, granted = bool(_NOT.search(text)), bool(_CAN.search(_NOT.sub(" ", text)))
    if denied or not granted:
        return Outcome.NOT_RECOMMENDED if denied and not granted else Outcome.UNDECIDED
    managed, research = bool(_MANAGED.search(text)), bool(_RESEARCH.search(text))
    if managed or research:
        return Outcome.MANAGED_ACCESS if not research else Outcome.UNDECIDED
    return _extent(lead, items)


def _extent(lead: str, items: Sequence[str]) -> Outcome:
    """For whom a paragraph says yes. A condition on the price alone is no restriction."""
    prices = [item for item in items if _PRICE.search(item)]
    if any(_AND_MORE.search(words) for words in (*prices, *_PRICE_CLAUSE.findall(lead))):
        return Outcome.POSITIVE
    rest = _PRICE_CLAUSE.sub(" ", lead)
    if prices and len(prices) == len(items):
        rest = _ONLY.sub(" ", rest)
    if any(_ONLY.search(words) for words in (rest, *items)):
        return Outcome.RESTRICTED
    return Outcome.RECOMMENDED if _WITHIN.search(rest) else Outcome.POSITIVE


def weigh(paragraphs: Sequence[tuple[str, ...]], watch: Sequence[str] = ()) -> Verdict:
    """What all paragraphs say, but for those on people who have already started.

    Where they differ, those that name a watched medicine decide.
    """
    weighed = [part for part in paragraphs if not _TRANSITION.search(" ".join(part))]
    if len({outcome_of(part) for part in weighed}) > 1:
        names = [re.compile(rf"\b{re.escape(name.casefold())}\b") for name in watch if name]
        weighed = [part for part in weighed if any(name.search(" ".join(part).casefold()) for name in names)] or weighed
    texts = [" ".join(part) for part in weighed]
    outcomes = tuple(outcome_of(part) for part in weighed) or (Outcome.UNDECIDED,)
    return Verdict(outcomes, texts[0] if texts else "", " / ".join(texts))


def numbered(page: Tag) -> list[tuple[str, ...]]:
    """The paragraphs numbered 1.1, 1.2 and so on, in pieces. Raises `MissingPart` if there are none.

    The number stands in a heading before the paragraph, or at its beginning. A paragraph ends at the next number,
    heading or line in bold.
    """
    root = page.find("div", class_="chapter") or page.find("main") or page
    found: list[list[str]] = []
    opened = False
    for node in root.find_all((*_HEADINGS, "p", "li")):
        words = h.text_of(node)
        if not words or node.find_parent(("nav", "footer", "aside")) or (node.name == "p" and node.find_parent("li")):
            continue
        if _NUMBER.match(words):
            found.append([])
            opened = True
        elif node.name == "p" and (number := _INLINE.match(words)):
            found.append([words[number.end() :]])
            opened = True
        elif node.name in _HEADINGS or _STOP.match(words) or words == h.text_of(node.find(("strong", "b"))):
            opened = False
        elif opened:
            found[-1].append(words)
    if not found or not all(found):
        raise MissingPart("text under a numbered recommendation", f"{len(found)} numbers")
    return [tuple(part) for part in found]


def statements(page: Tag) -> list[tuple[str, ...]]:
    """The first paragraph under Advice: a terminated appraisal numbers nothing. Raises `MissingPart`."""
    heading = h.need(h.heading(page, "Advice", "1 Advice"), "Advice")
    words = next((h.text_of(node) for node in h.after(heading) if node.name == "p"), "")
    if not words:
        raise MissingPart("text under Advice")
    return [(words,)]
