"""Expectations: foreseen milestones that are set, made precise, moved, met, withdrawn or overdue (DESIGN section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from regwatch.dates import Precision, days_between, local_day
from regwatch.ledger.draft import Draft
from regwatch.ledger.entries import EventKind, ExpectationState
from regwatch.ledger.sameness import day_of
from regwatch.ledger.witness import Route, Witness
from regwatch.model import Finding
from regwatch.store.codec import iso, uniso
from regwatch.store.tables import ExpectationRow, TransitionRow
from regwatch.vocabulary import (
    AUTHORITIES,
    DEADLINES,
    DECISIONS,
    GOAL_DATES,
    HTA_OUTCOMES,
    OPINIONS,
    Milestone,
    met_by,
)

_LIVE = (ExpectationState.OPEN.value, ExpectationState.OVERDUE.value)
_CAN_BE_OVERDUE = DECISIONS | HTA_OUTCOMES | OPINIONS
"""A meeting whose day has passed was most likely held, and comments have closed; a decision that is late is news."""
_SEVERAL = DEADLINES | {Milestone.HTA_COMMITTEE}
"""Of these there can be more than one at a time."""


def expect(draft: Draft, finding: Finding, witness: Witness) -> tuple[Route, ExpectationRow | None]:
    """Fold one foreseen milestone (or goal date) into the ledger."""
    foreseen = _foreseen(finding)
    live = _live(draft, finding.topic, finding.authority, foreseen)
    if finding.retracts:
        return _withdraw(draft, finding, witness, live)
    over = finding.milestone in DEADLINES and _is_over(finding, witness)
    if over or already_reached(draft, finding, witness):
        return Route.BACKGROUND, None
    known = _counterpart(live, finding)
    if known is None:
        return Route.LEDGER, _open(draft, finding, foreseen, witness)
    return _revise(draft, known, finding, witness)


def fell_due(session: Session, topics: Sequence[str], after: date, until: date) -> bool:
    """Whether the last day of something still foreseen for these topics lies after one day and not after the other."""
    rows = session.exec(
        select(ExpectationRow.date).where(
            col(ExpectationRow.topic).in_(topics), col(ExpectationRow.state).in_(_LIVE), ExpectationRow.date != ""
        )
    )
    return any((day := uniso(row)) is not None and after < day.last <= until for row in rows)


def meet(draft: Draft, transition: TransitionRow, witness: Witness) -> None:
    """Close the expectations that a new transition fulfils, whatever its outcome, and say how early or late it came."""
    reached = Milestone(transition.milestone)
    for row in draft.expectations(transition.topic, transition.authority, _LIVE):
        if reached not in met_by(Milestone(row.milestone)):
            continue
        row.state, row.days = ExpectationState.MET.value, _days(row, transition)
        draft.meet(row, transition)
        draft.log(EventKind.MET, witness, row)


def time_again(draft: Draft, transition: TransitionRow) -> None:
    """Say anew how early or late a transition came whose day has become known."""
    for row in draft.met(transition):
        row.days = _days(row, transition)


def _days(row: ExpectationRow, transition: TransitionRow) -> int | None:
    """From the last day on which it was foreseen to that of the act, else of its announcement; None if not known."""
    due, day = uniso(row.date), day_of(transition)
    return days_between(due.last, day.first) if due and day and day.precision is Precision.DAY else None


def tick(session: Session, now: datetime) -> list[ExpectationRow]:
    """Mark what has not come in time: overdue once, by the authority's own calendar; meetings pass in silence.

    An expectation that was already late when it was first read at a baseline is marked and told to nobody.
    """
    late: list[ExpectationRow] = []
    draft = Draft(session, ())
    rows = session.exec(
        select(ExpectationRow).where(ExpectationRow.state == ExpectationState.OPEN.value, ExpectationRow.date != "")
    )
    for row in rows:
        due, zone = uniso(row.date), _zone(row.authority)
        today = local_day(now, zone)
        if due is None or today <= due.last:
            continue
        if Milestone(row.milestone) not in _CAN_BE_OVERDUE:
            row.state = ExpectationState.PASSED.value
        else:
            row.state, row.days = ExpectationState.OVERDUE.value, days_between(due.last, today)
            old_news = row.baseline and local_day(row.detected_at, zone) > due.last
            draft.log(EventKind.OVERDUE, _nobody(now, baseline=old_news), row)
            late.append(row)
    draft.write()
    return late


def drop(draft: Draft, transition: TransitionRow, witness: Witness) -> None:
    """Withdraw what was foreseen when an authority stops the work (suspended, terminated)."""
    for row in draft.expectations(transition.topic, transition.authority, _LIVE):
        row.state = ExpectationState.WITHDRAWN.value
        draft.log(EventKind.WITHDRAWN, witness, row, quiet=True)


def _live(draft: Draft, topic: str, authority: str, foreseen: Milestone) -> list[ExpectationRow]:
    rows = draft.expectations(topic, authority, _LIVE)
    return [row for row in rows if foreseen in met_by(Milestone(row.milestone))]


def _counterpart(live: Sequence[ExpectationRow], finding: Finding) -> ExpectationRow | None:
    """The expectation that the finding speaks of. A second meeting on another day is an expectation of its own."""
    if finding.milestone not in _SEVERAL:
        return live[-1] if live else None
    for row in live:
        if row.date in (iso(finding.date), "") or (finding.was and row.date == finding.was.iso):
            return row
    return None


def _foreseen(finding: Finding) -> Milestone:
    return Milestone.APPROVED if finding.milestone in GOAL_DATES else finding.milestone


def already_reached(draft: Draft, finding: Finding, witness: Witness) -> bool:
    """Whether the decision has already come: a page that still foresees it is late, not prophetic."""
    foreseen = _foreseen(finding)
    rows = [row for row in draft.place(finding.topic, finding.authority) if not row.history]
    if not rows:
        return False
    current = rows[-1]
    if Milestone(current.milestone) not in met_by(foreseen):
        return any(row.milestone == foreseen.value and finding.date and day_of(row) == finding.date for row in rows)
    decided = day_of(current)
    later = finding.date is not None and decided is not None and finding.date.first > decided.last
    negative = Milestone(current.milestone) not in (Milestone.APPROVED, Milestone.HTA_RECOMMENDED)
    return not (later and (negative or witness.structured))


def _open(draft: Draft, finding: Finding, foreseen: Milestone, witness: Witness) -> ExpectationRow:
    row = ExpectationRow(
        topic=finding.topic,
        authority=finding.authority,
        milestone=foreseen.value,
        date=iso(finding.date),
        wording=finding.window,
        state=ExpectationState.OPEN.value,
        detected_at=witness.at,
        was=iso(finding.was),
        baseline=witness.baseline,
    )
    draft.add(row)
    draft.log(EventKind.EXPECTED, witness, row)
    return row


def _revise(
    draft: Draft, row: ExpectationRow, finding: Finding, witness: Witness
) -> tuple[Route, ExpectationRow | None]:
    old, new = uniso(row.date), finding.date
    if new is None or (old is not None and new.contains(old)):
        return Route.EVIDENCE, row
    if old is not None and not old.contains(new) and not witness.official and _officially_dated(draft, row):
        return Route.REVIEW, None
    moved = old is not None and not old.contains(new)
    row.was, row.date, row.wording = (row.date if moved else row.was), new.iso, ""
    row.state, row.days = ExpectationState.OPEN.value, None
    if moved or new.precision is Precision.DAY:
        kind = EventKind.MOVED if moved else EventKind.EXPECTED
        draft.log(kind, witness, row, note="" if moved else "made precise")
    return Route.LEDGER, row


def _officially_dated(draft: Draft, row: ExpectationRow) -> bool:
    return any(said.official and said.date == row.date for said in draft.said(row))


def _withdraw(
    draft: Draft, finding: Finding, witness: Witness, live: Sequence[ExpectationRow]
) -> tuple[Route, ExpectationRow | None]:
    for row in live:
        if row.date == iso(finding.date):
            if row.state == ExpectationState.OVERDUE.value:
                return Route.EVIDENCE, row
            closed = finding.milestone in DEADLINES and _is_over(finding, witness, on_its_day=True)
            row.state = (ExpectationState.PASSED if closed else ExpectationState.WITHDRAWN).value
            if not closed:
                draft.log(EventKind.WITHDRAWN, witness, row)
            return Route.LEDGER, row
    return Route.BACKGROUND, None


def _is_over(finding: Finding, witness: Witness, *, on_its_day: bool = False) -> bool:
    """Whether a day until which people could act has passed where the authority is; on its day pages take it down."""
    today = local_day(witness.at, _zone(finding.authority))
    return finding.date is None or finding.date.last < today or (on_its_day and finding.date.last == today)


def _zone(authority: str) -> str:
    return AUTHORITIES[authority].zone if authority in AUTHORITIES else "UTC"


def _nobody(now: datetime, *, baseline: bool) -> Witness:
    return Witness(finding=None, source="", official=False, structured=False, baseline=baseline, at=now)
