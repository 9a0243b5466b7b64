"""A finding as columns of its row and back, without loss: what a person decides later is what was found."""

from __future__ import annotations

import json
from typing import Any

from regwatch.model import Cue, Finding
from regwatch.store.codec import (
    dumps,
    iso,
    second_from_text,
    second_to_text,
    uniso,
    weighing_from_text,
    weighing_to_text,
)
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode


def columns_of(finding: Finding) -> dict[str, Any]:
    """The finding's own columns, each under the name of its field; what the row says besides is of the change."""
    return {
        "topic": finding.topic,
        "authority": finding.authority,
        "milestone": finding.milestone.value,
        "mode": finding.mode.value,
        "confidence": finding.confidence.value,
        "treatment": finding.treatment,
        "brand": finding.brand,
        "indication": finding.indication,
        "jurisdiction": finding.jurisdiction,
        "date": iso(finding.date),
        "announced": iso(finding.announced),
        "was": iso(finding.was),
        "window": finding.window,
        "quote": finding.quote,
        "offset": finding.offset,
        "rule": finding.rule,
        "reason": finding.reason,
        "cues": dumps([[cue.role, cue.text, cue.offset] for cue in finding.cues]),
        "retracts": finding.retracts,
        "second": second_to_text(finding.second),
        "weighing": weighing_to_text(finding.weighing),
    }


def finding_of(row: FindingRow) -> Finding:
    """The inverse of `columns_of`."""
    return Finding(
        topic=row.topic,
        authority=row.authority,
        milestone=Milestone(row.milestone),
        mode=Mode(row.mode),
        confidence=Confidence(row.confidence),
        treatment=row.treatment,
        brand=row.brand,
        indication=row.indication,
        jurisdiction=row.jurisdiction,
        date=uniso(row.date),
        announced=uniso(row.announced),
        was=uniso(row.was),
        window=row.window,
        quote=row.quote,
        offset=row.offset,
        rule=row.rule,
        reason=row.reason,
        cues=tuple(Cue(role, text, offset) for role, text, offset in json.loads(row.cues)),
        retracts=row.retracts,
        second=second_from_text(row.second),
        weighing=weighing_from_text(row.weighing),
    )
