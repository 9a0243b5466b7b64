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


def without_long_past(draft: Draft, finding: Finding, change: Change, first_read: datetime | None) -> Finding:
    """The finding, for a person to look at where the page itself dates it long before its source was first read (UTC).

    A record that stated something before is left alone, since its page was read, and so is a new announcement, whose
    words say whether it is news; so is what the ledger knows, or knows a later step than.
    """
    sure = finding.mode is Mode.ANNOUNCED and finding.confidence is Confidence.HIGH and not finding.retracts
    alone = change.record.prose if change.before is None else bool(change.before.claims)
    if alone or first_read is None or not sure or finding.date is None:
        return finding
    if finding.date.last >= (first_read - LATEST).date():
        return finding
    days = [day_of(row) for row in draft.place(finding.topic, finding.authority) if not row.history]
    if transitions.has_reached(draft, finding) or any(day and day.first >= finding.date.last for day in days):
        return finding
    why = f"the page dates it {finding.date.plain}, long before this source was first read: it may have been there"
    return replace(finding, confidence=Confidence.MEDIUM, reason=why)
