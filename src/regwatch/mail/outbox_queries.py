"""What the outbox holds, as everybody else sees it: frozen values; a text only where it is to be sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Integer, and_, bindparam, case, or_
from sqlmodel import Session, col, func, select

from regwatch.mail.states import CHANNEL, ERASED, NOT_SENT, MailState
from regwatch.store.columns import UtcDateTime
from regwatch.store.prepared import Prepared
from regwatch.store.tables import Message, MessageEvent

WAITING = (MailState.PENDING.value, MailState.DEFERRED.value, MailState.UNKNOWN.value)
"""The states of what may be sent yet."""
_URGENCY = ("immediately", "daily", "weekly")


@dataclass(frozen=True)
class OutgoingMail:
    """One mail to hand over: its number in the outbox, its only recipient, its bytes.

    `journal` is what the journal beside the database says of it.
    """

    number: int
    recipient: str
    subject: str
    raw: bytes
    created_at: datetime
    journal: tuple[str, ...] = ()


@dataclass(frozen=True)
class MailRecord:
    """What is known of one mail. Times are UTC; `subscriber` is None for who is no subscriber.

    `attempts` counts hand-overs that reached the recipient stage, `unknowns` those whose outcome is not known. `code`
    and `reply` are what the mail server said last, `bounced` is why it came back, "" if it did not.
    """

    id: int
    message_id: str
    recipient: str
    kind: str
    subject: str
    created_at: datetime
    state: MailState
    attempts: int
    unknowns: int
    first_tried_at: datetime | None
    next_at: datetime | None
    code: int
    reply: str
    finished_at: datetime | None
    subscriber: int | None
    bounced: str

    @property
    def held(self) -> bool:
        """Whether its outcome is unknown and nothing happens by itself."""
        return self.state is MailState.UNKNOWN and self.next_at is None


def told(session: Session, recipient: str, events: Sequence[int]) -> frozenset[int]:
    """Which of these events a mail to the recipient has told already."""
    values = {"reader": recipient.lower(), "events": list(events)}
    return frozenset(session.connection().execute(_TOLD, values).scalars())


_TOLD = select(MessageEvent.event).where(
    col(MessageEvent.recipient) == bindparam("reader"),
    col(MessageEvent.event).in_(bindparam("events", expanding=True)),
)


def due(session: Session, now: datetime, *, channels: bool = False, at_once: int = 200) -> Iterator[tuple[int, str]]:
    """The mails to send now, by number and recipient: the urgent kinds first, then the oldest.

    Those for which the mail server has refused us come last: should it mean them alone, they hold up no others. What
    another sender has read ahead is left out. With `channels` those for other channels, which a mail server must never
    get. They are read `at_once` at a time, while none of them changes.
    """
    query, passed = _DUE_ELSEWHERE if channels else _DUE, 0
    while True:
        page = {"now": now, "most": at_once, "passed": passed}
        numbers = query.run(session, page).scalars().all()
        known = session.connection().execute(_RECIPIENTS, {"numbers": numbers}) if numbers else ()
        recipients = {row.id: row.recipient for row in known}
        yield from ((number, recipients[number]) for number in numbers)
        if len(numbers) < at_once:
            return
        passed += at_once


def ready(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a mail can be claimed at this instant (UTC), as a condition of a query."""
    state = col(Message.state)
    waits = or_(state == MailState.DEFERRED.value, state == MailState.UNKNOWN.value)
    return or_(state == MailState.PENDING.value, and_(waits, col(Message.next_at) <= now))


