"""The daemon: a scheduler that looks for what is due, and the signals that end or reload it.

The truth about what is due lives in the database; the scheduler only wakes us. This module and its neighbours are the
only place that catches every exception: one source that fails in an unforeseen way must never stop the others.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from regwatch.errors import ConfigError, RegwatchError, StoreError
from regwatch.ledger import expectations
from regwatch.model import Source
from regwatch.monitoring.checks import ProblemKind
from regwatch.polling.outcome import Polled
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.backoff import Backoff
from regwatch.service.guarded_poll import poll_guarded
from regwatch.service.logs import logger
from regwatch.service.mail_service import MailService
from regwatch.service.network import NetworkLog
from regwatch.service.notify import Notifier
from regwatch.service.pings import DeadManPing
from regwatch.service.poll_gates import PollGates
from regwatch.store import marks
from regwatch.store.wishes import Wishes, looked, wishes

T = TypeVar("T")

SWEEP_SECONDS = 10
DRAIN_SECONDS = 60
URGENT = frozenset({ProblemKind.UNDELIVERED.value, ProblemKind.RELAY.value})
CLOCK_MAY_STEP = timedelta(minutes=5)
"""How far time servers may set a clock back without anything being due again."""


class Daemon:
    """Runs until it is told to stop. One per process."""

    def __init__(self, assembly: Assembly, *, told: Callable[[Polled], None] | None = None) -> None:
        self._assembly = assembly
        self._told = told or (lambda polled: None)
        self._log = logger()
        self._stop = asyncio.Event()
        self._mail = MailService.of(assembly.settings, assembly.database, assembly.clock, stop=self._stop.is_set)
        self._notifier = Notifier()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._gates = PollGates()
        self._backoff = Backoff(assembly.database)
        self._network = NetworkLog()
        self._threads: set[asyncio.Future[Any]] = set()
        self._ping = DeadManPing(assembly.settings.ping_url.get_secret_value())
        self._progress = assembly.clock.now()
        self.stuck = False  # after the end: a thread still waits for somebody
        self._note = ""
        self._alarm = ""
        self._polled = True

    async def run(self) -> None:
        """Poll, send and keep time until SIGTERM or SIGINT; SIGHUP reads the watchlist again."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        await asyncio.to_thread(self._mail.start, self._assembly.watchlist)
        self._note_reload(good=True)
        self._count(marks.Name.STARTS, "")
        await self._ping.started()
        scheduler = self._scheduler()
        scheduler.start()
        self._log.info("service_started", sources=len(self._assembly.watchlist.sources))
        self._notifier.ready(self._status())
        try:
            await self._stop.wait()
        finally:
            self._notifier.stopping(DRAIN_SECONDS)
            scheduler.shutdown(wait=False)
            await self._drain()
            self._log.info("service_stopped")

    def stop(self) -> None:
        """End the run as SIGTERM does: what is in hand is finished first."""
        self._stop.set()

    def reload(self) -> None:
        """Read the watchlist again. With a file that is not valid the old one goes on, and the log says why."""
        self._notifier.reloading()
        try:
            self._assembly.take(read_watchlist(self._assembly.settings))
        except ConfigError as error:
            self._note = "the new configuration is not valid; the old one goes on"
            self._log.error("configuration_refused", faults=[str(fault) for fault in error.faults])
            self._note_reload(good=False)
        else:
            self._note = ""
            self._log.info("configuration_reloaded", sources=len(self._assembly.watchlist.sources))
            self._note_reload(good=True)
        self._notifier.ready(self._status())

    def _note_reload(self, *, good: bool) -> None:
        """Let the metrics page, which is another process, know whether the watchlist in the file is in force."""
        try:
            with self._assembly.database.session() as session:
                marks.note(session, marks.Name.RELOADED, number=int(good))
        except StoreError as error:
            self._log.error("work_failed", work="reload", reason=error.message)

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        scheduler.add_listener(self._heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        now = self._assembly.clock.now()
        for work, seconds in (
            (self.sweep, SWEEP_SECONDS),
            (self.keep_time, 600),
            (self.mail, 30),
            (self.run_checks, 600),
            (self.cleanup, 1800),
            (self.flush, 15),
        ):
            scheduler.add_job(self._guarded(work), "interval", seconds=seconds, next_run_time=now, id=work.__name__)
        if period := Notifier.watchdog_seconds():
            scheduler.add_job(self._watchdog, "interval", seconds=period, id="watchdog")
        return scheduler

    def _guarded(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def guarded() -> None:
            try:
                await work()
            except RegwatchError as error:
                self._note = error.message.splitlines()[0]
                self._log.error("work_failed", work=work.__name__, reason=error.message)
            except Exception:
                self._log.exception("work_crashed", work=work.__name__)
                self._count(marks.Name.CRASHES, work.__name__)

        return guarded

    def _count(self, name: marks.Name, label: str) -> None:
        try:
            with self._assembly.database.session() as session:
                marks.count(session, name, label)
        except StoreError as error:
            self._log.error("work_failed", work="counting", reason=error.message)

    async def _off_loop(self, work: Callable[..., T], *given: Any) -> T:
        """Do blocking work in a thread. What ends the waiting does not end the work: at the end it is waited for."""
        future = asyncio.get_running_loop().run_in_executor(None, partial(work, *given))
        self._threads.add(future)
        future.add_done_callback(self._threads.discard)
        return await asyncio.shield(future)

    async def sweep(self) -> None:
        """Start the polls that are due and not already running."""
        self._network.settle(self._assembly.watchlist.sources, self._assembly.clock.now(), idle=not self._running)
        if not await self._off_loop(self._backoff.may_write):
            self._progress = self._assembly.clock.now()
            return
        now, wished = self._assembly.clock.now(), await self._off_loop(self._wishes)
        for source in self._assembly.watchlist.sources:
            due = source.id in wished.now or (self._due(source, now) and not wished.rests(source.id, now))
            if source.id not in self._running and due:
                task = asyncio.create_task(self._poll(source), name=f"poll {source.id}")
                self._running[source.id] = task
        self._progress = now

    def _wishes(self) -> Wishes:
        """What the operator asks for; what is to be looked at now is taken off the list."""
        with self._assembly.database.reading() as session:
            found = wishes(session)
        if found.now:
            with self._assembly.database.session() as session:
                looked(session, found.now)
        return found

    def _due(self, source: Source, now: datetime) -> bool:
        state = self._assembly.book.state(source.id, source.adapter)
        if self._backoff.holds(source.id, now):
            return False
        # A poll in the future was made while the clock was wrong: its due time may be years away.
        turned_back = state.checked_at is not None and state.checked_at > now + CLOCK_MAY_STEP
        return state.next_due_at is None or now >= state.next_due_at or turned_back

    async def _poll(self, source: Source) -> None:
        try:
            async with self._gates.place(source.url):
                if self._stop.is_set():
                    return
                polled = await poll_guarded(self._assembly, source)
            self._backoff.forget(source.id)
            self._network.take(polled, self._assembly.clock.now())
            self._polled = True
            self._told(polled)
        except RegwatchError as error:
            self._backoff.note(source.id, self._assembly.clock.now())
            self._log.error("poll_failed", source=source.id, reason=error.message)
        except Exception:
            self._backoff.note(source.id, self._assembly.clock.now())
            self._log.exception("poll_crashed", source=source.id)
        finally:
            self._running.pop(source.id, None)

    async def keep_time(self) -> None:
        """Mark what has become overdue."""

        def tick() -> int:
            with self._assembly.database.session() as session:
                return len(expectations.tick(session, self._assembly.clock.now()))

        late = await asyncio.to_thread(tick)
        if late:
            self._log.info("expectations_overdue", count=late)

    async def mail(self) -> None:
        """Compose what is due and send what waits, in rounds: what is urgent goes before a long queue."""
        while await self._mail_round() and not self._stop.is_set():
            pass

    async def _mail_round(self) -> bool:
        """Gives whether more may wait than one round takes."""
        composed = await self._off_loop(self._mail.compose, self._assembly.watchlist)
        tally = await self._off_loop(self._mail.send)
        if composed or tally.accepted or tally.failed:
            self._log.info("mail", composed=composed, sent=tally.accepted, failed=tally.failed)
        note = f"the mail server refuses: {tally.relay}" if tally.relay else tally.paused
        if note and note != self._note:
            self._log.error("mail_server_refuses" if tally.relay else "mails_wait", reason=tally.relay or tally.paused)
        if note or self._note.startswith(("the mail server", "mails wait")):
            self._note = note
        return tally.more

    async def cleanup(self) -> None:
        """Take in mail that came back, forget what is due to be forgotten, and learn the pace of the sources anew."""
        forgotten = await asyncio.to_thread(self._mail.tidy, self._assembly.watchlist)
        bounced = await asyncio.to_thread(self._mail.take_bounces)
        if forgotten or bounced:
            self._log.info("subscribers", forgotten=forgotten, bounced=bounced)
        await asyncio.to_thread(self._assembly.learn_pace)

    async def run_checks(self) -> None:
        """Look at the health of sources and mail, and tell the operator what has begun or ended.

        The operator's mail takes the same way as all others: what nobody may be getting is said in the status, too.
        """
        turn = await asyncio.to_thread(self._mail.run_checks, self._assembly.watchlist)
        undelivered = [row for row in turn.standing if row.kind == ProblemKind.UNDELIVERED.value]
        self._alarm = f"news has not reached the canary: {undelivered[0].evidence}" if undelivered else ""
        urgent = [row.kind for row in turn.standing if row.kind in URGENT]
        await (self._ping.failed(", ".join(urgent)) if urgent else self._ping.well(self._status()))
        for row in turn.opened:
            self._log.warning("notice_opened", source=row.source, kind=row.kind, evidence=row.evidence)
        for row in turn.closed:
            self._log.info("notice_closed", source=row.source, kind=row.kind)

    async def flush(self) -> None:
        """Write the bookkeeping of unchanged polls, and where there is a mail folder let its first page follow them."""
        if self._assembly.book.pending():
            self._assembly.book.flush()
        if self._polled:
            self._polled = False
            await self._off_loop(self._mail.write_first_page, self._assembly.watchlist)

    async def _watchdog(self) -> None:
        behind = self._assembly.clock.now() - self._progress
        if behind < timedelta(seconds=SWEEP_SECONDS * 6):
            self._notifier.watchdog()
            self._notifier.status(self._status())

    async def _drain(self) -> None:
        """Finish what is in hand, within the limit of the unit; a mail still unanswered is left as `sending`."""
        polls = list(self._running.values())
        running = [*polls, *self._threads]
        if running:
            _, late = await asyncio.wait(running, timeout=DRAIN_SECONDS)
            self.stuck = bool(late)
            ended = [poll for poll in polls if poll in late and poll.cancel()]
            await asyncio.gather(*ended, return_exceptions=True)
        self._network.settle(self._assembly.watchlist.sources, self._assembly.clock.now(), idle=True)
        self._assembly.book.flush()

    def _status(self) -> str:
        sources = self._assembly.watchlist.sources
        troubled = sum(1 for one in sources if self._assembly.book.state(one.id, one.adapter).failures)
        return "; ".join(
            filter(None, (f"watching {len(sources)} sources, {troubled} in trouble", self._note, self._alarm))
        )

    def _heard(self, event: JobEvent) -> None:
        self._log.warning("schedule_slipped", job=event.job_id, code=event.code)
