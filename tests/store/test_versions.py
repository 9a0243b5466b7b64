"""Versions of pages and records: what is kept of them, that it costs what changed, and that nothing is lost of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

from polling.pages import ROOT, Scene
from regwatch.model import Record
from regwatch.polling.outcome import Outcome
from regwatch.store import blobs, database, snapshots
from regwatch.store.change_texts import ChangeTexts, pack_change
from regwatch.store.codec import digest, dumps, record_to_json
from regwatch.store.database import Database
from regwatch.store.migrations import repacking
from regwatch.store.tables import Blob, ChangeRow, Poll, Snapshot

PAGES: list[dict[str, Any]] = [
    {"status": "hta_in_progress", "items": {"a": "First words " * 40}},
    {"status": "hta_in_progress", "items": {"a": "First words " * 39 + "and others"}},
    {"status": "hta_suspended", "items": {"a": "First words " * 39 + "and others", "b": "More"}},
]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    one = Database(f"sqlite:///{tmp_path / 'versions.db'}")
    yield one
    one.close()


def kept(opened: Database) -> dict[str, int]:
    with opened.session() as session:
        return {kind.__name__: len(session.exec(select(kind)).all()) for kind in (Blob, Snapshot, ChangeRow, Poll)}


def body_of(opened: Database, part: str = "") -> dict[str, Any]:
    """The body that the newest snapshot has of a part."""
    with opened.session() as session:
        newest = snapshots.latest(session, "nice").settled
        assert newest is not None
        return dict(json.loads(blobs.get(session, newest.parts[part].raw)))


def test_other_bytes_that_say_the_same_leave_nothing_behind_and_lose_no_body(opened: Database) -> None:
    async def story() -> None:
        scene = Scene(opened)
        await scene.poll(**PAGES[0])
        before = kept(opened)
        for number in range(5):
            assert (await scene.poll(**PAGES[0], banner=number)).outcome is Outcome.SAME
        assert kept(opened) == before
        assert body_of(opened) == PAGES[0]
        assert (await scene.poll(**PAGES[1])).outcome is Outcome.CHANGED
        assert body_of(opened) == PAGES[1]
        with opened.session() as session:
            newest = session.exec(select(Blob)).all()[-2:]
            assert all(row.base for row in newest), "both are kept as what differs"

    asyncio.run(story())


def test_of_several_pages_only_those_that_say_something_new_are_kept_again(opened: Database) -> None:
    async def story() -> None:
        scene = Scene(opened)
        scene.site.pages[f"{ROOT}/doc"] = {"items": {"x": "Words of the other page"}}
        await scene.poll(**PAGES[0], follow={"doc": ["1", ""]})
        scene.site.pages[f"{ROOT}/doc"]["banner"] = 1
        before = kept(opened)["Blob"]
        assert (await scene.poll(**PAGES[1], follow={"doc": ["2", ""]})).outcome is Outcome.CHANGED
        assert kept(opened)["Blob"] == before + 2, "the root's body and the records"
        assert body_of(opened, "doc") == {"items": {"x": "Words of the other page"}}

    asyncio.run(story())


def test_a_change_that_is_seen_twice_keeps_the_body_of_the_first_look(opened: Database) -> None:
    async def story() -> None:
        scene = Scene(opened, confirm=1)
        await scene.poll(**PAGES[0])
        assert (await scene.poll(**PAGES[1])).outcome is Outcome.PENDING
        assert (await scene.poll()).outcome is Outcome.CHANGED, "the server says that it is the same"
        assert body_of(opened) == PAGES[1]
        before = kept(opened)
        assert (await scene.poll(**PAGES[2])).outcome is Outcome.PENDING
        assert (await scene.poll(**PAGES[1])).outcome is Outcome.SAME
        assert body_of(opened) == PAGES[1]
        assert kept(opened) == {**before, "Poll": before["Poll"] + 1}

    asyncio.run(story())


def test_a_change_of_any_snapshot_gives_both_records_back(opened: Database) -> None:
    async def story() -> None:
        scene = Scene(opened)
        for number in range(40):
            await scene.poll(items={"a": f"The words of version {number} " + "and what never changes " * 30})

    asyncio.run(story())
    with opened.session() as session:
        texts = ChangeTexts(session)
        sides = [texts.of(row) for row in session.exec(select(ChangeRow).order_by(ChangeRow.id))]  # type: ignore[arg-type]
        depths = [row.depth for row in session.exec(select(Blob))]
        sizes = [len(row.packed) for row in session.exec(select(ChangeRow).order_by(ChangeRow.id))]  # type: ignore[arg-type]
    assert sides[0][0] is None
    said = [after["title"] for _, after in sides if after]
    assert [text.startswith(f"The words of version {number} ") for number, text in enumerate(said)] == [True] * 40
    assert all(before == earlier for (before, _), (_, earlier) in zip(sides[1:], sides, strict=False))
    assert max(depths) == 32
    assert max(sizes) < 120


blocks = st.lists(st.text(max_size=99)).map(tuple)
records = st.builds(Record, st.just("item"), st.text(max_size=5), st.text(max_size=200), blocks=blocks)


@given(st.none() | records, st.none() | records, st.binary(max_size=300))
def test_what_is_packed_comes_back(before: Record | None, after: Record | None, like: bytes) -> None:
    sides = json.loads(blobs.inflate(pack_change(before, after, like), like))
    assert sides == [record_to_json(one) if one else None for one in (before, after)]


def old_database(url: str) -> list[tuple[str, str]]:
    """A database of the schema before, with five versions of a page. Gives the record before and after each change."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine, sides, before, earlier = database.open_engine(url), [], "", b""
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        for number in range(1, 6):
            record = record_to_json(Record("item", "a", f"Words of version {number}", blocks=("What stays.",) * 50))
            body = f"<p>{record['title']}</p>{'<p>What stays.</p>' * 50}".encode()
            part = {
                "part": "", "version": "", "url": ROOT, "raw": digest(body) if number != 3 else "never kept",
                "read_at": "2025-06-01T12:00:00+00:00", "state": "read", "baseline": False, "records": [record],
                "follows": [], "listed": ["a"], "asked_at": "", "unread": [],
            }  # fmt: skip
            manifest = dumps({"parts": [part], "seen": [["b", "gone"]], "days": ["2025-06-01"]}).encode()
            for kept_body, base in ((body, earlier), (manifest, b"")):
                blob = {"name": digest(kept_body), "size": len(kept_body), "base": digest(base) if base else None}
                packed = {"packed": blobs.deflate(kept_body, base)}
                connection.execute(text("INSERT INTO blob VALUES (:name, :size, :base, 0, :packed)"), blob | packed)
            snapshot = {"id": number, "manifest": digest(manifest), "pending": int(number == 5)}
            connection.execute(SNAPSHOT, snapshot)
            sides.append((before, dumps(record)))
            connection.execute(CHANGE, {"snapshot": number, "before": before, "after": dumps(record)})
            before, earlier = dumps(record), body
    engine.dispose()
    return sides


