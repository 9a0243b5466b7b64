"""Transitions: one for each move, however many witnesses tell of it (DESIGN section 5).

Idempotent (the same statement again is evidence), order-tolerant (an earlier step told late is history, not news) and
careful (a step that does not fit where the topic stands goes to the operator).
"""

from __future__ import annotations

from datetime import timedelta

from regwatch.dates import PartialDate, Precision
from regwatch.ledger import expectations
from regwatch.ledger.dating import better_date, note_announcement, set_date
from regwatch.ledger.draft import Draft
from regwatch.ledger.entries import EventKind
from regwatch.ledger.sameness import day_of, earlier, later, same, taken_back
from regwatch.ledger.witness import Route, Witness
from regwatch.model import Finding
from regwatch.store.codec import iso, uniso
from regwatch.store.tables import ExpectationRow, TransitionRow
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


def record(draft: Draft, finding: Finding, witness: Witness) -> Route:
    """Fold one finding into the ledger, and keep its row behind the transition or expectation that it belongs to."""
    route, transition, expectation = _fold(draft, finding, witness)
    if witness.finding is not None:
        draft.attach(witness.finding, transition, expectation)
    return route


def has_reached(draft: Draft, finding: Finding) -> bool:
    """Whether the ledger has this step already, an approval of whatever kind for an approval.

    After an end, such as a refusal, every step that is not that end itself may be taken anew.
    """
    place = draft.place(finding.topic, finding.authority)
    current = next((Milestone(row.milestone) for row in reversed(place) if not row.history), None)
    known = {current} if current in REOPENED_BY else {Milestone(row.milestone) for row in place}
    return bool(known & (AUTHORISED if finding.milestone in AUTHORISED else {finding.milestone}))


def _fold(
    draft: Draft, finding: Finding, witness: Witness
) -> tuple[Route, TransitionRow | None, ExpectationRow | None]:
    if not finding.topic:
        return Route.ELSEWHERE, None, None
    if finding.mode is Mode.BACKGROUND:
        _amend_from_history(draft, finding, witness)
        return Route.BACKGROUND, None, None
    if finding.confidence is not Confidence.HIGH:
        stale = finding.mode is Mode.EXPECTED and expectations.already_reached(draft, finding, witness)
        return Route.BACKGROUND if stale else Route.REVIEW, None, None
    if finding.milestone in EVIDENCE or finding.authority not in AUTHORITIES:
        return Route.EVIDENCE, None, None
    if finding.milestone in DEADLINES and finding.mode is not Mode.EXPECTED:
        return Route.EVIDENCE, None, None
    if finding.mode is Mode.EXPECTED or finding.milestone in GOAL_DATES:
        route, expectation = expectations.expect(draft, finding, witness)
        return route, None, expectation
    route, transition = _retract(draft, finding, witness) if finding.retracts else _enter(draft, finding, witness)
    return route, transition, None


def _enter(draft: Draft, finding: Finding, witness: Witness) -> Entry:
    place = draft.place(finding.topic, finding.authority)
    moves = [row for row in place if not row.history]
    if not moves:
        late = _overtaken(draft, finding)
        known = next((row for row in place if late and row.milestone == finding.milestone.value), None)
        if known:
            return _attest(draft, known, finding, witness)
        return Route.LEDGER, _add(draft, finding, witness, history=late)
    current = moves[-1]
    if known := same(finding, place, current, witness, draft):
        return _attest(draft, known, finding, witness)
    return _move(draft, finding, witness, current)


def _move(draft: Draft, finding: Finding, witness: Witness, current: TransitionRow) -> Entry:
    now, then = RANK[finding.milestone], RANK[Milestone(current.milestone)]
    before = earlier(finding, current)
    if now >= then and not before:
        if _beside(finding, current):
            return Route.EVIDENCE, current
        return Route.LEDGER, _add(draft, finding, witness, current)
    reopened = Milestone(current.milestone) in REOPENED_BY or AUTHORITIES[finding.authority].kind is Kind.HTA
    if witness.structured and witness.official and taken_back(draft, finding, current, witness):
        return Route.LEDGER, _add(draft, finding, witness, current)
    if reopened and later(finding, current):
        return Route.LEDGER, _add(draft, finding, witness, current)
    if now < then:
        return Route.LEDGER, _add(draft, finding, witness, history=True)
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


