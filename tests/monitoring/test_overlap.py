"""A list that has turned over between two polls: noticed, caught up with, polled more often."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from polling.pages import ROOT, Scene
from regwatch.errors import ServerError
from regwatch.model import Document, Listed, Reading, Record, Request
from regwatch.polling.diff import turned_over
from regwatch.polling.outcome import Outcome, Polled
from regwatch.polling.schedule import HURRY, HURRY_FOR, pace
from regwatch.store.database import Database
from regwatch.store.tables import SourceState


def read(document: Document) -> Reading:
    """A page is JSON: {"items": [keys], "next": address}; only keys that begin with `w` are taken."""
    page = json.loads(document.body)
    reading = Reading([Record("item", key, title=key, prose=True) for key in page["items"] if key.startswith("w")])
    reading.listed = [Listed(key) for key in page["items"]]
    reading.more = Request(page["next"]) if page.get("next") else None
    return reading


@pytest.fixture
def scene(database: Database) -> Scene:
    made = Scene(database)
    made.adapter = made.adapter.__class__(
        name="test", authorities=(), request=lambda source: Request(ROOT), read=read, limits=made.adapter.limits
    )
    return made


def poll(scene: Scene, **page: object) -> Polled:
    return asyncio.run(scene.poll(**page))


def state(scene: Scene) -> SourceState:
    with scene.database.session() as session:
        return session.get_one(SourceState, "nice")


def gap(scene: Scene) -> timedelta:
    row = state(scene)
    assert row.next_due_at is not None
    return row.next_due_at - scene.site.clock.now()


def test_a_list_that_overlaps_is_polled_at_its_usual_pace(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"])
    poll(scene, items=["d", "e", "c"])
    assert state(scene).gap_at is None
    assert gap(scene) > scene.source.every * 0.9


def test_a_list_of_which_nothing_is_known_is_polled_more_often(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"])
    poll(scene, items=["d", "e", "f", "w1"])
    row = state(scene)
    assert row.gap_at == scene.site.clock.now()
    assert row.gap_text == "of its 4 items, none was among the 3 of 2025-06-01 18:00 UTC"
    assert gap(scene) < scene.source.every / HURRY * 1.1
    again = poll(scene)
    assert again.outcome is Outcome.UNCHANGED
    restarted = scene.book.state("nice").next_due_at
    assert restarted is not None
    assert restarted - scene.site.clock.now() < scene.source.every / HURRY * 1.1


def test_the_usual_pace_returns_after_a_while(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"])
    poll(scene, items=["d", "e", "f"])
    now = scene.site.clock.now()
    assert pace(scene.source, state(scene), now + HURRY_FOR) == scene.source.every


def test_further_pages_are_read_until_one_is_known_again(scene: Scene) -> None:
    poll(scene, items=["a", "w1", "c"])
    scene.site.pages["https://authority.example/2"] = {"items": ["w3", "g", "h"], "next": "https://authority.example/3"}
    scene.site.pages["https://authority.example/3"] = {
        "items": ["i", "w2", "w1"],
        "next": "https://authority.example/4",
    }
    polled = poll(scene, items=["d", "w4", "f"], next="https://authority.example/2")
    assert [change.record.key for change in polled.changes] == ["w4", "w3", "w2"]
    assert state(scene).gap_text.endswith("; caught up by reading 2 further pages")
    assert "https://authority.example/4" not in scene.site.asked
    later = poll(scene, items=["d", "w4", "x"])
    assert later.changes == ()


def test_a_list_without_end_is_read_for_a_few_pages_only(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"])
    endless = "https://authority.example/next"
    scene.site.pages[endless] = {"items": ["x", "y", "z"], "next": endless}
    poll(scene, items=["d", "e", "f"], next=endless)
    assert scene.site.asked.count(endless) == 5
    assert "caught up" not in state(scene).gap_text


def test_a_further_page_that_fails_spoils_nothing(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"])
    scene.site.fails["https://authority.example/2"] = ServerError("it is down")
    polled = poll(scene, items=["w1", "e", "f"], next="https://authority.example/2")
    assert [change.record.key for change in polled.changes] == ["w1"]
    assert [url for url, _ in polled.parts] == ["https://authority.example/2"]


def test_the_next_page_is_not_asked_for_where_nothing_was_missed(scene: Scene) -> None:
    poll(scene, items=["a", "b", "c"], next="https://authority.example/2")
    poll(scene, items=["d", "b", "c"], next="https://authority.example/2")
    assert set(scene.site.asked) == {ROOT}


@pytest.mark.parametrize(
    ("before", "after", "over"),
    [
        ("abc", "def", True),
        ("abc", "dec", False),
        ("ab", "cde", False),
        ("abc", "de", False),
        ("", "abc", False),
        ("abcdefghij", "aklmnopqrs", True),
        ("abcdefghij", "klmnopqrsa", False),
        ("abcdefghij", "abklmnopqr", False),
        ("abc", "adefgh", False),
    ],
)
def test_a_list_has_turned_over_where_its_last_item_is_new_and_hardly_any_is_known(
    before: str, after: str, over: bool
) -> None:
    assert turned_over(before, after) is over
