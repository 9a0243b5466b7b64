"""A server's word that a page is the same is believed for a day, and is never taken for a reading."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from polling.pages import ROOT, Publisher, Scene
from regwatch.fetch.client import Fetched, Validators
from regwatch.model import Request, Source
from regwatch.polling.outcome import Outcome
from regwatch.store.database import Database
from regwatch.store.tables import OddityRow, SourceState

PART = f"{ROOT}/chapter"


@dataclass
class Sticky(Publisher):
    """A publisher whose edge has one validator for every page, for ever. `blind` are the requests without it."""

    blind: list[tuple[str, datetime]] = field(default_factory=list)

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        if known is not None and known.etag:
            return Fetched(None, known, not_modified=True, whole=False)
        self.blind.append((request.url, self.clock.now()))
        got = await super().fetch(source, request, known)
        return Fetched(got.document, Validators('"constant"', None, got.validators.sha256), got.not_modified)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    database = Database(f"sqlite:///{tmp_path / 'sticky.db'}")
    made = Scene(database)
    made.site = Sticky(made.site.pages)
    made.restart()
    yield made
    database.close()


def state(scene: Scene) -> SourceState:
    with scene.database.session() as session:
        return session.get_one(SourceState, "nice")


def blind(scene: Scene) -> list[tuple[str, datetime]]:
    assert isinstance(scene.site, Sticky)
    return scene.site.blind


def test_what_an_edge_hides_is_seen_within_a_day(scene: Scene) -> None:
    asyncio.run(scene.poll(status="hta_in_progress"))
    began = scene.site.clock.now()
    outcomes = [asyncio.run(scene.poll(status="hta_recommended")).outcome for _ in range(5)]
    assert outcomes == [Outcome.UNCHANGED] * 3 + [Outcome.CHANGED, Outcome.UNCHANGED]
    assert blind(scene)[1][1] - began <= timedelta(days=1)
    with scene.database.session() as session:
        assert [row.what.split(":")[0] for row in session.exec(select(OddityRow))] == [
            "the server had called the page unmodified although it had changed"
        ]


def test_a_page_is_asked_for_whole_once_a_day_however_often_it_is_polled(scene: Scene) -> None:
    for _ in range(1 + 4 * 7):
        asyncio.run(scene.poll(status="hta_in_progress"))
    assert len(blind(scene)) == 1 + 7


def test_last_read_is_when_the_page_came_and_not_when_its_server_spoke(scene: Scene) -> None:
    asyncio.run(scene.poll(status="hta_in_progress"))
    read = scene.site.clock.now()
    asyncio.run(scene.poll())
    scene.book.flush()
    assert (state(scene).read_at, state(scene).answered_at) == (read, scene.site.clock.now())
    scene.site.clock.set(read + timedelta(days=60))
    asyncio.run(scene.poll(status="hta_recommended"))
    assert state(scene).read_at == state(scene).answered_at == scene.site.clock.now()


def test_the_day_on_which_something_is_due_is_looked_at_whole_and_once(scene: Scene) -> None:
    """Last read whole at 23:00 of the day before, so that a day has not passed."""
    scene.site.clock.set(datetime.fromisoformat("2025-06-09T17:00+00:00"))
    asyncio.run(scene.poll(due="2025-06-10"))
    asyncio.run(scene.poll(due="2025-06-10", status="hta_recommended"))
    assert [moment.isoformat() for _, moment in blind(scene)][1:] == ["2025-06-10T05:00:00+00:00"]
    for _ in range(3):
        asyncio.run(scene.poll())
    assert len(blind(scene)) == 2


def test_a_followed_page_is_not_believed_where_its_parent_says_that_it_changed(scene: Scene) -> None:
    scene.site.pages[PART] = {"status": "hta_in_progress"}
    asyncio.run(scene.poll(follow={"chapter": ["1", ""]}))
    scene.site.pages[PART] = {"status": "hta_recommended"}
    scene.site.clock.set(scene.site.clock.now() + timedelta(hours=18))
    polled = asyncio.run(scene.poll(follow={"chapter": ["2", ""]}))
    assert [finding.milestone.value for finding in polled.findings] == ["hta_recommended"]


def test_a_followed_page_that_is_read_again_in_time_is_asked_for_whole(scene: Scene) -> None:
    scene.site.pages[PART] = {"status": "hta_in_progress"}
    page = {"follow": {"chapter": ["1", ""]}, "again": 2}
    asyncio.run(scene.poll(**page))
    scene.site.pages[PART] = {"status": "hta_recommended"}
    found = [asyncio.run(scene.poll()).findings for _ in range(9)]
    assert [finding.milestone.value for some in found for finding in some] == ["hta_recommended"]
    assert json.dumps(page) == json.dumps(scene.site.pages[ROOT])
