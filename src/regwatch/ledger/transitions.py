"""Transitions: one for each move, however many witnesses tell of it (DESIGN section 5).

Idempotent (the same statement again is evidence), order-tolerant (an earlier step told late is history, not news) and
careful (a step that does not fit where the topic stands goes to the operator).
"""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session, col, select

from regwatch.dates import PartialDate, Precision
from regwatch.ledger import expectations
from regwatch.ledger.entries import EventKind
from regwatch.ledger.sameness import day_of, earlier, later, same, taken_back
from regwatch.ledger.witness import Route, Witness, log
from regwatch.model import Finding
from regwatch.store.codec import iso, uniso
from regwatch.store.tables import FindingRow, TransitionRow
from regwatch.vocabulary import (
    AUTHORISED,
    AUTHORITIES,
    DEADLINES,
    EVIDENCE,
    GOAL_DATES,
    RANK,
    Confidence,
    Kind,
    Milestone,
    Mode,
    Standing,
)

REOPENED_BY = frozenset({
    Milestone.COMPLETE_RESPONSE, Milestone.REFUSED, Milestone.APPLICATION_WITHDRAWN, Milestone.OPINION_NEGATIVE,
    Milestone.SUSPENDED, Milestone.INDICATION_WITHDRAWN, Milestone.REVOKED, Milestone.LAPSED,
    Milestone.AUTHORISATION_WITHDRAWN,
})  # fmt: skip
_STOPPED = frozenset({Milestone.HTA_SUSPENDED, Milestone.HTA_TERMINATED})

Entry = tuple[Route, TransitionRow | None]


def record(session: Session, finding: Finding, witness: Witness) -> tuple[Route, int | None, int | None]:
    """Fold one finding into the ledger. Gives where it went, and the transition or expectation it now belongs to."""
    if not finding.topic:
        return Route.ELSEWHERE, None, None
    if finding.mode is Mode.BACKGROUND:
        _amend_from_history(session, finding)
        return Route.BACKGROUND, None, None
    if finding.confidence is not Confidence.HIGH:
        stale = finding.mode is Mode.EXPECTED and expectations.already_reached(session, finding, witness)
        return Route.BACKGROUND if stale else Route.REVIEW, None, None
    if finding.milestone in EVIDENCE or finding.authority not in AUTHORITIES:
        return Route.EVIDENCE, None, None
    if finding.milestone in DEADLINES and finding.mode is not Mode.EXPECTED:
        return Route.EVIDENCE, None, None
    if finding.mode is Mode.EXPECTED or finding.milestone in GOAL_DATES:
        route, expectation = expectations.expect(session, finding, witness)
        return route, None, expectation.id if expectation else None
    route, transition = _retract(session, finding, witness) if finding.retracts else _enter(session, finding, witness)
    return route, transition.id if transition else None, None


def _place(session: Session, topic: str, authority: str) -> list[TransitionRow]:
    rows = session.exec(
        select(TransitionRow)
        .where(
            TransitionRow.topic == topic,
            TransitionRow.authority == authority,
            TransitionRow.standing != Standing.RETRACTED.value,
        )
        .order_by(col(TransitionRow.id))
    )
    return list(rows)


def _enter(session: Session, finding: Finding, witness: Witness) -> Entry:
    place = _place(session, finding.topic, finding.authority)
    moves = [row for row in place if not row.history]
    if not moves:
        late = _overtaken(session, finding)
        known = next((row for row in place if late and row.milestone == finding.milestone.value), None)
        return (
            _attest(session, known, finding, witness)
            if known
            else (
                Route.LEDGER,
                _add(session, finding, witness, history=late),
            )
        )
    current = moves[-1]
    if known := same(finding, place, current, witness, session):
        return _attest(session, known, finding, witness)
    return _move(session, finding, witness, current)


def _move(session: Session, finding: Finding, witness: Witness, current: TransitionRow) -> Entry:
    now, then = RANK[finding.milestone], RANK[Milestone(current.milestone)]
    before = earlier(finding, current)
    if now >= then and not before:
        if _beside(finding, current):
            return Route.EVIDENCE, current
        return Route.LEDGER, _add(session, finding, witness, current)
    reopened = Milestone(current.milestone) in REOPENED_BY or AUTHORITIES[finding.authority].kind is Kind.HTA
    if witness.structured and witness.official and taken_back(session, finding, current, witness):
        return Route.LEDGER, _add(session, finding, witness, current)
    if reopened and later(finding, current):
        return Route.LEDGER, _add(session, finding, witness, current)
    if now < then:
        return Route.LEDGER, _add(session, finding, witness, history=True)
    return (Route.BACKGROUND if witness.baseline else Route.REVIEW), None


def _beside(finding: Finding, current: TransitionRow) -> bool:
    """Whether the step says less than what is already known of the same moment.

    A consultation that opens with a draft outcome, and a priority review granted with acceptance, are parts of it. Of a
    use that was widened it is no news that it is approved.
    """
    if current.milestone == Milestone.USE_WIDENED.value and finding.milestone in AUTHORISED:
        return True
    return (finding.milestone, Milestone(current.milestone)) in {
        (Milestone.PRIORITY_REVIEW, Milestone.ACCEPTED_FOR_REVIEW),
        (Milestone.VALIDATED, Milestone.ACCEPTED_FOR_REVIEW),
        (Milestone.ACCEPTED_FOR_REVIEW, Milestone.VALIDATED),
    }


