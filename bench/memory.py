"""The daemon's peak memory with the shipped `sources.yaml`, cycle after cycle.

    python bench/memory.py [--cycles 100]

A process of its own plays the publishers from the demo's archive over loopback, with EMA's medicines report grown to
its real size (2,746 rows). The process that is measured reads the shipped watchlist and does what the daemon does:
polls every source, keeps time, composes and sends. Every second answer has other bytes that say the same, so that
pages are parsed again and again. Printed: peak resident memory after the first cycle, in the middle and at the end, in
MB, once for a fresh database and once for one that was there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import tempfile
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from regwatch.clock import DrivenClock
from regwatch.fetch.client import Policy
from regwatch.fetch.loopback import LoopbackTransport
from regwatch.ledger import expectations

WATCHLIST = Path(__file__).parents[1] / "sources.yaml"
ROWS = 2_746
THEN = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def play(channel: Connection) -> None:
    """Serve the archive as it stands at its end, for ever, with the report grown and bytes that come and go."""
    from regwatch.demo.archive import ArchivedPage, DemoArchive, PageState, load_archive
    from regwatch.demo.archive_server import serving

    asked: dict[str, int] = {}

    class Restless(DemoArchive):
        """Every second answer of a page has other bytes that say the same."""

        def find(self, host: str, target: str) -> ArchivedPage | None:
            page = super().find(host, target)
            if page is None or page.at(THEN) is None:
                return page
            asked[page.url] = asked.get(page.url, 0) + 1
            state = page.at(THEN)
            assert state is not None
            blank = b" " * (asked[page.url] % 2)
            return ArchivedPage(page.url, (PageState(state.since, state.status, state.body + blank, state.headers),))

    def grown(page: ArchivedPage) -> ArchivedPage:
        if "medicines_json" not in page.url:
            return page
        return ArchivedPage(
            page.url,
            tuple(
                PageState(s.since, s.status, grow(s.body) if s.status == 200 else s.body, s.headers)
                for s in page.states
            ),
        )

    async def main() -> None:
        archive = Restless(tuple(grown(page) for page in load_archive().pages))
        async with serving(archive, DrivenClock(THEN)) as base:
            channel.send(base)
            await asyncio.Event().wait()

    asyncio.run(main())


def grow(body: bytes) -> bytes:
    """EMA's medicines report with as many rows as it really has."""
    report = json.loads(body)
    other = dict.fromkeys(report["data"][0], "a value of ordinary length, as most of them are")
    report["data"] += [
        other | {"ema_product_number": f"EMEA/H/C/9{n:05}", "category": "Human", "name_of_medicine": f"M{n}"}
        for n in range(ROWS - len(report["data"]))
    ]
    report["meta"]["total_records"] = len(report["data"])
    return json.dumps(report).encode()


def peak() -> float:
    """Peak resident memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def watch(base: str, folder: str, cycles: int, channel: Connection) -> None:
    """Do the daemon's work for so many cycles of twelve hours."""
    from regwatch.service.assembly import Assembly, read_watchlist
    from regwatch.service.daemon import Daemon
    from regwatch.service.mail_service import MailService
    from regwatch.settings import Settings

    settings = Settings(home=Path(folder), sources=WATCHLIST, contact="bench@example.org")
    clock = DrivenClock(THEN)
    transport = LoopbackTransport(base)
    policy = Policy(contact="bench@example.org", gap=0)
    async with Assembly.open(
        settings, read_watchlist(settings), clock=clock, transport=transport, policy=policy
    ) as assembly:
        Daemon(assembly)
        post = MailService.of(settings, assembly.database, clock)
        post.start(assembly.watchlist)
        seen = {}
        for cycle in range(1, cycles + 1):
            clock.set(clock.now() + timedelta(hours=12))
            polled = await asyncio.gather(*(assembly.poller.poll(one) for one in assembly.watchlist.sources))
            with assembly.database.session() as session:
                expectations.tick(session, clock.now())
            await asyncio.to_thread(post.compose, assembly.watchlist)
            await asyncio.to_thread(post.send)
            assembly.book.flush()
            if cycle in (1, cycles // 2, cycles):
                seen[cycle] = peak()
        troubled = sorted(one.source for one in polled if one.trouble)
    channel.send((seen, len(polled), troubled))


def work(base: str, folder: str, cycles: int, channel: Connection) -> None:
    """The measured process."""
    asyncio.run(watch(base, folder, cycles, channel))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=100)
    wanted = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    publishers = context.Process(target=play, args=(theirs,), daemon=True)
    publishers.start()
    base = ours.recv()
    with tempfile.TemporaryDirectory() as folder:
        for database in ("fresh", "kept"):
            measured = context.Process(target=work, args=(base, folder, wanted.cycles, theirs))
            measured.start()
            seen, sources, troubled = ours.recv()
            measured.join()
            print(f"{database} database, {sources} sources, in trouble: {', '.join(troubled) or 'none'}")
            for cycle, megabytes in seen.items():
                print(f"  after cycle {cycle}: peak {megabytes:.0f} MB")
    publishers.terminate()


if __name__ == "__main__":
    main()
