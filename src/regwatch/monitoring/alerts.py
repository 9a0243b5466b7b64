"""Alerts: a problem becomes one row that stays until the problem is gone, however often it is seen in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from regwatch.monitoring.checks import Problem
from regwatch.store.tables import AlertRow

TELL_AGAIN_AFTER = timedelta(days=1)
"""A notice that has gained something new is told once more, but not more often than this."""


@dataclass
class AlertChanges:
    """What one check has changed, and what stands after it."""

    opened: list[AlertRow] = field(default_factory=list)
    closed: list[AlertRow] = field(default_factory=list)
    standing: list[AlertRow] = field(default_factory=list)


def concerned(session: Session, problems: Iterable[Problem]) -> list[str]:
    """The sources whose alerts are not as these problems want them; "" for what is of no single source."""
    standing = {(row.source, row.kind): row for row in open_alerts(session)}
    wanted = {(problem.source, problem.kind.value): problem for problem in problems}
    other = standing.keys() ^ wanted.keys()
    other |= {key for key in standing.keys() & wanted.keys() if _differs(standing[key], wanted[key])}
    return sorted({source for source, _ in other})


def _differs(row: AlertRow, problem: Problem) -> bool:
    return row.evidence != problem.evidence or (problem.latest is not None and problem.latest > row.latest_at)


def fold(session: Session, sources: Collection[str], problems: Iterable[Problem], now: datetime) -> AlertChanges:
    """Open an alert for every new problem of these sources, keep those that stand up to date, and close those whose
    problem is gone.
    """
    turn = AlertChanges()
    rows = session.exec(select(AlertRow).where(col(AlertRow.resolved_at).is_(None), col(AlertRow.source).in_(sources)))
    standing = {(row.source, row.kind): row for row in rows}
    for problem in problems:
        if problem.source not in sources:
            continue
        row = standing.pop((problem.source, problem.kind.value), None)
        if row is None:
            row = AlertRow(
                source=problem.source,
                kind=problem.kind.value,
                evidence="",
                since=problem.since,
                latest_at=problem.since,
            )
            turn.opened.append(row)
        row.evidence, row.latest_at = problem.evidence, max(problem.latest or row.latest_at, row.latest_at)
        session.add(row)
    for row in standing.values():
        row.resolved_at = now
        session.add(row)
        turn.closed.append(row)
    session.flush()
    return turn


def open_alerts(session: Session) -> Sequence[AlertRow]:
    """The notices that stand, oldest first."""
    return session.exec(
        select(AlertRow).where(col(AlertRow.resolved_at).is_(None)).order_by(col(AlertRow.since), col(AlertRow.id))
    ).all()


def to_tell(session: Session, now: datetime) -> tuple[list[AlertRow], list[AlertRow]]:
    """The notices whose beginning, and those whose end, the operator has to be told of.

    What began and ended before it could be told is not told at all.
    """
    begun = [row for row in open_alerts(session) if _untold(row, now)]
    ended = session.exec(
        select(AlertRow)
        .where(col(AlertRow.resolved_at).is_not(None), col(AlertRow.told_at) < col(AlertRow.resolved_at))
        .order_by(col(AlertRow.id))
    ).all()
    return begun, list(ended)


def told(session: Session, rows: Iterable[AlertRow], now: datetime) -> None:
    """The operator has been told of these, in the caller's transaction."""
    table = AlertRow.__table__  # type: ignore[attr-defined]
    statement = update(table).where(table.c.id == bindparam("key")).values(told_at=now)
    session.connection().execute(statement, [{"key": row.id} for row in rows])


def _untold(row: AlertRow, now: datetime) -> bool:
    if row.told_at is None:
        return True
    return row.latest_at > row.told_at and now - row.told_at >= TELL_AGAIN_AFTER
