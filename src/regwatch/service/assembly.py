"""The parts of regwatch put together from the settings and the watchlist: what every command and the daemon run on."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType

import httpx

from regwatch.adapters.registry import CATALOGUE, adapter
from regwatch.clock import Clock, SystemClock
from regwatch.fetch.client import Fetcher, Policy
from regwatch.fetch.politeness import Queues
from regwatch.model import Source, Topic
from regwatch.monitoring.canary import with_canary
from regwatch.polling.pacing import learn
from regwatch.polling.poll import Poller
from regwatch.second_reader.asking import SecondReader
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.watchlist import Watchlist, load_watchlist

HOST_GAPS = {"www.fda.gov": 30.0, "www.accessdata.fda.gov": 30.0}
"""Hosts whose robots rules or throttling ask for longer pauses than the setting."""


@dataclass
class Assembly:
    """One running regwatch: settings, watchlist, database, fetcher and poller."""

    settings: Settings
    watchlist: Watchlist
    database: Database
    book: SourceBook
    fetcher: Fetcher
    clock: Clock
    poller: Poller

    @classmethod
    def open(
        cls,
        settings: Settings,
        watchlist: Watchlist,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        policy: Policy | None = None,
        queues: Queues | None = None,
    ) -> Assembly:
        """Put the parts together. Raises `StoreError` where the database cannot be used."""
        time = clock or SystemClock()
        database = Database(settings.database)
        book = SourceBook(database)
        fetcher = Fetcher(policy or fetch_policy(settings), time, transport, queues)
        reader = SecondReader.of(settings, database, time)
        poller = Poller(database, book, fetcher, time, watchlist.topics, adapter, reader)
        assembly = cls(settings, watchlist, database, book, fetcher, time, poller)
        assembly.learn_pace()
        return assembly

    def take(self, watchlist: Watchlist) -> None:
        """Go on with another watchlist."""
        self.watchlist = watchlist
        self.poller.topics = watchlist.topics
        self.learn_pace()

    def learn_pace(self) -> None:
        """Let the polls follow what has been learned of the publishers until now, unless the settings say otherwise."""
        if self.settings.schedule == "learned":
            with self.database.reading() as session:
                self.poller.pacing = learn(session, self.watchlist.sources, self.clock.now())

    def source(self, name: str) -> Source | None:
        """The source of that id."""
        return next((one for one in self.watchlist.sources if one.id == name), None)

    def topics(self) -> dict[str, Topic]:
        """Topics by id."""
        return {topic.id: topic for topic in self.watchlist.topics}

    async def close(self) -> None:
        """Write what is still in memory and release everything."""
        self.book.flush()
        await self.fetcher.aclose()
        if self.poller.second_reader is not None:
            await self.poller.second_reader.aclose()
        self.database.close()

    async def __aenter__(self) -> Assembly:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def read_watchlist(settings: Settings) -> Watchlist:
    """The configured watchlist, checked against the installed adapters, and the canary. Raises `ConfigError`."""
    return with_canary(load_watchlist(settings.sources, CATALOGUE), settings)


def fetch_policy(settings: Settings) -> Policy:
    """The settings as the fetcher wants them."""
    return Policy(
        contact=settings.contact,
        gap=settings.fetch_gap,
        host_gaps=HOST_GAPS,
        total=settings.fetch_concurrency,
        read_timeout=settings.fetch_timeout,
        deadline=settings.fetch_timeout * 3,
        max_bytes=settings.fetch_max_bytes,
        max_redirects=settings.fetch_max_redirects,
        allow_private=settings.allow_private_addresses,
    )
