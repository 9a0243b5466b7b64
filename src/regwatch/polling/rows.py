"""Changes and findings as rows of the store."""

from __future__ import annotations

from datetime import datetime

from regwatch.classify.changes import Found
from regwatch.ledger.finding_codec import columns_of
from regwatch.model import Change, Source
from regwatch.store.codec import dumps, iso, record_to_json
from regwatch.store.tables import ChangeRow, FindingRow, Snapshot


def change_row(change: Change, source: Source, snapshot: Snapshot, now: datetime, *, baseline: bool) -> ChangeRow:
    """A change as it is kept, with the record before and after."""
    return ChangeRow(
        snapshot=snapshot.id or 0,
        source=source.id,
        at=now,
        part=change.part,
        kind=change.record.kind,
        key=change.record.key,
        title=change.record.title,
        url=change.record.url or source.url,
        before=dumps(record_to_json(change.before)) if change.before else "",
        after=dumps(record_to_json(change.after)) if change.after else "",
        baseline=baseline,
    )


def finding_row(found: Found, source: Source, change: ChangeRow, now: datetime) -> FindingRow:
    """A finding as it is kept, with the page and day of the change it was found in."""
    return FindingRow(
        change=change.id or 0,
        source=source.id,
        at=now,
        url=change.url,
        baseline=change.baseline,
        official=found.finding.authority in source.official_for,
        published=iso(found.change.record.published),
        **columns_of(found.finding),
    )
