"""What a poll costs beside the HTTP request itself: of an unchanged page, and of a page that says something new.

    python bench/polls.py [--sources 1000] [--rounds 3]

A server in a process of its own serves one page for each source, with an ETag, over loopback. The floor asks for each
page with httpx and compares a hash; regwatch polls it: politeness, robots.txt, validators, outcome, books on disk.
Both run in this process, one after the other, in every round; figures are CPU time (user and system) per poll, and
what counts is their ratio: the machine may be shared and noisy. `304` pages answer conditional requests, `200`
pages send the same body each time, `new` pages have one other word in one of their items each time: 37 kB, 1,500 tags,
read, compared, classified and kept. Their floor also parses each page with lxml.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import hashlib
import multiprocessing
import resource
import statistics
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from lxml import html

from regwatch.adapters.registry import adapter
from regwatch.cli.watching import COLLECT_AFTER
from regwatch.clock import SystemClock
from regwatch.fetch.client import Fetcher, Policy
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.polling.outcome import Outcome
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook

AT_ONCE = 10
KINDS = ("304", "200", "new")
ITEM = (
    '<li class="item teaser"><a href="/news/{n}" class="teaser-link"><span>Notice {n} of a committee, in brief'
    "</span></a>"
    "<p>Nothing <b>new</b> today.<br/></p></li>\n"
)
PAGE = ("<!doctype html><html><head><title>News</title></head><body><main><h1>News</h1><ul>"
        + "".join(ITEM.format(n=n) for n in range(249))
        + "</ul><p>Edition 0</p></main></body></html>").encode()  # fmt: skip
ETAG = '"' + hashlib.sha256(PAGE).hexdigest()[:16] + '"'


def serve(channel: Connection) -> None:
    """Answer for ever: /304/... honours If-None-Match, /200/... never does, /new/... is another edition."""
    edition = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal edition
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if b" /robots.txt" in head[:40]:
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                elif b" /304/" in head[:20] and ETAG.encode() in head:
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG.encode() + b"\r\n\r\n")
                else:
                    edition += b" /new/" in head[:20]
                    page = PAGE.replace(b"Edition 0", f"Edition {edition}".encode())
                    tag = b"ETag: " + ETAG.encode() + b"\r\n" if b" /304/" in head[:20] else b""
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                        + tag
                        + b"Content-Length: "
                        + str(len(page)).encode()
                        + b"\r\n\r\n"
                        + page
                    )
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


def cpu() -> float:
    """Seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def floor(urls: list[str], kind: str) -> float:
    """A bare httpx loop: fetch, hash, compare; what is new is parsed."""
    seen: dict[str, str] = dict.fromkeys(urls, hashlib.sha256(PAGE).hexdigest())
    gate = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits) as client:

        async def one(url: str) -> None:
            async with gate:
                answer = await client.get(url, headers={"If-None-Match": ETAG} if kind == "304" else {})
                if answer.status_code == 200 and hashlib.sha256(answer.content).hexdigest() != seen[url]:
                    html.document_fromstring(answer.content)

        began = cpu()
        await asyncio.gather(*(one(url) for url in urls))
        return cpu() - began


async def polls(poller: Poller, sources: list[Source], expect: Outcome) -> float:
    """The same with regwatch, bookkeeping written to disk."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> None:
        async with gate:
            polled = await poller.poll(source)
            if polled.outcome is not expect:
                raise SystemExit(f"{source.id}: {polled.outcome} {polled.trouble}")

    began = cpu()
    await asyncio.gather(*(one(source) for source in sources))
    poller.book.flush()
    return cpu() - began


def sources_at(base: str, count: int) -> list[Source]:
    """Sources that the generic page adapter reads."""
    return [
        Source(
            id=f"source-{number}",
            adapter="page",
            publisher="Bench",
            url=f"{base}/{number}",
            topics=("t",),
            options={"select": "main"},
            watch=("cabozantinib",),
        )
        for number in range(count)
    ]


async def measure(base: str, kind: str, count: int, rounds: int) -> None:
    """Print one line for one kind of page."""
    topic = Topic("t", "Topic", Treatment("cabozantinib"), Indication("neuroendocrine tumours"))
    sources = sources_at(f"{base}/{kind}", count)
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.db'}")
        policy = Policy(contact="bench@example.org", gap=0, per_host=AT_ONCE, total=AT_ONCE, allow_private=True)
        async with Fetcher(policy, clock) as fetcher:
            poller = Poller(database, SourceBook(database), fetcher, clock, (topic,), adapter)
            await polls(poller, sources, Outcome.BASELINE)
            floors, ours = [], []
            for _ in range(rounds):
                gc.collect()
                floors.append(await floor([source.url for source in sources], kind))
                gc.collect()
                ours.append(await polls(poller, sources, Outcome.CHANGED if kind == "new" else Outcome.UNCHANGED))
        database.close()
    bare, full = statistics.median(floors) / count * 1000, statistics.median(ours) / count * 1000
    ratio = statistics.median(one / other for one, other in zip(ours, floors, strict=True))
    print(f"{kind}: httpx {bare:.3f} ms CPU a poll, regwatch {full:.3f} ms, ratio {ratio:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    wanted = parser.parse_args()
    gc.set_threshold(COLLECT_AFTER, 10, 10)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    base = f"http://127.0.0.1:{ours.recv()}"
    began = time.monotonic()
    for kind in wanted.kinds:
        asyncio.run(measure(base, kind, wanted.sources, wanted.rounds))
    print(f"{wanted.sources} sources, {wanted.rounds} rounds, {time.monotonic() - began:.0f} s")
    server.terminate()


if __name__ == "__main__":
    main()