def _overtaken(draft: Draft, finding: Finding) -> bool:
    """Whether an opinion is told only after the decision that followed it: old news, from an older copy of a page."""
    ahead, told = _on_pathway(draft, finding), finding.day
    if ahead is None or told is None or RANK[finding.milestone] >= RANK[Milestone(ahead.milestone)]:
        return False
    known = day_of(ahead) or PartialDate.of_day(ahead.detected_at.date())
    return told.last <= known.first


def _add(
    draft: Draft,
    finding: Finding,
    witness: Witness,
    current: TransitionRow | None = None,
    *,
    history: bool = False,
) -> TransitionRow:
    before = None if history else current or _on_pathway(draft, finding)
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
    draft.add(row)
    draft.log(EventKind.TRANSITION, witness, row, quiet=history)
    if not history:
        expectations.meet(draft, row, witness)
        if finding.milestone in _STOPPED:
            expectations.drop(draft, row, witness)
    return row


def _on_pathway(draft: Draft, finding: Finding) -> TransitionRow | None:
    """Where the topic stands at the authority that acts before this one, such as the CHMP before the Commission."""
    pathway = AUTHORITIES[finding.authority].pathway
    others = [a.code for a in AUTHORITIES.values() if a.pathway == pathway and a.code != finding.authority]
    rows = [row for row in draft.place(finding.topic, *others) if not row.history]
    return rows[-1] if rows else None


def _attest(draft: Draft, row: TransitionRow, finding: Finding, witness: Witness) -> Entry:
    """A further witness: an official one confirms, and its kind of approval and its date count."""
    reported = row.standing == Standing.REPORTED.value
    corrected = witness.official and _says_more(finding, row, reported=reported)
    if corrected:
        was, row.milestone, row.standing = row.milestone, finding.milestone.value, Standing.CORRECTED.value
        draft.log(EventKind.CORRECTED, witness, row, note=was, quiet=row.history)
    elif witness.official and reported:
        row.standing = Standing.CONFIRMED.value
        draft.log(EventKind.CONFIRMED, witness, row, quiet=row.history)
    if finding.date and better_date(draft, row, finding.date, witness):
        set_date(draft, row, finding.date, witness)
    note_announcement(row, finding.announced)
    return Route.EVIDENCE, row


def _says_more(finding: Finding, row: TransitionRow, *, reported: bool) -> bool:
    """Whether the authority corrects what is recorded: a conditional approval is more than a plain one, never less.

    The Union Register does not show conditions; the medicine's own page does.
    """
    if finding.milestone.value == row.milestone:
        return False
    return finding.milestone is not Milestone.APPROVED if finding.milestone in AUTHORISED else reported


def _amend_from_history(draft: Draft, finding: Finding, witness: Witness) -> None:
    """A later document that gives, as history, the legal day of a decision that was only announced sets its date."""
    if not finding.date or finding.date.precision is not Precision.DAY:
        return
    for row in draft.place(finding.topic, finding.authority):
        told = uniso(row.announced)
        near = told and timedelta(0) <= told.first - finding.date.first <= timedelta(days=5)
        if row.milestone == finding.milestone.value and not row.date and near:
            set_date(draft, row, finding.date, witness)


def _retract(draft: Draft, finding: Finding, witness: Witness) -> Entry:
    """Take a transition back when its only witness no longer says so."""
    for row in reversed(draft.place(finding.topic, finding.authority)):
        if row.milestone != finding.milestone.value:
            continue
        if {said.source for said in draft.said(row)} != {witness.source}:
            return Route.EVIDENCE, row
        row.standing = Standing.RETRACTED.value
        draft.log(EventKind.RETRACTED, witness, row)
        return Route.LEDGER, row
    return Route.BACKGROUND, None
