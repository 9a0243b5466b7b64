"""The background of a topic, which changes no status: what is shown apart, and told to those who ask for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from regwatch.classify.background_kinds import BackgroundKind
from regwatch.dates import PartialDate
from regwatch.ledger.entry_reader import Publisher
from regwatch.store.background_tables import BackgroundRow
from regwatch.store.codec import uniso

WORDS = {
    BackgroundKind.TRIAL: "Trial",
    BackgroundKind.CONGRESS: "Congress",
    BackgroundKind.GUIDELINE: "Guideline",
    BackgroundKind.DESIGNATION: "Designation",
    BackgroundKind.SUPPLY: "Supply",
    BackgroundKind.OTHER_USE: "Another use of it",
}
"""What each kind of background is called."""


@dataclass(frozen=True)
class BackgroundItem:
    """One item of the background. `title` and `quote` are the publisher's words; `at` is when we saw it (UTC)."""

    id: int
    topic: str
    kind: BackgroundKind
    publisher: str
    title: str
    url: str
    quote: str
    published: PartialDate | None
    at: datetime


def last(session: Session) -> int:
    """The number of the newest item; 0 if there is none."""
    return session.exec(select(func.max(BackgroundRow.id))).one() or 0


def newest(session: Session, topic: str, publisher: Publisher = str, most: int = 50) -> list[BackgroundItem]:
    """The newest items of a topic, the newest first."""
    query = select(BackgroundRow).where(BackgroundRow.topic == topic).order_by(col(BackgroundRow.id).desc())
    return [_item(row, publisher) for row in session.exec(query.limit(most))]


def after(session: Session, number: int, topics: Collection[str], publisher: Publisher = str) -> list[BackgroundItem]:
    """The items of these topics behind the one of that number, the newest first."""
    query = select(BackgroundRow).where(col(BackgroundRow.id) > number, col(BackgroundRow.topic).in_(topics))
    return [_item(row, publisher) for row in session.exec(query.order_by(col(BackgroundRow.id).desc()))]


def _item(row: BackgroundRow, publisher: Publisher) -> BackgroundItem:
    return BackgroundItem(
        row.id or 0, row.topic, BackgroundKind(row.kind), publisher(row.source), row.title, row.url, row.quote,
        uniso(row.published), row.at,
    )  # fmt: skip
