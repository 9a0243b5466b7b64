"""How long the daemon's own work keeps everybody else from writing: the longest write lock of each kind of work.

    .venv/bin/python bench/locks.py [--sources 1000] [--rounds 3]

Of so many sources two thirds fail at once, which opens as many notices, and are well again a round later. The sweep
with as many wishes, the checks of health with the mail to the operator, the books and the first page are timed, each
transaction from the moment it holds the lock to the end of its commit on disk. The floor is one transaction that
writes one row. The machine may be shared: of the rounds the one with the least longest lock counts.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlmodel import Session

from regwatch.clock import DrivenClock
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.service.assembly import Assembly
from regwatch.service.daemon import Daemon
from regwatch.service.logs import configure
from regwatch.settings import Settings
from regwatch.store import marks, wishes
from regwatch.store.database import Database
from regwatch.store.tables import SourceState
from regwatch.watchlist import Watchlist

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Stopwatch:
    """Notes how long each writing transaction of a database held the lock, in milliseconds, one after the other."""

    def __init__(self, database: Database) -> None:
        self.held: list[float] = []
        self._began = 0.0
        self._session = database.session
        event.listen(database.engine, "begin", self._begun)
        database.session = self.session  # type: ignore[method-assign]

    def _begun(self, connection: object) -> None:
        self._began = time.perf_counter()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """As the real one, timed."""
        self._began = 0.0
        with self._session() as session:
            yield session
        if self._began:
            self.held.append((time.perf_counter() - self._began) * 1000)


def states(database: Database, sources: tuple[Source, ...], now: datetime, *, failing: int) -> None:
    """The states of these sources, the first `failing` of them unread for two days."""
    with database.session() as session:
        for number, source in enumerate(sources):
            row = SourceState(id=source.id, adapter=source.adapter, checked_at=now, next_due_at=now + timedelta(days=9))
            if number < failing:
                row.failures, row.trouble, row.trouble_text = 9, "server_error", "the server answered 503"
                row.trouble_since = now - timedelta(days=2)
            session.merge(row)


async def work(folder: Path, count: int) -> dict[str, list[float]]:
    """One round: the locks in ms of each kind of work."""
    configure(shape="json", level="error")
    sources = tuple(
        Source(f"source-{n}", "page", "Bench", f"https://host-{n}.example.org/", ("t",), options={"select": "main"})
        for n in range(count)
    )
    topic = Topic("t", "Topic", Treatment("cabozantinib"), Indication("neuroendocrine tumours"))
    settings = Settings(
        home=folder, contact="bench@example.org", operator_mail="operator@example.org", mail_from="r <r@example.org>"
    )
    clock = DrivenClock(START)
    held: dict[str, list[float]] = {}
    async with Assembly.open(settings, Watchlist((topic,), sources), clock=clock) as assembly:
        database, daemon = assembly.database, Daemon(assembly)
        states(database, sources, START, failing=count * 2 // 3)
        watch = Stopwatch(database)

        async def measured(name: str, *run: str) -> None:
            watch.held.clear()
            for one in run:
                await getattr(daemon, one)()
            held[name] = list(watch.held)

        with database.session() as session:
            marks.count(session, marks.Name.POLL_NOW, "one")
        held["floor: one row"] = list(watch.held)
        await measured("checks, notices open", "run_checks")
        states(database, sources, START, failing=0)
        clock.set(START + timedelta(hours=1))
        await measured("checks, notices close", "run_checks")
        await measured("first page, mail", "mail")
        with database.session() as session:
            for source in sources:
                wishes.look_now(session, source.id)
        daemon.stop()  # what the sweep starts ends at once
        await measured("sweep, all wished for", "sweep")
        await measured("sweep, nothing wished for", "sweep")
        await measured("overdue, cleaning up", "keep_time", "cleanup")
    return held


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    best: dict[str, list[float]] = {}
    for _ in range(wanted.rounds):
        with tempfile.TemporaryDirectory() as folder:
            for name, held in asyncio.run(work(Path(folder), wanted.sources)).items():
                best[name] = min(best.get(name, held), held, key=lambda times: max(times, default=0))
    for name, held in best.items():
        print(f"{name:26} {len(held):4} transactions, the longest lock {max(held, default=0):6.1f} ms")


if __name__ == "__main__":
    main()
