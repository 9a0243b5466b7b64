"""A daemon without a network says so once, and once that it is back; each source's own state is kept all the same."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from e2e.press_room import serving
from regwatch.clock import DrivenClock
from regwatch.fetch.client import Policy
from regwatch.fetch.loopback import LoopbackTransport
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.service import logs
from regwatch.service.assembly import Assembly
from regwatch.service.daemon import Daemon
from regwatch.settings import Settings
from regwatch.watchlist import Watchlist

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TOPIC = Topic("t", "Topic", Treatment("cabozantinib"), Indication("neuroendocrine tumours"))
HOSTS = [f"authority-{number}.example" for number in range(4)]


class Web:
    """A daemon's watchlist of four hosts, those that can be reached, and what the daemon logs."""

    def __init__(self, folder: Path, address: str) -> None:
        self._address = address
        self.routes: dict[str, httpx.URL] = {}
        self.log = io.StringIO()
        self.clock = DrivenClock(START)
        self._settings = Settings(home=folder, contact="test@example.org")
        self.sources = tuple(
            Source(host.partition(".")[0], "feed", "Nobody", f"http://{host}/feed.xml", ("t",)) for host in HOSTS
        )

    def reach(self, *hosts: str) -> None:
        """From now on these hosts answer, and no others."""
        self.routes.clear()
        self.routes.update({host: httpx.URL(self._address) for host in hosts})

    @asynccontextmanager
    async def daemon(self) -> AsyncIterator[Daemon]:
        """A daemon that can reach what `reach` says."""
        transport = LoopbackTransport({})
        transport._routes = self.routes
        async with Assembly.open(
            self._settings, Watchlist((TOPIC,), self.sources), clock=self.clock, transport=transport,
            policy=Policy(contact="test@example.org", gap=0),
        ) as assembly:  # fmt: skip
            logs.configure(shape="json", level="info", stream=self.log)
            yield Daemon(assembly)

    def lines(self) -> list[tuple[str, str]]:
        """What was logged since the last time: event and source."""
        found = [json.loads(line) for line in self.log.getvalue().splitlines()]
        self.log.truncate(0)
        self.log.seek(0)
        return [(line["event"], line.get("source", "")) for line in found]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with serving() as room:
        yield Web(tmp_path, room.address)


async def sweep(web: Web, daemon: Daemon) -> list[tuple[str, str]]:
    """A day later everything is due: sweep, wait for the polls, and sweep again. Gives what was logged."""
    web.clock.set(web.clock.now() + timedelta(days=1))
    await daemon.sweep()
    await asyncio.gather(*daemon._engine.polls)
    await daemon.sweep()
    return web.lines()


def test_no_network_is_said_once_and_once_that_it_is_back(web: Web) -> None:
    async def work() -> None:
        async with web.daemon() as daemon:
            assert await sweep(web, daemon) == [("network_away", "")]
            states = {one.id: (one.trouble, one.failures) for one in daemon._assembly.book.states()}
            assert states == {source.id: ("unreachable", 1) for source in web.sources}
            assert await sweep(web, daemon) == []
            assert {one.failures for one in daemon._assembly.book.states()} == {2}
            web.reach(*HOSTS)
            back = await sweep(web, daemon)
            assert back[0] == ("network_back", "")
            assert sorted(back[1:]) == [("source_read", source.id) for source in web.sources]
            assert {one.failures for one in daemon._assembly.book.states()} == {0}
            web.reach()
            assert await sweep(web, daemon) == [("network_away", "")]

    asyncio.run(work())


def test_where_one_server_answers_the_others_are_told_each_for_itself(web: Web) -> None:
    async def work() -> None:
        async with web.daemon() as daemon:
            web.reach(HOSTS[2])
            told = await sweep(web, daemon)
            troubled = [source.id for source in web.sources if HOSTS[2] not in source.url]
            assert sorted(told) == [("source_read", "authority-2"), *[("source_trouble", one) for one in troubled]]

    asyncio.run(work())


def test_one_source_that_cannot_be_reached_is_told_when_its_moment_is_over(web: Web) -> None:
    async def work() -> None:
        web.sources = web.sources[:1]
        async with web.daemon() as daemon:
            assert await sweep(web, daemon) == [("source_trouble", "authority-0")]

    asyncio.run(work())


def test_sources_that_fail_one_after_the_other_are_the_network_from_the_third_host_on(web: Web) -> None:
    async def work() -> None:
        async with web.daemon() as daemon:
            told = []
            for source in web.sources:
                for other in web.sources:
                    state = daemon._assembly.book.state(other.id, other.adapter)
                    state.next_due_at = web.clock.now() + timedelta(days=0 if other is source else 9)
                told += await sweep(web, daemon)
            assert told == [("source_trouble", "authority-0"), ("source_trouble", "authority-1"), ("network_away", "")]

    asyncio.run(work())


def test_what_is_held_back_is_told_at_the_end_of_the_daemon(web: Web) -> None:
    async def work() -> None:
        async with web.daemon() as daemon:
            await daemon.sweep()
            await daemon._drain()
            assert web.lines() == [("network_away", "")]

    asyncio.run(work())
