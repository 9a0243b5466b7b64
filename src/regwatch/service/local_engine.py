"""One process that does everything by itself: APScheduler wakes it, and each poll is a task of its event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from regwatch.clock import Clock
from regwatch.model import Source
from regwatch.service.engine import Periodic, Poll
from regwatch.service.logs import logger
from regwatch.service.poll_gates import PollGates


class LocalEngine:
    """The default: nothing beside this process is needed, and no other may work on the same database."""

    shares = False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._gates = PollGates()
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self._poll: Poll | None = None

    @property
    def running(self) -> Collection[str]:
        """The ids of the sources that are polled now or wait for a place."""
        return self._polls.keys()

    @property
    def polls(self) -> Collection[asyncio.Task[None]]:
        """The same polls, to be waited for."""
        return self._polls.values()

    async def start(self, periodic: Sequence[Periodic]) -> None:
        """Begin all periodic work now."""
        self._scheduler = scheduler(periodic, self._clock)
        self._scheduler.start()

    def take(self, poll: Poll) -> None:
        """Poll like this."""
        self._poll = poll

    async def dispatch(self, source: Source, *, asked: bool) -> None:
        """Start the poll, unless one of this source is under way."""
        if source.id not in self._polls:
            task = asyncio.create_task(self._in_turn(source, asked), name=f"poll {source.id}")
            self._polls[source.id] = task

    async def _in_turn(self, source: Source, asked: bool) -> None:
        try:
            async with self._gates.place(source.url):
                if self._poll is not None:
                    await self._poll(source.id, asked)
        finally:
            self._polls.pop(source.id, None)

    async def stop(self, seconds: float) -> bool:
        """Begin nothing more; polls that are not over in that time are cancelled."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        polls = list(self._polls.values())
        if not polls:
            return True
        _, late = await asyncio.wait(polls, timeout=seconds)
        for poll in late:
            poll.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late


def scheduler(periodic: Sequence[Periodic], clock: Clock) -> AsyncIOScheduler:
    """A scheduler of that work, not yet started: each begins at once, and what was missed is made up for, once."""
    made = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    made.add_listener(_heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    for one in periodic:
        made.add_job(one.work, "interval", seconds=one.seconds, next_run_time=clock.now(), id=one.name)
    return made


def _heard(event: JobEvent) -> None:
    logger().warning("schedule_slipped", job=event.job_id, code=event.code)
