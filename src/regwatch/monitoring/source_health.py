"""How the sources are, for everybody who is shown them: when each was read, what troubles it, whether it is stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, type_coerce
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from regwatch.model import Source
from regwatch.store.tables import OddityRow, SourceState

PATIENCE = 3
"""Intervals without a good reading after which a source is stale."""
_LEAST = timedelta(hours=1)

_STATE = (
    col(SourceState.id),
    col(SourceState.read_at),
    func.coalesce(SourceState.answered_at, SourceState.read_at).label("answered_at"),
    col(SourceState.checked_at),
    col(SourceState.changed_at),
    col(SourceState.next_due_at),
    col(SourceState.trouble),
    col(SourceState.trouble_text),
    col(SourceState.trouble_since),
    col(SourceState.failures),
)
"""The columns in the order of the fields of `SourceHealth`: rows read as objects cost four times as much."""
_NEVER: tuple[Any, ...] = (None, None, None, None, None, "", "", None, 0)
_AT_ONCE = 10_000


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
        return _stale(self.source, self.answered_at, now)


def health(session: Session, sources: Sequence[Source]) -> tuple[SourceHealth, ...]:
    """The state of each of these sources, in their order."""
    every = [one.id for one in sources]
    states: dict[str, Sequence[Any]] = {}
    for first in range(0, len(every), _AT_ONCE):
        wanted = col(SourceState.id).in_(every[first : first + _AT_ONCE])
        states |= {name: values for name, *values in session.execute(columns(*_STATE).where(wanted))}
    odd = dict(
        session.exec(
            select(OddityRow.source, func.count())
            .where(col(OddityRow.resolved_at).is_(None))
            .group_by(OddityRow.source)
        ).all()
    )
    return tuple(SourceHealth(one, *(*states.get(one.id, _NEVER), odd.get(one.id, 0))) for one in sources)


def last_understood(sources: Sequence[SourceHealth]) -> dict[str, datetime | None]:
    """By adapter, when it last met a page that it knew (UTC); None for never. Sorted, those that never did first."""
    found: dict[str, datetime | None] = {}
    for one in sources:
        known = found.get(one.source.adapter)
        found[one.source.adapter] = max(filter(None, (known, one.read_at)), default=None)
    return dict(sorted(found.items(), key=lambda pair: (pair[1] is not None, pair[1] or 0, pair[0])))


def stale(session: Session, sources: Sequence[Source], now: datetime) -> list[str]:
    """The ids of those of these sources that are stale (see `SourceHealth.stale`)."""
    answered = dict(
        session.exec(select(SourceState.id, func.coalesce(SourceState.answered_at, SourceState.read_at))).all()
    )
    return [one.id for one in sources if _stale(one, answered.get(one.id), now)]


def pulse(session: Session) -> str:
    """What changes whenever the state of any source does: part of the version of a page that shows them."""
    shown = (SourceState.id, SourceState.read_at, SourceState.answered_at, SourceState.changed_at, SourceState.trouble)
    # As text, because making times of them is most of the cost of reading them.
    query = columns(*(type_coerce(one, String) for one in (*shown, SourceState.trouble_since)))
    return repr([tuple(row) for row in session.execute(query.order_by(col(SourceState.id)))])


def _stale(source: Source, answered: datetime | None, now: datetime) -> bool:
    return answered is None or now - answered > max(PATIENCE * source.every, _LEAST)
