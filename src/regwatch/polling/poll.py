"""One poll of one source, as one page of code: look, compare, classify, record, commit.

The network comes before the transaction; snapshot, changes, findings, ledger and the state of the source are committed
together or not at all. Mail leaves later, from the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from regwatch.adapters.contract import Adapter
from regwatch.clock import Clock
from regwatch.errors import SourceTrouble, StaleSnapshot, Unreadable
from regwatch.fetch.client import Fetches
from regwatch.ledger import expectations
from regwatch.model import Change, Finding, Source, Topic
from regwatch.polling.commit import record_look
from regwatch.polling.compare import prose_to_read
from regwatch.polling.crawl import look, new_topics
from regwatch.polling.schedule import after_reading, after_trouble
from regwatch.polling.sighting import Look
from regwatch.second_reader.asking import NOBODY, Asked, SecondReader
from regwatch.store import marks, snapshots
from regwatch.store.database import Database
from regwatch.store.manifest import Manifest
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import Poll, SourceState

T = TypeVar("T")


class Outcome(StrEnum):
    """How a poll ended."""

    UNCHANGED = "unchanged"
    SAME = "same"
    BASELINE = "baseline"
    PENDING = "pending"
    CHANGED = "changed"
    TROUBLE = "trouble"


@dataclass
class Polled:
    """What one poll found. `events` counts new lines of the ledger's log; `parts` are further pages that failed.

    `unheard` says why the second reader gave no opinion on some of it, "" if it did or if there is none.
    """

    source: str
    outcome: Outcome
    changes: Sequence[Change] = ()
    findings: Sequence[Finding] = ()
    events: int = 0
    trouble: SourceTrouble | None = None
    parts: Sequence[tuple[str, SourceTrouble]] = ()
    unheard: str = ""


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

    async def _poll(self, source: Source) -> Polled:
        now = self.clock.now()
        state = self.book.state(source.id, source.adapter)
        latest: snapshots.Latest | None = None

        async def load() -> Manifest | None:
            nonlocal latest
            latest = await self._write(partial(self._latest, source))
            return latest.manifest

        adapter = self.adapters(source.adapter)
        whole = await self._write(partial(self._is_awaited, source, state, now))
        try:
            seen = await look(
                source, adapter, fetcher=self.fetcher, known=self.book, load=load, state=state, now=now, whole=whole
            )
        except SourceTrouble as trouble:
            return await self._write(partial(self._trouble, source, state, trouble, now))
        if seen.manifest is None:
            self.book.learn(source.id, seen.validators)
            self.book.checked(source.id, now, after_reading(source, state, now), whole=seen.whole)
            return Polled(source.id, Outcome.UNCHANGED)
        compared = latest if latest is not None else await self._write(partial(self._latest, source))
        asked = await self._ask(source, seen, compared)
        return await self._write(partial(self._commit, source, state, seen, compared, asked, now))

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
        with self.database.session() as session:
            return expectations.fell_due(session, source.topics, state.read_at.date(), now.date())

    def _latest(self, source: Source) -> snapshots.Latest:
        with self.database.session() as session:
            return snapshots.latest(session, source.id)

    def _commit(
        self, source: Source, state: SourceState, seen: Look, latest: snapshots.Latest, asked: Asked, now: datetime
    ) -> Polled:
        assert seen.manifest is not None
        baseline = state.baselined_at is None
        new = SourceState(**state.model_dump())
        with self.database.session() as session:
            _must_be_ours(session, state)
            fresh = new_topics(source, state)
            written = record_look(
                session, source, self.topics, seen, latest, now,
                baseline=baseline, fresh=fresh, since=state.read_at, asked=asked,
            )  # fmt: skip
            outcome = Outcome(written.outcome)
            new.topics = state.topics if outcome is Outcome.PENDING else " ".join(sorted(source.topics))
            new.adapter, new.checked_at, new.answered_at = source.adapter, now, now
            new.read_at = now if seen.whole else state.read_at
            new.baselined_at = state.baselined_at or now
            new.changed_at = now if outcome is Outcome.CHANGED else state.changed_at
            unsettled = outcome is Outcome.PENDING or seen.manifest.wanting()
            new.again_at = now if unsettled else seen.manifest.again_at()
            if seen.gap:
                new.gap_at, new.gap_text = now, seen.gap
            new.next_due_at = after_reading(source, new, now, unsettled=unsettled)
            _settle_trouble(new, seen.troubles, now)
            session.merge(new)
            self.book.write_validators(session, source.id, seen.validators)
            _count_unreadable(session, source, [trouble for _, trouble in seen.troubles])
        self.book.committed(new, seen.validators)
        return Polled(
            source.id, outcome, written.changes, written.findings, written.events,
            parts=tuple(seen.troubles), unheard=asked.trouble,
        )  # fmt: skip

    def _trouble(self, source: Source, state: SourceState, trouble: SourceTrouble, now: datetime) -> Polled:
        new = SourceState(**state.model_dump())
        new.adapter, new.checked_at = source.adapter, now
        new.failures = state.failures + 1
        new.trouble_since = state.trouble_since if state.failures and state.trouble_since else now
        news = trouble.kind != state.trouble or not state.failures
        new.trouble, new.trouble_text = trouble.kind, trouble.message[:1000]
        new.next_due_at = after_trouble(source, new.failures, trouble, now)
        with self.database.session() as session:
            _must_be_ours(session, state)
            session.merge(new)
            if news:
                session.add(Poll(source=source.id, at=now, outcome=Outcome.TROUBLE, detail=new.trouble_text))
            _count_unreadable(session, source, [trouble])
        self.book.committed(new)
        return Polled(source.id, Outcome.TROUBLE, trouble=trouble)


def _count_unreadable(session: Session, source: Source, troubles: Sequence[SourceTrouble]) -> None:
    """Count the documents that came whole and that the adapter did not recognise."""
    if unreadable := sum(isinstance(trouble, Unreadable) for trouble in troubles):
        marks.count(session, marks.Name.UNREADABLE, source.id, unreadable)


def _must_be_ours(session: Session, state: SourceState) -> None:
    """What is remembered of a source is what was last recorded of it, else `StaleSnapshot`.

    `regwatch poll` beside a daemon records looks that the daemon does not know of. To write what it remembers would
    take the baseline or the change back, and the next news would be taken for a first look.
    """
    row = session.get(SourceState, state.id)
    recorded = (row.baselined_at, row.changed_at) if row else (None, None)
    if recorded != (state.baselined_at, state.changed_at):
        raise StaleSnapshot(f"another poll of {state.id} was committed first")


def _settle_trouble(state: SourceState, parts: Sequence[tuple[str, SourceTrouble]], now: datetime) -> None:
    """The root was read: what trouble remains is that of further pages."""
    state.failures = 0
    if not parts:
        state.trouble, state.trouble_text, state.trouble_since = "", "", None
        return
    url, first = parts[0]
    state.trouble = first.kind
    state.trouble_text = f"{len(parts)} of the pages it leads to could not be read, first {url}: {first.message}"[:1000]
    state.trouble_since = state.trouble_since or now
