"""Changes, findings and oddities as rows of the store; the numbers that they refer to come when they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from regwatch.classify.changes import Found
from regwatch.ledger.finding_codec import columns_of
from regwatch.model import Change, Oddity, Source
from regwatch.store.change_texts import pack_change
from regwatch.store.codec import iso
from regwatch.store.tables import ChangeRow, FindingRow, OddityRow


def change_row(change: Change, source: Source, records: bytes, now: datetime, *, baseline: bool) -> ChangeRow:
    """A change as it is kept. `records` are those of its snapshot, as they are kept."""
    return ChangeRow(
        snapshot=0,
        source=source.id,
        at=now,
        part=change.part,
        kind=change.record.kind,
        key=change.record.key,
        title=change.record.title,
        url=change.record.url or source.url,
        packed=pack_change(change.before, change.after, records),
        baseline=baseline,
    )


def finding_row(found: Found, source: Source, change: ChangeRow, now: datetime) -> FindingRow:
    """A finding as it is kept, with the page and day of the change it was found in."""
    return FindingRow(
        change=0,
        source=source.id,
        at=now,
        url=change.url,
        baseline=change.baseline,
        official=found.finding.authority in source.official_for,
        published=iso(found.change.record.published),
        **columns_of(found.finding),
    )


def oddity_rows(
    source: Source, shown: Mapping[str, Sequence[Oddity]], still_open: Iterable[OddityRow], now: datetime
) -> list[OddityRow]:
    """Each oddity once, with when it was first and last seen; those that a part no longer shows are resolved.

    `shown` are those of each part that was read, `still_open` the rows of these parts.
    """
    known = {(row.part, row.what, row.text): row for row in still_open}
    found = {(part, one.what, one.text): one for part, several in shown.items() for one in several}
    rows = list(known.values())
    for key, oddity in found.items():
        row = known.pop(key, None)
        if row is None:
            url = oddity.url or source.url
            row = OddityRow(
                source=source.id,
                part=key[0],
                what=oddity.what,
                text=oddity.text,
                url=url,
                first_seen=now,
                last_seen=now,
            )
            rows.append(row)
        row.last_seen = now
    for row in known.values():
        row.resolved_at = now
    return rows
