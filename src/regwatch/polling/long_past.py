"""Acts of long before a source was first read, on a record that said nothing of them then: it was lost, or cut short.

A row that a page lost before the first look comes back as if it were new: half of a table, the second page of a list, a
filter that was set.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from regwatch.ledger import transitions
from regwatch.ledger.draft import Draft
from regwatch.ledger.sameness import day_of
from regwatch.model import Change, Finding
from regwatch.vocabulary import Confidence, Mode

LATEST = timedelta(days=120)
"""How long after an act an authority's own page shows it at the latest."""
SLOWEST = timedelta(days=30)
"""How long after the day that it bears an announcement comes to stand on a list of news at the latest."""


def without_long_past(draft: Draft, finding: Finding, change: Change, first_read: datetime | None) -> Finding:
    """The finding, for a person to look at where the page itself dates it long before its source was first read (UTC).

    A record that stated something before is left alone, since its page was read; so is what the ledger knows, or knows
    a later step than.
    """
    sure = finding.mode is Mode.ANNOUNCED and finding.confidence is Confidence.HIGH and not finding.retracts
    told, day = change.before is not None and change.before.claims, finding.day
    if told or first_read is None or not sure or day is None:
        return finding
    if day.last >= (first_read - (LATEST if finding.date else SLOWEST)).date():
        return finding
    days = [day_of(row) for row in draft.place(finding.topic, finding.authority) if not row.history]
    if transitions.has_reached(draft, finding) or any(known and known.first >= day.last for known in days):
        return finding
    said = "it is dated" if finding.date else "it was announced on"
    why = f"{said} {day.plain}, long before this source was first read: it may have been there"
    return replace(finding, confidence=Confidence.MEDIUM, reason=why)
