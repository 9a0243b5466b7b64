"""What has come after: whether a status that was true once has been overtaken, at its authority or by a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from regwatch.dates import PartialDate
from regwatch.ledger.entries import Standpoint, Transition
from regwatch.vocabulary import AUTHORITIES, DECISIONS, Kind


def decided_since(one: Transition, board: Sequence[Standpoint]) -> Transition | None:
    """The present status at the same authority, or the decision for which this was the advice; None if it holds."""
    at = next((cell.transition for cell in board if (cell.topic, cell.authority) == (one.topic, one.authority)), None)
    if at is not None and at.id != one.id:
        return at
    known = AUTHORITIES.get(one.authority)
    if known is None or known.kind is not Kind.OPINION:
        return None
    for cell in board:
        then, decides = cell.transition, AUTHORITIES.get(cell.authority)
        same = cell.topic == one.topic and decides is not None and decides.pathway == known.pathway
        if same and then and then.id != one.id and then.milestone in DECISIONS and _first(then) >= _first(one):
            return then
    return None


def _first(one: Transition) -> date:
    return (one.day or PartialDate.of_day(one.detected_at.date())).first
