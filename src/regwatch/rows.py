"""Changes and findings as rows of the store."""

from __future__ import annotations

from datetime import datetime

from regwatch.classify.changes import Found
from regwatch.model import Change, Source
from regwatch.store.codec import dumps, iso, record_to_json, second_to_text
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
    finding = found.finding
    return FindingRow(
        change=change.id or 0,
        source=source.id,
        at=now,
        topic=finding.topic,
        authority=finding.authority,
        milestone=finding.milestone.value,
        mode=finding.mode.value,
        confidence=finding.confidence.value,
        treatment=finding.treatment,
        brand=finding.brand,
        indication=finding.indication,
        jurisdiction=finding.jurisdiction,
        date=iso(finding.date),
        announced=iso(finding.announced),
        was=iso(finding.was),
        window=finding.window,
        quote=finding.quote,
        rule=finding.rule,
        url=change.url,
        reason=finding.reason,
        cues=dumps([[cue.role, cue.text, cue.offset] for cue in finding.cues]),
        retracts=finding.retracts,
        baseline=change.baseline,
        official=finding.authority in source.official_for,
        published=iso(found.change.record.published),
        second=second_to_text(finding.second),
    )
