"""The board as files, for any web host: it stays up when the daemon is down, and shows when it was written.

A page `/t/x` becomes `t/x/index.html`; links between pages become relative, so that the folder can lie anywhere.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from regwatch.board import html_pages
from regwatch.board.app import create_app
from regwatch.board.paging import path_of
from regwatch.board.site import Site
from regwatch.errors import StoreError, StoreUnwritable
from regwatch.ledger import queries

_LINK = re.compile(r'\b(href|src)="(/[^"]*)"')
_INSIDE = "http://board.invalid"


def paths(site: Site) -> Iterator[str]:
    """Every address of the board."""
    yield from ("/", "/about", "/follow", "/feeds/all.atom", "/dates.ics", "/static/style.css", "/static/icon.svg")
    yield from ("/api/v1/board", "/api/v1/topics", "/api/v1/authorities", "/api/v1/sources", "/api/v1/transitions")
    yield "/api/v1/openapi.json"
    with site.view() as view:
        for base, further, count in html_pages.long_lists(view):
            yield from (path_of(base, number, further) for number in range(2, count + 1))
        for topic in view.topics:
            yield from (
                f"/t/{topic.id}",
                f"/t/{topic.id}.txt",
                f"/t/{topic.id}/timeline.svg",
                f"/t/{topic.id}/dates.ics",
            )
            yield f"/feeds/topic/{topic.id}/background.atom"
            yield from (f"/feeds/topic/{topic.id}.atom", f"/api/v1/topics/{topic.id}")
        board = view.board(view.topics)
        for cell in board:
            place = f"{cell.topic}/{cell.authority.lower()}"
            yield from (f"/t/{place}", f"/badge/{place}.svg")
        for code in dict.fromkeys(cell.authority for cell in board):
            yield f"/feeds/authority/{code.lower()}.atom"
        for number in queries.every_transition(view.session):
            yield from (f"/transition/{number}", f"/api/v1/transitions/{number}")


def export(site: Site, folder: Path) -> int:
    """Write the whole board into a folder; gives the number of files. The site must be `frozen`.

    Raises `StoreError` where the ledger cannot be read or the folder not be written.
    """
    return asyncio.run(_export(site, folder))


async def _export(site: Site, folder: Path) -> int:
    every = list(dict.fromkeys(paths(site)))
    transport = httpx.ASGITransport(create_app(site))
    async with httpx.AsyncClient(transport=transport, base_url=_INSIDE) as client:
        for path in every:
            answer = await client.get(path)
            if answer.status_code != 200:
                raise StoreError(f"the page {path} could not be made: {answer.status_code}")
            target = folder / file_of(path)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_placed(answer, path, site.prefix))
            except OSError as error:
                raise StoreUnwritable(f"{target} cannot be written: {error.strerror}") from error
    return len(every)


def file_of(path: str) -> PurePosixPath:
    """The file that an address is written to."""
    bare = PurePosixPath(unquote(urlsplit(path).path).lstrip("/"))
    if bare.parts[:2] == ("api", "v1"):
        return bare if bare.suffix == ".json" else bare.with_name(f"{bare.name}.json")
    return bare if bare.suffix else bare / "index.html"


def _placed(answer: httpx.Response, path: str, prefix: str) -> bytes:
    if not answer.headers["content-type"].startswith("text/html"):
        return answer.content
    here = file_of(path).parent

    def relative(found: re.Match[str]) -> str:
        target = file_of(found[2].removeprefix(prefix) or "/")
        return f'{found[1]}="{os.path.relpath(target, here)}"'

    return _LINK.sub(relative, answer.text).encode()
