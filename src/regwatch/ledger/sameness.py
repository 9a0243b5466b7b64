"""Whether a finding tells of a known transition again, and whether a page has moved back on its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from regwatch.dates import PartialDate
from regwatch.ledger.draft import Draft
from regwatch.ledger.witness import Witness
from regwatch.model import Finding
from regwatch.store.codec import uniso
from regwatch.store.tables import TransitionRow
from regwatch.uses import Relation, compare_uses
from regwatch.vocabulary import AUTHORISED, AUTHORITIES, CONVERTED, Kind, Milestone

_SAME_EVENT = timedelta(days=14)
_ONE_WIDENING = timedelta(days=120)
"""How far apart two sources may tell of one widening: a register is weeks ahead of the page of the medicine."""
_ENDED = frozenset({Milestone.REVOKED, Milestone.LAPSED, Milestone.AUTHORISATION_WITHDRAWN})
"""Ends for good: a medicine that is authorised once more gets a new authorisation, of a later day."""


def same(
    finding: Finding, place: Sequence[TransitionRow], current: TransitionRow, witness: Witness, draft: Draft
) -> TransitionRow | None:
    """The transition that the finding tells of again, or None if it is a new move."""
    if finding.milestone is Milestone.USE_WIDENED:
        return _same_widening(finding, place, witness, draft)
    group = AUTHORISED if finding.milestone in AUTHORISED else {finding.milestone}
    alike = [row for row in place if Milestone(row.milestone) in group]
    if not alike:
        return None
    if _converted(finding, alike[-1], witness, draft):
        return None
    if current.milestone == Milestone.USE_WIDENED.value and finding.milestone in AUTHORISED:
        return alike[-1]
    if alike[-1] is current:
        known, told = day_of(current), finding.day
        apart = known and told and told.first > known.last + _SAME_EVENT
        return None if apart and finding.milestone.value != current.milestone else current
    returned = later(finding, current) or (witness.structured and taken_back(draft, finding, current, witness))
    return None if returned else alike[-1]


def _same_widening(
    finding: Finding, place: Sequence[TransitionRow], witness: Witness, draft: Draft
) -> TransitionRow | None:
    """The widening of a use that is told again: in the same words, or soon after by another who has not told of it."""
    rows = [row for row in place if row.milestone == Milestone.USE_WIDENED.value]
    for row in reversed(rows):
        if compare_uses(finding.indication, row.indication) in (Relation.SAME, Relation.NARROWER):
            return row
        soon = abs(witness.at - row.detected_at) <= _ONE_WIDENING
        if soon and not said_before(draft, row, witness):
            return row
    return None


def _converted(finding: Finding, row: TransitionRow, witness: Witness, draft: Draft) -> bool:
    """Whether the page that called an approval conditional or accelerated now says that it is a standard one.

    A page that shows no conditions at all, such as the Union Register, says so from the start and converts nothing. One
    that tells of the conversion in words need not give its day.
    """
    if finding.milestone is not Milestone.APPROVED or row.milestone == Milestone.APPROVED.value:
        return False
    known = uniso(row.date)
    if finding.date is None:
        after = finding.rule.endswith(CONVERTED)
    else:
        after = known is None or finding.date.first > known.last
    return after and witness.structured and witness.official and said_before(draft, row, witness, row.milestone)


def day_of(row: TransitionRow) -> PartialDate | None:
    """The day of the act, else that of its telling: what orders it."""
    return uniso(row.date) or uniso(row.announced)


def later(finding: Finding, current: TransitionRow) -> bool:
    """Whether the finding is of a day after that of a transition, both being known."""
    told, known = finding.day, day_of(current)
    return bool(told and known and told.first > known.last)


def earlier(finding: Finding, current: TransitionRow) -> bool:
    """Whether the act that the finding tells of was before that of a transition, both days being known.

    What was announced on a day was done by then.
    """
    told, known = finding.day, day_of(current)
    return bool(told and known and told.last < known.first)


def taken_back(draft: Draft, finding: Finding, current: TransitionRow, witness: Witness) -> bool:
    """Whether a page that said the current status has moved away from it, rather than been served from an old copy.

    Appraisals do go back to an earlier step. A licensing step that is dated before the current one does not undo it.
    """
    if not said_before(draft, current, witness):
        return False
    if AUTHORITIES[finding.authority].kind is Kind.HTA:
        return True
    return not earlier(finding, current) and Milestone(current.milestone) not in _ENDED


def said_before(draft: Draft, current: TransitionRow, witness: Witness, milestone: str = "") -> bool:
    """Whether this same source had said the current status: then its own move away from it is no lag.

    `milestone` asks for it in this very word.
    """
    return any(
        said.source == witness.source and (not milestone or said.milestone == milestone) for said in draft.said(current)
    )
