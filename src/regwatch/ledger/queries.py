"""Reading the ledger: the log, the board, the timeline. Everything that is shown or mailed is asked for here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from regwatch.ledger.entries import (
    Event,
    EventKind,
    Evidence,
    Expectation,
    ExpectationState,
    Standpoint,
    Transition,
)
from regwatch.model import Topic
from regwatch.reasons import in_short
from regwatch.store.codec import digest, uniso, weighing_from_text
from regwatch.store.tables import EventRow, ExpectationRow, FindingRow, TransitionRow
from regwatch.vocabulary import AUTHORITIES, Milestone, Standing

Publisher = Callable[[str], str]
"""From a source's id to the name of its publisher."""


def last_seq(session: Session) -> int:
    """The number of the newest line of the log; 0 if there is none."""
    return session.exec(select(EventRow.seq).order_by(col(EventRow.seq).desc())).first() or 0


def passed(session: Session) -> int:
    """How many foreseen dates went by in silence: that changes what is told of them and leaves no line in the log."""
    rows = select(func.count()).where(ExpectationRow.state == ExpectationState.PASSED.value)
    return session.exec(rows).one()


def days(session: Session) -> str:
    """A fingerprint of the days of all transitions: one that becomes known without news leaves no line in the log."""
    rows = session.exec(select(TransitionRow.date, TransitionRow.announced).order_by(col(TransitionRow.id)))
    return digest(repr([tuple(row) for row in rows]).encode())


def events_after(
    session: Session, seq: int, topics: Collection[str] | None = None, publisher: Publisher = str
) -> list[Event]:
    """The lines of the log after `seq`, in commit order, for these topics (None: all)."""
    query = select(EventRow).where(col(EventRow.seq) > seq).order_by(col(EventRow.seq))
    if topics is not None:
        query = query.where(col(EventRow.topic).in_(topics))
    rows = session.exec(query).all()
    book = _Book(session, publisher)
    return [book.of_event(row) for row in rows]


def news(
    session: Session,
    topics: Collection[str],
    authority: str | None = None,
    since: datetime | None = None,
    publisher: Publisher = str,
    limit: int = 500,
) -> list[Event]:
    """The newest lines of the log that are news, newest first: what a feed or "since I was last here" shows.

    Left out is what the first look at a source recorded, and what only adds evidence. `since` is UTC.
    """
    query = select(EventRow).where(
        col(EventRow.topic).in_(topics),
        EventRow.baseline == False,  # noqa: E712
        EventRow.kind != EventKind.WITNESSED.value,
    )
    if authority is not None:
        query = query.where(EventRow.authority == authority)
    if since is not None:
        query = query.where(col(EventRow.at) >= since)
    rows = session.exec(query.order_by(col(EventRow.seq).desc()).limit(limit)).all()
    book = _Book(session, publisher)
    return [book.of_event(row) for row in rows]


def began(session: Session) -> str:
    """When the log of this installation began, exactly: no other installation has the same. "" for an empty log."""
    first = session.exec(select(EventRow.at).order_by(col(EventRow.seq))).first()
    return first.isoformat() if first else ""


def revisions(session: Session) -> dict[int, tuple[int, datetime]]:
    """How often each expectation was revised, and when it last was (UTC)."""
    query = select(EventRow.expectation, func.count(), func.max(EventRow.at)).where(
        col(EventRow.expectation).is_not(None)
    )
    rows = session.exec(query.group_by(col(EventRow.expectation)))
    return {number: (count - 1, at) for number, count, at in rows if number is not None}


def transitions(session: Session, topic: str | None = None, publisher: Publisher = str) -> list[Transition]:
    """Every transition that stands, in the order in which they were entered; those taken back are left out."""
    query = select(TransitionRow).where(TransitionRow.standing != Standing.RETRACTED.value)
    if topic is not None:
        query = query.where(TransitionRow.topic == topic)
    book = _Book(session, publisher)
    return [book.of_row(row) for row in session.exec(query.order_by(col(TransitionRow.id)))]


def transition(session: Session, number: int, publisher: Publisher = str) -> Transition | None:
    """One transition by its number, or None."""
    row = session.get(TransitionRow, number)
    return _Book(session, publisher).of_row(row) if row else None


def every_transition(session: Session) -> list[int]:
    """The numbers of all transitions, those taken back too: their addresses stay good."""
    return [number for number in session.exec(select(TransitionRow.id).order_by(col(TransitionRow.id))) if number]


def expectation(session: Session, number: int, publisher: Publisher = str) -> Expectation | None:
    """One expectation by its number, or None."""
    return _Book(session, publisher).expectation(number)


def every_expectation(session: Session, publisher: Publisher = str) -> list[Expectation]:
    """Everything that was ever foreseen, whatever became of it, in the order in which it was entered."""
    book = _Book(session, publisher)
    return [book.of_expectation(row) for row in session.exec(select(ExpectationRow).order_by(col(ExpectationRow.id)))]


