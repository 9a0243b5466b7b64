"""How NICE words a recommendation: one table for drafts and published guidance, old wording and new.

Only numbered paragraphs are read: "is not recommended" also occurs about comparators in the committee's reasons.
Wording: the page "Types of NICE recommendation" and the wording of guidance published before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from regwatch.vocabulary import Milestone


class NiceOutcome(StrEnum):
    """What a numbered paragraph says. POSITIVE: yes, but for whom within the licence is not clear from the words."""

    RECOMMENDED = "recommended"
    RESTRICTED = "recommended for some"
    POSITIVE = "recommended, extent not stated"
    MANAGED_ACCESS = "managed access"
    NOT_RECOMMENDED = "not recommended"
    TERMINATED = "no recommendation"
    SILENT = "neither yes nor no"
    UNDECIDED = "not understood"


@dataclass(frozen=True)
class Recommendation:
    """What the paragraphs say, each and in all their words; `quote` is the first of them."""

    outcomes: tuple[NiceOutcome, ...]
    quote: str
    text: str

    def milestone(self, table: Mapping[NiceOutcome, Milestone]) -> Milestone | None:
        """The one milestone that all paragraphs come to; None where they differ or one is not understood."""
        found = {table.get(outcome) for outcome in self.outcomes}
        return found.pop() if len(found) == 1 else None


_UNABLE = re.compile(r"\bunable to make a recommendation\b")
_NOT = re.compile(
    r"\b(?:should|can|must) ?not be used\b|\b(?:is|are) not (?:currently )?recommended\b|\bcan ?not be recommended\b"
    r"|\bminded not to recommend\b"
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
_TRANSITION = re.compile(
    r"\bnot intended to affect\b|\bstarted (?:in|within) the NHS before\b|\b(?:able|option) to continue\b",
    re.IGNORECASE,
)


def outcome_of(paragraph: Sequence[str]) -> NiceOutcome:
    """What one numbered paragraph says: its sentence, and its list items if any.

    A paragraph that says yes and no at once is not understood.
    """
    lead, *items = (piece.casefold() for piece in paragraph)
    text = " ".join((lead, *items))
    if _UNABLE.search(text):
        return NiceOutcome.TERMINATED
    denied, granted = bool(_NOT.search(text)), bool(_CAN.search(_NOT.sub(" ", text)))
    if denied:
        return NiceOutcome.UNDECIDED if granted else NiceOutcome.NOT_RECOMMENDED
    if not granted:
        return NiceOutcome.SILENT
    managed, research = bool(_MANAGED.search(text)), bool(_RESEARCH.search(text))
    if managed or research:
        return NiceOutcome.MANAGED_ACCESS if not research else NiceOutcome.UNDECIDED
    return _extent(lead, items)


def _extent(lead: str, items: Sequence[str]) -> NiceOutcome:
    """For whom a paragraph says yes. A condition on the price alone is no restriction."""
    prices = [item for item in items if _PRICE.search(item)]
    if any(_AND_MORE.search(words) for words in (*prices, *_PRICE_CLAUSE.findall(lead))):
        return NiceOutcome.POSITIVE
    rest = _PRICE_CLAUSE.sub(" ", lead)
    if prices and len(prices) == len(items):
        rest = _ONLY.sub(" ", rest)
    if any(_ONLY.search(words) for words in (rest, *items)):
        return NiceOutcome.RESTRICTED
    return NiceOutcome.RECOMMENDED if _WITHIN.search(rest) else NiceOutcome.POSITIVE


def weigh(paragraphs: Sequence[tuple[str, ...]], watch: Sequence[str] = ()) -> Recommendation:
    """What all paragraphs say, but for those on people who have already started and those that say neither yes nor no.

    Where they differ, those that name a watched medicine decide.
    """
    told = [(outcome_of(part), " ".join(part)) for part in paragraphs if not _TRANSITION.search(" ".join(part))]
    told = [one for one in told if one[0] is not NiceOutcome.SILENT] or told or [(NiceOutcome.UNDECIDED, "")]
    if len({outcome for outcome, _ in told}) > 1:
        names = [re.compile(rf"\b{re.escape(name.casefold())}\b") for name in watch if name]
        told = [one for one in told if any(name.search(one[1].casefold()) for name in names)] or told
    return Recommendation(tuple(outcome for outcome, _ in told), told[0][1], " / ".join(text for _, text in told))
