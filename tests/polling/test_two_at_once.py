"""Two processes on one database: `regwatch poll` beside a daemon, or two daemons by mistake."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from polling.pages import ROOT, Scene
from regwatch.errors import BlockedPage
from regwatch.fetch.client import Fetched, Validators
from regwatch.ledger import queries
from regwatch.model import Request, Source
from regwatch.polling.outcome import Outcome
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'poll.db'}")
    yield opened
    opened.close()


def pair(database: Database) -> tuple[Scene, Scene]:
    """Two processes that poll one publisher by one clock."""
    one, two = Scene(database), Scene(database)
    two.site = one.site
    two.restart()
    return one, two


def news(database: Database) -> list[str]:
    with database.session() as session:
        return [event.kind.value for event in queries.events_after(session, 0) if not event.baseline]


def test_news_after_the_other_ones_first_look_is_no_second_baseline(database: Database) -> None:
    async def story() -> None:
        daemon, command = pair(database)
        await command.poll(status="hta_in_progress")
        assert (await daemon.poll(status="hta_suspended")).outcome is Outcome.CHANGED

    asyncio.run(story())
    assert news(database) == ["transition"]


def test_trouble_does_not_take_the_other_ones_baseline_back(database: Database) -> None:
    async def story() -> None:
        daemon, command = pair(database)
        await command.poll(status="hta_in_progress")
        daemon.site.fails[ROOT] = BlockedPage("a wall")
        assert (await daemon.poll()).outcome is Outcome.TROUBLE
        assert SourceBook(database).state("nice").baselined_at is not None
        daemon.site.fails.clear()
        daemon.restart()
        assert (await daemon.poll(status="hta_suspended")).outcome is Outcome.CHANGED

    asyncio.run(story())
    assert news(database) == ["transition"]


def test_a_change_that_both_see_is_told_once(database: Database) -> None:
    async def story() -> None:
        one, two = pair(database)
        await one.poll(status="hta_in_progress")
        await two.poll()
        one.site.pages[ROOT] = {"status": "hta_suspended"}
        both = await asyncio.gather(one.poll(), two.poll())
        assert Outcome.CHANGED in {polled.outcome for polled in both}

    asyncio.run(story())
    assert news(database) == ["transition"]


def test_an_older_copy_that_was_fetched_first_and_recorded_last_is_no_change_back(database: Database) -> None:
    async def story() -> None:
        slow, quick = pair(database)
        await slow.poll(status="hta_in_progress")
        await quick.poll()
        slow.site.pages[ROOT] = {"status": "hta_in_progress", "odd": "a footnote"}
        fetch, held, go = slow.site.fetch, asyncio.Event(), asyncio.Event()

        async def held_up(source: Source, request: Request, known: Validators | None = None) -> Fetched:
            fetched = await fetch(source, request, known)
            if not held.is_set():
                held.set()
                await go.wait()
            return fetched

        slow.poller.fetcher = type("Held", (), {"fetch": staticmethod(held_up)})()
        late = asyncio.create_task(slow.poll())
        await held.wait()
        assert (await quick.poll(status="hta_suspended")).outcome is Outcome.CHANGED
        go.set()
        await late

    asyncio.run(story())
    assert news(database) == ["transition"]
