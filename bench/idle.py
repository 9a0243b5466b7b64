"""What a daemon that waits costs: memory with so many sources, peak memory of their first poll, CPU of an idle hour.

    .venv/bin/python bench/idle.py [SOURCES ...]

For each number a process of its own loads what `regwatch run` loads, polls that many pages of 25 kB of as many hosts
once, over loopback, as the daemon's own sweep starts them, and then does an hour of the daemon's work in which nothing
is due. The floor is a process that has loaded sqlmodel, httpx, lxml, bs4 and apscheduler, and nothing of ours.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

HOUR = {"sweep": 360, "mail": 120, "keep_time": 6, "run_checks": 6, "cleanup": 2, "flush": 240}
PAGE = b"<html><body><main><h1>News</h1>" + b"<p>A paragraph of ordinary length.</p>" * 650 + b"</main></body></html>"


def resident() -> float:
    """Resident memory now, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def floor(channel: Connection) -> None:
    import apscheduler.schedulers.asyncio
    import bs4
    import httpx
    import lxml.html
    import sqlmodel

    assert all((apscheduler, bs4, httpx, lxml, sqlmodel))
    channel.send(resident())


def serve(channel: Connection) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                robots = b" /robots.txt" in head
                status, body = (b"404 Not Found", b"") if robots else (b"200 OK", PAGE)
                length = str(len(body)).encode()
                writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html\r\nContent-Length: " + length)
                writer.write(b"\r\n\r\n" + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        channel.send(server.sockets[0].getsockname()[1])
        async with server:
            await server.serve_forever()

    asyncio.run(main())


async def live(port: int, count: int, folder: str) -> tuple[float, float, float]:
    import regwatch.cli.main  # as the command does
    from regwatch.cli.watching import COLLECT_AFTER
    from regwatch.clock import DrivenClock, SystemClock
    from regwatch.fetch.client import Policy
    from regwatch.fetch.loopback import LoopbackTransport
    from regwatch.model import Indication, Source, Topic, Treatment
    from regwatch.service.assembly import Assembly
    from regwatch.service.daemon import Daemon
    from regwatch.service.logs import configure
    from regwatch.settings import Settings
    from regwatch.watchlist import Watchlist

    assert regwatch.cli.main.app
    gc.set_threshold(COLLECT_AFTER, 10, 10)
    configure(shape="json", level="error")
    topic = Topic("t", "Topic", Treatment("cabozantinib"), Indication("neuroendocrine tumours"))
    sources = tuple(
        Source(f"source-{n}", "page", "Bench", f"https://host-{n}.example.org/", ("t",), options={"select": "main"})
        for n in range(count)
    )
    settings = Settings(home=Path(folder), contact="bench@example.org")
    clock = DrivenClock(SystemClock().now())
    policy = Policy(contact="bench@example.org", gap=0)
    transport = LoopbackTransport(f"http://127.0.0.1:{port}")
    async with Assembly.open(
        settings, Watchlist((topic,), sources), clock=clock, transport=transport, policy=policy
    ) as assembly:
        daemon = Daemon(assembly)
        await daemon.sweep()
        while daemon._engine.running:
            await asyncio.sleep(0.1)
        await daemon.flush()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        for name in HOUR:
            await getattr(daemon, name)()
        gc.collect()
        kept, begun = resident(), time.process_time()
        for name, times in HOUR.items():
            for _ in range(times):
                clock.set(clock.now() + timedelta(seconds=1))
                await getattr(daemon, name)()
        return peak, kept, time.process_time() - begun


def work(port: int, count: int, channel: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        channel.send(asyncio.run(live(port, count, folder)))


def main() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    bare = context.Process(target=floor, args=(theirs,))
    bare.start()
    print(f"the libraries alone: {ours.recv():.0f} MB")
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    for count in map(int, sys.argv[1:] or ("13", "1000")):
        one = context.Process(target=work, args=(port, count, theirs))
        one.start()
        peak, kept, hour = ours.recv()
        one.join()
        print(f"{count:5} sources: first poll {peak:.0f} MB at most, then {kept:.0f} MB; an idle hour {hour:.2f} s CPU")
    server.terminate()


if __name__ == "__main__":
    main()
