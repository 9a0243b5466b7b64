"""The daemon: the work that keeps the ledger and the mail going, and the signals that end or reload it.

The truth about what is due lives in the database; the engine only wakes us. This module and its neighbours are the
only place that catches every exception: one source that fails in an unforeseen way must never stop the others.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from sqlmodel import Session

from regwatch.errors import ConfigError, RegwatchError, StoreError
from regwatch.ledger import expectations
from regwatch.model import Source
from regwatch.monitoring.checks import ProblemKind
from regwatch.polling.outcome import Polled
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.backoff import Backoff
from regwatch.service.engine import DRAIN_SECONDS, Engine, Periodic
from regwatch.service.guarded_poll import poll_guarded
from regwatch.service.local_engine import LocalEngine
from regwatch.service.logs import logger
from regwatch.service.mail_service import MailService
from regwatch.service.network import NetworkLog
from regwatch.service.notify import Notifier
from regwatch.service.pings import DeadManPing
from regwatch.store import marks
from regwatch.store.wishes import Wishes, looked, wishes

T = TypeVar("T")

SWEEP_SECONDS = 10
COMPOSE_SECONDS = 30
URGENT = frozenset({ProblemKind.UNDELIVERED.value, ProblemKind.RELAY.value})
CLOCK_MAY_STEP = timedelta(minutes=5)
"""How far time servers may set a clock back without anything being due again."""


class Daemon:
    """Runs until it is told to stop. One per process; several on one database only with an engine that `shares`."""

    def __init__(
        self, assembly: Assembly, *, told: Callable[[Polled], None] | None = None, engine: Engine | None = None
    ) -> None:
        self._assembly = assembly
        self._engine = engine or LocalEngine(assembly.clock)
        self._engine.take(self._poll)
        self._told = told or (lambda polled: None)
        self._log = logger()
        self._stop = asyncio.Event()
        self._mail = MailService.of(assembly.settings, assembly.database, assembly.clock, stop=self._stop.is_set)
        self._notifier = Notifier()
        self._backoff, self._network = Backoff(assembly.database), NetworkLog()
        self._threads: set[asyncio.Future[Any]] = set()
        self._ping = DeadManPing(assembly.settings.ping_url.get_secret_value())
        self._progress = assembly.clock.now()
        self.stuck = False  # after the end: a thread still waits for somebody
        self._note = self._alarm = ""
        self._polled = True

    async def run(self) -> None:
        """Poll, send and keep time until SIGTERM or SIGINT; SIGHUP reads the watchlist again.

        Raises a `RegwatchError` where the engine cannot begin.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        await asyncio.to_thread(self._mail.start, self._assembly.watchlist, alone=not self._engine.shares)
        self._note_reload(good=True)
        self._count(marks.Name.STARTS, socket.gethostname() if self._engine.shares else "")
        await self._ping.started()
        await self._engine.start(self.periodic())
        self._log.info("service_started", sources=len(self._assembly.watchlist.sources))
        self._notifier.ready(self._status())
        try:
            await self._stop.wait()
        finally:
            self._notifier.stopping(DRAIN_SECONDS)
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
        self._write("reload", lambda session: marks.note(session, marks.Name.RELOADED, number=int(good)))

    def periodic(self) -> list[Periodic]:
        """What is done over and over, and how often."""
        of_all = (
            (self.sweep, SWEEP_SECONDS), (self.keep_time, 600), (self.mail, COMPOSE_SECONDS), (self.run_checks, 600),
            (self.cleanup, 1800),
        )  # fmt: skip
        of_each: list[tuple[Callable[[], Awaitable[None]], float]] = [(self.flush, 15), (self.learn, 1800)]
        if period := Notifier.watchdog_seconds():
            of_each.append((self._watchdog, period))
        return [
            *(Periodic(work.__name__, seconds, self._guarded(work)) for work, seconds in of_all),
            *(Periodic(work.__name__, seconds, self._guarded(work), everywhere=True) for work, seconds in of_each),
        ]

    def _guarded(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def guarded() -> None:
            try:
                await work()
            except asyncio.CancelledError:
                if not self._stop.is_set():  # else the scheduler has ended, and what is in hand is waited for
                    raise
            except RegwatchError as error:
                self._note = error.message.splitlines()[0]
                self._log.error("work_failed", work=work.__name__, reason=error.message)
            except Exception:
                self._log.exception("work_crashed", work=work.__name__)
                self._count(marks.Name.CRASHES, work.__name__)

        return guarded

    def _count(self, name: marks.Name, label: str) -> None:
        self._write("counting", lambda session: marks.count(session, name, label))

    def _write(self, work: str, step: Callable[[Session], None]) -> None:
        try:
            with self._assembly.database.session() as session:
                step(session)
        except StoreError as error:
            self._log.error("work_failed", work=work, reason=error.message)

    async def _off_loop(self, work: Callable[..., T], *given: Any) -> T:
        """Do blocking work in a thread. What ends the waiting does not end the work: at the end it is waited for."""
        future = asyncio.get_running_loop().run_in_executor(None, partial(work, *given))
        self._threads.add(future)
        future.add_done_callback(self._threads.discard)
        return await asyncio.shield(future)

    async def sweep(self) -> None:
        """Have the sources polled that are due."""
        now, idle = self._assembly.clock.now(), not self._engine.running
        self._network.settle(self._assembly.watchlist.sources, now, idle=idle)
        if not await self._off_loop(self._backoff.may_write):
            self._progress = self._assembly.clock.now()
            return
        if self._engine.shares:
            await self._assembly.poller.reread()
        now, wished = self._assembly.clock.now(), await self._off_loop(self._wishes)
        for source in self._assembly.watchlist.sources:
            asked = source.id in wished.now
            if asked or (self._due(source, now) and not wished.rests(source.id, now)):
                await self._engine.dispatch(source, asked=asked)
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

    async def _poll(self, name: str, asked: bool) -> None:
        """Poll a source and note what came of it. Where work is shared, only if nobody has polled it meanwhile."""
        source = self._assembly.source(name)
        if source is None or self._stop.is_set():
            return
        now = self._assembly.clock.now()
        try:
            if self._engine.shares:
                await self._assembly.poller.reread(name)
                if not (asked or self._due(source, now)):
                    return
            polled = await poll_guarded(self._assembly, source)
            if self._engine.shares:
                await self._assembly.poller.flush()
            self._backoff.forget(name)
            self._network.take(polled, self._assembly.clock.now())
            self._polled = True
            self._told(polled)
        except RegwatchError as error:
            self._backoff.note(name, self._assembly.clock.now())
            self._log.error("poll_failed", source=name, reason=error.message)
        except Exception:
            self._backoff.note(name, self._assembly.clock.now())
            self._log.exception("poll_crashed", source=name)

    async def keep_time(self) -> None:
        """Mark what has become overdue."""

        def tick() -> int:
            with self._assembly.database.session() as session:
                return len(expectations.tick(session, self._assembly.clock.now()))

        if late := await asyncio.to_thread(tick):
            self._log.info("expectations_overdue", count=late)

    async def mail(self) -> None:
        """Compose what is due and send what waits. Composing goes on while that takes long: what is urgent is first."""
        composed = await self._off_loop(self._mail.compose, self._assembly.watchlist)
        sending = asyncio.ensure_future(self._off_loop(self._mail.send))
        try:
            while not (await asyncio.wait([sending], timeout=COMPOSE_SECONDS))[0] and not self._stop.is_set():
                composed += await self._off_loop(self._mail.compose, self._assembly.watchlist)
        finally:
            tally = await sending
        if composed or tally.accepted or tally.failed:
            self._log.info("mail", composed=composed, sent=tally.accepted, failed=tally.failed)
        note = f"the mail server refuses: {tally.relay}" if tally.relay else tally.paused
        if note and note != self._note:
            self._log.error("mail_server_refuses" if tally.relay else "mails_wait", reason=tally.relay or tally.paused)
        if note or self._note.startswith(("the mail server", "mails wait")):
            self._note = note

    async def cleanup(self) -> None:
        """Take in mail that came back, and forget what is due to be forgotten."""
        forgotten = await asyncio.to_thread(self._mail.tidy, self._assembly.watchlist)
        bounced = await asyncio.to_thread(self._mail.take_bounces)
        if forgotten or bounced:
            self._log.info("subscribers", forgotten=forgotten, bounced=bounced)

    async def learn(self) -> None:
        """Learn the pace of the sources anew."""
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
        began = asyncio.get_running_loop().time()
        in_time = await self._engine.stop(DRAIN_SECONDS)
        left = max(0.0, DRAIN_SECONDS - (asyncio.get_running_loop().time() - began))
        late = (await asyncio.wait(self._threads, timeout=left))[1] if self._threads else set()
        self.stuck = bool(late) or not in_time
        self._network.settle(self._assembly.watchlist.sources, self._assembly.clock.now(), idle=True)
        self._assembly.book.flush()

    def _status(self) -> str:
        sources = self._assembly.watchlist.sources
        troubled = [one for one in sources if self._assembly.book.state(one.id, one.adapter).failures]
        watching = f"watching {len(sources)} sources, {len(troubled)} in trouble"
        return "; ".join(filter(None, (watching, self._note, self._alarm)))
