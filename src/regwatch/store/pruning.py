"""Old versions of pages thin out: what rests on nothing is kept once a month, and evidence for ever.

For ever stays what a transition, an expectation or a decision of a person rests on, each change of what a page states
(its later states are held against it), and the newest version of each source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, or_, select

from regwatch.store import blobs, marks, snapshots
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.database import Sessions
from regwatch.store.tables import Blob, ChangeRow, FindingRow, Snapshot

AT_ONCE = 50
"""Snapshots that are looked at in one transaction: others may write between two."""
STATED = ("claims", "mentions", "signs")


@dataclass(frozen=True)
class Pruned:
    """What went, or would go: versions, and changes that were seen in them."""

    snapshots: int = 0
    changes: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(self.snapshots + other.snapshots, self.changes + other.changes)


def prune(sessions: Sessions, now: datetime, keep: timedelta, *, only_count: bool = False) -> Pruned:
    """Let what is older than `keep` thin out, some versions at a time. `only_count`: nothing is deleted.

    It may be stopped at any point, and what is done is done. It reads each old version once; one that stays is the last
    of its month or evidence, and is looked at again the next time.
    """
    with sessions() as session:
        sources = session.exec(select(Snapshot.source).where(col(Snapshot.at) < now - keep).distinct()).all()
    done = Pruned()
    for source in sources:
        after: int | None = 0
        while after is not None:
            with sessions() as session:
                some, after = _some_of(session, source, now - keep, after, only_count=only_count)
                done += some
    return done


def prune_daily(sessions: Sessions, now: datetime, days: int) -> None:
    """Let what is older than so many days thin out, unless that was done less than a day ago; 0 keeps all."""
    with sessions() as session:
        last = marks.noted(session, marks.Name.PRUNED)
        if not days or (last is not None and last.at is not None and now - last.at < timedelta(days=1)):
            return
        marks.note(session, marks.Name.PRUNED, at=now)
    prune(sessions, now, timedelta(days=days))


def _some_of(
    session: Session, source: str, before: datetime, after: int, *, only_count: bool
) -> tuple[Pruned, int | None]:
    """Thin out the next versions of a source. Gives what went and where to go on, None at the end."""
    newest = select(func.max(Snapshot.id)).where(Snapshot.source == source, Snapshot.pending == 0).scalar_subquery()
    old = select(Snapshot).where(
        Snapshot.source == source, Snapshot.pending == 0, col(Snapshot.at) < before,
        col(Snapshot.id) > after, col(Snapshot.id) < newest,
    )  # fmt: skip
    rows = session.exec(old.order_by(col(Snapshot.id)).limit(AT_ONCE + 1)).all()
    some, following = rows[:AT_ONCE], rows[AT_ONCE:]
    months = [row.at.strftime("%Y-%m") for row in rows] + [""]
    last = {row.id for row, month, then in zip(rows, months, months[1:], strict=False) if month != then}
    gone = [row for row in some if row.id not in last and not _is_evidence(session, row)]
    changes = _count_changes(session, gone)
    if gone and not only_count:
        _delete(session, source, gone)
    return Pruned(len(gone), changes), some[-1].id if following else None


def _is_evidence(session: Session, row: Snapshot) -> bool:
    """Whether something rests on the changes of a version, or one of them changed what the page states."""
    behind = or_(
        col(FindingRow.transition).is_not(None), col(FindingRow.expectation).is_not(None), col(FindingRow.review) != ""
    )
    of_version = select(FindingRow.id).join(ChangeRow, col(ChangeRow.id) == FindingRow.change)
    if session.exec(of_version.where(ChangeRow.snapshot == row.id, behind).limit(1)).first() is not None:
        return True
    texts = ChangeTexts(session)
    changes = session.exec(select(ChangeRow).where(ChangeRow.snapshot == row.id))
    return any(any(side and side.get(name) for name in STATED) for change in changes for side in texts.of(change))


def _count_changes(session: Session, gone: Sequence[Snapshot]) -> int:
    of_gone = col(ChangeRow.snapshot).in_([row.id for row in gone])
    return session.exec(select(func.count()).select_from(ChangeRow).where(of_gone)).one()


def _delete(session: Session, source: str, gone: Sequence[Snapshot]) -> None:
    """Delete versions with their changes; a body that the next version still shows goes over to that one."""
    numbers = [row.id for row in gone]
    changes = select(ChangeRow.id).where(col(ChangeRow.snapshot).in_(numbers))
    session.connection().execute(delete(FindingRow).where(col(FindingRow.change).in_(changes)))
    session.connection().execute(delete(ChangeRow).where(col(ChangeRow.snapshot).in_(numbers)))
    newest = snapshots.latest(session, source)
    shown = {part.raw for one in (newest.settled, newest.pending) if one for part in one.parts.values()}
    away: set[int] = set()
    for row in gone:
        following = select(Snapshot).where(Snapshot.source == source, Snapshot.pending == 0, col(Snapshot.id) > row.id)
        heir = session.exec(following.order_by(col(Snapshot.id)).limit(1)).one()
        bodies, own = json.loads(heir.bodies), json.loads(row.bodies)
        left = {part: number for part, number in own.items() if part not in bodies or number in shown}
        heir.bodies = json.dumps({**left, **bodies}, separators=(",", ":"))
        heir.previous = row.previous
        away |= {number for number in own.values() if number not in left.values()}
        away |= {row.records} if row.records else set()
        session.delete(row)
        session.flush()
    delete_blobs(session, away - shown)


def delete_blobs(session: Session, away: set[int]) -> None:
    """Delete blobs. Those that were compressed against one of them are compressed against what that one was."""
    dependent = session.exec(select(Blob).where(col(Blob.base).in_(away), col(Blob.id).not_in(away))).all()
    bases = _bases(session, [row.base for row in dependent if row.base], away)
    kept = blobs.read(session, [number for number in bases.values() if number] + [row.id or 0 for row in dependent])
    for row in dependent:
        base = bases.get(row.base or 0)
        row.base, row.depth = base or None, kept[base].depth + 1 if base else 0
        row.packed = blobs.deflate(kept[row.id or 0].body, kept[base].body if base else b"")
        session.add(row)
    session.flush()
    session.connection().execute(delete(Blob).where(col(Blob.id).in_(away)))


def _bases(session: Session, numbers: Iterable[int], away: set[int]) -> dict[int, int]:
    """The nearest blob behind each of these that stays, 0 for none."""
    known = dict(session.exec(select(Blob.id, Blob.base).where(col(Blob.id).in_(away))).all())
    found: dict[int, int] = {}
    for number in numbers:
        base: int | None = number
        while base in away:
            base = known.get(base)
        found[number] = base or 0
    return found
