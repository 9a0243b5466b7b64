"""The daemon's peak memory with the shipped `sources.yaml`, cycle after cycle.

    python bench/memory.py [--cycles 100]

A process of its own plays the publishers from the demo's archive over loopback, with EMA's medicines report grown to
its real size (2,746 rows). The process that is measured reads the shipped watchlist and does what the daemon does:
polls every source, keeps time, composes and sends. In every cycle every second page is served with other bytes, so
that it is parsed again. Printed: peak resident memory after the first cycle, in the middle and at the end, in MB.
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

import httpx

from regwatch.clock import DrivenClock
from regwatch.fetch.client import Policy
from regwatch.fetch.loopback import LoopbackTransport
from regwatch.ledger import expectations

WATCHLIST = Path(__file__).parents[1] / "sources.yaml"
ROWS = 2_746
THEN = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


def play(channel: Connection) -> None:
    """Serve the archive as it stands at its end, for ever."""
    from regwatch.demo.archive import load_archive
    from regwatch.demo.server import serving

    async def main() -> None:
        async with serving(load_archive(), DrivenClock(THEN)) as base:
            channel.send(base)
            await asyncio.Event().wait()

    asyncio.run(main())


class RealSize(httpx.AsyncBaseTransport):
    """Grows the medicines report to its real size and changes bytes that mean nothing, cycle by cycle."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.cycle = 0
        self._grown = b""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cycle % 2:
            request.headers.pop("If-None-Match", None)
            request.headers.pop("If-Modified-Since", None)
        answer = await self._inner.handle_async_request(request)
        kind = answer.headers.get("content-type", "")
        if answer.status_code != 200 or not any(word in kind for word in ("html", "json")):
            return answer
        body = await answer.aread()
        if "medicines_json" in request.url.path:
            body = self._grow(body)
        blank = b" " * (self.cycle % 2)
        headers = {"content-type": kind}
        return httpx.Response(200, headers=headers, content=body + blank, request=request)

    def _grow(self, body: bytes) -> bytes:
        if not self._grown:
            report = json.loads(body)
            other = dict.fromkeys(report["data"][0], "a value of ordinary length, as most of them are")
            report["data"] += [
                other | {"ema_product_number": f"EMEA/H/C/9{n:05}", "category": "Human", "name_of_medicine": f"M{n}"}
                for n in range(ROWS - len(report["data"]))
            ]
            report["meta"]["total_records"] = len(report["data"])
            self._grown = json.dumps(report).encode()
        return self._grown


def peak() -> float:
    """Peak resident memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def watch(base: str, cycles: int, channel: Connection) -> None:
    """Do the daemon's work for so many cycles of twelve hours."""
    from regwatch.service.assembly import Assembly, read_watchlist
    from regwatch.service.daemon import Daemon
    from regwatch.service.mail import Post
    from regwatch.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), sources=WATCHLIST, contact="bench@example.org")
        clock = DrivenClock(THEN)
        transport = RealSize(LoopbackTransport(base))
        policy = Policy(contact="bench@example.org", gap=0)
        async with Assembly.open(
            settings, read_watchlist(settings), clock=clock, transport=transport, policy=policy
        ) as assembly:
            Daemon(assembly)
            post = Post.of(settings, assembly.database, clock)
            post.start(assembly.watchlist)
            seen = {}
            for cycle in range(1, cycles + 1):
                transport.cycle = cycle
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


def work(base: str, cycles: int, channel: Connection) -> None:
    """The measured process."""
    asyncio.run(watch(base, cycles, channel))


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
    measured = context.Process(target=work, args=(base, wanted.cycles, theirs))
    measured.start()
    seen, sources, troubled = ours.recv()
    measured.join()
    print(f"{sources} sources, {len(troubled)} in trouble{': ' + ', '.join(troubled) if troubled else ''}")
    for cycle, megabytes in seen.items():
        print(f"after cycle {cycle}: peak {megabytes:.0f} MB")
    publishers.terminate()


if __name__ == "__main__":
    main()
