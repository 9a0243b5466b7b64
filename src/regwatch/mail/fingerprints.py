"""What an event of the ledger says, in a few letters: the same after the database was put back and read again.

Numbers of events differ between a copy and what it replaced; what they say does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from regwatch.store import backup_journal
from regwatch.store.backup_journal import JournalEntry
from regwatch.store.tables import EventRow, ExpectationRow, Message, MessageEvent, TransitionRow


def of_mail(session: Session, number: int) -> list[str]:
    """What a mail tells, one fingerprint an event."""
    return of_mails(session, [number])[number]


def of_mails(session: Session, numbers: Sequence[int]) -> dict[int, list[str]]:
    """What each of these mails tells. Mails that were composed together tell the same, which is read once."""
    told: dict[int, list[int]] = {number: [] for number in numbers}
    for number, event in session.connection().execute(_TOLD, {"numbers": numbers}):
        told[number].append(event)
    events = {event for those in told.values() for event in those}
    known = {row.seq: of_event(session, row) for row in _events(session, events)}
    return {number: sorted({known[event] for event in those if event in known}) for number, those in told.items()}


_TOLD = select(MessageEvent.message, MessageEvent.event).where(
    col(MessageEvent.message).in_(bindparam("numbers", expanding=True))
)


def journal(session: Session, mail: Message, entry: JournalEntry) -> None:
    """Note beside the database what became of a mail, and what it told."""
    backup_journal.note(session, entry, *of_row(session, mail))


def of_row(session: Session, mail: Message) -> tuple[str, ...]:
    """What the journal says of a mail."""
    return words(mail.message_id, mail.subscriber, of_mail(session, mail.id or 0))


def words(identity: str, subscriber: int | None, told: Sequence[str]) -> tuple[str, ...]:
    """The same, of what was read of it: its Message-ID, its subscriber, what it told."""
    return (backup_journal.shortened(identity), str(subscriber or 0), *told)


def of_event(session: Session, row: EventRow) -> str:
    """The fingerprint of one event."""
    words = [row.kind, row.topic, row.authority, row.note]
    if row.transition and (one := session.get(TransitionRow, row.transition)):
        words += [one.milestone, one.date, one.indication]
    if row.expectation and (foreseen := session.get(ExpectationRow, row.expectation)):
        words += [foreseen.milestone, foreseen.date, foreseen.was]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _events(session: Session, numbers: Iterable[int]) -> Iterable[EventRow]:
    return session.exec(select(EventRow).where(col(EventRow.seq).in_(list(numbers))))
