"""The background of the topics in what one look has found, as rows of the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from regwatch.classify.background_kinds import background_of
from regwatch.classify.changes import Found
from regwatch.model import Change, Source, Topic
from regwatch.safe_text import one_line
from regwatch.store.background_tables import BackgroundRow
from regwatch.store.codec import iso

TITLE_LIMIT, QUOTE_LIMIT = 300, 400
OLD = timedelta(days=60)
"""What its publisher dates earlier than so long ago is no news, though a list shows it anew."""
_SAME = timedelta(days=30)
"""For so long the same title on another page is the same item: companies put one release on several."""


def background_rows(
    session: Session, changes: Sequence[Change], found: Sequence[Found], old: Collection[int], source: Source,
    topics: Sequence[Topic], now: datetime,
) -> list[BackgroundRow]:  # fmt: skip
    """The items that the changes bring, without those that are part of a baseline (`old`: their `id`s) or known."""
    served = [topic for topic in topics if topic.id in source.topics]
    rows: list[BackgroundRow] = []
    for change in changes:
        record = change.record
        if id(change) in old or (record.published and record.published.last < (now - OLD).date()):
            continue
        findings = [one.finding for one in found if one.change is change]
        for item in background_of(change, findings, served):
            title = one_line(record.title, TITLE_LIMIT) or one_line(item.quote, TITLE_LIMIT)
            row = BackgroundRow(
                topic=item.topic, kind=item.kind.value, source=source.id, title=title, url=record.url or source.url,
                quote=one_line(item.quote, QUOTE_LIMIT), published=iso(record.published), at=now,
            )  # fmt: skip
            if title and not _is_known(session, row, rows):
                rows.append(row)
    return rows


def _is_known(session: Session, row: BackgroundRow, new: Sequence[BackgroundRow]) -> bool:
    if any(_key(one) == _key(row) for one in new):
        return True
    query = select(BackgroundRow).where(BackgroundRow.topic == row.topic, col(BackgroundRow.at) > row.at - _SAME)
    return any(_key(one) == _key(row) for one in session.exec(query))


def _key(row: BackgroundRow) -> tuple[str, str, str]:
    return row.topic, row.title.casefold(), row.quote.casefold()
