"""A candidate: one event with all that the text ties to it. Each stage adds to it and takes nothing away."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from regwatch.classify.attribution import WIDE
from regwatch.classify.extract import Action
from regwatch.classify.segment import Sentence
from regwatch.classify.stance import Stance
from regwatch.dates import PartialDate
from regwatch.model import Cue
from regwatch.vocabulary import Milestone


@dataclass
class Candidate:
    """What one span of an event says, of one medicine and one authority.

    `explicit`: the clause names the authority; `named`: it names the medicine. The runners-up are the authority and
    the medicine that came next, "" for none, with the margins by which they lost. `inherited` says where from a
    medicine that the clause does not name was taken.
    """

    action: Action
    sentence: Sentence
    stance: Stance
    milestone: Milestone
    code: str
    explicit: bool
    treatment: str
    brand: str
    named: bool
    body_at: tuple[int, int] | None = None
    """Where the clause names the authority."""
    product_at: tuple[int, int] | None = None
    """Where it names the medicine."""
    body_runner_up: str = ""
    body_margin: float = WIDE
    product_runner_up: str = ""
    product_margin: float = WIDE
    partner: bool = False
    """The clause names the medicine only as a partner of another."""
    indication: str = ""
    own_words: bool = False
    """The indication stands in the candidate's own sentence."""
    date: PartialDate | None = None
    window: str = ""
    when: str = ""
    """The words of the date."""
    of_telling: bool = False
    """The date is that of an announcement, and not of the act."""
    place: bool = False
    """The authority is only implied by a country."""
    anchored: bool = False
    """The date was resolved from "today" or a weekday."""
    ahead: bool = False
    """Its date lies after the document's."""
    habit: bool = False
    """The clause may only say what the body does in general."""
    cues: list[Cue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Why the reading is in doubt."""


@dataclass(frozen=True)
class Rejected:
    """An event that came to nothing, and why: kept so that a reading can be explained."""

    action: Action
    why: str


def treatments(candidate: Candidate) -> frozenset[str]:
    """The single medicines of a candidate."""
    return _single(candidate.treatment)


@lru_cache(maxsize=1024)
def _single(treatment: str) -> frozenset[str]:
    return frozenset(treatment.split("+"))
