"""Old versions thin out, and nothing that something rests on goes with them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from polling.pages import ROOT, Scene
from regwatch.ledger.evidence import exhibits
from regwatch.polling.outcome import Outcome
from regwatch.store import blobs, pruning, snapshots
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.database import Database
from regwatch.store.pruning import Pruned, prune
from regwatch.store.tables import Blob, ChangeRow, Snapshot, TransitionRow

YEAR = timedelta(days=365)
WORDS = "words that every version has " * 30


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    one = Database(f"sqlite:///{tmp_path / 'pruning.db'}")
    yield one
    one.close()


def told(scene: Scene) -> None:
    """Two months of a page that changes each day, with one decision, and another page that it leads to."""

    async def story() -> None:
        scene.site.pages[f"{ROOT}/doc"] = {"items": {"x": "The other page"}}
        for day in range(60):
            status = "hta_in_progress" if day < 20 else "hta_suspended"
            await scene.poll(status=status, items={"a": f"Version {day}, {WORDS}"}, follow={"doc": ["1", ""]})
            scene.site.clock.set(scene.site.clock.now() + timedelta(hours=18))

    asyncio.run(story())


def everything(opened: Database) -> tuple[object, ...]:
    """What a person can be shown of what has to stay."""
    with opened.session() as session:
        transitions = session.exec(select(TransitionRow.id)).all()
        newest = snapshots.latest(session, "nice").settled
        assert newest is not None
        bodies = [blobs.get(session, part.raw) for part in newest.parts.values()]
        return [exhibits(session, number or 0) for number in transitions], newest, bodies


@pytest.mark.parametrize("at_once", [3, 50])
def test_evidence_and_the_newest_version_stay_and_the_rest_is_kept_once_a_month(
    opened: Database, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", at_once)
    scene = Scene(opened)
    told(scene)
    before, now = everything(opened), scene.site.clock.now()
    assert prune(opened.session, now, YEAR) == Pruned(), "all of it is young"
    counted = prune(opened.session, now + YEAR, YEAR, only_count=True)
    assert everything(opened) == before
    assert prune(opened.session, now + YEAR, YEAR) == counted
    assert counted.snapshots > 50
    assert everything(opened) == before
    with opened.session() as session:
        rows = session.exec(select(Snapshot).order_by(col(Snapshot.id))).all()
        texts = ChangeTexts(session)
        sides = [texts.of(row) for row in session.exec(select(ChangeRow))]
        raw = {number for row in rows for number in [row.records]}
        assert all(row.base is None or session.get(Blob, row.base) for row in session.exec(select(Blob)))
        assert len(session.exec(select(Blob)).all()) <= 2 * len(raw) + 1
        assert all(blobs.read(session, [number for number in raw if number]).values())
    assert all(after for _, after in sides)
    assert len(rows) <= 60 - counted.snapshots
    assert [row.previous for row in rows] == [None, *(row.id for row in rows[:-1])]
    assert prune(opened.session, now + YEAR, YEAR) == Pruned(), "a second time nothing is left to do"


def test_the_next_version_is_read_and_kept_as_if_nothing_had_gone(opened: Database) -> None:
    scene = Scene(opened)
    told(scene)
    prune(opened.session, scene.site.clock.now() + YEAR, YEAR)
    polled = asyncio.run(
        scene.poll(status="hta_terminated", items={"a": f"Version 59, {WORDS}"}, follow={"doc": ["1", ""]})
    )
    assert polled.outcome is Outcome.CHANGED
    assert [one.milestone.value for one in polled.findings] == ["hta_terminated"]
