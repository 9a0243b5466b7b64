"""What nobody foresaw is trouble of one source: counted, logged with its traceback, and the end of nothing."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from polling.pages import ROOT, Scene
from regwatch.errors import Crashed, Gone, StoreUnwritable
from regwatch.polling.outcome import Outcome, Polled
from regwatch.service import logs
from regwatch.service.guarded_poll import poll_guarded
from regwatch.store import marks
from regwatch.store.database import Database


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    database = Database(f"sqlite:///{tmp_path / 'regwatch.db'}")
    yield Scene(database)
    database.close()


@pytest.fixture
def log() -> io.StringIO:
    stream = io.StringIO()
    logs.configure(shape="json", level="info", stream=stream)
    return stream


def poll(scene: Scene, **page: object) -> Polled:
    if page:
        scene.site.pages[ROOT] = page  # type: ignore[assignment]
    assembly: Any = SimpleNamespace(poller=scene.poller, database=scene.database)
    return asyncio.run(poll_guarded(assembly, scene.source))


def crashes(scene: Scene) -> dict[str, int]:
    with scene.database.session() as session:
        return marks.counts(session, marks.Name.CRASHES)


def test_a_page_that_makes_an_adapter_fail_is_trouble_and_the_last_snapshot_stands(
    scene: Scene, log: io.StringIO
) -> None:
    assert poll(scene, status="hta_in_progress").outcome is Outcome.BASELINE
    polled = poll(scene, status="no milestone")
    assert polled.outcome is Outcome.TROUBLE
    assert polled.trouble is not None
    assert polled.trouble.kind == "crashed"
    state = scene.book.state("nice", "test")
    assert (state.trouble, state.failures) == ("crashed", 1)
    assert "adapters/contract.py" in state.trouble_text
    assert "polling/pages.py" in state.trouble_text
    assert crashes(scene) == {"nice": 1}
    assert '"poll_crashed"' in log.getvalue()
    assert "Traceback (most recent call last)" in log.getvalue()
    assert poll(scene, status="approved").outcome is Outcome.CHANGED


def test_a_further_page_that_makes_an_adapter_fail_holds_up_no_other(scene: Scene, log: io.StringIO) -> None:
    scene.site.pages[f"{ROOT}/a"] = {"status": "no milestone"}
    scene.site.pages[f"{ROOT}/b"] = {"items": {"1": "news"}}
    polled = poll(scene, follow={"a": ("1", ""), "b": ("1", "")})
    assert polled.outcome is Outcome.BASELINE
    assert [type(trouble) for _, trouble in polled.parts] == [Crashed]
    assert crashes(scene) == {"nice": 1}


def test_what_fails_outside_of_an_adapter_is_trouble_of_the_source_too(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    poll(scene, status="hta_in_progress")

    def broken(*_: object) -> None:
        raise RecursionError("too deep\n for\x00 \ud800 words " + "x" * 5000)

    with monkeypatch.context() as patched:
        patched.setattr(scene.poller, "_latest", broken)
        polled = poll(scene, status="approved")
    assert polled.outcome is Outcome.TROUBLE
    assert "RecursionError: too deep for\ufffd ? words" in scene.book.state("nice", "test").trouble_text
    assert len(scene.book.state("nice", "test").trouble_text) <= 1000
    assert poll(scene).outcome is Outcome.CHANGED


def test_a_database_that_cannot_be_written_is_no_trouble_of_a_source(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreUnwritable("the disk is full")

    monkeypatch.setattr(scene.poller, "poll", full)
    with pytest.raises(StoreUnwritable):
        poll(scene)


def test_trouble_that_was_foreseen_is_no_crash(scene: Scene, log: io.StringIO) -> None:
    scene.site.fails[ROOT] = Gone("it is not there")
    assert poll(scene).outcome is Outcome.TROUBLE
    assert crashes(scene) == {}
    assert log.getvalue() == ""
