"""Reading the ledger: the log, the board, the timeline. Everything that is shown or mailed is asked for here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, func, select

from regwatch.ledger.entries import Event, EventKind, Expectation, ExpectationState, Standpoint, Transition
from regwatch.ledger.entry_reader import EntryReader, Publisher
from regwatch.model import Topic
from regwatch.store.codec import digest, uniso
from regwatch.store.tables import EventRow, ExpectationRow, TransitionRow
from regwatch.vocabulary import AUTHORITIES, DEADLINES, RANK, Standing

_T = TransitionRow


def last_seq(session: Session) -> int:
    """The number of the newest line of the log; 0 if there is none."""
    return session.exec(select(func.max(EventRow.seq))).one() or 0


def passed(session: Session) -> int:
    """How many foreseen dates went by in silence: that changes what is told of them and leaves no line in the log."""
    rows = select(func.count()).where(ExpectationRow.state == ExpectationState.PASSED.value)
    return session.exec(rows).one()


def days(session: Session) -> str:
    """A fingerprint of the days of all transitions: one that becomes known without news leaves no line in the log."""
    day = col(TransitionRow.date) + "/" + col(TransitionRow.announced)
    return digest((session.scalar(sqlalchemy.select(func.aggregate_strings(day, " "))) or "").encode())


def events_after(
    session: Session, seq: int, topics: Collection[str] | None = None, publisher: Publisher = str
) -> list[Event]:
    """The lines of the log after `seq`, in commit order, for these topics (None: all)."""
    query = select(EventRow).where(col(EventRow.seq) > seq).order_by(col(EventRow.seq))
    if topics is not None:
        query = query.where(col(EventRow.topic).in_(topics))
    return EntryReader(session, publisher).events(session.exec(query).all())


def news(
    session: Session,
    topics: Collection[str],
    authority: str | None = None,
    since: datetime | None = None,
    publisher: Publisher = str,
    kinds: Collection[EventKind] = tuple(EventKind),
    before: int | None = None,
    limit: int = 100,
) -> list[Event]:
    """The newest lines of the log that are news, newest first: what a feed or "since I was last here" shows.

    Left out is what the first look at a source recorded, and what only adds evidence. `since` is UTC, `before` the
    number of a line that is already known, with all after it.
    """
    query = select(EventRow).where(
        col(EventRow.topic).in_(topics),
        EventRow.baseline == False,  # noqa: E712
        EventRow.kind != EventKind.WITNESSED.value,
        col(EventRow.kind).in_(kinds),
    )
    if before is not None:
        query = query.where(col(EventRow.seq) < before)
    if authority is not None:
        query = query.where(EventRow.authority == authority)
    if since is not None:
        query = query.where(col(EventRow.at) >= since)
    rows = session.exec(query.order_by(col(EventRow.seq).desc()).limit(limit)).all()
    return EntryReader(session, publisher).events(rows)


def began(session: Session) -> str:
    """When the log of this installation began, exactly: no other installation has the same. "" for an empty log."""
    first = session.exec(select(EventRow.at).order_by(col(EventRow.seq)).limit(1)).first()
    return first.isoformat() if first else ""


def revisions(session: Session, expectations: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """How often each of these expectations was revised, and when it last was (UTC)."""
    query = select(EventRow.expectation, func.count(), func.max(EventRow.at)).where(
        col(EventRow.expectation).in_(expectations)
    )
    rows = session.exec(query.group_by(col(EventRow.expectation)))
    return {number: (count - 1, at) for number, count, at in rows if number is not None}


def transitions(
    session: Session,
    topics: Collection[str] | None = None,
    publisher: Publisher = str,
    authority: str | None = None,
    since: datetime | None = None,
    after: int = 0,
    most: int | None = None,
) -> list[Transition]:
    """The transitions that stand, in the order in which they were entered; those taken back are left out.

    `topics`, `authority` and `since` (when it was seen, UTC) narrow it, None for all; at most `most` (None: all) of
    those with a number above `after`.
    """
    query = select(TransitionRow).where(
        TransitionRow.standing != Standing.RETRACTED.value, col(TransitionRow.id) > after
    )
    if topics is not None:
        query = query.where(col(TransitionRow.topic).in_(topics))
    if authority is not None:
        query = query.where(TransitionRow.authority == authority)
    if since is not None:
        query = query.where(col(TransitionRow.detected_at) >= since)
    rows = session.exec(query.order_by(col(TransitionRow.id)).limit(most)).all()
    return EntryReader(session, publisher).transitions(rows)


def transition(session: Session, number: int, publisher: Publisher = str) -> Transition | None:
    """One transition by its number, or None."""
    row = session.get(TransitionRow, number)
    return EntryReader(session, publisher).transitions([row])[0] if row else None


def every_transition(session: Session) -> list[int]:
    """The numbers of all transitions, those taken back too: their addresses stay good."""
    return [number for number in session.exec(select(TransitionRow.id).order_by(col(TransitionRow.id))) if number]


def every_expectation(
    session: Session, topics: Collection[str], publisher: Publisher = str, most: int = 250
) -> list[Expectation]:
    """What was foreseen, whatever became of it: what is still ahead or overdue first, then what was entered last."""
    live = col(ExpectationRow.state).in_((ExpectationState.OPEN.value, ExpectationState.OVERDUE.value))
    query = select(ExpectationRow).where(col(ExpectationRow.topic).in_(topics))
    order = (sqlalchemy.case((live, 0), else_=1), col(ExpectationRow.id).desc())
    return EntryReader(session, publisher).expectations(session.exec(query.order_by(*order).limit(most)).all())


def expected(session: Session, topic: str | None = None, publisher: Publisher = str) -> list[Expectation]:
    """What is still foreseen or overdue, soonest first."""
    return sorted(_ahead(session, None if topic is None else [topic], publisher), key=_soonest)


def _ahead(session: Session, topics: Collection[str] | None, publisher: Publisher) -> list[Expectation]:
    live = (ExpectationState.OPEN.value, ExpectationState.OVERDUE.value)
    query = select(ExpectationRow).where(col(ExpectationRow.state).in_(live))
    if topics is not None:
        query = query.where(col(ExpectationRow.topic).in_(topics))
    return EntryReader(session, publisher).expectations(session.exec(query).all())


def board(
    session: Session,
    topics: Sequence[Topic],
    watched: Collection[tuple[str, str]] = (),
    publisher: Publisher = str,
) -> list[Standpoint]:
    """Where each of the topics stands at every authority that has acted on it, is foreseen to, or is `watched` for it.

    `watched` holds (topic id, authority code). In the order of the topics, then of the authorities in the vocabulary.
    The number of statements does not grow with the topics, and what is read does not grow with their history.
    """
    ids = [topic.id for topic in topics]
    latest = {(one.topic, one.authority): one for one in _latest(session, ids, publisher)}
    coming: dict[tuple[str, str], list[Expectation]] = defaultdict(list)
    for one in sorted(_ahead(session, ids, publisher), key=_soonest):
        coming[one.topic, one.authority].append(one)
    silent = _unanswered(session, ids, latest, publisher)
    places = {*latest, *coming, *watched}
    return [
        Standpoint(topic.id, code, latest.get((topic.id, code)), tuple(coming.get((topic.id, code), ())),
                   silent.get((topic.id, code)))
        for topic in topics
        for code in AUTHORITIES
        if (topic.id, code) in places
    ]  # fmt: skip


def _unanswered(
    session: Session, topics: Collection[str], latest: Mapping[tuple[str, str], Transition], publisher: Publisher
) -> dict[tuple[str, str], Expectation]:
    """The last step of each place whose day passed in silence and that nothing further has followed."""
    query = select(ExpectationRow).where(
        col(ExpectationRow.topic).in_(topics),
        ExpectationRow.state == ExpectationState.PASSED.value,
        col(ExpectationRow.milestone).not_in(sorted(DEADLINES)),
    )
    gone = EntryReader(session, publisher).expectations(session.exec(query).all())
    found = {(one.topic, one.authority): one for one in sorted(gone, key=_soonest)}
    return {place: one for place, one in found.items() if not _followed(one, latest.get(place))}


def _followed(gone: Expectation, now: Transition | None) -> bool:
    """Whether the place has moved since to what comes after such a step."""
    if now is None or gone.date is None:
        return now is not None
    moved = now.day.last if now.day else now.detected_at.date()
    return moved >= gone.date.first and RANK.get(now.milestone, 0) > RANK.get(gone.milestone, 0)


def _soonest(one: Expectation) -> tuple[date, int]:
    return one.date.last if one.date else date.max, one.id


def _latest(session: Session, topics: Collection[str], publisher: Publisher) -> list[Transition]:
    """The newest transition of each place that is no history and was not taken back."""
    newest = (
        select(func.max(TransitionRow.id))
        .where(
            col(TransitionRow.topic).in_(topics),
            TransitionRow.standing != Standing.RETRACTED.value,
            TransitionRow.history == False,  # noqa: E712
        )
        .group_by(TransitionRow.topic, TransitionRow.authority)
    )
    rows = session.exec(
        select(TransitionRow).where(col(TransitionRow.id).in_(newest)).order_by(col(TransitionRow.id))
    ).all()
    return EntryReader(session, publisher).transitions(rows)


def history(session: Session, topic: str, authority: str | None = None) -> list[int]:
    """The numbers of a topic's transitions (at one authority, None: at all), the newest day first.

    The day is when it was done, else was announced, else was seen.
    """
    columns: list[Any] = [_T.id, _T.authority, _T.before, _T.milestone, _T.date, _T.announced, _T.detected_at]
    query = sqlalchemy.select(*columns).where(col(_T.topic) == topic, col(_T.standing) != Standing.RETRACTED.value)
    if authority is not None:
        query = query.where(col(_T.authority) == authority)
    return [number for _, number in sorted(_days(session.execute(query.order_by(col(_T.id))).all()), reverse=True)]


def history_counts(session: Session) -> dict[str, int]:
    """How many lines the history of each topic has."""
    query = select(_T.topic, func.count()).where(_T.standing != Standing.RETRACTED.value).group_by(_T.topic)
    return dict(session.exec(query).all())


def numbered(session: Session, numbers: Sequence[int], publisher: Publisher = str) -> list[Transition]:
    """The transitions of these numbers, in their order."""
    return EntryReader(session, publisher).numbered(numbers)


def timeline(session: Session, topic: str, publisher: Publisher = str) -> list[Transition]:
    """The whole dated history of a topic, newest first."""
    return numbered(session, history(session, topic), publisher)


def _days(rows: Sequence[Any]) -> Iterator[tuple[date, int]]:
    """The day and number of each row: what was only seen stands no later than the move that followed it.

    `rows` are ordered by number.
    """
    followed: dict[tuple[str, str], date] = {}
    for row in reversed(rows):
        known = uniso(row.date) or uniso(row.announced)
        if known is None:
            day = min(row.detected_at.date(), followed.get((row.authority, row.milestone), date.max))
        else:
            day, before = known.first, (row.authority, row.before)
            followed[before] = min(day, followed.get(before, date.max))
        yield day, row.id


def authorities(session: Session) -> set[str]:
    """The codes of all authorities that the ledger knows something of."""
    return {*session.exec(select(_T.authority).distinct()), *session.exec(select(ExpectationRow.authority).distinct())}
