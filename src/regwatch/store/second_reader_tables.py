"""The tables of the second reader: what it answered, what it was asked in a day, and whether it is left alone."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from regwatch.store.columns import Table, time_column


class SecondReaderAnswer(Table, table=True):
    """One answer, in the fixed form, by the hash of the whole question: text, watch list, model and instructions."""

    __tablename__ = "second_reader_answer"
    question: str = Field(primary_key=True)
    at: datetime = time_column(index=True)
    answer: str


class SecondReaderDay(Table, table=True):
    """What was sent in one day of UTC, written before it is sent: a restart asks no more than a day allows."""

    __tablename__ = "second_reader_day"
    day: str = Field(primary_key=True)
    requests: int = 0
    characters: int = 0


class SecondReaderState(Table, table=True):
    """How one endpoint and model fare: failures in a row, since when and why, and until when they are left alone."""

    __tablename__ = "second_reader_state"
    name: str = Field(primary_key=True)
    failures: int = 0
    failing_since: datetime | None = time_column(default=None)
    until: datetime | None = time_column(default=None)
    reason: str = ""
    answered_at: datetime | None = time_column(default=None)
