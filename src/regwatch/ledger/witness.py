"""Who says it: the source, page and time that stand behind a finding when it enters the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regwatch.store.tables import FindingRow


class Route(StrEnum):
    """Where a finding went."""

    LEDGER = "ledger"
    BACKGROUND = "background"
    EVIDENCE = "evidence"
    ELSEWHERE = "elsewhere"
    REVIEW = "review"


@dataclass(frozen=True)
class Witness:
    """One finding's origin. `finding` is its row, None for what time itself brings; `official` if the source is the
    authority itself.

    `structured` marks a page with a fixed vocabulary, whose own move backwards is believed. `baseline` findings are
    recorded and told to nobody. `at` is the detection, UTC.
    """

    finding: FindingRow | None
    source: str
    official: bool
    structured: bool
    baseline: bool
    at: datetime
