"""What a look shows that is not stored yet: the changes, whether they must be seen again, and the prose among them."""

from __future__ import annotations

from collections.abc import Sequence

from regwatch.model import Change, Source, Topic
from regwatch.polling.diff import diff, identity
from regwatch.polling.sighting import Look
from regwatch.reading.names import names_any
from regwatch.store.manifest import Manifest
from regwatch.store.snapshots import Latest


def changes_of(settled: Manifest | None, manifest: Manifest) -> list[Change]:
    """What differs. Of what is gone only a page's own statements count: things fall off the end of lists every day."""
    before = list(settled.records()) if settled else []
    found = diff(before, manifest.records(), settled.seen if settled else None)
    return [
        change
        for change in found
        if change.after is not None or (change.part in manifest.parts and change.record.claims)
    ]


def read_at_last(changes: Sequence[Change], settled: Manifest | None) -> list[Change]:
    """Records that stood on a page before and could not be read until now: this is their first look."""
    parts = settled.parts if settled else {}
    return [
        change
        for change in changes
        if change.before is None and change.part in parts and identity(change.record) in parts[change.part].unread
    ]


def looks_left(source: Source, latest: Latest, manifest: Manifest) -> int:
    """How many more polls the change must hold. The same change seen again counts one look down."""
    if latest.pending_row is None or latest.pending is None:
        return source.confirm
    if diff(latest.pending.records(), manifest.records()):
        return source.confirm
    return latest.pending_row.pending - 1


def prose_to_read(source: Source, topics: Sequence[Topic], seen: Look, latest: Latest) -> list[str]:
    """The texts of a look on which a second reader may be asked: prose that changed and names a medicine of the source.

    None of a baseline, nor of a change that has to be seen once more, nor where findings are evidence and no more.
    """
    manifest, names = seen.manifest, [name for one in topics if one.id in source.topics for name in one.treatment.names]
    if manifest is None or latest.settled is None or seen.moved or source.options.get("status") == "no":
        return []
    changes = changes_of(latest.settled, manifest)
    if not changes or looks_left(source, latest, manifest):
        return []
    records = [one.after for one in changes if one.after is not None and not manifest.parts[one.part].baseline]
    return [record.text for record in records if record.prose and names_any(record.text, names)]
