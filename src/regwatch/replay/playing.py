"""A series played: each state fetched, read, compared, classified and recorded as a daemon would have done."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from regwatch.clock import DrivenClock
from regwatch.errors import Gone, SourceTrouble
from regwatch.fetch.client import Fetched, Validators
from regwatch.fetch.recognise import recognise
from regwatch.ledger import expectations, queries
from regwatch.ledger.entries import Event
from regwatch.model import Document, Request, Source
from regwatch.polling.outcome import Outcome
from regwatch.polling.poll import Poller
from regwatch.replay.captures import Capture, Recordings, Series, answer_of
from regwatch.replay.subject import Subject
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import FindingRow, OddityRow

SECOND_LOOK = timedelta(hours=1)
MOST_LOOKS = 6
SOON = timedelta(minutes=1)
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass
class ReplayFetcher:
    """Answers from an archive in place of the network, judged by the fetch room's own rules.

    The root page of the source is the state that is `shown`; other pages are those recorded before `until`.
    """

    archive: Recordings
    clock: DrivenClock
    shown: Capture
    until: datetime = FAR

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        """One document, or the news that it is unchanged. Raises `SourceTrouble`; `Gone` for what was not recorded."""
        capture = self.shown if not request.part else self.archive.page(request.url, self.until)
        if capture is None:
            raise Gone(f"the archive holds no {request.url}")
        digest = hashlib.sha256(capture.body).hexdigest()
        if known is not None and known.sha256 == digest and capture.status == 200:
            return Fetched(None, known, not_modified=True)
        answer = answer_of(capture, request.url)
        if trouble := recognise(answer, request.accept, self.clock.now()):
            raise trouble
        document = Document(
            source, request, answer.url, capture.body, answer.media_type, self.clock.now(), answer.charset, answer.hops
        )
        return Fetched(document, Validators(sha256=digest), not_modified=False)


@dataclass(frozen=True)
class Seen:
    """What one state of a series came to. `at` is when it was looked at; `first` marks the baseline."""

    capture: Capture
    at: datetime
    first: bool
    outcome: Outcome
    events: tuple[Event, ...] = ()
    trouble: SourceTrouble | None = None
    parts: tuple[tuple[str, SourceTrouble], ...] = ()
    oddities: tuple[tuple[str, str], ...] = ()
    reviews: tuple[FindingRow, ...] = ()


@dataclass(frozen=True)
class Played:
    """A whole series played; `subject` is None for one that nothing is known to read."""

    series: Series
    subject: Subject | None
    states: tuple[Seen, ...] = field(default_factory=tuple)


def adapter_of(played: Played) -> str:
    """The name of the adapter that read a series, as reports give it."""
    return played.subject.adapter.name if played.subject else "no adapter"


def unplayed(series: Series, why: SourceTrouble) -> Played:
    """A series among others that nothing is known to read: each of its states is trouble, and the others go on."""
    states = (Seen(one, one.at, n == 0, Outcome.TROUBLE, trouble=why) for n, one in enumerate(series.captures))
    return Played(series, None, tuple(states))


def play(series: Series, subject: Subject, archive: Recordings, database: Database) -> Played:
    """Play all states of a series, oldest first, into a database."""
    return asyncio.run(_play(series, subject, archive, database))


async def _play(series: Series, subject: Subject, archive: Recordings, database: Database) -> Played:
    clock = DrivenClock(series.captures[0].at)
    fetcher = ReplayFetcher(archive, clock, series.captures[0])
    book = SourceBook(database)
    poller = Poller(database, book, fetcher, clock, subject.topics, lambda name: subject.adapter)
    states: list[Seen] = []
    for number, capture in enumerate(series.captures):
        later = series.captures[number + 1 :]
        fetcher.shown, fetcher.until = capture, later[0].at if later else FAR
        clock.set(max(capture.at, clock.now() + SOON) if number else capture.at)
        states.append(await _state(poller, subject.source, capture, clock))
    book.flush()
    return Played(series, subject, tuple(states))


async def _state(poller: Poller, source: Source, capture: Capture, clock: DrivenClock) -> Seen:
    """Look at one state until what it shows is settled."""
    at = clock.now()
    first = poller.book.state(source.id, source.adapter).baselined_at is None
    with poller.database.session() as session:
        seq = queries.last_seq(session)
        before = session.exec(select(func.max(FindingRow.id))).one() or 0
    polled = await poller.poll(source)
    looks = 1
    while polled.outcome is Outcome.PENDING and looks < MOST_LOOKS:
        clock.set(clock.now() + SECOND_LOOK)
        polled = await poller.poll(source)
        looks += 1
    with poller.database.session() as session:
        expectations.tick(session, clock.now())
        events = queries.events_after(session, seq)
        odd = select(OddityRow).where(OddityRow.source == source.id, col(OddityRow.first_seen) >= at)
        oddities = tuple((row.what, row.text) for row in session.exec(odd.order_by(col(OddityRow.id))))
        reviews = _to_review(session, source, before)
    parts: Sequence[tuple[str, SourceTrouble]] = polled.parts
    return Seen(capture, at, first, polled.outcome, tuple(events), polled.trouble, tuple(parts), oddities, reviews)


def _to_review(session: Session, source: Source, before: int) -> tuple[FindingRow, ...]:
    """What a look left to a person, of findings after number `before`."""
    rows = session.exec(
        select(FindingRow)
        .where(FindingRow.source == source.id, col(FindingRow.id) > before, FindingRow.review == "open")
        .order_by(col(FindingRow.id))
    )
    return tuple(FindingRow(**row.model_dump()) for row in rows)
