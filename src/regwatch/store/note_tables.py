"""The operator's own words beside what pages say."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from regwatch.store.columns import Table, time_column


class NoteRow(Table, table=True):
    """One note on a topic. `authority` and `transition` say what it is about more closely; "" and 0 for the topic.

    `kind` is note or access; `corrected_at` is when its text was last put right, None for never.
    """

    __tablename__ = "note"
    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(index=True)
    authority: str = ""
    transition: int = 0
    at: datetime = time_column()
    text: str
    kind: str = "note"
    corrected_at: datetime | None = time_column(default=None)
