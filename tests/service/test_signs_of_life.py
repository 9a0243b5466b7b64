"""What the daemon does while nothing can be written, and what a monitor elsewhere hears of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from regwatch.errors import StoreUnwritable
from regwatch.service.backoff import FIRST, LONGEST, Backoff
from regwatch.service.pings import DeadManPing
from regwatch.store.database import Database

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
ADDRESS = "https://hc.example/ping/secret"


def test_a_look_that_could_not_be_recorded_is_tried_again_in_seconds_and_never_after_hours(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    waiting = Backoff(database)
    assert not waiting.holds("a", NOW)
    waits = []
    for _ in range(12):
        waiting.note("a", NOW)
        waits.append(next(n for n in range(100_000) if not waiting.holds("a", NOW + timedelta(seconds=n))))
    assert waits[0] == FIRST.total_seconds()
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST.total_seconds()
    assert not waiting.holds("a", NOW - timedelta(days=1)), "a clock that was set back"
    waiting.forget("a")
    assert not waiting.holds("a", NOW)
    database.close()


def test_nobody_is_asked_while_nothing_can_be_written_and_everybody_once_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    waiting = Backoff(database)
    waiting.note("a", NOW)

    def full() -> None:
        raise StoreUnwritable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(database, "session", full)
        assert not waiting.may_write()
        assert waiting.holds("a", NOW)
    assert waiting.may_write()
    assert not waiting.holds("a", NOW)
    database.close()


def test_a_monitor_hears_of_the_start_of_every_round_and_of_what_is_wrong() -> None:
    heard: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append((request.url.path, request.content.decode()))
        return httpx.Response(200)

    async def live() -> None:
        ping = DeadManPing(ADDRESS + "/", httpx.MockTransport(answer))
        await ping.started()
        await ping.well("watching 3 sources")
        await ping.failed("relay")

    asyncio.run(live())
    assert heard == [("/ping/secret/start", ""), ("/ping/secret", "watching 3 sources"), ("/ping/secret/fail", "relay")]


@pytest.mark.parametrize("broken", ["status", "connection", "address"])
def test_a_monitor_that_cannot_be_reached_ends_nothing_and_its_address_is_not_logged(
    broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        if broken == "connection":
            raise httpx.ConnectError("no way to hc.example")
        return httpx.Response(500)

    address = "http://[::1/secret" if broken == "address" else ADDRESS
    asyncio.run(DeadManPing(address, httpx.MockTransport(answer)).well(""))
    said = "".join(capsys.readouterr())
    assert "ping_failed" in said
    assert "secret" not in said


def test_without_a_monitor_nobody_is_asked() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise AssertionError

    asyncio.run(DeadManPing("", httpx.MockTransport(answer)).started())
