"""The outbox of a copy that was put back: what is known to have been sent, what is dropped, who was told before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.mail import fingerprints
from regwatch.mail.outbox_queries import told
from regwatch.mail.states import NOT_SENT, MailState
from regwatch.store import backup_journal
from regwatch.store.tables import Message, MessageEvent

TOLD_BEFORE = "told_before"
"""The kind of the row that stands for mails of which only the journal knows."""


def settle_known(
    session: Session, shortened: Collection[str], how: str, now: datetime, numbers: Collection[int | None] = ()
) -> int:
    """Mails that wait and are known to have been sent, by what stands for their Message-ID, or by their numbers.

    Returns how many.
    """
    known = [
        row for row in _waiting(session)
        if row.id in numbers or backup_journal.shortened(row.message_id) in shortened
    ]  # fmt: skip
    for row in known:
        _settle(row, MailState.ACCEPTED, how, now)
        fingerprints.journal(session, row, backup_journal.JournalEntry.SENT)
    session.flush()
    return len(known)


def unheard_of(session: Session, shortened: Collection[str]) -> int:
    """How many of these mails, by what stands for their Message-IDs, are not in the outbox."""
    kept = {backup_journal.shortened(one) for one in session.exec(select(Message.message_id))}
    return len(set(shortened) - kept)


def drop_waiting(session: Session, now: datetime) -> int:
    """Send none of the mails that wait, by an operator's command. Returns how many there were."""
    rows = _waiting(session)
    for row in rows:
        _settle(row, MailState.FAILED, f"{NOT_SENT} dropped by the operator", now)
    return len(rows)


def count_waiting(session: Session) -> int:
    """How many mails have yet to be sent."""
    return len(_waiting(session))


def note_told_before(session: Session, subscriber: int, address: str, event: int, now: datetime) -> None:
    """Somebody was told of this by a mail that the database has lost: they are not told of it again."""
    if told(session, address, [event]):
        return
    identity = f"<told-before.{subscriber}>"
    row = session.exec(select(Message).where(Message.message_id == identity)).first() or Message(
        message_id=identity, recipient=address, kind=TOLD_BEFORE, subject="", created_at=now,
        state=MailState.ACCEPTED.value, reply="by the journal", subscriber=subscriber, finished_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add(MessageEvent(message=row.id, event=event, recipient=address.lower()))
    session.flush()


def _waiting(session: Session) -> Sequence[Message]:
    over = (MailState.ACCEPTED.value, MailState.FAILED.value)
    return session.exec(select(Message).where(col(Message.state).not_in(over)).order_by(col(Message.id))).all()


def _settle(row: Message, state: MailState, reply: str, now: datetime) -> None:
    row.state, row.code, row.reply, row.next_at, row.finished_at = state.value, 0, reply, None, now
