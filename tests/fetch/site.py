"""A small web server that misbehaves on request, and a visit to it with the real client over a real socket."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from regwatch.clock import Clock, DrivenClock
from regwatch.fetch.client import Fetched, Fetcher, Policy, Validators
from regwatch.model import Request, Source

NOON = datetime(2025, 9, 22, 12, 0, tzinfo=UTC)
SOURCE = Source(id="a-source", adapter="page", publisher="Example", url="", topics=())
PAGE = b"<!doctype html><html><head><title>A page</title></head><body><h1>A page</h1><p>In progress.</p></body></html>"


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, header names in lower case."""

    path: str
    headers: dict[str, str]


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def reply(status: int = 200, body: bytes = PAGE, kind: str = "text/html; charset=utf-8", **headers: str) -> Behaviour:
    """Answer as a good server does; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


def packed(body: bytes = PAGE, cut: int | None = None) -> Behaviour:
    """Answer compressed, with the last bytes of the compressed stream left out if `cut` is negative."""
    return reply(body=gzip.compress(body)[:cut], Content_Encoding="gzip")


def sent_on(to: str, status: int = 302) -> Behaviour:
    """Redirect."""
    return reply(status, b"", "", Location=to)


def raw(*pieces: bytes, pause: float = 0.0, close: bool = False) -> Behaviour:
    """Send these bytes, with a pause before each, and perhaps hang up."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            if pause:
                await asyncio.sleep(pause)
            writer.write(piece)
            await writer.drain()
        if close:
            writer.close()

    return behave


def conditional(body: bytes = PAGE, etag: str = "", last_modified: str = "") -> Behaviour:
    """Answer 304 if, and only if, every validator that there is comes back byte for byte."""
    validators = {"ETag": etag, "Last_Modified": last_modified}
    given = {name: value for name, value in validators.items() if value}

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        same = asked.headers.get("if-none-match", "") == etag
        same = same and asked.headers.get("if-modified-since", "") == last_modified
        if same:
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            await reply(200, body, **given)(asked, writer)

    return behave


@dataclass
class Site:
    """Paths and how they behave. Everything else, robots.txt included, is answered with 404."""

    pages: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    busy: int = 0
    busiest: int = 0
    tasks: set[asyncio.Task[None] | None] = field(default_factory=set)

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def url(self, path: str = "/page", host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"http://{host}:{self.port}{path}"

    async def __aenter__(self) -> Site:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._server.close()
        tasks = [task for task in self.tasks if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        try:
            while not writer.is_closing():
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
                asked = Asked(head[0].split(" ")[1], headers)
                self.asked.append(asked)
                self.busy += 1
                self.busiest = max(self.busiest, self.busy)
                try:
                    await self.pages.get(asked.path, reply(404, b"nothing here", "text/plain"))(asked, writer)
                finally:
                    self.busy -= 1
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()


def policy(**changes: Any) -> Policy:
    """A policy for tests: this machine allowed, no waiting."""
    return replace(Policy(contact="watch@example.org", gap=0.0, allow_private=True), **changes)


async def visit(
    site: Site,
    path: str = "/page",
    known: Validators | None = None,
    *,
    accept: str | None = None,
    clock: Clock | None = None,
    **changes: Any,
) -> Fetched:
    """Fetch one page of a site that is up."""
    async with Fetcher(policy(**changes), clock or DrivenClock(NOON)) as fetcher:
        url = path if "://" in path else site.url(path)
        return await fetcher.fetch(SOURCE, Request(url, accept=accept) if accept else Request(url), known)


def look(behaviour: Behaviour, known: Validators | None = None, **changes: Any) -> Fetched:
    """Fetch one page that behaves so, from a server that is up for that long."""

    async def story() -> Fetched:
        async with Site({"/page": behaviour}) as site:
            return await visit(site, known=known, **changes)

    return asyncio.run(story())
