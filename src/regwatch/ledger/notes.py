"""The operator's notes: "we asked NICE on 7 January". They are shown as such, and never count as news or evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch import wording
from regwatch.errors import UsageError
from regwatch.safe_text import one_line
from regwatch.store.note_tables import NoteRow
from regwatch.store.tables import TransitionRow
from regwatch.vocabulary import AUTHORITIES

LONGEST = 1000


@dataclass(frozen=True)
class Note:
    """One note. `authority` is a code, "" for the whole topic; `transition` a number, 0 for none; `at` is UTC."""

    id: int
    topic: str
    authority: str
    transition: int
    at: datetime
    text: str

    @property
    def words(self) -> str:
        """As it is shown: whose it is, when it was written, and on what."""
        about = f" on {wording.short_name(self.authority)}" if self.authority and not self.transition else ""
        return f"Note by those who run this{about}, {wording.plain_day(self.at.date())}: {self.text}"


def add(session: Session, topic: str, text: str, now: datetime, *, authority: str = "", transition: int = 0) -> Note:
    """Keep a note, in the caller's transaction. Raises `UsageError` for one that cannot be shown."""
    cleaned = one_line(text, LONGEST)
    if not cleaned or len(" ".join(text.split())) > LONGEST:
        raise UsageError(f"write a note of one to {LONGEST} characters")
    if authority and authority not in AUTHORITIES:
        raise UsageError(f"no authority is called {authority[:40]!r}; there are: {', '.join(AUTHORITIES)}")
    if transition:
        row = session.get(TransitionRow, transition)
        if row is None or row.topic != topic:
            raise UsageError(f"{topic} has no transition {transition}: `regwatch timeline {topic} --format json`")
        authority = row.authority
    row_of = NoteRow(topic=topic, authority=authority, transition=transition, at=now, text=cleaned)
    session.add(row_of)
    session.flush()
    return _note(row_of)


def of_topic(session: Session, topic: str) -> list[Note]:
    """The notes on a topic, the newest first."""
    rows = session.exec(select(NoteRow).where(NoteRow.topic == topic).order_by(col(NoteRow.id).desc()))
    return [_note(row) for row in rows]


def everything(session: Session) -> Sequence[Note]:
    """All notes, the newest first."""
    return [_note(row) for row in session.exec(select(NoteRow).order_by(col(NoteRow.id).desc()))]


def remove(session: Session, number: int) -> None:
    """Take a note away. Raises `UsageError` where there is none."""
    row = session.get(NoteRow, number)
    if row is None:
        raise UsageError(f"there is no note {number}: `regwatch note list` shows them")
    session.delete(row)


def _note(row: NoteRow) -> Note:
    return Note(row.id or 0, row.topic, row.authority, row.transition, row.at, row.text)
