"""Several processes that share the work of one PostgreSQL database, by Procrastinate.

With `host_queues` it is what needs the extra `workers`; nothing else knows either.

There is no leader. Periodic work is put into the queue once for all, whoever is first, and its lock lets no two run at
a time; a source waits in the queue at most once, and of one host one source is polled at a time. What the queue holds
follows from the database and is made anew by the next sweep: jobs of a worker that died are thrown away, not repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

import procrastinate
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection, Error, sql
from sqlalchemy.engine import make_url

from regwatch.clock import Clock
from regwatch.errors import StoreUnwritable, UsageError
from regwatch.fetch.policy import Policy
from regwatch.model import Source
from regwatch.service.engine import DRAIN_SECONDS, Periodic, Poll
from regwatch.service.host_queues import TABLE, HostQueues
from regwatch.service.local_engine import scheduler
from regwatch.service.logs import logger

POLLS, HOUSE = "polls", "house"
"""Two queues with places of their own: polls that wait for slow servers hold up neither the sweep nor the mail."""

_PLACES = {POLLS: 16, HOUSE: 6}
_LOOK_SECONDS = 1.0
"""Nothing tells a worker that a lock has become free: it looks as often as that."""

_RELEASE_SECONDS = 10
_TRY_AGAIN_SECONDS = 5.0
_MAKING = 0x72656778
"""The advisory lock under which one worker makes the tables of the queue."""


class SharedEngine:
    """One worker of several. Raises `UsageError` for a database that is not PostgreSQL."""

    shares = True

    def __init__(self, database: str, clock: Clock) -> None:
        address = make_url(database)
        if address.get_backend_name() != "postgresql":
            raise UsageError(
                "workers share their work through PostgreSQL, and REGWATCH_DATABASE names another kind of database: "
                "on one machine `regwatch run` does everything by itself"
            )
        self._conninfo = address.set(drivername="postgresql").render_as_string(hide_password=False)
        # Its tables change with its versions, and nothing in them must be kept: each version has its own.
        self._schema = "regwatch_jobs_" + "_".join(procrastinate.__version__.split(".")[:2])
        self._connector = procrastinate.PsycopgConnector(
            conninfo=self._conninfo, kwargs={"options": f"-c search_path={self._schema}"}, min_size=2, max_size=8
        )
        self._app = procrastinate.App(connector=self._connector)
        self._clock = clock
        self._poll: Poll | None = None
        self._running: set[str] = set()
        self._scheduler: AsyncIOScheduler | None = None
        self._workers: list[asyncio.Task[None]] = []
        self._stopping = False

    def queues(self, policy: Policy) -> HostQueues:
        """The queues in front of hosts that all workers of this database stand in."""
        return HostQueues(policy, self._clock, lambda: self._connector.pool)

    @property
    def running(self) -> Collection[str]:
        """The ids of the sources that this worker polls now."""
        return self._running

    def take(self, poll: Poll) -> None:
        """Poll like this."""
        self._poll = poll

    async def start(self, periodic: Sequence[Periodic]) -> None:
        """Join the others. Raises `StoreUnwritable` where the queue cannot be made or reached."""
        logging.getLogger("procrastinate").setLevel(logging.ERROR)
        self._define(periodic)
        try:
            await self._make_tables()
            await self._app.open_async()
        except (Error, ProcrastinateException) as error:
            raise StoreUnwritable(f"the workers' queue in the database cannot be used: {error}") from error
        here = [one for one in periodic if one.everywhere]
        self._scheduler = scheduler([*here, Periodic("release", _RELEASE_SECONDS, self._release)], self._clock)
        self._scheduler.start()
        self._workers = [asyncio.create_task(self._work(queue), name=f"worker {queue}") for queue in _PLACES]

    def _define(self, periodic: Sequence[Periodic]) -> None:
        """The jobs, by the names under which every worker knows them."""
        for one in periodic:
            if not one.everywhere:
                task = self._app.task(queue=HOUSE, name=one.name, lock=one.name, queueing_lock=one.name)
                self._app.periodic(cron=cron(one.seconds))(task(_timely(one.work)))
        self._poll_job = self._app.task(queue=POLLS, name="poll")(self._polled)

    async def _polled(self, source: str, asked: bool) -> None:
        self._running.add(source)
        try:
            if self._poll is not None:
                await self._poll(source, asked)
        finally:
            self._running.discard(source)

    async def dispatch(self, source: Source, *, asked: bool) -> None:
        """Put the source into the queue, unless it waits there. One that waits for its host's next turn waits here."""
        host = urlsplit(source.url).hostname or ""
        job = self._poll_job.configure(lock=f"host {host}", queueing_lock=f"source {source.id}")
        with contextlib.suppress(AlreadyEnqueued):
            await job.defer_async(source=source.id, asked=asked)

    async def _work(self, queue: str) -> None:
        """Do what is in a queue until told to stop. While the database is away, try again."""
        while not self._stopping:
            try:
                await self._app.run_worker_async(
                    queues=[queue], concurrency=_PLACES[queue], install_signal_handlers=False, delete_jobs="always",
                    shutdown_graceful_timeout=DRAIN_SECONDS, fetch_job_polling_interval=_LOOK_SECONDS,
                )  # fmt: skip
            except ConnectorException as error:
                logger().error("work_failed", work=f"queue {queue}", reason=str(error.__cause__ or error))
                await self._clock.sleep(_TRY_AGAIN_SECONDS)

    async def _release(self) -> None:
        """Throw away what workers had in hand that gave no sign for half a minute: their locks hold others up."""
        try:
            for job in await self._app.job_manager.get_stalled_jobs():
                await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                logger().warning("worker_lost", job=job.task_name, **job.task_kwargs)
        except ConnectorException as error:
            # Another worker was first, or the database is away: either way somebody tries again.
            logger().debug("release_failed", reason=str(error))

    async def stop(self, seconds: float) -> bool:
        """Take nothing more from the queue and finish what is in hand; what is not over in that time is cancelled."""
        self._stopping = True
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        for worker in self._workers:
            worker.cancel()
        _, late = await asyncio.wait(self._workers, timeout=seconds) if self._workers else (set(), set())
        await self._app.close_async()
        return not late

    async def _make_tables(self) -> None:
        schema = sql.Identifier(self._schema)
        async with await AsyncConnection.connect(self._conninfo, connect_timeout=30) as connection:
            await connection.execute(f"SELECT pg_advisory_xact_lock({_MAKING})")
            found = await connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [self._schema])
            if await found.fetchone() is None:
                await connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
                await connection.execute(sql.SQL("SET LOCAL search_path TO {}").format(schema))
                await connection.execute(SchemaManager.get_schema())
                await connection.execute(TABLE)


def cron(seconds: float) -> str:
    """The times of something done every so many seconds, as Procrastinate wants them: a sixth field is the seconds."""
    return f"* * * * * */{seconds:.0f}" if seconds < 60 else f"*/{seconds / 60:.0f} * * * *"


def _timely(work: Callable[[], Awaitable[None]]) -> Callable[..., Any]:
    async def at(timestamp: int) -> None:
        await work()

    return at
