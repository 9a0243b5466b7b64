"""What is told of a medicine and changes no status."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from regwatch.store.columns import Table, time_column


class BackgroundRow(Table, table=True):
    """One item of the background of a topic: a trial, a congress, a guideline, a designation, supply, another use.

    `kind` says which; `published` is the publisher's own day (ISO, "" for none), `at` when we saw it (UTC).
    """

    __tablename__ = "background"
    id: int | None = Field(default=None, primary_key=True)
    topic: str = Field(index=True)
    kind: str
    source: str
    title: str
    url: str = ""
    quote: str = ""
    published: str = ""
    at: datetime = time_column()
