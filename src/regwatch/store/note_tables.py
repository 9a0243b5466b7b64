"""The operator's own words beside what pages say."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from regwatch.store.columns import Table, time_column


class NoteRow(Table, table=True):
    """One note on a topic. `authority` and `transition` say what it is about more closely; "" and 0 for the topic."""

    __tablename__ = "note"
    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(index=True)
    authority: str = ""
    transition: int = 0
    at: datetime = time_column()
    text: str
