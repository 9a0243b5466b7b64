"""States of one source as readings, polled one after the other into a real ledger: what each of them tells."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from regwatch.adapters.contract import Adapter
from regwatch.clock import DrivenClock
from regwatch.demo.news_lines import TOLD
from regwatch.errors import SourceTrouble
from regwatch.fetch.client import Fetched, Validators
from regwatch.kit.golden import FETCHED
from regwatch.ledger import queries
from regwatch.model import Document, Indication, Reading, Request, Source, Topic, Treatment
from regwatch.polling.poll import Outcome, Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import FindingRow

State = Reading | SourceTrouble


@dataclass
class Told:
    """What one state came to: its outcome, what subscribers are told, and what is left to a person.

    `said` are the topics and milestones of the news, `asked` those of what is left to a person.
    """

    outcome: Outcome
    news: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    statements: int = 0
    said: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def moves(self) -> list[str]:
        """The news without what is only foreseen: a page that shows no date any more is told to do so."""
        return [line for line in self.news if line.startswith(("transition", "retracted"))]


@dataclass
class _Script:
    """A page whose only word is the number of its state."""

    clock: DrivenClock
    number: int = 0

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        body = str(self.number).encode()
        digest = hashlib.sha256(body).hexdigest()
        document = Document(source, request, request.url, body, "text/html", self.clock.now(), "utf-8")
        return Fetched(document, Validators(sha256=digest), not_modified=False)


@cache
def _blank() -> Path:
    """A migrated database without rows, to be copied."""
    made = Path(tempfile.mkdtemp(prefix="regwatch-blank-")) / "blank.db"
    Database(f"sqlite:///{made}").close()
    return made


def topics_of(readings: Sequence[Reading], source: Source) -> tuple[Topic, ...]:
    """A topic for every use of every treatment that readings make statements about."""
    claims = [claim for reading in readings for record in reading.records for claim in record.claims]
    found = dict.fromkeys((claim.treatment or "exemplanib", claim.indication or "any use") for claim in claims)
    return tuple(
        Topic(f"t{number}", use[:60], Treatment(name.lower(), (name, *source.watch)), Indication(use))
        for number, (name, use) in enumerate(found)
    )


def played(
    adapter: Adapter, source: Source, topics: Sequence[Topic], states: Sequence[State], start: datetime = FETCHED
) -> list[Told]:
    """Poll a source whose page goes through these states, a week between any two from `start`; what each came to."""
    with blank() as database:
        return played_into(database, adapter, source, topics, states, start)


@contextmanager
def blank() -> Iterator[Database]:
    """A migrated database without rows."""
    with tempfile.TemporaryDirectory(prefix="regwatch-played-") as folder:
        shutil.copy(_blank(), Path(folder, "played.db"))
        database = Database(f"sqlite:///{folder}/played.db")
        yield database
        database.close()


def played_into(
    database: Database,
    adapter: Adapter,
    source: Source,
    topics: Sequence[Topic],
    states: Sequence[State],
    start: datetime = FETCHED,
) -> list[Told]:
    """The same into a database that may hold other sources and topics."""
    clock = DrivenClock(start)
    script = _Script(clock)

    def read(document: Document) -> Reading:
        state = states[int(document.body)]
        if isinstance(state, SourceTrouble):
            raise state
        return Reading(list(state.records), list(state.oddities), [], [], None, list(state.unread))

    followed = replace(source, topics=tuple(topic.id for topic in topics), confirm=0)
    scripted = replace(adapter, read=read, request=lambda _: Request("https://authority.example/page"), confirm=0)
    poller = Poller(database, SourceBook(database), script, clock, tuple(topics), lambda _: scripted)
    return [_one(poller, followed, number, script, start) for number in range(len(states))]


def _one(poller: Poller, source: Source, number: int, script: _Script, start: datetime) -> Told:
    script.number = number
    script.clock.set(start + timedelta(weeks=number))
    with poller.database.session() as session:
        seq, last = queries.last_seq(session), session.exec(select(FindingRow.id).order_by(col(FindingRow.id).desc()))
        before = last.first() or 0
    with counted(poller.database) as statements:
        polled = asyncio.run(poller.poll(source))
    with poller.database.session() as session:
        events = [one for one in queries.events_after(session, seq) if not one.baseline and one.kind in TOLD]
        rows = session.exec(select(FindingRow).where(col(FindingRow.id) > before, FindingRow.review == "open")).all()
        news = [
            f"{one.kind.value} {entry.milestone.value} {entry.date.iso if entry.date else '-'}"
            for one in events
            if (entry := one.transition or one.expectation)
        ]
        said = [(one.topic, entry.milestone.value) for one in events if (entry := one.transition or one.expectation)]
        asked = [(row.topic, row.milestone) for row in rows]
        reviews = [f"{row.milestone}: {row.reason}" for row in rows]
        return Told(polled.outcome, news, reviews, len(statements), said, asked)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)
