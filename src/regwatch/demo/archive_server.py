"""An HTTP server on loopback that answers for every host in the archive, at the present time of a driven clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus

from regwatch.clock import Clock
from regwatch.demo.archive import DemoArchive, PageState

_HEAD_LIMIT = 16_384
_NOT_FOUND = (
    b'<!DOCTYPE html>\n<html lang="en"><head><title>Page not found</title></head>'
    b"<body><h1>Page not found</h1><p>There is no page at this address.</p></body></html>\n"
)


@asynccontextmanager
async def serving(archive: DemoArchive, clock: Clock) -> AsyncIterator[str]:
    """Serve the archive on a free port of 127.0.0.1; gives the base URL, such as `http://127.0.0.1:40001`."""
    visits: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while await _answer(archive, clock, reader, writer):
                pass
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits[asyncio.create_task(visit(reader, writer))] = writer

    server = await asyncio.start_server(welcome, "127.0.0.1", 0, limit=_HEAD_LIMIT)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in visits.values():
            writer.close()
        await asyncio.gather(*visits)


async def _answer(
    archive: DemoArchive, clock: Clock, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Answer one request; whether the connection stays open for another."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    asked = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    page = archive.find(asked.get("host", ""), target)
    state = page.at(clock.now()) if page else None
    status, headers, body = _response(state, asked)
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    if status is not HTTPStatus.NOT_MODIFIED:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1"))
    if method != "HEAD":
        writer.write(body)
    await writer.drain()
    return asked.get("connection", "").lower() != "close"


def _response(state: PageState | None, asked: Mapping[str, str]) -> tuple[HTTPStatus, Mapping[str, str], bytes]:
    if state is None or state.status == HTTPStatus.NOT_FOUND:
        return HTTPStatus.NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"}, _NOT_FOUND
    if state.status == HTTPStatus.OK and _unchanged(state, asked):
        kept = {name: value for name, value in state.headers.items() if name in ("ETag", "Last-Modified")}
        return HTTPStatus.NOT_MODIFIED, kept, b""
    return HTTPStatus(state.status), state.headers, state.body


def _unchanged(state: PageState, asked: Mapping[str, str]) -> bool:
    """Whether the validators sent are those of the state (RFC 9110 section 13.2.2: an entity tag goes first)."""
    if "if-none-match" in asked and "ETag" in state.headers:
        return state.headers["ETag"] in [tag.strip() for tag in asked["if-none-match"].split(",")]
    since = state.headers.get("Last-Modified")
    return since is not None and asked.get("if-modified-since") == since
