"""What came of one poll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from regwatch.errors import SourceTrouble
from regwatch.model import Change, Finding


class Outcome(StrEnum):
    """How a poll ended."""

    UNCHANGED = "unchanged"
    SAME = "same"
    BASELINE = "baseline"
    PENDING = "pending"
    CHANGED = "changed"
    TROUBLE = "trouble"


@dataclass
class Polled:
    """What one poll found. `events` counts new lines of the ledger's log; `parts` are further pages that failed.

    `unheard` says why the second reader gave no opinion on some of it, "" if it did or if there is none.
    """

    source: str
    outcome: Outcome
    changes: Sequence[Change] = ()
    findings: Sequence[Finding] = ()
    events: int = 0
    trouble: SourceTrouble | None = None
    parts: Sequence[tuple[str, SourceTrouble]] = ()
    unheard: str = ""
