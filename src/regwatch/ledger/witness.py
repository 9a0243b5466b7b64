"""Who says it: the source, page and time that stand behind a finding when it enters the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from regwatch.ledger.entries import EventKind
from regwatch.store.tables import EventRow, ExpectationRow, TransitionRow


class Route(StrEnum):
    """Where a finding went."""

    LEDGER = "ledger"
    BACKGROUND = "background"
    EVIDENCE = "evidence"
    ELSEWHERE = "elsewhere"
    REVIEW = "review"


@dataclass(frozen=True)
class Witness:
    """One finding's origin. `finding` is its row's id; `official` if the source is the authority itself.

    `structured` marks a page with a fixed vocabulary, whose own move backwards is believed. `baseline` findings are
    recorded and told to nobody. `at` is the detection, UTC.
    """

    finding: int
    source: str
    official: bool
    structured: bool
    baseline: bool
    at: datetime


def log(
    session: Session,
    kind: EventKind,
    witness: Witness,
    entry: TransitionRow | ExpectationRow,
    *,
    note: str = "",
    quiet: bool = False,
) -> EventRow:
    """Append one line to the ledger's log. `quiet` lines are kept and told to nobody, as baseline ones are."""
    row = EventRow(
        kind=kind.value,
        topic=entry.topic,
        authority=entry.authority,
        at=witness.at,
        baseline=witness.baseline or quiet,
        transition=entry.id if isinstance(entry, TransitionRow) else None,
        expectation=entry.id if isinstance(entry, ExpectationRow) else None,
        finding=witness.finding or None,
        note=note,
    )
    session.add(row)
    session.flush()
    return row
