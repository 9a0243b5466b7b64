"""What the classifier was not sure of, until a person decides it: accepted, rejected or put right, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from regwatch.dates import act_or_announced, from_iso
from regwatch.errors import BadDate, UsageError
from regwatch.ledger import transitions
from regwatch.ledger.draft import Draft
from regwatch.ledger.finding_codec import finding_of
from regwatch.ledger.witness import Route, Witness
from regwatch.store.codec import uniso, weighing_from_text
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode

OPEN = "open"
"""The state of a finding that waits; afterwards it is what was decided."""

_WAITS = FindingRow.review == OPEN


class Decision(StrEnum):
    """What a person says of a finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"


@dataclass(frozen=True)
class Correction:
    """What is right instead, as a person writes it; None for what is right already."""

    milestone: str | None = None
    date: str | None = None
    topic: str | None = None


@dataclass(frozen=True)
class Decided:
    """A finding after the decision. `route` is where it went, None for one that was rejected."""

    number: int
    topic: str
    authority: str
    milestone: str
    route: Route | None = None


def waiting(session: Session) -> Sequence[FindingRow]:
    """The findings that wait for a person: the most probable news first, then what was not weighed, each by age."""
    rows = session.exec(select(FindingRow).where(_WAITS).order_by(col(FindingRow.id)))
    return sorted(rows, key=lambda row: -(probability(row) or 0.0))


def day_told(row: FindingRow) -> str:
    """The day that a finding gives: of the act (ISO), or `announced 2025-09-22`; "" for none."""
    announced = uniso(row.announced) if row.mode == Mode.ANNOUNCED.value else None
    return act_or_announced(uniso(row.date), announced)


def probability(row: FindingRow) -> float | None:
    """How probable it is that the finding is its text's news; None for what was not weighed."""
    weighing = weighing_from_text(row.weighing)
    return weighing.probability if weighing else None


def count_waiting(session: Session) -> int:
    """How many findings wait for a person."""
    return session.exec(select(func.count()).select_from(FindingRow).where(_WAITS)).one()


def decide(
    session: Session,
    number: int,
    decision: Decision,
    now: datetime,
    correction: Correction | None = None,
    note: str = "",
) -> Decided:
    """Carry out one decision, at `now` (UTC), in the caller's transaction: what is accepted enters the ledger.

    `note` is kept with it. Raises `UsageError` for a decision that cannot be taken.
    """
    row = session.get(FindingRow, number)
    if row is None or row.review != OPEN:
        listed = ", ".join(str(one.id) for one in waiting(session)) or "none"
        raise UsageError(f"finding {number} is not waiting for review; waiting: {listed}")
    row.review, row.review_note, row.reviewed_at = decision.value, note, now
    session.add(row)
    if decision is Decision.REJECT:
        return Decided(number, row.topic, row.authority, row.milestone)
    if decision is Decision.CORRECT:
        _correct(row, correction or Correction())
    if not row.topic:
        raise UsageError(f"finding {number} has no topic: use `regwatch review correct {number} --topic TOPIC`")
    witness = Witness(finding=row, source=row.source, official=row.official, structured=False, baseline=False, at=now)
    sure = replace(finding_of(row), confidence=Confidence.HIGH, reason="accepted by the operator")
    draft = Draft(session, [row.topic])
    route = transitions.record(draft, sure, witness)
    row.route = route.value
    draft.write()
    return Decided(number, row.topic, row.authority, row.milestone, route)


def _correct(row: FindingRow, right: Correction) -> None:
    if not (right.milestone or right.date or right.topic):
        raise UsageError("say what is right: --milestone, --date or --topic")
    if right.milestone:
        if right.milestone not in set(Milestone):
            raise UsageError(f"no milestone is called {right.milestone!r}: see docs/reference/milestones.md")
        row.milestone = right.milestone
    if right.date:
        try:
            row.date = from_iso(right.date).iso
        except BadDate as error:
            wanted = "write 2025-07-23, 2025-07, 2025-Q3, 2025-H2 or 2025"
            raise UsageError(f"{right.date!r} is not a date: {wanted}") from error
    row.topic = right.topic or row.topic
