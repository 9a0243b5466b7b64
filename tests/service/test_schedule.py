"""A busy process is late, and skips nothing: what should have run a while ago runs, once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.executors.base import run_coroutine_job

from regwatch.clock import SystemClock
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.daemon import Daemon
from regwatch.service.local_engine import scheduler
from regwatch.settings import Settings
from service.test_daemon import WATCHLIST


async def _run_late(folder: Path, late: timedelta) -> list[tuple[str, int]]:
    """Run every job as the scheduler does when it comes to it this late. Returns what became of each."""
    (folder / "sources.yaml").write_text(WATCHLIST)
    settings = Settings(home=folder / "var", sources=folder / "sources.yaml", contact="test@example.org")
    async with Assembly.open(settings, read_watchlist(settings), clock=SystemClock()) as assembly:
        jobs = scheduler(Daemon(assembly).periodic(), assembly.clock)
        jobs.start(paused=True)
        became = []
        for job in jobs.get_jobs():
            job.func = _nothing
            at = datetime.now(job.next_run_time.tzinfo) - late
            assert job.coalesce, "ten missed rounds are one"
            assert job.max_instances == 1
            became += [(job.id, event.code) for event in await run_coroutine_job(job, "default", [at], "test")]
        jobs.shutdown(wait=False)
    return became


async def _nothing() -> None:
    pass


def test_a_round_that_is_late_is_made_up_for_and_not_skipped(tmp_path: Path) -> None:
    became = asyncio.run(_run_late(tmp_path, timedelta(seconds=90)))
    assert {"sweep", "mail"} <= {name for name, _ in became}
    assert {code for _, code in became} == {EVENT_JOB_EXECUTED}