SNAPSHOT = text(
    "INSERT INTO snapshot (id, source, poll, at, manifest, pending)"
    " VALUES (:id, 'nice', 1, '2025-06-01 12:00:00', :manifest, :pending)"
)
CHANGE = text(
    'INSERT INTO change (snapshot, source, at, part, kind, "key", title, url, "before", "after", baseline)'
    " VALUES (:snapshot, 'nice', '2025-06-01 12:00:00', '', 'item', 'a', '', '', :before, :after, false)"
)


@pytest.mark.parametrize("stopped_after", [0, 1, 3])
def test_an_old_database_is_converted_in_steps_that_may_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_after: int
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    sides = old_database(url)
    convert, done = repacking._History.convert, []

    def stopping(self: Any, number: int, manifest: str, *, waits: bool) -> None:
        if len(done) == stopped_after:
            raise KeyboardInterrupt
        done.append(number)
        convert(self, number, manifest, waits=waits)

    monkeypatch.setattr(repacking, "AT_ONCE", 2)
    engine = database.open_engine(url)
    with monkeypatch.context() as broken:
        broken.setattr(repacking._History, "convert", stopping)
        with pytest.raises(KeyboardInterrupt):
            database.upgrade(engine)
    database.upgrade(engine)
    engine.dispose()
    opened = Database(url)
    with opened.session() as session:
        texts = ChangeTexts(session)
        found = [
            tuple(dumps(one) if one else "" for one in texts.of(row))
            for row in session.exec(select(ChangeRow).order_by(ChangeRow.id))
        ]  # type: ignore[arg-type]
        newest = snapshots.latest(session, "nice")
        history = [part.records[0].title for one in snapshots.kept(session, newest) for part in one.parts.values()]
        assert newest.settled is not None
        assert newest.pending is not None
        bodies = [blobs.get(session, one.parts[""].raw) for one in (newest.settled, newest.pending)]
    assert found == sides
    assert history == [f"Words of version {number}" for number in range(1, 5)]
    assert (newest.settled.seen, newest.settled.days) == ({"b": "gone"}, ["2025-06-01"])
    assert newest.settled.parts[""].listed == ["a"]
    assert [body[:22] for body in bodies] == [b"<p>Words of version 4<", b"<p>Words of version 5<"]
    opened.close()
