"""Notices: a sign becomes one row that stays until the sign is gone, however often it is seen in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from regwatch.monitoring.checks import Sign
from regwatch.store.tables import NoticeRow

TELL_AGAIN_AFTER = timedelta(days=1)
"""A notice that has gained something new is told once more, but not more often than this."""


@dataclass
class Turn:
    """What one check has changed, and what stands after it."""

    opened: list[NoticeRow] = field(default_factory=list)
    closed: list[NoticeRow] = field(default_factory=list)
    standing: list[NoticeRow] = field(default_factory=list)


def fold(session: Session, signs: Iterable[Sign], now: datetime) -> Turn:
    """Open a notice for every new sign, keep those that stand up to date, and close those whose sign is gone."""
    turn = Turn()
    standing = {(row.source, row.kind): row for row in open_notices(session)}
    for sign in signs:
        row = standing.pop((sign.source, sign.kind.value), None)
        if row is None:
            row = NoticeRow(
                source=sign.source, kind=sign.kind.value, evidence="", since=sign.since, latest_at=sign.since
            )
            turn.opened.append(row)
        row.evidence, row.latest_at = sign.evidence, max(sign.latest or row.latest_at, row.latest_at)
        session.add(row)
    for row in standing.values():
        row.resolved_at = now
        session.add(row)
        turn.closed.append(row)
    session.flush()
    turn.standing = list(open_notices(session))
    return turn


def open_notices(session: Session) -> Sequence[NoticeRow]:
    """The notices that stand, oldest first."""
    return session.exec(
        select(NoticeRow).where(col(NoticeRow.resolved_at).is_(None)).order_by(col(NoticeRow.since), col(NoticeRow.id))
    ).all()


def to_tell(session: Session, now: datetime) -> tuple[list[NoticeRow], list[NoticeRow]]:
    """The notices whose beginning, and those whose end, the operator has to be told of.

    What began and ended before it could be told is not told at all.
    """
    begun = [row for row in open_notices(session) if _untold(row, now)]
    ended = session.exec(
        select(NoticeRow)
        .where(col(NoticeRow.resolved_at).is_not(None), col(NoticeRow.told_at) < col(NoticeRow.resolved_at))
        .order_by(col(NoticeRow.id))
    ).all()
    return begun, list(ended)


def _untold(row: NoticeRow, now: datetime) -> bool:
    if row.told_at is None:
        return True
    return row.latest_at > row.told_at and now - row.told_at >= TELL_AGAIN_AFTER
