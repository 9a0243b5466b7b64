"""The operator's notes: "we asked NICE on 7 January". They are shown as such, and never count as news or evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from regwatch import wording
from regwatch.errors import UsageError
from regwatch.safe_text import one_line
from regwatch.store.note_tables import NoteRow
from regwatch.store.tables import TransitionRow
from regwatch.vocabulary import AUTHORITIES

LONGEST = 1000


class NoteKind(StrEnum):
    """What a note tells: anything, or how the medicine can be got somewhere, which stands beside the status there."""

    NOTE = "note"
    ACCESS = "access"


@dataclass(frozen=True)
class Note:
    """One note. `authority` is a code, "" for the whole topic; `transition` a number, 0 for none.

    `at` is when it was written and `corrected_at` when its text was last put right, None for never; both UTC.
    """

    id: int
    topic: str
    authority: str
    transition: int
    at: datetime
    text: str
    kind: NoteKind = NoteKind.NOTE
    corrected_at: datetime | None = None

    @property
    def words(self) -> str:
        """As it is shown by itself: whose it is, when it was written, and on what."""
        return f"Note by those who run this{self._about}{self._day}: {self.text}"

    @property
    def head(self) -> str:
        """The same without whose it is, to stand where that is said: `On NICE, 7 January 2026`."""
        step = f" on a step at {wording.authority_name(self.authority)}" if self.transition else " on the treatment"
        about = self._about or step
        return f"{about[1:2].upper()}{about[2:]}{self._day}"

    @property
    def changed(self) -> datetime:
        """When it was written or last put right."""
        return self.corrected_at or self.at

    @property
    def _about(self) -> str:
        if self.kind is NoteKind.ACCESS:
            return f" on access in {wording.place(self.authority)}" if self.authority else " on access"
        return f" on {wording.authority_name(self.authority)}" if self.authority and not self.transition else ""

    @property
    def _day(self) -> str:
        as_of = "as of " if self.kind is NoteKind.ACCESS else ""
        right = f", corrected {wording.plain_day(self.corrected_at.date())}" if self.corrected_at else ""
        return f", {as_of}{wording.plain_day(self.at.date())}{right}"


def add(
    session: Session,
    topic: str,
    text: str,
    now: datetime,
    *,
    authority: str = "",
    transition: int = 0,
    kind: NoteKind = NoteKind.NOTE,
) -> Note:
    """Keep a note, in the caller's transaction. Raises `UsageError` for one that cannot be shown."""
    cleaned = _cleaned(text)
    if authority and authority not in AUTHORITIES:
        raise UsageError(f"no authority is called {authority[:40]!r}; there are: {', '.join(AUTHORITIES)}")
    if transition:
        row = session.get(TransitionRow, transition)
        if row is None or row.topic != topic:
            raise UsageError(f"{topic} has no transition {transition}: `regwatch timeline {topic} --format json`")
        authority = row.authority
    row_of = NoteRow(
        topic=topic, authority=authority, transition=transition, at=now, text=cleaned, kind=kind.value
    )  # fmt: skip
    session.add(row_of)
    session.flush()
    return _note(row_of)


def correct(session: Session, number: int, text: str, now: datetime) -> Note:
    """Put the text of a note right, in the caller's transaction: it is shown, and told again, as corrected.

    Raises `UsageError` where there is no such note, or its new text cannot be shown or is the old one.
    """
    row, cleaned = _row(session, number), _cleaned(text)
    if cleaned == row.text:
        raise UsageError(f"note {number} says that already: nothing was changed")
    row.text, row.corrected_at = cleaned, now
    session.add(row)
    session.flush()
    return _note(row)


def of_topic(session: Session, topic: str) -> list[Note]:
    """The notes on a topic, the newest first."""
    return of_topics(session, [topic])


def of_topics(session: Session, topics: Iterable[str]) -> list[Note]:
    """The notes on these topics, the newest first."""
    rows = session.exec(select(NoteRow).where(col(NoteRow.topic).in_(list(topics))).order_by(col(NoteRow.id).desc()))
    return [_note(row) for row in rows]


def on_transition(session: Session, number: int) -> list[Note]:
    """The notes on one transition, the newest first."""
    rows = session.exec(select(NoteRow).where(NoteRow.transition == number).order_by(col(NoteRow.id).desc()))
    return [_note(row) for row in rows]


def everything(session: Session) -> Sequence[Note]:
    """All notes, the newest first."""
    return [_note(row) for row in session.exec(select(NoteRow).order_by(col(NoteRow.id).desc()))]


def on_access(notes: Iterable[Note], authority: str) -> tuple[Note, ...]:
    """What is noted of access where this authority speaks."""
    return tuple(one for one in notes if one.kind is NoteKind.ACCESS and one.authority == authority)


def version(session: Session) -> str:
    """What changes with every note that is written, put right or taken away: they leave no line in the log."""
    last = func.max(NoteRow.at), func.max(NoteRow.corrected_at)
    return " ".join(str(part) for part in session.exec(select(func.count(), *last).select_from(NoteRow)).one())


def remove(session: Session, number: int) -> None:
    """Take a note away. Raises `UsageError` where there is none."""
    session.delete(_row(session, number))


def _row(session: Session, number: int) -> NoteRow:
    row = session.get(NoteRow, number)
    if row is None:
        raise UsageError(f"there is no note {number}: `regwatch note list` shows them")
    return row


def _cleaned(text: str) -> str:
    cleaned = one_line(text, LONGEST)
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UsageError("the note holds bytes that are no UTF-8: write it anew")
    if not cleaned or len(" ".join(text.split())) > LONGEST:
        raise UsageError(f"write a note of one to {LONGEST} characters")
    return cleaned


def _note(row: NoteRow) -> Note:
    return Note(
        row.id or 0, row.topic, row.authority, row.transition, row.at, row.text, NoteKind(row.kind), row.corrected_at
    )
