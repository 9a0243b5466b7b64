"""The outbox: rendered mails and what became of them. A mail is sent from here or not at all.

    pending -> sending -> accepted | deferred -> sending ... | failed | unknown

`sending` is committed before the first byte of the message leaves. A mail found there later may or may not have been
accepted, and so is one whose connection was lost after its last byte: both are `unknown` (RFC 1047). What happens to
those is the operator's choice, `Ambiguous`. The same bytes with the same Message-ID are sent again, so that receivers
can drop the second copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, and_, case, or_, update
from sqlmodel import Session, col, select

from regwatch.safe_text import one_line
from regwatch.store import marks
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import Message, MessageEvent
from regwatch.subscribers.lifecycle import ENDED

RETRY_FIRST = timedelta(minutes=30)
RETRY_LONGEST = timedelta(hours=4)
GIVE_UP = timedelta(days=5)
"""RFC 5321 section 4.5.4.1: half an hour or more between attempts, and four to five days until giving up."""

LEASE = timedelta(minutes=20)
"""How long a mail may be in `sending`: longer than the ten minutes that a server may take after the last byte."""

LOST = "lost"
"""How a hand-over without a reply is counted; replies are counted by their first digit, as 2xx."""

NOT_SENT = "not sent:"
"""How the reply of a mail begins that was not sent because its recipient had left."""

CHANNEL = "channel"
"""The kind of what goes another way than by mail."""

_PRIORITY = ("immediately", "daily", "weekly")


class State(StrEnum):
    """Where a mail stands."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Ambiguous(StrEnum):
    """What to do with a mail of unknown outcome: a second copy may reach people, or none may."""

    RESEND_ONCE = "resend_once"
    HOLD = "hold"


def told(session: Session, recipient: str, events: Sequence[int]) -> frozenset[int]:
    """Which of these events a mail to the recipient has told already."""
    rows = session.exec(
        select(MessageEvent.event).where(
            MessageEvent.recipient == recipient.lower(), col(MessageEvent.event).in_(events)
        )
    )
    return frozenset(rows)


