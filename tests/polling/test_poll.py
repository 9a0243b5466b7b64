"""One poll: what it records, what it leaves alone, and that nothing is lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from polling.pages import OTHER, ROOT, Scene
from regwatch.errors import BlockedPage, RateLimited, StoreUnwritable
from regwatch.ledger import queries
from regwatch.polling.outcome import Outcome
from regwatch.store import marks, snapshots
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import ChangeRow, FindingRow, OddityRow, Poll, Snapshot
from store.statements import statements


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'poll.db'}")
    yield opened
    opened.close()


def news(database: Database) -> list[str]:
    with database.session() as session:
        return [
            f"{event.kind.value} {(event.transition or event.expectation).milestone.value}"  # type: ignore[union-attr]
            for event in queries.events_after(session, 0)
            if not event.baseline
        ]


def count(database: Database, table: type) -> int:
    with database.session() as session:
        return len(session.exec(select(table)).all())


def runs(test: Callable[[Database], Coroutine[Any, Any, None]]) -> Callable[[Database], None]:
    def run(database: Database) -> None:
        asyncio.run(test(database))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@runs
async def test_the_first_look_is_a_baseline_and_no_news(database: Database) -> None:
    scene = Scene(database)
    polled = await scene.poll(status="hta_in_progress")
    assert polled.outcome is Outcome.BASELINE
    assert news(database) == []


@runs
async def test_a_status_that_moves_is_one_transition(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    polled = await scene.poll(status="hta_suspended")
    assert polled.outcome is Outcome.CHANGED
    assert news(database) == ["transition hta_suspended"]


@runs
async def test_an_unchanged_page_leaves_no_row(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    rows = count(database, Poll), count(database, Snapshot)
    polled = [await scene.poll() for _ in range(3)]
    assert {one.outcome for one in polled} == {Outcome.UNCHANGED}
    assert (count(database, Poll), count(database, Snapshot)) == rows
    scene.book.flush()
    assert SourceBook(database).state("nice").read_at == scene.site.clock.now()


@runs
async def test_a_page_that_says_the_same_in_other_bytes_is_no_change(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress", banner=1)
    polled = await scene.poll(status="hta_in_progress", banner=2)
    assert polled.outcome is Outcome.SAME
    assert count(database, Snapshot) == 1


@runs
async def test_trouble_keeps_the_last_good_snapshot_and_tells_nobody(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    scene.site.fails[ROOT] = BlockedPage("a wall")
    polled = await scene.poll()
    assert polled.outcome is Outcome.TROUBLE
    state = scene.book.state("nice")
    assert (state.failures, state.trouble, state.trouble_text) == (1, "blocked_page", "a wall")
    scene.site.fails.clear()
    assert (await scene.poll(layout="new")).trouble is not None
    assert (await scene.poll(status="hta_suspended")).outcome is Outcome.CHANGED
    assert news(database) == ["transition hta_suspended"]
    assert scene.book.state("nice").failures == 0


@runs
async def test_documents_that_the_adapter_does_not_recognise_are_counted_and_walls_are_not(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    scene.site.fails[ROOT] = BlockedPage("a wall")
    await scene.poll()
    scene.site.fails.clear()
    for _ in range(2):
        await scene.poll(layout="new")
    with database.session() as session:
        assert marks.counts(session, marks.Name.UNREADABLE) == {"nice": 2}


@runs
async def test_a_page_that_cannot_be_read_is_fetched_whole_next_time(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    await scene.poll(layout="new")
    polled = await scene.poll()
    assert polled.outcome is Outcome.TROUBLE, "the unread page must not count as known"


@runs
async def test_back_off_grows_and_heeds_the_server(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    scene.site.fails[ROOT] = RateLimited("busy", after=timedelta(days=3))
    await scene.poll()
    due = scene.book.state("nice").next_due_at
    assert due is not None
    assert due - scene.site.clock.now() >= timedelta(days=3)


@runs
async def test_a_commit_that_fails_is_told_by_the_next_poll(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    keep, snapshots.keep = snapshots.keep, full_disk
    try:
        with pytest.raises(StoreUnwritable):
            await scene.poll(status="hta_suspended")
    finally:
        snapshots.keep = keep
    assert news(database) == []
    assert (await scene.poll()).outcome is Outcome.CHANGED
    assert news(database) == ["transition hta_suspended"]


def full_disk(*args: object, **more: object) -> str:
    raise StoreUnwritable("database or disk is full")


@runs
async def test_a_restart_changes_nothing_and_tells_nothing_again(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    await scene.poll(status="hta_suspended")
    scene.restart()
    assert (await scene.poll()).outcome in (Outcome.UNCHANGED, Outcome.SAME)
    assert news(database) == ["transition hta_suspended"]


@runs
async def test_a_cache_that_flaps_is_not_news(database: Database) -> None:
    scene = Scene(database, confirm=1)
    await scene.poll(status="hta_in_progress")
    assert (await scene.poll(status="hta_suspended")).outcome is Outcome.PENDING
    assert (await scene.poll(status="hta_in_progress")).outcome is Outcome.SAME
    assert (await scene.poll(status="hta_suspended")).outcome is Outcome.PENDING
    assert news(database) == []
    scene.restart()
    assert (await scene.poll()).outcome is Outcome.CHANGED
    assert news(database) == ["transition hta_suspended"]


@runs
async def test_a_page_that_does_not_exist_yet_is_news_when_it_comes(database: Database) -> None:
    scene = Scene(database, absent_is_empty=True)
    assert (await scene.poll()).outcome is Outcome.BASELINE
    assert (await scene.poll()).outcome is Outcome.UNCHANGED
    await scene.poll(status="hta_in_progress", due="2025-11-19")
    assert sorted(news(database)) == ["expected hta_recommended", "transition hta_in_progress"]
    scene.site.pages.clear()
    assert (await scene.poll()).outcome is Outcome.TROUBLE


@runs
async def test_a_page_that_may_leave_takes_nothing_back_when_it_does(database: Database) -> None:
    scene = Scene(database, absent_is_empty=True, may_leave=True)
    await scene.poll()
    await scene.poll(status="hta_in_progress", due="2025-11-19")
    scene.site.pages.clear()
    assert (await scene.poll()).outcome is Outcome.UNCHANGED
    assert sorted(news(database)) == ["expected hta_recommended", "transition hta_in_progress"]


@runs
async def test_a_date_that_moves_says_from_what(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress", due="2025-11-19")
    await scene.poll(status="hta_in_progress", due="2026-01-14")
    assert news(database) == ["moved hta_recommended"]


@runs
async def test_a_date_that_a_page_only_loses_is_left_to_a_person(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress", due="2026-01-14")
    await scene.poll(status="hta_in_progress")
    assert news(database) == []
    with database.session() as session:
        [left] = session.exec(select(FindingRow).where(FindingRow.review == "open")).all()
    assert (left.retracts, left.milestone) == (True, "hta_recommended")


@runs
async def test_followed_pages_are_read_once_for_each_version(database: Database) -> None:
    scene = Scene(database)
    part = f"{ROOT}/doc"
    scene.site.pages[part] = {"status": "hta_committee"}
    await scene.poll(status="hta_in_progress", follow={"doc": ["1", ""]})
    await scene.poll(status="hta_in_progress", follow={"doc": ["1", ""]}, banner=2)
    assert scene.site.asked.count(part) == 1
    scene.site.pages[part] = {"status": "hta_draft_not_recommended"}
    await scene.poll(status="hta_in_progress", follow={"doc": ["2", ""]})
    assert news(database) == ["transition hta_draft_not_recommended"]


@runs
async def test_a_followed_page_is_read_again_in_time_although_its_parent_is_unchanged(database: Database) -> None:
    scene = Scene(database)
    part = f"{ROOT}/doc"
    scene.site.pages[part] = {"status": "hta_committee"}
    await scene.poll(status="hta_in_progress", follow={"doc": ["", ""]}, again=1)
    scene.site.pages[part] = {"status": "hta_draft_not_recommended"}
    outcomes = [(await scene.poll()).outcome for _ in range(5)]
    assert outcomes.count(Outcome.CHANGED) == 1
    assert news(database) == ["transition hta_draft_not_recommended"]


@runs
async def test_a_followed_page_that_fails_stops_nothing_and_is_tried_again(database: Database) -> None:
    scene = Scene(database)
    part = f"{ROOT}/doc"
    await scene.poll(status="hta_in_progress")
    scene.site.fails[part] = BlockedPage("a wall")
    polled = await scene.poll(status="hta_suspended", follow={"doc": ["1", ""]})
    assert (polled.outcome, len(polled.parts)) == (Outcome.CHANGED, 1)
    assert scene.book.state("nice").trouble == "blocked_page"
    scene.site.fails.clear()
    scene.site.pages[part] = {"status": "hta_terminated"}
    assert (await scene.poll()).outcome is Outcome.CHANGED
    assert news(database) == ["transition hta_suspended", "transition hta_terminated"]
    assert scene.book.state("nice").trouble == ""


@runs
async def test_at_the_baseline_only_pages_that_name_a_watched_medicine_are_fetched(database: Database) -> None:
    scene = Scene(database)
    for name in ("one", "two"):
        scene.site.pages[f"{ROOT}/{name}"] = {"items": {name: "words"}}
    await scene.poll(follow={"one": ["1", "Results of the year"], "two": ["1", "Cabometyx in NET"]})
    assert scene.site.asked == [ROOT, f"{ROOT}/two"]
    await scene.poll(follow={"one": ["2", "Results of the year"], "two": ["1", "Cabometyx in NET"]})
    assert scene.site.asked.count(f"{ROOT}/one") == 1


@runs
async def test_an_item_that_falls_off_and_comes_back_is_not_new(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(items={"a": "First words", "b": "Second words"})
    await scene.poll(items={"b": "Second words"})
    await scene.poll(items={"a": "FIRST WORDS", "b": "Second words"}, day="2025-06-09")
    with database.session() as session:
        changes = session.exec(select(ChangeRow).where(ChangeRow.baseline == False)).all()  # noqa: E712
    assert changes == []


@runs
async def test_an_oddity_is_kept_until_the_page_no_longer_shows_it(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress", odd="Paused for reasons")
    await scene.poll(status="hta_in_progress", odd="Paused for reasons", banner=1)
    assert count(database, OddityRow) == 1
    await scene.poll(status="hta_in_progress")
    with database.session() as session:
        (row,) = session.exec(select(OddityRow)).all()
    assert row.resolved_at is not None


@runs
async def test_a_topic_added_later_gets_a_baseline_of_its_own(database: Database) -> None:
    scene = Scene(database)
    await scene.poll(status="hta_in_progress")
    scene.source = replace(scene.source, topics=("cabo-net", OTHER.id))
    await scene.poll()
    assert news(database) == []
    with database.session() as session:
        assert {row.topic for row in session.exec(select(FindingRow))} == {"cabo-net", OTHER.id}
    await scene.poll(status="hta_suspended")
    assert news(database) == ["transition hta_suspended"] * 2


STATEMENTS = {
    "a text that says nothing of a topic": ({"status": "hta_in_progress", "items": {"a": "Other words"}}, 12),
    "several such texts": ({"status": "hta_in_progress", "items": {"a": "One", "b": "Two", "c": "Three"}}, 14),
    "a status that moves": ({"status": "hta_suspended", "items": {"a": "Words"}}, 19),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_a_changed_page_is_committed_in_one_session_with_few_statements(database: Database, what: str) -> None:
    page, most = STATEMENTS[what]

    async def story() -> None:
        scene = Scene(database)
        await scene.poll(status="hta_in_progress", items={"a": "Words"})
        for number in range(12):
            odd = f"as the chain of versions grows {number}"
            await scene.poll(status="hta_in_progress", items={"a": "Words"}, odd=odd)
        polled = await scene.poll(status="hta_in_progress", items={"a": "Words", "z": "Last"})
        assert polled.outcome is Outcome.CHANGED
        with statements(database.engine) as seen:
            assert (await scene.poll(**page)).outcome is Outcome.CHANGED
        sessions = [one for one in seen if one.startswith("BEGIN")]
        commit = seen[len(seen) - seen[::-1].index(sessions[-1]) - 1 :]
        assert len(commit) <= most, commit
        before = [one for one in seen[: -len(commit)] if not one.startswith(("BEGIN", "SELECT", "WITH"))]
        assert before == [], "it is written in one session"

    asyncio.run(story())
