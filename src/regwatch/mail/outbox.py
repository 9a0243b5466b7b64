"""The outbox: rendered mails and what became of them. A mail is sent from here or not at all.

This module alone writes the rows of mails, `outbox_queries` reads them, and nobody else does either. `states` says what
the states mean and how they follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, String, case, delete, func, literal, or_, update
from sqlalchemy import cast as as_type
from sqlmodel import Session, col, select

from regwatch.mail import fingerprints, outbox_queries
from regwatch.mail.outbox_queries import ready, told
from regwatch.mail.replies import About, about
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.states import CHANNEL, ERASED, NOT_SENT, MailState, channel_recipient
from regwatch.safe_text import one_line
from regwatch.store import marks
from regwatch.store.backup_journal import JournalEntry
from regwatch.store.subscriber_tables import ENDED, Bounce, Subscriber
from regwatch.store.tables import Message, MessageEvent

LOST = "lost"
"""How a hand-over without a reply is counted; replies are counted by their first digit, as 2xx."""

REFUSALS_IN_A_ROW = 3

_RETRY = RetryPolicy()


def enqueue(
    session: Session,
    recipient: str,
    events: Sequence[int] = (),
    *,
    kind: str,
    subject: str,
    identity: str,
    raw: bytes,
    now: datetime,
    subscriber: int | None = None,
) -> int | None:
    """Put one mail into the outbox, in the caller's transaction, and note the events of the ledger that it tells.

    `identity` is its Message-ID. Returns its number; None, and does nothing, if the recipient has been told of any of
    these events: nobody is told twice. The database holds the same rule.
    """
    if events and told(session, recipient, events):
        return None
    row = Message(
        message_id=identity,
        recipient=recipient,
        kind=kind,
        subject=subject,
        raw=raw,
        created_at=now,
        state=MailState.PENDING.value,
        subscriber=subscriber,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(MessageEvent(message=row.id, event=seq, recipient=recipient.lower()) for seq in events)
    session.flush()
    return row.id


def claim(session: Session, number: int, now: datetime, policy: RetryPolicy = _RETRY) -> bool:
    """Move a mail to `sending` for a lease; False if another sender has it. The caller commits before DATA."""
    result = session.execute(
        update(Message)
        .where(col(Message.id) == number, ready(now))
        .values(
            state=MailState.SENDING.value,
            next_at=now + policy.lease,
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
    marks.clear(session, marks.Name.REFUSED_IN_A_ROW)
    row = _row(session, number)
    _settle(row, MailState.ACCEPTED, 250, reply, finished_at=now)
    fingerprints.journal(session, row, JournalEntry.SENT)


def arrived(session: Session, number: int, how: str, now: datetime) -> bool:
    """A mail of unknown outcome was taken after all, as `how` tells; False, and nothing is done, for any other mail."""
    row = session.get(Message, number)
    if row is None or row.state != MailState.UNKNOWN.value:
        return False
    _settle(row, MailState.ACCEPTED, 250, how, finished_at=now)
    fingerprints.journal(session, row, JournalEntry.SENT)
    return True


def refuse(session: Session, number: int, code: int, reply: str, now: datetime) -> None:
    """The mail server refused it for good; it stays visible and can be retried by command.

    See `take_back` for refusals in a row. One that a mailbox is gone, given again after the server took other mail, is
    certain and is none of them.
    """
    count_reply(session, str(code))
    row = _tried(session, number, now)
    _settle(row, MailState.FAILED, code, reply, finished_at=now)
    took_mail_since = outbox_queries.accepted_since(session, row.first_tried_at or now)
    if row.kind != CHANNEL and not (about(reply) is About.GONE and took_mail_since):
        marks.count(session, marks.Name.REFUSED_IN_A_ROW, str(number))


def take_back(session: Session, now: datetime, policy: RetryPolicy = _RETRY) -> int:
    """After so many refusals in a row, of whatever text, the mail server refuses us and not the recipients.

    The mails are pending again. Returns how many; 0 where the row is not as long. What has been tried for too many days
    stays failed.
    """
    row = marks.counts(session, marks.Name.REFUSED_IN_A_ROW)
    if len(row) < REFUSALS_IN_A_ROW:
        return 0
    marks.clear(session, marks.Name.REFUSED_IN_A_ROW)
    mails = [mail for number in row if (mail := session.get(Message, int(number)))]
    mails = [mail for mail in mails if not _why_not_again(session, mail)]
    fresh = [mail for mail in mails if now - (mail.first_tried_at or now) < policy.give_up]
    for mail in fresh:
        mail.state, mail.finished_at = MailState.PENDING.value, None
    return len(fresh)


def defer(
    session: Session, number: int, code: int, reply: str, now: datetime, policy: RetryPolicy = _RETRY
) -> MailState:
    """The mail server asked to come back; after too many tries the mail has failed. Returns its state."""
    count_reply(session, str(code))
    row = _tried(session, number, now)
    again = policy.after_deferral(row.attempts, row.first_tried_at or now, now)
    state = MailState.DEFERRED if again else MailState.FAILED
    _settle(row, state, code, reply, next_at=again, finished_at=None if again else now)
    return state


def release(session: Session, number: int, code: int, reply: str, *, claimed: bool) -> None:
    """The relay failed, not this mail: as if it had not been tried, but for what the relay said (`code` 0: nothing)."""
    row = _row(session, number)
    if claimed:
        row.attempts -= 1
        row.first_tried_at = row.first_tried_at if row.attempts else None
        row.state, row.next_at = MailState.PENDING.value, None
    if code and row.state == MailState.PENDING.value:
        row.code, row.reply = code, one_line(reply, 200)


def lose(session: Session, number: int, reply: str, now: datetime, policy: RetryPolicy = _RETRY) -> None:
    """Nobody knows whether the server took it: it is sent once more, or held for the operator."""
    marks.count(session, marks.Name.REPLIES, LOST)
    row = _row(session, number)
    row.unknowns += 1
    again = policy.after_loss(row.unknowns, now)
    _settle(row, MailState.UNKNOWN, 0, reply, next_at=again, finished_at=None if again else now)
    fingerprints.journal(session, row, JournalEntry.UNSURE)


def recover(session: Session, now: datetime, policy: RetryPolicy = _RETRY, *, starting: bool = False) -> int:
    """Mails left in `sending` by a process that ended there become `unknown`. Returns how many.

    `starting` is for the daemon's start, when no other sender runs; otherwise only those are taken whose lease is over.
    """
    left = select(Message.id).where(Message.state == MailState.SENDING.value)
    if not starting:
        left = left.where(col(Message.next_at) <= now)
    numbers = [number for number in session.exec(left) if number is not None]
    for number in numbers:
        lose(session, number, "regwatch was stopped while this mail was handed over", now, policy)
    return len(numbers)


def retry(session: Session, number: int) -> str:
    """Send a failed or held mail again, by an operator's command. Returns why that cannot be; "" if it can."""
    row = session.get(Message, number)
    if row is None:
        return "there is no such mail"
    if why_not := _why_not_again(session, row):
        return why_not
    row.state, row.next_at, row.first_tried_at, row.finished_at = MailState.PENDING.value, None, None, None
    row.attempts, row.code = 0, 0
    return ""


