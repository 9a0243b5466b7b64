"""Snapshots: the records of one source over time, and those that may be waiting for a second look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session, and_, col, delete, func, or_, select

from regwatch.store import blobs
from regwatch.store.blobs import Kept
from regwatch.store.manifest import Manifest, crawl_to_bytes, manifest_from_bytes, records_to_bytes
from regwatch.store.tables import Blob, CrawlState, Snapshot
from regwatch.store.upsert import upsert


@dataclass(frozen=True)
class Latest:
    """The newest snapshot that counts, and the one that waits for a second look, if any.

    `manifest` is what the next look starts from: the waiting one, else the settled one, else None. `records` is the
    stored form of the settled one.
    """

    settled_row: Snapshot | None = None
    settled: Manifest | None = None
    pending_row: Snapshot | None = None
    pending: Manifest | None = None
    records: Kept | None = None

    @property
    def manifest(self) -> Manifest | None:
        """What the next look starts from."""
        return self.pending or self.settled


def latest(session: Session, source: str) -> Latest:
    """The newest snapshots of a source."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.source == source, Snapshot.pending == 0).scalar_subquery()
    wanted = or_(col(Snapshot.pending) > 0, col(Snapshot.id) == newest)
    mine = and_(CrawlState.source == Snapshot.source, CrawlState.waits == (col(Snapshot.pending) > 0))
    query = select(Snapshot, CrawlState.packed).outerjoin(CrawlState, mine).where(Snapshot.source == source, wanted)
    rows = session.exec(query.order_by(col(Snapshot.id))).all()
    kept = blobs.read(session, [row.records for row, _ in rows if row.records])
    found = {bool(row.pending): (row, _manifest(row, crawl, kept)) for row, crawl in rows}
    (settled, manifest), (pending, waiting) = found.get(False, (None, None)), found.get(True, (None, None))
    records = kept[settled.records] if settled and settled.records else None
    return Latest(settled, manifest, pending, waiting, records)


def kept(session: Session, latest: Latest) -> Iterator[Manifest]:
    """The records of every snapshot that counts and is kept of a source, oldest first, up to the newest settled."""
    newest = latest.settled_row
    if newest is None or latest.settled is None:
        return
    earlier = select(Snapshot.records).where(Snapshot.source == newest.source, Snapshot.pending == 0)
    numbers = session.exec(earlier.where(col(Snapshot.id) < newest.id).order_by(col(Snapshot.id))).all()
    bodies = blobs.read(session, [number for number in numbers if number])
    yield from (manifest_from_bytes(one.body) for one in bodies.values())
    yield latest.settled


def keep(session: Session, row: Snapshot, manifest: Manifest, bodies: Mapping[str, bytes], before: Latest) -> None:
    """Give a new snapshot its blobs: its records, and the bodies of parts, each against the version before.

    A body of the snapshot that waited for this one goes on with it where its part was not read again.
    """
    settled = before.settled.parts if before.settled else {}
    waited = json.loads(before.pending_row.bodies) if before.pending_row else {}
    raw = {name: part.raw for name, part in manifest.parts.items() if name not in bodies}
    own = {name: number for name, number in waited.items() if raw.get(name) == number}
    bases = blobs.read(session, [settled[name].raw for name in bodies if name in settled and settled[name].raw])
    new = {
        name: blobs.packed(body, bases.get(settled[name].raw) if name in settled else None)
        for name, body in bodies.items()
    }
    records = records_to_bytes(manifest)
    like = before.records
    if like is None and new:
        session.add_all(new.values())
        session.flush()
        largest = max(bodies, key=lambda name: len(bodies[name]))
        like = Kept(new[largest].id or 0, 0, bodies[largest])
    packed = blobs.packed(records, like)
    session.add_all([*new.values(), packed])
    session.flush()
    for name, blob in new.items():
        manifest.parts[name].raw = blob.id or 0
    row.records = packed.id
    row.bodies = json.dumps({**own, **{name: blob.id for name, blob in new.items()}}, separators=(",", ":"))
    look_again(session, row, manifest)


def look_again(session: Session, row: Snapshot, manifest: Manifest) -> None:
    """Keep what is needed to look again after this look, whose records are those of a snapshot."""
    crawl = {"source": row.source, "waits": row.pending > 0, "packed": blobs.deflate(crawl_to_bytes(manifest))}
    upsert(session, CrawlState, [crawl], ("source", "waits"))


def drop(session: Session, row: Snapshot, successor: Snapshot | None) -> None:
    """Delete a snapshot that waited, with its blobs as far as the one in its place has not taken them over."""
    taken = set(json.loads(successor.bodies).values()) if successor else set()
    gone = [number for number in (row.records, *json.loads(row.bodies).values()) if number and number not in taken]
    session.connection().execute(delete(Blob).where(col(Blob.id).in_(gone)))
    if successor is None or not successor.pending:
        mine = (col(CrawlState.source) == row.source, col(CrawlState.waits))
        session.connection().execute(delete(CrawlState).where(*mine))
    session.delete(row)


def _manifest(row: Snapshot, crawl: bytes | None, kept: Mapping[int, Kept]) -> Manifest | None:
    if not row.records:
        return None
    return manifest_from_bytes(kept[row.records].body, blobs.inflate(crawl) if crawl else b"")
