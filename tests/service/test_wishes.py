"""What the operator asks of the daemon from another process is done with its next sweep."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from regwatch.clock import SystemClock
from regwatch.mail.maildrop import WATCHING
from regwatch.polling.poll import Polled
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.daemon import Daemon
from regwatch.settings import Settings
from regwatch.store import wishes
from service.test_daemon import WATCHLIST


async def polls(folder: Path, wish: str) -> tuple[list[str], list[str]]:
    """The sources that two sweeps look at after a wish; the first page that is written meanwhile, by its lines."""
    (folder / "sources.yaml").write_text(WATCHLIST)
    settings = Settings(home=folder / "var", sources=folder / "sources.yaml", contact="test@example.org")
    looked: list[str] = []
    async with Assembly.open(settings, read_watchlist(settings), clock=SystemClock()) as assembly:
        daemon = Daemon(assembly)
        source = assembly.watchlist.sources[0]

        async def poll(one: object) -> Polled:
            looked.append(source.id)
            state = assembly.book.state(source.id, source.adapter)
            state.next_due_at = assembly.clock.now() + timedelta(days=1)
            raise OSError("no network here")

        assembly.poller.poll = poll  # type: ignore[method-assign, assignment]
        with assembly.database.session() as session:
            if wish == "rest":
                wishes.rest(session, source.id, assembly.clock.now() + timedelta(days=1))
            if wish == "look now":
                assembly.book.state(source.id, source.adapter).next_due_at = assembly.clock.now() + timedelta(days=1)
                wishes.look_now(session, source.id)
        for _ in range(2):
            await daemon.sweep()
            await asyncio.gather(*daemon._engine.polls)
            daemon._backoff.forget(source.id)
        await daemon.flush()
    return looked, (settings.mail_dir / WATCHING).read_text("utf-8").splitlines()


@pytest.mark.parametrize(("wish", "times"), [("", 1), ("rest", 0), ("look now", 1)])
def test_a_wish_is_heard_once(tmp_path: Path, wish: str, times: int) -> None:
    looked, page = asyncio.run(polls(tmp_path, wish))
    assert len(looked) == times
    assert page[1].startswith("Watched: ")
    assert "index.html" in {path.name for path in (tmp_path / "var" / "mail").iterdir()}