def enqueue(
    session: Session,
    recipient: str,
    events: Sequence[int],
    *,
    kind: str,
    subject: str,
    identity: str,
    raw: bytes,
    now: datetime,
    subscriber: int | None = None,
) -> int | None:
    """Put one mail into the outbox, in the caller's transaction, and note the events that it tells.

    Returns its number; None, and does nothing, if the recipient has been told of any of these events: nobody is told
    twice. The database holds the same rule.
    """
    if not events or told(session, recipient, events):
        return None
    row = Message(
        message_id=identity,
        recipient=recipient,
        kind=kind,
        subject=subject,
        raw=raw,
        created_at=now,
        state=State.PENDING.value,
        subscriber=subscriber,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(MessageEvent(message=row.id, event=seq, recipient=recipient.lower()) for seq in events)
    session.flush()
    return row.id


def due(session: Session, now: datetime, *, most: int = 500, channels: bool = False) -> list[int]:
    """The numbers of the mails to send now, at most so many: the urgent kinds first, then the oldest.

    With `channels` those for other channels, which a mail server must never get.
    """
    urgency = case({kind: rank for rank, kind in enumerate(_PRIORITY)}, value=col(Message.kind), else_=-1)
    rows = session.exec(
        select(Message.id)
        .where(_ready(now), (Message.kind == CHANNEL) == channels)
        .order_by(urgency, col(Message.id))
        .limit(most)
    )
    return [number for number in rows if number is not None]


def claim(session: Session, number: int, now: datetime) -> bool:
    """Move a mail to `sending` for `LEASE`; False if another sender has it. The caller commits before DATA."""
    result = session.execute(
        update(Message)
        .where(col(Message.id) == number, _ready(now))
        .values(
            state=State.SENDING.value,
            next_at=now + LEASE,
            attempts=Message.attempts + 1,
            first_tried_at=case(
                (col(Message.first_tried_at).is_(None), now), else_=col(Message.first_tried_at)
            ),
        )
    )  # fmt: skip
    return cast("CursorResult[Any]", result).rowcount == 1


def accept(session: Session, number: int, reply: str, now: datetime) -> None:
    """The mail server took it."""
    count_reply(session, reply)
    _settle(_row(session, number), State.ACCEPTED, 250, reply, finished_at=now)


def arrived(session: Session, number: int, how: str, now: datetime) -> bool:
    """A mail of unknown outcome was taken after all, as `how` tells; False, and nothing is done, for any other mail."""
    row = session.get(Message, number)
    if row is None or row.state != State.UNKNOWN.value:
        return False
    _settle(row, State.ACCEPTED, 250, how, finished_at=now)
    return True


def refuse(session: Session, number: int, code: int, reply: str, now: datetime) -> None:
    """The mail server refused it for good; it stays visible and can be retried by command."""
    count_reply(session, str(code))
    _settle(_tried(session, number, now), State.FAILED, code, reply, finished_at=now)


def defer(session: Session, number: int, code: int, reply: str, now: datetime) -> State:
    """The mail server asked to come back: later each time, and after five days no more."""
    count_reply(session, str(code))
    row = _tried(session, number, now)
    if now - (row.first_tried_at or now) >= GIVE_UP:
        _settle(row, State.FAILED, code, reply, finished_at=now)
        return State.FAILED
    pause = min(RETRY_FIRST * 2 ** min(max(row.attempts - 1, 0), 8), RETRY_LONGEST)
    _settle(row, State.DEFERRED, code, reply, next_at=now + pause)
    return State.DEFERRED


def release(session: Session, number: int) -> None:
    """The relay failed, not this mail: as if it had not been tried. A mail that was not claimed stays as it is."""
    row = _row(session, number)
    if row.state != State.SENDING.value:
        return
    row.attempts -= 1
    row.first_tried_at = row.first_tried_at if row.attempts else None
    row.state, row.next_at = State.PENDING.value, None


def lose(session: Session, number: int, reply: str, now: datetime, policy: Ambiguous) -> None:
    """Nobody knows whether the server took it: resend once, half an hour later, or hold it for the operator."""
    marks.count(session, marks.Name.REPLIES, LOST)
    row = _row(session, number)
    row.unknowns += 1
    if policy is Ambiguous.RESEND_ONCE and row.unknowns == 1:
        _settle(row, State.UNKNOWN, 0, reply, next_at=now + RETRY_FIRST)
    else:
        _settle(row, State.UNKNOWN, 0, reply, finished_at=now)


def recover(session: Session, now: datetime, policy: Ambiguous, *, starting: bool = False) -> int:
    """Mails left in `sending` by a process that ended there become `unknown`. Returns how many.

    `starting` is for the daemon's start, when no other sender runs; otherwise only those are taken whose lease is over.
    """
    left = select(Message.id).where(Message.state == State.SENDING.value)
    if not starting:
        left = left.where(col(Message.next_at) <= now)
    numbers = [number for number in session.exec(left) if number is not None]
    for number in numbers:
        lose(session, number, "regwatch was stopped while this mail was handed over", now, policy)
    return len(numbers)


def needs_a_person(query: Any) -> Any:
    """Of a query of mails, those to which nothing happens by itself: failed for good, or held as unknown.

    What was not sent because its recipient had left, and what was for somebody who is forgotten, is left out.
    """
    stuck = (State.FAILED.value, State.UNKNOWN.value)
    return query.where(
        col(Message.state).in_(stuck),
        col(Message.next_at).is_(None),
        col(Message.reply).not_like(f"{NOT_SENT}%"),
        col(Message.recipient).not_like("erased %"),
    )


def retry(session: Session, number: int) -> str:
    """Send a failed or held mail again, by an operator's command. Returns why that cannot be; "" if it can."""
    row = session.get(Message, number)
    if row is None:
        return "there is no such mail"
    if row.state not in (State.FAILED.value, State.UNKNOWN.value):
        return f"it is {row.state}, and only what failed or has an unknown outcome is sent again"
    person = session.get(Subscriber, row.subscriber) if row.subscriber else None
    if person is not None and person.standing == ENDED:
        return "whom it is for gets no more mail"
    if not row.raw:
        return "its text is kept for a week after the last try, no longer"
    row.state, row.next_at, row.first_tried_at, row.finished_at = State.PENDING.value, None, None, None
    row.attempts = 0
    return ""


def count_reply(session: Session, reply: str) -> None:
    """Count a mail server's reply by its class; what no mail server said, such as a folder's answer, is passed over."""
    if reply[:3].isdigit() and reply[0] in "245":
        marks.count(session, marks.Name.REPLIES, f"{reply[0]}xx")


def _ready(now: datetime) -> Any:
    waiting = (State.DEFERRED.value, State.UNKNOWN.value)
    return or_(
        col(Message.state) == State.PENDING.value,
        and_(col(Message.state).in_(waiting), col(Message.next_at).is_not(None), col(Message.next_at) <= now),
    )


def _row(session: Session, number: int) -> Message:
    row = session.get(Message, number)
    assert row is not None, f"there is no message {number}"
    return row


def _tried(session: Session, number: int, now: datetime) -> Message:
    """The mail, with this attempt counted: a refusal of the recipient comes before the mail is claimed."""
    row = _row(session, number)
    if row.state != State.SENDING.value:
        row.attempts += 1
        row.first_tried_at = row.first_tried_at or now
    return row


def _settle(
    row: Message,
    state: State,
    code: int,
    reply: str,
    *,
    next_at: datetime | None = None,
    finished_at: datetime | None = None,
) -> None:
    row.state, row.code, row.reply = state.value, code, one_line(reply, 200)
    row.next_at, row.finished_at = next_at, finished_at
