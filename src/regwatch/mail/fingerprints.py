"""What an event of the ledger says, in a few letters: the same after the database was put back and read again.

Numbers of events differ between a copy and what it replaced; what they say does not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlmodel import Session, col, select

from regwatch.store import backup_journal
from regwatch.store.backup_journal import JournalEntry
from regwatch.store.tables import EventRow, ExpectationRow, Message, MessageEvent, TransitionRow


def of_mail(session: Session, number: int) -> list[str]:
    """What a mail tells, one fingerprint an event."""
    told = select(MessageEvent.event).where(MessageEvent.message == number)
    return sorted({of_event(session, row) for row in _events(session, session.exec(told))})


def journal(session: Session, mail: Message, entry: JournalEntry) -> None:
    """Note beside the database what became of a mail, and what it told."""
    told = of_mail(session, mail.id or 0)
    backup_journal.note(session, entry, backup_journal.shortened(mail.message_id), mail.subscriber or 0, *told)


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
