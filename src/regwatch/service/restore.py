"""A copy of the database takes the place of one that was lost: what people did since the copy, and what they were told.

The journal beside the database knows both. Mails wait until a person has looked and releases or drops them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, func, select

from regwatch.errors import StoreDamaged, UsageError
from regwatch.mail import fingerprints, outbox_restored, setup
from regwatch.mail.message import domain
from regwatch.mail.server_log import TakenMails
from regwatch.secret_key import put_key, read_key
from regwatch.settings import Settings
from regwatch.store import backup, marks
from regwatch.store.backup_journal import KEPT, BackupJournal, JournalEntry, JournalLine
from regwatch.store.database import Database, open_engine, upgrade
from regwatch.store.subscriber_tables import Subscriber, Suppression
from regwatch.store.tables import EventRow
from regwatch.subscribers import lifecycle

PAUSED = (
    "mails wait, because the database is a copy that was put back, or was paused: look at `regwatch digest outbox`, "
    "then `regwatch db release`"
)


@dataclass
class Restored:
    """What was put in place. `lines` counts those of the journal since the copy was made, None without a journal.

    `last` is when its last one was written (UTC); `reaches` is whether it reaches back to the copy.
    `unheard_of` counts mails of which only the mail log knows: who was told what by them is not known.
    """

    made_at: datetime
    kept: Path | None = None
    lines: int | None = None
    last: datetime | None = None
    reaches: bool = False
    left: int = 0
    erased: int = 0
    sent: int = 0
    waiting: int = 0
    unheard_of: int = 0


def restore(
    settings: Settings, file: Path, now: datetime, other_journal: Path | None = None, logs: Sequence[Path] = ()
) -> Restored:
    """Put a copy in the place of the database, with its key; take over what the journal and logs of mail servers know.

    Raises `StoreDamaged` and `SchemaBehind` for a copy that is of no use, `StoreUnwritable` and `UsageError`.
    """
    target = Database.file_of(settings.database)
    if target is None:
        raise UsageError("only a SQLite database is put back by regwatch: use pg_restore for PostgreSQL")
    if not file.is_file():
        raise UsageError(f"{file} is no file that is there")
    if other_journal is not None and not other_journal.is_file():
        raise UsageError(f"the journal {other_journal} is no file that is there")
    sent = TakenMails.of(logs, domain(setup.sender_of(settings)), settings.bounce_address) if logs else None
    backup.verify(file)
    _parts(file)
    kept = backup.put_in_place(file, target, now)
    engine = open_engine(settings.database)
    upgrade(engine)
    engine.dispose()
    database = Database(settings.database)
    try:
        done = adopt(settings, database, now, BackupJournal(other_journal) if other_journal else None, sent)
    finally:
        database.close()
    done.kept = kept
    return done


def adopt(
    settings: Settings, database: Database, now: datetime, other: BackupJournal | None = None,
    by_log: TakenMails | None = None,
) -> Restored:  # fmt: skip
    """Make a copy that lies in its place the database: its key, who left since, what is known to have been sent."""
    assert database.file is not None
    parts = _parts(database.file)
    made_at = parts.made_at
    put_key(settings.home, parts.key, now)
    found = [one for one in (database.journal, other) if one is not None and one.path.exists()]
    lines = [line for one in found for line in one.lines(made_at)]
    done = Restored(
        made_at, lines=len(lines) if found else None, last=max((line.at for line in lines), default=None),
        reaches=any(one.reaches(made_at) for one in found),
    )  # fmt: skip
    if other is not None and database.journal is not None:
        database.journal.take_over(other, made_at)
    with database.session() as session:
        last = session.exec(select(func.max(Subscriber.id))).one() or 0
        marks.note(session, marks.Name.COPY_MADE, number=last, at=made_at)
        event = session.exec(select(func.max(EventRow.seq))).one() or 0
        marks.note(session, marks.Name.COPY_RESTORED, number=event, at=now)
        marks.note(session, marks.Name.PAUSED, number=1)
        marks.note(session, marks.Name.BACKUP, at=made_at)
        _depart(session, settings, lines, last, now, done)
        _settle_sent(session, settings, database.journal, lines, by_log, now, done)
    if database.journal is not None:
        database.journal.mark(now)
    backup.take_parts_out(database.file)
    database.wipe()
    return done


def _parts(file: Path) -> backup.CopyParts:
    """What belongs to a copy. Raises `StoreDamaged`."""
    if parts := backup.parts_of(file):
        return parts
    raise StoreDamaged(f"{file} was not written by `regwatch db backup`: nobody knows how old it is")


def is_copy(database: Database) -> bool:
    """Whether somebody has put a copy in place by hand, and nothing was taken over yet."""
    return database.file is not None and backup.parts_of(database.file) is not None


def is_paused(session: Session) -> bool:
    """Whether mails wait for a person."""
    noted = marks.noted(session, marks.Name.PAUSED)
    return noted is not None and noted.number == 1


def release(database: Database, now: datetime, *, drop: bool) -> int:
    """Let mails leave again; with `drop` those that wait now are not sent. Gives how many wait, or were dropped."""
    with database.session() as session:
        number = outbox_restored.drop_waiting(session, now) if drop else outbox_restored.count_waiting(session)
        marks.note(session, marks.Name.PAUSED, number=0)
    return number


def note_what_was_told(database: Database, now: datetime) -> None:
    """News that is found once more after a copy was put back is told to nobody who was told of it before."""
    with database.session() as session:
        made, restored = (marks.noted(session, name) for name in (marks.Name.COPY_MADE, marks.Name.COPY_RESTORED))
        if database.journal is None or made is None or restored is None or made.at is None or restored.at is None:
            return
        if now - restored.at > KEPT:
            return
        told = _told(line for line in database.journal.lines(made.at, restored.at))
        for row in session.exec(select(EventRow).where(col(EventRow.seq) > restored.number)).all() if told else ():
            for number in told.get(fingerprints.of_event(session, row), ()):
                person = session.get(Subscriber, number) if number <= made.number else None
                if person is not None and person.address and row.seq is not None:
                    outbox_restored.note_told_before(session, number, person.address, row.seq, now)


def _settle_sent(
    session: Session, settings: Settings, journal: BackupJournal | None, lines: list[JournalLine],
    by_log: TakenMails | None, now: datetime, done: Restored,
) -> None:  # fmt: skip
    """Strike off what is known to have been sent; what the journal was not sure of, the mail log may know."""
    sent = {line.words[0] for line in lines if line.entry is JournalEntry.SENT and line.words}
    done.sent = outbox_restored.settle_known(session, sent, "sent after the copy was made, by the journal", now)
    if by_log:
        bounces, how = setup.bounces_of(settings), "sent after the copy was made, by the mail log"
        numbers = {bounces.number(one) for one in by_log.senders} if bounces else set()
        done.sent += outbox_restored.settle_known(session, by_log.shortened, how, now, numbers)
        for line in lines:
            if line.entry is JournalEntry.UNSURE and line.words and line.words[0] in by_log.shortened - sent:
                assert journal is not None
                journal.append([(JournalEntry.SENT, list(line.words))], line.at)
                sent.add(line.words[0])
        done.unheard_of = outbox_restored.unheard_of(session, by_log.shortened - sent)
    done.waiting = outbox_restored.count_waiting(session)


def _told(lines: Iterable[JournalLine]) -> dict[str, set[int]]:
    """Who was told what: subscribers by fingerprint."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.entry is JournalEntry.SENT and line.number(1):
            for fingerprint in line.words[2:]:
                found[fingerprint].add(line.number(1))
    return found


def _depart(
    session: Session, settings: Settings, lines: list[JournalLine], last: int, now: datetime, done: Restored
) -> None:
    """Whoever left, was erased or must not be written to since the copy was made; numbers above `last` are unknown."""
    key, left, erased = read_key(settings.home), set(), set()
    for line in lines:
        if line.entry is JournalEntry.SUPPRESSED and line.words and session.get(Suppression, line.words[0]) is None:
            session.add(Suppression(hash=line.words[0], reason=" ".join(line.words[1:]), at=line.at))
            session.flush()
        number = line.number(0)
        person = session.get(Subscriber, number) if 0 < number <= last else None
        if person is None or line.entry not in (JournalEntry.LEFT, JournalEntry.ERASED):
            continue
        if line.entry is JournalEntry.ERASED:
            erased |= {number} if person.address else set()
            lifecycle.erase(session, key, person, now)
        else:
            left.add(number)
            topic = "" if line.words[1:2] in ((), ("*",)) else line.words[1]
            lifecycle.stop(session, person, topic, " ".join(line.words[2:]), now)
    done.left, done.erased = len(left - erased), len(erased)
