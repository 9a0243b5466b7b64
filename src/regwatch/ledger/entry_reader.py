"""Rows of the ledger as entries with their evidence: one statement for each kind of row, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import join, select
from sqlmodel import Session, col

from regwatch.ledger.entries import Event, EventKind, Evidence, Expectation, ExpectationState, Transition
from regwatch.reasons import in_short
from regwatch.store.codec import uniso, weighing_from_text
from regwatch.store.tables import ChangeRow, EventRow, ExpectationRow, FindingRow, Snapshot, TransitionRow
from regwatch.vocabulary import Milestone, Standing

Publisher = Callable[[str], str]
"""From a source's id to the name of its publisher."""

_Row = TypeVar("_Row", TransitionRow, ExpectationRow)

_TOLD = ("id", "source", "url", "quote", "rule", "official", "at", "published", "announced", "reason", "weighing")
"""What of a finding is told as evidence: the rest of its row is not read."""

_MOST_NUMBERS = 10_000
"""Numbers in one statement: SQLite takes 32,766 (https://www.sqlite.org/limits.html)."""


class EntryReader:
    """Reads entries in one session."""

    def __init__(self, session: Session, publisher: Publisher) -> None:
        self._session = session
        self._publisher = publisher

    def events(self, rows: Sequence[EventRow]) -> list[Event]:
        """The lines of the log, each with what it is about."""
        moves = self._numbered(TransitionRow, (row.transition for row in rows if row.transition))
        dates = self._numbered(ExpectationRow, (row.expectation for row in rows if row.expectation))
        transitions = {one.id: one for one in self.transitions(moves)}
        expectations = {one.id: one for one in self.expectations(dates)}
        return [
            Event(
                seq=row.seq or 0,
                kind=EventKind(row.kind),
                topic=row.topic,
                authority=row.authority,
                at=row.at,
                baseline=row.baseline,
                transition=transitions.get(row.transition or 0),
                expectation=expectations.get(row.expectation or 0),
                note=row.note,
            )
            for row in rows
        ]

    def numbered(self, numbers: Sequence[int]) -> list[Transition]:
        """The transitions of these numbers, in their order."""
        found = {one.id: one for one in self.transitions(self._numbered(TransitionRow, numbers))}
        return [found[number] for number in numbers if number in found]

    def transitions(self, rows: Sequence[TransitionRow]) -> list[Transition]:
        """The transitions in the order of their rows."""
        found = self._evidence(col(FindingRow.transition), (row.id or 0 for row in rows))
        return [
            Transition(
                id=row.id or 0,
                topic=row.topic,
                authority=row.authority,
                before=Milestone(row.before) if row.before else None,
                milestone=Milestone(row.milestone),
                date=uniso(row.date),
                announced=uniso(row.announced),
                detected_at=row.detected_at,
                standing=Standing(row.standing),
                baseline=row.baseline,
                indication=row.indication,
                evidence=tuple(found.get(row.id or 0, ())),
            )
            for row in rows
        ]

    def expectations(self, rows: Sequence[ExpectationRow]) -> list[Expectation]:
        """The expectations in the order of their rows."""
        found = self._evidence(col(FindingRow.expectation), (row.id or 0 for row in rows))
        return [
            Expectation(
                id=row.id or 0,
                topic=row.topic,
                authority=row.authority,
                milestone=Milestone(row.milestone),
                date=uniso(row.date),
                wording=row.wording,
                state=ExpectationState(row.state),
                detected_at=row.detected_at,
                was=uniso(row.was),
                days=row.days,
                met_by=row.met_by,
                evidence=tuple(found.get(row.id or 0, ())),
            )
            for row in rows
        ]

    def _numbered(self, table: type[_Row], numbers: Iterable[int]) -> list[_Row]:
        found: list[_Row] = []
        for some in _portions(numbers):
            found += self._session.scalars(select(table).where(table.id.in_(some)))  # type: ignore[union-attr]
        return found

    def _evidence(self, of: Any, numbers: Iterable[int]) -> dict[int, list[Evidence]]:
        """What stands behind each of these numbers, in the order in which it was found. `of` is the column of them."""
        found: dict[int, list[Evidence]] = defaultdict(list)
        copy = col(Snapshot.id), col(Snapshot.manifest)
        columns = (of, *(col(getattr(FindingRow, name)) for name in _TOLD), *copy)
        read_from = join(FindingRow, ChangeRow, col(FindingRow.change) == col(ChangeRow.id), isouter=True)
        read_from = read_from.join(Snapshot, col(ChangeRow.snapshot) == col(Snapshot.id), isouter=True)
        for some in _portions(numbers):
            query = select(*columns).select_from(read_from).where(of.in_(some)).order_by(col(FindingRow.id))
            for number, *values in self._session.execute(query):
                found[number].append(self._piece(*values))
        return found

    def _piece(
        self, finding: int, source: str, url: str, quote: str, rule: str, official: bool, at: datetime, published: str,
        announced: str, reason: str, weighing: str, snapshot: int | None, sha256: str | None,
    ) -> Evidence:  # fmt: skip
        return Evidence(
            finding=finding,
            source=source,
            publisher=self._publisher(source),
            url=url,
            quote=quote,
            rule=rule,
            official=official,
            seen_at=at,
            published=uniso(published),
            announced=uniso(announced),
            weighed=in_short(reason, weighing_from_text(weighing)),
            snapshot=snapshot or 0,
            sha256=sha256 or "",
        )


def _portions(numbers: Iterable[int]) -> Iterator[list[int]]:
    every = list(dict.fromkeys(numbers))
    for first in range(0, len(every), _MOST_NUMBERS):
        yield every[first : first + _MOST_NUMBERS]
