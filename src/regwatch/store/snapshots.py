"""Snapshots: the manifests of one source over time, and one that may be waiting for a second look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, or_, select

from regwatch.store import blobs
from regwatch.store.manifest import Manifest, manifest_from_bytes
from regwatch.store.tables import Snapshot


@dataclass(frozen=True)
class Latest:
    """The newest snapshot that counts, and the one that waits for a second look, if any.

    `manifest` is what the next look starts from: the waiting one, else the settled one, else None.
    """

    settled_row: Snapshot | None = None
    settled: Manifest | None = None
    pending_row: Snapshot | None = None
    pending: Manifest | None = None

    @property
    def manifest(self) -> Manifest | None:
        """What the next look starts from."""
        return self.pending or self.settled


def latest(session: Session, source: str) -> Latest:
    """The newest snapshots of a source."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.source == source, Snapshot.pending == 0).scalar_subquery()
    query = select(Snapshot).where(
        Snapshot.source == source, or_(col(Snapshot.pending) > 0, col(Snapshot.id) == newest)
    )
    rows = session.exec(query.order_by(col(Snapshot.id))).all()
    bodies = blobs.get_all(session, [row.manifest for row in rows])
    settled, pending = (next((row for row in rows if bool(row.pending) is waits), None) for waits in (False, True))
    return Latest(settled, _manifest(settled, bodies), pending, _manifest(pending, bodies))


def kept(session: Session, latest: Latest) -> Iterator[Manifest]:
    """The manifests of every snapshot that counts and is kept of a source, oldest first, up to the newest settled."""
    newest = latest.settled_row
    if newest is None or latest.settled is None:
        return
    earlier = select(Snapshot.manifest).where(Snapshot.source == newest.source, Snapshot.pending == 0)
    names = session.exec(earlier.where(col(Snapshot.id) < newest.id).order_by(col(Snapshot.id))).all()
    bodies = blobs.get_all(session, names)
    yield from (manifest_from_bytes(bodies[name]) for name in names)
    yield latest.settled


def _manifest(row: Snapshot | None, bodies: Mapping[str, bytes]) -> Manifest | None:
    return manifest_from_bytes(bodies[row.manifest]) if row else None