def expected(session: Session, topic: str | None = None, publisher: Publisher = str) -> list[Expectation]:
    """What is still foreseen or overdue, soonest first."""
    live = (ExpectationState.OPEN.value, ExpectationState.OVERDUE.value)
    query = select(ExpectationRow).where(col(ExpectationRow.state).in_(live))
    if topic is not None:
        query = query.where(ExpectationRow.topic == topic)
    book = _Book(session, publisher)
    found = [book.of_expectation(row) for row in session.exec(query)]
    return sorted(found, key=lambda one: (one.date.last if one.date else date.max, one.id))


def board(
    session: Session,
    topics: Sequence[Topic],
    watched: Collection[tuple[str, str]] = (),
    publisher: Publisher = str,
) -> list[Standpoint]:
    """Where every topic stands at every authority that has acted on it, is foreseen to, or is `watched` for it.

    `watched` holds (topic id, authority code). In the order of the topics, then of the authorities in the vocabulary.
    """
    latest: dict[tuple[str, str], Transition] = {}
    book = _Book(session, publisher)
    query = select(TransitionRow).where(
        TransitionRow.standing != Standing.RETRACTED.value,
        TransitionRow.history == False,  # noqa: E712
    )
    for row in session.exec(query.order_by(col(TransitionRow.id))):
        latest[row.topic, row.authority] = book.of_row(row)
    coming: dict[tuple[str, str], list[Expectation]] = defaultdict(list)
    for one in expected(session, publisher=publisher):
        coming[one.topic, one.authority].append(one)
    places = {*latest, *coming, *watched}
    return [
        Standpoint(topic.id, code, latest.get((topic.id, code)), tuple(coming.get((topic.id, code), ())))
        for topic in topics
        for code in AUTHORITIES
        if (topic.id, code) in places
    ]


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a timeline. `day` orders it: when it was done, else was announced, else was seen."""

    day: date
    transition: Transition


def timeline(session: Session, topic: str, publisher: Publisher = str) -> list[TimelineEntry]:
    """The dated history of a topic, newest first."""
    found = transitions(session, topic, publisher)
    lines = [TimelineEntry(_day(one, found), one) for one in found]
    return sorted(lines, key=lambda line: (line.day, line.transition.id), reverse=True)


def _day(one: Transition, others: Iterable[Transition]) -> date:
    """The day of a line. One that is only known to have been seen stands no later than the move that followed it."""
    if one.day:
        return one.day.first
    after = (other for other in others if other.authority == one.authority and other.before is one.milestone)
    followed = (other.day for other in after if other.id > one.id)
    return min([one.detected_at.date(), *(day.first for day in followed if day)])


class _Book:
    """Rows to values, with the evidence of each; findings are read once per entry."""

    def __init__(self, session: Session, publisher: Publisher) -> None:
        self._session = session
        self._publisher = publisher

    def of_event(self, row: EventRow) -> Event:
        return Event(
            seq=row.seq or 0,
            kind=EventKind(row.kind),
            topic=row.topic,
            authority=row.authority,
            at=row.at,
            baseline=row.baseline,
            transition=self.transition(row.transition) if row.transition else None,
            expectation=self.expectation(row.expectation) if row.expectation else None,
            note=row.note,
        )

    def transition(self, number: int) -> Transition | None:
        row = self._session.get(TransitionRow, number)
        return self.of_row(row) if row else None

    def expectation(self, number: int) -> Expectation | None:
        row = self._session.get(ExpectationRow, number)
        return self.of_expectation(row) if row else None

    def of_row(self, row: TransitionRow) -> Transition:
        found = self._session.exec(
            select(FindingRow).where(FindingRow.transition == row.id).order_by(col(FindingRow.id))
        )
        return Transition(
            id=row.id or 0,
            topic=row.topic,
            authority=row.authority,
            before=Milestone(row.before) if row.before else None,
            milestone=Milestone(row.milestone),
            date=uniso(row.date),
            announced=uniso(row.announced),
            detected_at=row.detected_at,
            standing=Standing(row.standing),
            baseline=row.baseline,
            indication=row.indication,
            evidence=self._evidence(found),
        )

    def of_expectation(self, row: ExpectationRow) -> Expectation:
        found = self._session.exec(
            select(FindingRow).where(FindingRow.expectation == row.id).order_by(col(FindingRow.id))
        )
        return Expectation(
            id=row.id or 0,
            topic=row.topic,
            authority=row.authority,
            milestone=Milestone(row.milestone),
            date=uniso(row.date),
            wording=row.wording,
            state=ExpectationState(row.state),
            detected_at=row.detected_at,
            was=uniso(row.was),
            days=row.days,
            met_by=row.met_by,
            evidence=self._evidence(found),
        )

    def _evidence(self, rows: Iterable[FindingRow]) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(
                finding=row.id or 0,
                source=row.source,
                publisher=self._publisher(row.source),
                url=row.url,
                quote=row.quote,
                rule=row.rule,
                official=row.official,
                seen_at=row.at,
                published=uniso(row.published),
                announced=uniso(row.announced),
                weighed=in_short(row.reason, weighing_from_text(row.weighing)),
            )
            for row in rows
        )
