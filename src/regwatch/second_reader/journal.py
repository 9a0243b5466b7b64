"""What is written down of the second reader: answers, what a day has cost, failures. A restart forgets none of it.

What a question costs is written before it is asked, so that a crash asks once too seldom and never once too often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from regwatch.errors import (
    SecondReaderMalformed,
    SecondReaderOverBudget,
    SecondReaderPaused,
    SecondReaderRefused,
    SecondReaderTrouble,
)
from regwatch.store import marks
from regwatch.store.codec import second_from_text
from regwatch.store.database import Database
from regwatch.store.second_reader_tables import SecondReaderAnswer, SecondReaderDay, SecondReaderState
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Mode, Verdict

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""How long a reader that failed is left alone: twice as long after each further failure."""

SMALL_MATTERS = 2
"""Answers in a row that may be out of form before that counts as a failure of the reader."""

OUTCOMES = ("answered", "known", *sorted(kind().kind for kind in SecondReaderTrouble.__subclasses__()))
VERDICTS = (*(one.value for one in Verdict), "unverified")
"""The labels by which documents and events are counted."""

LAST_HEARD = 20
"""Findings by which a model is judged; half of them must differ before it is not believed."""

ANSWERS_KEPT = timedelta(days=90)
DAYS_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Budget:
    """What may be sent in one day of UTC."""

    requests: int
    characters: int


@dataclass(frozen=True)
class Journal:
    """The records of one reader. `name` tells readers apart: address and model."""

    database: Database
    name: str
    budget: Budget

    def admit(self, key: str, characters: int, now: datetime) -> str | None:
        """The answer to this question if it is known; None once it may be asked, which is then paid for.

        Raises `SecondReaderPaused` or `SecondReaderOverBudget`.
        """
        with self.database.session() as session:
            if (known := session.get(SecondReaderAnswer, key)) is not None:
                marks.count(session, marks.Name.SECOND_READER_DOCUMENTS, "known")
                return known.answer
            state = session.get(SecondReaderState, self.name)
            if state is not None and state.until is not None and now < state.until:
                raise SecondReaderPaused(f"it is left alone until {state.until:%Y-%m-%d %H:%M} UTC: {state.reason}")
            self._pay(session, characters, now)
        return None

    def pay(self, characters: int, now: datetime) -> None:
        """Pay for asking once more. Raises `SecondReaderOverBudget`."""
        with self.database.session() as session:
            self._pay(session, characters, now)

    def answered(self, key: str, answer: str, unverified: int, now: datetime) -> None:
        """Keep an answer; what failed before is forgotten."""
        with self.database.session() as session:
            session.merge(SecondReaderAnswer(question=key, at=now, answer=answer))
            session.merge(SecondReaderState(name=self.name, answered_at=now))
            marks.count(session, marks.Name.SECOND_READER_DOCUMENTS, "answered")
            if unverified:
                marks.count(session, marks.Name.SECOND_READER_EVENTS, "unverified", unverified)

    def troubled(self, trouble: SecondReaderTrouble, documents: int, now: datetime) -> None:
        """Count the documents that nobody else reads; a reader that failed is left alone for a while."""
        with self.database.session() as session:
            marks.count(session, marks.Name.SECOND_READER_DOCUMENTS, trouble.kind, documents)
            if isinstance(trouble, SecondReaderPaused | SecondReaderOverBudget):
                return
            state = session.get(SecondReaderState, self.name) or SecondReaderState(name=self.name)
            state.until = now + _pause(trouble, state.failures)
            state.failures += 1
            state.failing_since = state.failing_since or now
            state.reason = trouble.message[:1000]
            session.add(state)

    def believes(self, model: str) -> bool:
        """Whether a model is believed against the rules."""
        with self.database.session() as session:
            return is_believed(session, model)

    def _pay(self, session: Session, characters: int, now: datetime) -> None:
        day = session.get(SecondReaderDay, _day(now))
        if day is None:
            day = SecondReaderDay(day=_day(now))
            _forget(session, now)
        if day.requests + 1 > self.budget.requests or day.characters + characters > self.budget.characters:
            raise SecondReaderOverBudget(
                f"the budget of the day (UTC) is used up: {day.requests} requests, {day.characters} characters"
            )
        day.requests, day.characters = day.requests + 1, day.characters + characters
        session.add(day)


def state_of(session: Session, name: str) -> SecondReaderState:
    """How a reader fares; a blank state for one that was never asked."""
    return session.get(SecondReaderState, name) or SecondReaderState(name=name)


def is_believed(session: Session, model: str) -> bool:
    """Whether a model contradicts the rules on fewer than half of what it was last heard on.

    The rules are right far more often than that. A model that was swapped for a poor one would else hold back all news.
    """
    query = select(FindingRow.second).where(FindingRow.second != "", FindingRow.mode != Mode.BACKGROUND.value)
    rows = session.exec(query.order_by(col(FindingRow.id).desc()).limit(LAST_HEARD * 10))
    heard = [second.verdict for text in rows if (second := second_from_text(text)) and second.model == model]
    last = [verdict for verdict in heard if verdict is not Verdict.ALONE][:LAST_HEARD]
    return last.count(Verdict.DIFFERS) < LAST_HEARD // 2


def today(session: Session, now: datetime) -> SecondReaderDay:
    """What was sent today."""
    return session.get(SecondReaderDay, _day(now)) or SecondReaderDay(day=_day(now))


def _pause(trouble: SecondReaderTrouble, failures: int) -> timedelta:
    """How long to leave it alone after so many failures before. One text that it gets out of form proves little."""
    if isinstance(trouble, SecondReaderMalformed) and failures < SMALL_MATTERS:
        return timedelta(0)
    asked = trouble.after if isinstance(trouble, SecondReaderRefused) else None
    return max(min(FIRST_PAUSE * (1 << min(failures, 16)), LONGEST_PAUSE), asked or timedelta(0))


def _day(now: datetime) -> str:
    return now.date().isoformat()


def _forget(session: Session, now: datetime) -> None:
    """Once a day: answers and days that are old."""
    session.execute(delete(SecondReaderAnswer).where(col(SecondReaderAnswer.at) < now - ANSWERS_KEPT))
    session.execute(delete(SecondReaderDay).where(col(SecondReaderDay.day) < _day(now - DAYS_KEPT)))
