"""Telling the ledger things, briefly: `book.says("MHRA", "approved", on="2025-09-22", by="company")`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regwatch.dates import from_iso
from regwatch.ledger import expectations, queries, transitions
from regwatch.ledger.draft import Draft
from regwatch.ledger.entries import Event
from regwatch.ledger.finding_codec import columns_of
from regwatch.ledger.witness import Route, Witness
from regwatch.model import Finding
from regwatch.store.database import Database
from regwatch.store.tables import ChangeRow, FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode

TOPIC = "cabozantinib-net"


@dataclass
class Book:
    """One ledger and the time."""

    database: Database
    now: datetime

    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)

    def says(
        self,
        authority: str,
        milestone: str,
        *,
        mode: str = "announced",
        on: str = "",
        announced: str = "",
        by: str = "authority",
        baseline: bool = False,
        confidence: str = "high",
        structured: bool | None = None,
        window: str = "",
        was: str = "",
        retracts: bool = False,
        topic: str = TOPIC,
        indication: str = "neuroendocrine tumours",
        rule: str = "test",
    ) -> Route:
        """One finding, entered as a poll would. `by` is the source's id; a `company` and a `paper` are not official."""
        official = by in ("authority", "register", "page")
        finding = Finding(
            authority=authority,
            milestone=Milestone(milestone),
            mode=Mode(mode),
            treatment="cabozantinib",
            indication=indication,
            quote=f"{authority} {milestone}",
            rule=rule,
            confidence=Confidence(confidence),
            topic=topic,
            date=from_iso(on) if on else None,
            announced=from_iso(announced) if announced else None,
            window=window,
            was=from_iso(was) if was else None,
            retracts=retracts,
        )
        with self.database.session() as session:
            change = ChangeRow(snapshot=1, source=by, at=self.now, kind="test")
            session.add(change)
            session.flush()
            row = FindingRow(
                change=change.id or 0,
                source=by,
                at=self.now,
                official=official,
                **columns_of(finding),
            )
            witness = Witness(
                finding=row,
                source=by,
                official=official,
                structured=official if structured is None else structured,
                baseline=baseline,
                at=self.now,
            )
            draft = Draft(session, [topic])
            route = transitions.record(draft, finding, witness)
            row.route = route.value
            draft.write()
        return route

    def tick(self) -> None:
        with self.database.session() as session:
            expectations.tick(session, self.now)

    def events(self) -> list[Event]:
        with self.database.session() as session:
            return queries.events_after(session, 0)

    def log(self, *, baseline: bool = False) -> list[str]:
        """The log as short lines, baseline ones left out unless wanted: `EC transition approved 2025-07-23`."""
        return [_line(event) for event in self.events() if baseline or not event.baseline]

    def current(self, authority: str) -> str:
        """The milestone that the board shows."""
        with self.database.session() as session:
            found = [one for one in queries.transitions(session, [TOPIC]) if one.authority == authority]
        return found[-1].milestone.value if found else ""


def _line(event: Event) -> str:
    entry = event.transition or event.expectation
    assert entry is not None
    date = entry.date.iso if entry.date else "-"
    extra = ""
    if event.transition and event.kind.value == "transition":
        extra = f" {event.transition.standing.value}"
    if event.expectation and event.expectation.days is not None:
        extra = f" {event.expectation.days:+d}"
    return f"{event.authority} {event.kind.value} {entry.milestone.value} {date}{extra}"
