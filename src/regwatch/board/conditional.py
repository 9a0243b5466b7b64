"""Conditional requests: a page that has not changed is neither rendered nor sent again (RFC 9110 section 13).

The strong entity tag of a page is made from the version of the data it shows, of the watchlist and of the software and
its templates. The same version is rendered once, however many ask.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from regwatch.board.site import Moment, Site
from regwatch.errors import StoreError
from regwatch.watchlist import Watchlist

LEDGER_ONLY = ("/feeds/", "/badge/", "/dates.ics", "/api/v1/transitions", "/api/v1/authorities", "/api/v1/topics")
"""Paths whose content changes with the log only, not with every poll."""
PUBLIC = (*LEDGER_ONLY, "/page/", "/t/", "/transition/", "/about", "/follow", "/api", "/static/")

_CACHE_CONTROL = b"public, max-age=60, stale-while-revalidate=600"
_KEPT_BYTES = 16 * 2**20
_DATED = 1024


@dataclass(frozen=True)
class CachedAnswer:
    """One rendered answer."""

    tag: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Conditional:
    """ASGI middleware: tags public pages, answers 304 before rendering, turns HEAD into GET without its body."""

    def __init__(self, app: ASGIApp, site: Site, software: str, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = [one for one in routes if isinstance(one, APIRoute)]
        self._site = site
        self._software = software
        self._known: tuple[Moment, tuple[str, str]] | None = None
        self._watched: tuple[Watchlist, str] | None = None
        self._kept: OrderedDict[str, CachedAnswer] = OrderedDict()
        self._kept_bytes = 0
        self._since: OrderedDict[str, tuple[str, str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is known, else from the application."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        head = scope["method"] == "HEAD"
        if head:
            scope = {**scope, "method": "GET"}
        tag = await self._tag(scope["path"])
        if not tag:
            return await self._app(scope, receive, _Bodiless(send) if head else send)
        scope, address = self._normalised(scope)
        validators = [(b"etag", tag.encode()), (b"last-modified", self._modified(address, tag).encode())]
        if _holds(Headers(scope=scope), tag, validators[1][1].decode()):
            return await _answer(send, 304, [*validators, (b"cache-control", _CACHE_CONTROL)], b"")
        kept = self._kept.get(address)
        if kept is None or kept.tag != tag:
            catch = _Catch()
            await self._app(scope, receive, catch)
            if catch.status != 200:
                return await _answer(send, catch.status, catch.headers, b"" if head else catch.body)
            kept = CachedAnswer(tag, [*_cacheable(catch.headers), *validators], catch.body)
            self._keep(address, kept)
        return await _answer(send, 200, kept.headers, b"" if head else kept.body)

    def _normalised(self, scope: Scope) -> tuple[Scope, str]:
        """The request with only those parameters that its path reads, in one order, each once; and its whole address.

        Whoever writes other words behind an address gets the answer that is kept, instead of having it made anew.
        """
        if not scope["query_string"]:
            return scope, scope["path"]
        route = next((one for one in self._routes if one.matches(scope)[0] is Match.FULL), None)
        known = {one.alias for one in route.dependant.query_params} if route else set()
        pairs = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        query = urlencode(sorted(pair for pair in pairs.items() if pair[0] in known))
        return {**scope, "query_string": query.encode()}, f"{scope['path']}?{query}" if query else scope["path"]

    async def _tag(self, path: str) -> str:
        """The strong entity tag of an address; "" for one that is not public, or while nothing can be read."""
        if path != "/" and not path.startswith(PUBLIC):
            return ""
        try:
            version = "" if path.startswith("/static/") else await self._version(path.startswith(LEDGER_ONLY))
        except StoreError:
            return ""
        found = hashlib.sha256("\n".join((self._software, path, version)).encode())
        return f'"{found.hexdigest()[:32]}"'

    async def _version(self, ledger_only: bool) -> str:
        moment = self._site.moment()
        if moment is None or self._known is None or not self._known[0].same(moment):
            versions = await run_in_threadpool(self._versions)
            # Asked before the database was read: should somebody write in between, the next request reads again.
            self._known = (moment, versions) if moment else None
        else:
            versions = self._known[1]
        return versions[0] if ledger_only else versions[1]

    def _versions(self) -> tuple[str, str]:
        with self._site.view() as view:
            if self._watched is None or self._watched[0] is not view.watchlist:
                words = repr((view.watchlist.topics, view.watchlist.sources))
                self._watched = view.watchlist, hashlib.sha256(words.encode()).hexdigest()
            return view.ledger_version + self._watched[1], view.page_version + self._watched[1]

    def _modified(self, place: str, tag: str) -> str:
        """When this process first gave the address with this tag: a second later than the version before it."""
        known = self._since.get(place)
        if known and known[0] == tag:
            return known[1]
        now = self._site.clock.now().replace(microsecond=0)
        if known:
            now = max(now, parsedate_to_datetime(known[1]) + timedelta(seconds=1))
        self._since[place] = (tag, format_datetime(now, usegmt=True))
        self._since.move_to_end(place)
        while len(self._since) > _DATED:
            self._since.popitem(last=False)
        return self._since[place][1]

    def _keep(self, address: str, kept: CachedAnswer) -> None:
        before = self._kept.pop(address, None)
        self._kept[address] = kept
        self._kept_bytes += len(kept.body) - (len(before.body) if before else 0)
        while self._kept_bytes > _KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1].body)


class _Catch:
    """Takes an answer instead of sending it."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class _Bodiless:
    """Sends an answer without its body."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        await self._send({**message, "body": b""} if message["type"] == "http.response.body" else message)


def _holds(headers: Headers, tag: str, modified: str) -> bool:
    """Whether the client has this version. Tags compare weakly, because proxies that compress make them weak.

    A date counts only if it is exactly the one that we gave, and only without a tag (RFC 9110 section 13.1.3).
    """
    if "if-none-match" in headers:
        return tag in {one.strip().removeprefix("W/") for one in headers["if-none-match"][:4000].split(",")}
    return headers.get("if-modified-since") == modified


def _cacheable(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    named = any(name == b"cache-control" for name, _ in headers)
    return headers if named else [*headers, (b"cache-control", _CACHE_CONTROL)]


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