def _overtaken(session: Session, finding: Finding) -> bool:
    """Whether an opinion is told only after the decision that followed it: old news, from an older copy of a page."""
    ahead, told = _on_pathway(session, finding), day_of(finding)
    if ahead is None or told is None or RANK[finding.milestone] >= RANK[Milestone(ahead.milestone)]:
        return False
    known = uniso(ahead.date) or uniso(ahead.announced) or PartialDate.of_day(ahead.detected_at.date())
    return told.last <= known.first


def _add(
    session: Session,
    finding: Finding,
    witness: Witness,
    current: TransitionRow | None = None,
    *,
    history: bool = False,
) -> TransitionRow:
    before = None if history else current or _on_pathway(session, finding)
    row = TransitionRow(
        topic=finding.topic,
        authority=finding.authority,
        before=before.milestone if before else "",
        milestone=finding.milestone.value,
        date=iso(finding.date),
        announced=iso(finding.announced),
        detected_at=witness.at,
        standing=(Standing.CONFIRMED if witness.official else Standing.REPORTED).value,
        baseline=witness.baseline,
        history=history,
        indication=finding.indication,
    )
    session.add(row)
    session.flush()
    log(session, EventKind.TRANSITION, witness, row, quiet=history)
    if not history:
        expectations.meet(session, row, witness)
        if finding.milestone in _STOPPED:
            expectations.drop(session, row, witness)
    return row


def _on_pathway(session: Session, finding: Finding) -> TransitionRow | None:
    """Where the topic stands at the authority that acts before this one, such as the CHMP before the Commission."""
    pathway = AUTHORITIES[finding.authority].pathway
    others = [a.code for a in AUTHORITIES.values() if a.pathway == pathway and a.code != finding.authority]
    rows = [row for code in others for row in _place(session, finding.topic, code) if not row.history]
    return max(rows, key=lambda row: row.id or 0, default=None)


def _attest(session: Session, row: TransitionRow, finding: Finding, witness: Witness) -> Entry:
    """A further witness: an official one confirms, and its kind of approval and its date count."""
    reported = row.standing == Standing.REPORTED.value
    corrected = witness.official and _says_more(finding, row, reported=reported)
    if witness.official and reported and finding.date and row.date != finding.date.iso:
        row.announced, row.date = row.announced or row.date, finding.date.iso
    elif finding.date and (not row.date or (witness.official and _officially_undated(session, row))):
        row.date = finding.date.iso
    if corrected:
        was, row.milestone, row.standing = row.milestone, finding.milestone.value, Standing.CORRECTED.value
        log(session, EventKind.CORRECTED, witness, row, note=was, quiet=row.history)
    elif witness.official and reported:
        row.standing = Standing.CONFIRMED.value
        log(session, EventKind.CONFIRMED, witness, row, quiet=row.history)
    if finding.announced and (not row.announced or finding.announced.iso < row.announced):
        day = uniso(row.date)
        if day is None or finding.announced.last >= day.first:
            row.announced = finding.announced.iso
    session.add(row)
    return Route.EVIDENCE, row


def _says_more(finding: Finding, row: TransitionRow, *, reported: bool) -> bool:
    """Whether the authority corrects what is recorded: a conditional approval is more than a plain one, never less.

    The Union Register does not show conditions; the medicine's own page does.
    """
    if finding.milestone.value == row.milestone:
        return False
    return finding.milestone is not Milestone.APPROVED if finding.milestone in AUTHORISED else reported


def _officially_undated(session: Session, row: TransitionRow) -> bool:
    rows = session.exec(
        select(FindingRow.id).where(
            FindingRow.transition == row.id,
            FindingRow.official == True,  # noqa: E712
            FindingRow.date != "",
        )
    )
    return rows.first() is None


def _amend_from_history(session: Session, finding: Finding) -> None:
    """A later document that gives the legal day of a reported decision sets its date and makes no news."""
    if not finding.date or finding.date.precision is not Precision.DAY:
        return
    for row in _place(session, finding.topic, finding.authority):
        known = uniso(row.date)
        near = known and timedelta(0) < known.first - finding.date.first <= timedelta(days=5)
        if row.milestone == finding.milestone.value and row.standing == Standing.REPORTED.value and near:
            row.announced, row.date = row.announced or row.date, finding.date.iso
            session.add(row)


def _retract(session: Session, finding: Finding, witness: Witness) -> Entry:
    """Take a transition back when its only witness no longer says so."""
    for row in reversed(_place(session, finding.topic, finding.authority)):
        if row.milestone != finding.milestone.value:
            continue
        witnesses = session.exec(select(FindingRow.source).where(FindingRow.transition == row.id)).all()
        if set(witnesses) != {witness.source}:
            return Route.EVIDENCE, row
        row.standing = Standing.RETRACTED.value
        session.add(row)
        log(session, EventKind.RETRACTED, witness, row)
        return Route.LEDGER, row
    return Route.BACKGROUND, None
