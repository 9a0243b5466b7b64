"""What is due when the machine's clock was wrong for a while."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regwatch.clock import DrivenClock
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.daemon import Daemon
from regwatch.settings import Settings
from regwatch.store.tables import SourceState
from service.test_daemon import WATCHLIST

NOW = datetime(2025, 7, 24, 6, 0, tzinfo=UTC)


async def _is_due(folder: Path, checked: timedelta, due_at: timedelta) -> bool:
    (folder / "sources.yaml").write_text(WATCHLIST)
    settings = Settings(home=folder / "var", sources=folder / "sources.yaml", contact="test@example.org")
    async with Assembly.open(settings, read_watchlist(settings), clock=DrivenClock(NOW)) as assembly:
        (source,) = assembly.watchlist.sources
        state = SourceState(id=source.id, adapter="feed", checked_at=NOW + checked, next_due_at=NOW + due_at)
        assembly.book.committed(state)
        return Daemon(assembly)._due(source, NOW)


@pytest.mark.parametrize(
    ("checked", "due_at", "expected"),
    [
        (-timedelta(hours=1), timedelta(hours=5), False),
        (-timedelta(hours=7), -timedelta(hours=1), True),
        (timedelta(minutes=1), timedelta(hours=6), False),
        (timedelta(days=400), timedelta(days=400, hours=6), True),
    ],
)
def test_what_is_due_after_the_clock_was_wrong(
    tmp_path: Path, checked: timedelta, due_at: timedelta, expected: bool
) -> None:
    assert asyncio.run(_is_due(tmp_path, checked, due_at)) is expected
