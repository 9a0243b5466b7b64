"""What the ledger holds, as its readers see it: transitions, expectations, evidence, and the log of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regwatch.dates import PartialDate
from regwatch.vocabulary import Milestone, Standing


class EventKind(StrEnum):
    """What happened in the ledger. All are news but `witnessed`, which only adds evidence.

    `dated`: the day of a transition that was told before became known, or was put right.
    """

    TRANSITION = "transition"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DATED = "dated"
    EXPECTED = "expected"
    MOVED = "moved"
    MET = "met"
    OVERDUE = "overdue"
    WITHDRAWN = "withdrawn"
    WITNESSED = "witnessed"


PUT_RIGHT = frozenset({EventKind.CORRECTED, EventKind.RETRACTED, EventKind.DATED})
"""What is told to those who were told before what is put right."""
OF_A_MOVE = frozenset({EventKind.TRANSITION, EventKind.CONFIRMED}) | PUT_RIGHT
"""What is told of a transition."""


class ExpectationState(StrEnum):
    """Where an expectation stands."""

    OPEN = "open"
    MET = "met"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"
    PASSED = "passed"


@dataclass(frozen=True)
class Evidence:
    """One piece of evidence: who says so, in which words, where, and by which rule it was understood.

    `source` is the source's id. `seen_at` is UTC. `published` is the publisher's own date of the page or item,
    `announced` the day on which the act was made public by it.
    `weighed` says on one line how a text was weighed, "" for what a page's own label says. `snapshot` is the number of
    the stored copy that it was read from, `sha256` that copy's hash, 0 and "" where it is no longer kept.
    """

    finding: int
    source: str
    publisher: str
    url: str
    quote: str
    rule: str
    official: bool
    seen_at: datetime
    published: PartialDate | None = None
    announced: PartialDate | None = None
    weighed: str = ""
    snapshot: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Transition:
    """A topic's move, at one authority, from one milestone to another.

    `before` is the last milestone on the same pathway (the CHMP's opinion for a decision of the Commission), None for
    the first. `date` is the day of the act, None where only its telling is dated; `announced` is when it was first made
    public; `detected_at` (UTC) when it was seen.
    """

    id: int
    topic: str
    authority: str
    before: Milestone | None
    milestone: Milestone
    date: PartialDate | None
    announced: PartialDate | None
    detected_at: datetime
    standing: Standing
    baseline: bool
    indication: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def day(self) -> PartialDate | None:
        """What orders it: the day of the act, else that of its announcement; None if neither is known."""
        return self.date or self.announced

    @property
    def best(self) -> Evidence | None:
        """The piece of evidence to show first: the authority's own word if there is one, else the first witness."""
        return next((piece for piece in self.evidence if piece.official), next(iter(self.evidence), None))

    @property
    def announcer(self) -> Evidence | None:
        """Who made it public on the day of `announced`; None where that is not known."""
        return next((piece for piece in self.evidence if self.announced and piece.announced == self.announced), None)


@dataclass(frozen=True)
class Expectation:
    """A foreseen milestone with a window. `approved` or `hta_recommended` stand for a decision, whatever its outcome.

    `wording` holds the words of a window without a date ("in the coming months"). `was` is the window before a move.
    `days` counts, once met or overdue, from the window's last day: negative is early, positive late. `met_by` is the
    number of the transition that met it.
    """

    id: int
    topic: str
    authority: str
    milestone: Milestone
    date: PartialDate | None
    wording: str
    state: ExpectationState
    detected_at: datetime
    was: PartialDate | None = None
    days: int | None = None
    met_by: int | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Event:
    """One line of the ledger's log, in commit order (`seq`). `baseline` events are recorded and mailed to nobody.

    `note` is the milestone that was wrong (corrected), the date that stood before (dated: ISO, "" where only the
    announcement was dated) or why an expectation is told again.
    """

    seq: int
    kind: EventKind
    topic: str
    authority: str
    at: datetime
    baseline: bool
    transition: Transition | None = None
    expectation: Expectation | None = None
    note: str = ""


@dataclass(frozen=True)
class Standpoint:
    """One cell of the board: where a topic stands at an authority, and what is foreseen next.

    `unanswered` is a step that is never late, such as a meeting, whose day has passed and of which nothing was seen.
    """

    topic: str
    authority: str
    transition: Transition | None
    expected: tuple[Expectation, ...] = ()
    unanswered: Expectation | None = None
