"""One poll of one source, as one page of code: look, compare, classify, record, commit.

The network comes before the transaction; snapshot, changes, findings, ledger and the state of the source are committed
together or not at all. Mail leaves later, from the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from regwatch.adapters.contract import Adapter
from regwatch.clock import Clock
from regwatch.errors import Crashed, SourceTrouble, StaleSnapshot
from regwatch.fetch.client import Fetches
from regwatch.ledger import expectations
from regwatch.model import Source, Topic
from regwatch.polling.build import Observation, build
from regwatch.polling.commit import Commit, must_be_newest, unreadable, write
from regwatch.polling.compare import prose_to_read
from regwatch.polling.crawl import look
from regwatch.polling.outcome import Outcome, Polled
from regwatch.polling.pacing import FIXED, Pacing
from regwatch.polling.schedule import after_reading
from regwatch.polling.sighting import Look
from regwatch.polling.source_state import state_after_trouble
from regwatch.second_reader.asking import NOBODY, Asked, SecondReader
from regwatch.store import snapshots
from regwatch.store.database import Database
from regwatch.store.manifest import Manifest
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import Poll, SourceState

T = TypeVar("T")


@dataclass
class Poller:
    """Everything that a poll needs. One poll commits at a time, off the event loop."""

    database: Database
    book: SourceBook
    fetcher: Fetches
    clock: Clock
    topics: Sequence[Topic]
    adapters: Callable[[str], Adapter]
    second_reader: SecondReader | None = None
    pacing: Pacing = FIXED
    _writer: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def poll(self, source: Source) -> Polled:
        """Look once at one source and record what it now says. A `SourceTrouble` is an outcome, not an error.

        Where another process has recorded a look at the source since ours was remembered, it is looked at afresh.
        """
        try:
            return await self._poll(source)
        except StaleSnapshot:
            await self._write(partial(self.book.reread, source.id))
            return await self._poll(source)

    async def reread(self, name: str = "") -> None:
        """Take over what other processes have recorded of a source, or of when each is due where none is named."""
        await self._write(partial(self.book.reread, name) if name else self.book.reread_states)

    async def flush(self) -> None:
        """Write what the book still holds, for other processes to know."""
        await self._write(self.book.flush)

    async def record_crash(self, source: Source, error: Exception) -> Polled:
        """Keep what nobody foresaw as trouble of the source: it is tried again as after any other."""
        await self._write(partial(self.book.reread, source.id))
        state, crashed = self.book.state(source.id, source.adapter), Crashed.by(error)
        crashed.__cause__ = error
        return await self._write(partial(self._commit_trouble, source, state, crashed, self.clock.now()))

    async def _poll(self, source: Source) -> Polled:
        """Fetch and read; where nothing was read, note that; else ask the second reader, and commit."""
        now, state = self.clock.now(), self.book.state(source.id, source.adapter)
        latest: snapshots.Latest | None = None

        async def load() -> Manifest | None:
            nonlocal latest
            latest = await self._write(partial(self._latest, source))
            return latest.manifest

        whole = await self._write(partial(self._is_awaited, source, state, now))
        try:
            seen = await look(
                source, self.adapters(source.adapter), fetcher=self.fetcher, known=self.book, load=load, state=state,
                now=now, whole=whole,
            )  # fmt: skip
        except SourceTrouble as trouble:
            return await self._write(partial(self._commit_trouble, source, state, trouble, now))
        if seen.manifest is None:
            self.book.learn(source.id, seen.validators)
            self.book.checked(source.id, now, after_reading(source, state, now, pacing=self.pacing), whole=seen.whole)
            return Polled(source.id, Outcome.UNCHANGED)
        compared = latest if latest is not None else await self._write(partial(self._latest, source))
        asked = await self._ask(source, seen, compared)
        observed = Observation(source, self.topics, state, seen, compared, asked, now, self.pacing)
        return await self._write(partial(self._commit, observed))

    async def _ask(self, source: Source, seen: Look, latest: snapshots.Latest) -> Asked:
        """What the second reader says of the prose that changed, before anything is written, within its own time."""
        if self.second_reader is None:
            return NOBODY
        texts = await asyncio.to_thread(prose_to_read, source, self.topics, seen, latest)
        treatments = {topic.treatment: None for topic in self.topics if topic.id in source.topics}
        return await self.second_reader.read(texts, list(treatments)) if texts else NOBODY

    async def _write(self, work: Callable[[], T]) -> T:
        async with self._writer:
            return await asyncio.to_thread(work)

    def _is_awaited(self, source: Source, state: SourceState, now: datetime) -> bool:
        """Whether something that this source may tell has fallen due since its page was last read, on another day."""
        if state.read_at is None or state.read_at.date() >= now.date():
            return False
        with self.database.reading() as session:
            return expectations.fell_due(session, source.topics, state.read_at.date(), now.date())

    def _latest(self, source: Source) -> snapshots.Latest:
        with self.database.reading() as session:
            return snapshots.latest(session, source.id)

    def _commit(self, observed: Observation) -> Polled:
        """Make sure that nobody was first, build what there is to write, and write it: one transaction."""
        with self.database.session() as session:
            must_be_newest(session, observed.state, observed.latest)
            commit = build(session, observed)
            write(session, commit)
        self.book.committed(commit.state, commit.validators)
        return Polled(
            observed.source.id, commit.outcome, commit.changes, commit.findings, commit.events,
            trouble=observed.seen.degraded, parts=tuple(observed.seen.troubles), unheard=observed.asked.trouble,
        )  # fmt: skip

    def _commit_trouble(self, source: Source, state: SourceState, trouble: SourceTrouble, now: datetime) -> Polled:
        """The same for a root page that could not be read: what began or became another trouble is kept as a poll."""
        new = state_after_trouble(source, state, trouble, now)
        is_news = trouble.kind != state.trouble or not state.failures
        poll = Poll(source=source.id, at=now, outcome=Outcome.TROUBLE, detail=new.trouble_text) if is_news else None
        with self.database.session() as session:
            must_be_newest(session, state)
            write(session, Commit(Outcome.TROUBLE, new, poll=poll, counts=unreadable(source.id, [trouble])))
        self.book.committed(new)
        return Polled(source.id, Outcome.TROUBLE, trouble=trouble)
