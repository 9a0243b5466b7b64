"""The record before and after a change: kept as what differs from the snapshot that the change was seen in."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

from sqlmodel import Session

from regwatch.model import Record
from regwatch.store import blobs
from regwatch.store.codec import dumps, record_to_json
from regwatch.store.tables import ChangeRow, Snapshot

_AT_ONCE = 16
"""Snapshots that are held unpacked: changes are mostly asked for in the order of their snapshots."""

Sides = tuple[dict[str, Any] | None, dict[str, Any] | None]


def pack_change(before: Record | None, after: Record | None, records: bytes) -> bytes:
    """Both records of a change as they are kept. `records` is the stored form of the snapshot it was seen in."""
    sides = [record_to_json(record) if record else None for record in (before, after)]
    return blobs.deflate(dumps(sides).encode(), records)


class ChangeTexts:
    """Reads the records of changes, in one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._records: OrderedDict[int, bytes] = OrderedDict()

    def of(self, change: ChangeRow) -> Sides:
        """The record before and after, in the JSON form of `record_to_json`; None for none."""
        if not change.packed:
            return None, None
        before, after = json.loads(blobs.inflate(change.packed, self._of_snapshot(change.snapshot)))
        return before, after

    def _of_snapshot(self, number: int) -> bytes:
        if number not in self._records:
            row = self._session.get(Snapshot, number)
            self._records[number] = blobs.get(self._session, row.records) if row and row.records else b""
            if len(self._records) > _AT_ONCE:
                self._records.popitem(last=False)
        return self._records[number]
