"""What of the outbox is not sent after all, and what is forgotten of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, delete, func, literal, or_, update
from sqlalchemy import cast as as_type
from sqlmodel import Session, col, select

from regwatch.mail.outbox_queries import WAITING
from regwatch.mail.states import ERASED, NOT_SENT, MailState, channel_recipient
from regwatch.store.subscriber_tables import Bounce
from regwatch.store.tables import Message, MessageEvent, MessageText


def drop(session: Session, number: int, now: datetime) -> str:
    """Do not send a mail that waits, by an operator's command. Returns why that cannot be; "" if it is done."""
    row = session.get(Message, number)
    if row is None:
        return "there is no such mail"
    if row.state not in WAITING:
        return f"it is {row.state}, and only what waits can be dropped"
    _withdraw(session, col(Message.id) == number, "dropped by the operator", now)
    return ""


def withdraw(session: Session, subscriber: int, reason: str, now: datetime) -> None:
    """What waits for somebody who left is not sent."""
    _withdraw(session, col(Message.subscriber) == subscriber, reason, now)


def withdraw_from_channel(session: Session, channel: int, reason: str, now: datetime) -> None:
    """What waits for a channel is not sent."""
    _withdraw(session, col(Message.recipient) == channel_recipient(channel), reason, now)


def withdraw_without_text(session: Session, numbers: Collection[int], now: datetime) -> None:
    """What was on its way when its text was forgotten, and came back, is not sent."""
    if numbers:
        _withdraw(session, col(Message.id).in_(numbers), "its text is forgotten", now)


def erase(session: Session, subscriber: int, address: str, now: datetime) -> None:
    """Forget in every mail to somebody whom it was for, its text and its identity, which is made from the address.

    What came back of them goes too; what waits is not sent.
    """
    theirs = or_(col(Message.subscriber) == subscriber, func.lower(Message.recipient) == address.lower())
    _withdraw(session, theirs, ERASED, now)
    mails, gone = select(Message.id).where(theirs), f"{ERASED} {subscriber}"
    identity = literal(f"{ERASED} ") + as_type(col(Message.id), String)
    session.execute(delete(Bounce).where(col(Bounce.message).in_(mails)))
    session.execute(update(MessageEvent).where(col(MessageEvent.message).in_(mails)).values(recipient=gone))
    session.execute(delete(MessageText).where(col(MessageText.message).in_(mails)))
    forgotten = {"recipient": gone, "reply": "", "message_id": identity}
    session.execute(update(Message).where(col(Message.id).in_(mails)).values(**forgotten))


def forget(session: Session, now: datetime, *, bodies: timedelta, history: timedelta) -> None:
    """Forget texts so long after the last state of a mail, and later the mail with what it told."""
    old = col(Message.finished_at) < now - history
    finished = select(Message.id).where(col(Message.finished_at) < now - bodies)
    session.execute(delete(MessageText).where(col(MessageText.message).in_(finished)))
    session.execute(delete(MessageEvent).where(col(MessageEvent.message).in_(select(Message.id).where(old))))
    session.execute(delete(Message).where(old))


def _withdraw(session: Session, theirs: ColumnElement[bool], reason: str, now: datetime) -> None:
    waiting = col(Message.state).in_(WAITING)
    values = {"state": MailState.FAILED.value, "reply": f"{NOT_SENT} {reason}", "finished_at": now, "next_at": None}
    session.execute(update(Message).where(theirs, waiting).values(**values))
