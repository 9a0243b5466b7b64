"""The days with news that lists show, remembered while their snapshots stay the same: most do at every round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlmodel import Session, func, select

from regwatch.polling.diff import SHORTEST_LIST
from regwatch.store import snapshots
from regwatch.store.tables import Snapshot

_Version = tuple[int | None, int | None]


class ListedDays:
    """What one process has read. Not shared between threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Version, tuple[date, ...]]] = {}

    def of(self, session: Session, sources: Iterable[str]) -> Mapping[str, tuple[date, ...]]:
        """By source, the days of its list, ascending; none for a page that is no list."""
        newest = select(Snapshot.source, func.max(Snapshot.id), func.max(Snapshot.pending)).group_by(Snapshot.source)
        versions: dict[str, _Version] = {source: (last, pending) for source, last, pending in session.exec(newest)}
        known: dict[str, tuple[_Version, tuple[date, ...]]] = {}
        for source in sources:
            version, before = versions.get(source, (None, None)), self._known.get(source)
            known[source] = before if before and before[0] == version else (version, _days(session, source))
        self._known = known
        return {source: days for source, (_, days) in known.items()}


def _days(session: Session, source: str) -> tuple[date, ...]:
    manifest = snapshots.latest(session, source).manifest
    root = manifest.parts.get("") if manifest else None
    if manifest is None or root is None or len(root.listed) < SHORTEST_LIST:
        return ()
    return tuple(date.fromisoformat(day) for day in manifest.days)