def drop(session: Session, number: int, now: datetime) -> str:
    """Do not send a mail that waits, by an operator's command. Returns why that cannot be; "" if it is done."""
    row = session.get(Message, number)
    if row is None:
        return "there is no such mail"
    if row.state not in (MailState.PENDING.value, MailState.DEFERRED.value, MailState.UNKNOWN.value):
        return f"it is {row.state}, and only what waits can be dropped"
    _withdraw(session, col(Message.id) == number, "dropped by the operator", now)
    return ""


def withdraw(session: Session, subscriber: int, reason: str, now: datetime) -> None:
    """What waits for somebody who left is not sent."""
    _withdraw(session, col(Message.subscriber) == subscriber, reason, now)


def withdraw_from_channel(session: Session, channel: int, reason: str, now: datetime) -> None:
    """What waits for a channel is not sent."""
    _withdraw(session, col(Message.recipient) == channel_recipient(channel), reason, now)


def note_bounce(session: Session, number: int, what: str) -> None:
    """A mail came back: `what` says why, in a word and a status."""
    _row(session, number).bounced = what
    session.flush()


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
    session.execute(
        update(Message).where(col(Message.id).in_(mails)).values(recipient=gone, raw=b"", reply="", message_id=identity)
    )


def forget(session: Session, now: datetime, *, bodies: timedelta, history: timedelta) -> None:
    """Forget texts so long after the last state of a mail, and then the mail with what it told."""
    finished, old = col(Message.finished_at), col(Message.finished_at) < now - history
    session.execute(update(Message).where(finished < now - bodies, col(Message.raw) != b"").values(raw=b""))
    session.execute(delete(MessageEvent).where(col(MessageEvent.message).in_(select(Message.id).where(old))))
    session.execute(delete(Message).where(old))


def count_reply(session: Session, reply: str) -> None:
    """Count a mail server's reply by its class; what no mail server said, such as a folder's answer, is passed over."""
    if reply[:3].isdigit() and reply[0] in "245":
        marks.count(session, marks.Name.REPLIES, f"{reply[0]}xx")


def _withdraw(session: Session, theirs: ColumnElement[bool], reason: str, now: datetime) -> None:
    waiting = col(Message.state).in_((MailState.PENDING.value, MailState.DEFERRED.value, MailState.UNKNOWN.value))
    values = {"state": MailState.FAILED.value, "reply": f"{NOT_SENT} {reason}", "finished_at": now, "next_at": None}
    session.execute(update(Message).where(theirs, waiting).values(**values))


def _why_not_again(session: Session, row: Message) -> str:
    """Why a mail cannot be sent again; "" if it can."""
    if row.state not in (MailState.FAILED.value, MailState.UNKNOWN.value):
        return f"it is {row.state}, and only what failed or has an unknown outcome is sent again"
    person = session.get(Subscriber, row.subscriber) if row.subscriber else None
    if person is not None and person.standing == ENDED:
        return "whom it is for gets no more mail"
    return "" if row.raw else "its text is kept for a week after the last try, no longer"


def _row(session: Session, number: int) -> Message:
    row = session.get(Message, number)
    assert row is not None, f"there is no message {number}"
    return row


def _tried(session: Session, number: int, now: datetime) -> Message:
    """The mail, with this attempt counted: a refusal of the recipient comes before the mail is claimed."""
    row = _row(session, number)
    if row.state != MailState.SENDING.value:
        row.attempts += 1
        row.first_tried_at = row.first_tried_at or now
    return row


def _settle(
    row: Message,
    state: MailState,
    code: int,
    reply: str,
    *,
    next_at: datetime | None = None,
    finished_at: datetime | None = None,
) -> None:
    row.state, row.code, row.reply = state.value, code, one_line(reply, 200)
    row.next_at, row.finished_at = next_at, finished_at
