"""How the sources are, for everybody who is shown them: when each was read, what troubles it, whether it is stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from regwatch.model import Source
from regwatch.store.tables import OddityRow, SourceState

PATIENCE = 3
"""Intervals without a good reading after which a source is stale."""
_LEAST = timedelta(hours=1)


@dataclass(frozen=True)
class SourceHealth:
    """One source: times are UTC, None for never. `trouble` is the kind of the last failure, "" where there is none.

    `read_at` is when its page last came whole, `answered_at` when its server last answered well, be it that nothing has
    changed, and `checked_at` when it was last asked.
    """

    source: Source
    read_at: datetime | None
    answered_at: datetime | None
    checked_at: datetime | None
    changed_at: datetime | None
    next_due_at: datetime | None
    trouble: str
    trouble_text: str
    trouble_since: datetime | None
    failures: int
    oddities: int

    def stale(self, now: datetime) -> bool:
        """Whether it has not answered well for three of its intervals; one never read is stale."""
        return self.answered_at is None or now - self.answered_at > max(PATIENCE * self.source.every, _LEAST)


def health(session: Session, sources: Sequence[Source]) -> tuple[SourceHealth, ...]:
    """The state of each of these sources, in their order."""
    states = {row.id: row for row in session.exec(select(SourceState))}
    odd = dict(
        session.exec(
            select(OddityRow.source, func.count())
            .where(col(OddityRow.resolved_at).is_(None))
            .group_by(OddityRow.source)
        ).all()
    )
    return tuple(_of(one, states.get(one.id), odd.get(one.id, 0)) for one in sources)


def last_understood(sources: Sequence[SourceHealth]) -> dict[str, datetime | None]:
    """By adapter, when it last met a page that it knew (UTC); None for never. Sorted, those that never did first."""
    found: dict[str, datetime | None] = {}
    for one in sources:
        known = found.get(one.source.adapter)
        found[one.source.adapter] = max(filter(None, (known, one.read_at)), default=None)
    return dict(sorted(found.items(), key=lambda pair: (pair[1] is not None, pair[1] or 0, pair[0])))


def pulse(session: Session) -> tuple[str, ...]:
    """What changes whenever the state of any source does: part of the version of a page that shows them."""
    rows = session.exec(select(SourceState).order_by(SourceState.id))
    return tuple(
        f"{row.id} {row.read_at} {row.answered_at} {row.changed_at} {row.trouble} {row.trouble_since}" for row in rows
    )


def _of(source: Source, row: SourceState | None, oddities: int) -> SourceHealth:
    state = row or SourceState(id=source.id, adapter=source.adapter)
    return SourceHealth(
        source=source,
        read_at=state.read_at,
        answered_at=state.answered_at or state.read_at,
        checked_at=state.checked_at,
        changed_at=state.changed_at,
        next_due_at=state.next_due_at,
        trouble=state.trouble,
        trouble_text=state.trouble_text,
        trouble_since=state.trouble_since,
        failures=state.failures,
        oddities=oddities,
    )
