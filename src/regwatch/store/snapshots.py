"""Snapshots: the manifests of one source over time, and one that may be waiting for a second look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.store import blobs
from regwatch.store.manifest import Manifest, manifest_from_bytes, manifest_to_bytes
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
    newest = select(Snapshot).where(Snapshot.source == source).order_by(col(Snapshot.id).desc())
    settled = session.exec(newest.where(Snapshot.pending == 0)).first()
    pending = session.exec(newest.where(Snapshot.pending > 0)).first()
    return Latest(settled, load(session, settled), pending, load(session, pending))


def kept(session: Session, latest: Latest) -> Iterator[Manifest]:
    """The manifests of every snapshot that counts and is kept of a source, oldest first, up to the newest settled."""
    newest = latest.settled_row
    if newest is None or latest.settled is None:
        return
    earlier = select(Snapshot).where(Snapshot.source == newest.source, Snapshot.pending == 0)
    for row in session.exec(earlier.where(col(Snapshot.id) < newest.id).order_by(col(Snapshot.id))):
        yield manifest_from_bytes(blobs.get(session, row.manifest))
    yield latest.settled


def load(session: Session, row: Snapshot | None) -> Manifest | None:
    """The manifest of a snapshot."""
    return manifest_from_bytes(blobs.get(session, row.manifest)) if row else None


def add(
    session: Session,
    source: str,
    manifest: Manifest,
    *,
    poll: int,
    at: datetime,
    before: Snapshot | None,
    pending: int = 0,
) -> Snapshot:
    """Keep a manifest as the newest snapshot of its source, after `before`."""
    name = blobs.put(session, manifest_to_bytes(manifest), previous=before.manifest if before else None)
    row = Snapshot(
        source=source, poll=poll, at=at, previous=before.id if before else None, manifest=name, pending=pending
    )
    session.add(row)
    session.flush()
    return row


def refresh(session: Session, row: Snapshot, manifest: Manifest) -> None:
    """Replace what is needed to look again (versions, reading times) of a snapshot whose records are the same."""
    name = blobs.put(session, manifest_to_bytes(manifest), previous=row.manifest)
    if name != row.manifest:
        row.manifest = name
        session.add(row)


def keep_bodies(session: Session, bodies: Mapping[str, tuple[bytes, str]]) -> None:
    """Keep raw bodies, each compressed against the version before it."""
    for body, previous in bodies.values():
        blobs.put(session, body, previous=previous or None)