def free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether nobody has read a mail ahead, or whoever did so has had time enough."""
    return or_(col(Message.leased_until).is_(None), col(Message.leased_until) <= now)


def _due(elsewhere: ColumnElement[bool]) -> Prepared:
    now: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
    urgency = case({kind: rank for rank, kind in enumerate(_URGENCY)}, value=col(Message.kind), else_=-1)
    refused = case((and_(col(Message.state) == MailState.PENDING.value, col(Message.code) > 0), 1), else_=0)
    waiting = or_(*(col(Message.state) == state for state in WAITING))
    return Prepared(
        select(Message.id)
        .where(waiting, ready(now), free(now), elsewhere)
        .order_by(refused, urgency, col(Message.id))
        .limit(bindparam("most", type_=Integer()))
        .offset(bindparam("passed", type_=Integer()))
    )


_DUE, _DUE_ELSEWHERE = _due(Message.kind != CHANNEL), _due(Message.kind == CHANNEL)  # type: ignore[arg-type]
_RECIPIENTS = select(col(Message.id), col(Message.recipient)).where(
    col(Message.id).in_(bindparam("numbers", expanding=True))
)


def record(session: Session, number: int) -> MailRecord | None:
    """One mail by its number."""
    row = session.get(Message, number)
    return _record(row) if row else None


def newest(session: Session, most: int) -> list[MailRecord]:
    """So many mails, the newest first."""
    return _records(session, most=most, newest_first=True)


def needing_a_person(session: Session, most: int | None = None) -> list[MailRecord]:
    """The mails to which nothing happens by itself, the newest first: failed for good, or held as unknown.

    What was not sent because its recipient had left, and what was for somebody who is forgotten, is left out.
    """
    return _records(
        session,
        col(Message.state).in_((MailState.FAILED.value, MailState.UNKNOWN.value)),
        col(Message.next_at).is_(None),
        col(Message.reply).not_like(f"{NOT_SENT}%"),
        col(Message.recipient).not_like(f"{ERASED} %"),
        most=most,
        newest_first=True,
    )


def of_unknown_outcome(session: Session) -> list[MailRecord]:
    """The mails of which nobody knows whether they arrived: held, or waiting to be sent again."""
    return _records(session, col(Message.state) == MailState.UNKNOWN.value)


def everything(session: Session) -> list[MailRecord]:
    """Every mail, the oldest first."""
    return _records(session)


def by_message_id(session: Session, identity: str, subscriber: int) -> MailRecord | None:
    """A subscriber's mail by its Message-ID."""
    found = _records(session, col(Message.message_id) == identity, col(Message.subscriber) == subscriber, most=1)
    return next(iter(found), None)


def that_told(session: Session, events: Sequence[int]) -> list[MailRecord]:
    """The mails that told any of these events of the ledger, the oldest first."""
    telling = select(MessageEvent.message).where(col(MessageEvent.event).in_(events))
    return _records(session, col(Message.id).in_(telling))


def first_to_tell(session: Session, recipient: str, events: Sequence[int]) -> MailRecord | None:
    """The mail that first told the recipient any of these events; not one that was never sent."""
    row = session.exec(
        select(Message)
        .join(MessageEvent, col(MessageEvent.message) == col(Message.id))
        .where(
            MessageEvent.recipient == recipient.lower(),
            col(MessageEvent.event).in_(events),
            Message.state != MailState.FAILED.value,
        )
        .order_by(col(MessageEvent.event))
    ).first()
    return _record(row) if row else None


def told_since(session: Session, recipient: str, since: datetime) -> dict[int, MailRecord]:
    """The events that mails to the recipient tell which were composed after that instant (UTC), with the mail."""
    rows = session.exec(
        select(MessageEvent.event, Message)
        .join(Message, col(Message.id) == col(MessageEvent.message))
        .where(MessageEvent.recipient == recipient.lower(), col(Message.created_at) > since)
    )
    return {event: _record(row) for event, row in rows}


def counts(session: Session) -> Mapping[str, int]:
    """How many mails there are in each state that any is in."""
    return dict(session.exec(select(Message.state, func.count()).group_by(Message.state)).all())


def oldest_pending(session: Session) -> datetime | None:
    """When the oldest mail was composed that nobody has tried to hand over (UTC)."""
    query = select(func.min(Message.created_at)).where(Message.state == MailState.PENDING.value)
    return session.exec(query).one()


def last_composed(session: Session) -> datetime | None:
    """When the newest mail was composed (UTC)."""
    return session.exec(select(func.max(Message.created_at))).one()


def accepted_since(session: Session, since: datetime) -> bool:
    """Whether the mail server has taken any mail after that instant (UTC)."""
    taken = select(Message.id).where(
        Message.state == MailState.ACCEPTED.value, Message.kind != CHANNEL, col(Message.finished_at) > since
    )
    return session.exec(taken.limit(1)).first() is not None


def failed_because(session: Session, reason: str) -> list[int]:
    """The numbers of the mails that need a person and whose last answer contains this, in whatever case."""
    return [mail.id for mail in needing_a_person(session) if reason.lower() in mail.reply.lower()]


def last_accepted(session: Session, recipient: str) -> datetime | None:
    """When a mail to the recipient was last taken (UTC)."""
    return session.exec(
        select(func.max(Message.finished_at)).where(
            Message.state == MailState.ACCEPTED.value, func.lower(Message.recipient) == recipient.lower()
        )
    ).one()


def _records(
    session: Session, *conditions: ColumnElement[bool], most: int | None = None, newest_first: bool = False
) -> list[MailRecord]:
    order = col(Message.id).desc() if newest_first else col(Message.id)
    query = select(Message).where(*conditions).order_by(order)
    return [_record(row) for row in session.exec(query.limit(most))]


def _record(row: Message) -> MailRecord:
    kept = row.model_dump(exclude={"state", "leased_by", "leased_until"})
    return MailRecord(**kept, state=MailState(row.state))
