"""From a request to a document, or to a typed trouble: the only room of the house that talks to publishers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Protocol

import httpcore
import httpx

from regwatch.clock import Clock
from regwatch.errors import (
    BlockedPage,
    Disallowed,
    Moved,
    RateLimited,
    ServerError,
    TimedOut,
    TooManyRedirects,
    Unreachable,
)
from regwatch.fetch.address import Address, Cookies, address, target
from regwatch.fetch.answer import Answer
from regwatch.fetch.body import BROKEN_OFF, read_rules, read_start, read_whole
from regwatch.fetch.guard import CheckedTransport
from regwatch.fetch.page_traits import FIRST
from regwatch.fetch.policy import Policy
from regwatch.fetch.politeness import Lanes, Queues, http_date, retry_after
from regwatch.fetch.recognise import is_wall_address, recognise
from regwatch.fetch.robots import Robots
from regwatch.model import Document, Request, Source

__all__ = ["Fetched", "Fetcher", "Fetches", "Policy", "Validators"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GOOD = frozenset({200, 203})
_TIMEOUTS = (httpx.TimeoutException, httpcore.TimeoutException)
_RAW_HEADERS = list[tuple[bytes, bytes]]
_Body = Callable[[httpx.Response, str], Awaitable[bytes]]
"""What is read of an answer, whose address is given for messages."""


@dataclass(frozen=True)
class Validators:
    """What tells whether a page is still the one that was read, kept between polls for each URL asked for.

    `etag` and `last_modified` are those of the server, byte for byte (Latin-1), never a clock of ours: a page that is
    back-dated would be missed otherwise. They are None where a redirect answered: a validator of one page must not be
    shown to another. `sha256` is that of the decompressed body, in hexadecimal.
    """

    etag: str | None = None
    last_modified: str | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Fetched:
    """The outcome of a fetch that went well. `document` is None if, and only if, nothing has changed.

    `whole` tells whether the page itself came: without it nothing is known but the server's word.
    """

    document: Document | None
    validators: Validators
    not_modified: bool
    whole: bool = True


class Fetches(Protocol):
    """What a look needs of the fetcher."""

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        """One document, or the news that it is unchanged; raises `SourceTrouble`."""
        ...


class Fetcher:
    """Asks publishers for pages: politely, conditionally, within bounds, and never for a page of a private network.

    One for the whole process: it holds the connections, the turns at each host and the robots.txt files. `transport`
    replaces the way to the network, the check of addresses included; `queues` are those that other processes stand in,
    too.
    """

    def __init__(
        self,
        policy: Policy,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        queues: Queues | None = None,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._transport = transport or CheckedTransport(policy)
        self._lanes: Queues = queues or Lanes(policy, clock)
        self._slots = asyncio.Semaphore(policy.total)
        self._robots = Robots(policy, clock, self._get_robots) if policy.robots else None
        self._timeouts = {
            "timeout": {
                "connect": policy.connect_timeout,
                "read": policy.read_timeout,
                "write": policy.read_timeout,
                "pool": policy.deadline,
            }
        }
        self._headers = [(b"User-Agent", policy.user_agent.encode("ascii")), (b"Accept-Encoding", b"gzip")]

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        """Ask for one page. `known` is what was kept of it when it was last read.

        Raises a `SourceTrouble` with one clear sentence for everything that is not the page, or its being unchanged.
        """
        conditions = _conditions(known)
        answer = await self._follow(request.url, request.accept, conditions)
        if answer.status == 304 and known is not None and conditions and not answer.hops:
            return Fetched(None, known, not_modified=True, whole=False)
        digest = ""
        if answer.status in _GOOD:
            digest = hashlib.sha256(answer.body).hexdigest()
            if known is not None and known.sha256 == digest:
                return Fetched(None, self._validators(answer, digest), not_modified=True)
        trouble = recognise(answer, request.accept, self._clock.now())
        if trouble is not None:
            raise trouble
        return Fetched(self._document(source, request, answer), self._validators(answer, digest), not_modified=False)

    def _validators(self, answer: Answer, digest: str) -> Validators:
        """What to show the next time. A time of change that is still to come would answer every question with no."""
        if answer.hops:
            return Validators(sha256=digest)
        changed = answer.raw_header(b"last-modified")
        ahead = changed is not None and (told := http_date(changed)) is not None and told > self._clock.now()
        return Validators(answer.raw_header(b"etag"), None if ahead else changed, digest)

    def _document(self, source: Source, request: Request, answer: Answer) -> Document:
        return Document(
            source=source,
            request=request,
            final_url=answer.url,
            body=answer.body,
            content_type=answer.media_type,
            fetched_at=self._clock.now(),
            charset=answer.charset,
            hops=answer.hops,
        )

    async def _follow(self, asked: str, accept: str, conditions: _RAW_HEADERS, *, rules: bool = False) -> Answer:
        """Ask, and follow the redirects ourselves: each hop is checked, polite and recorded. `rules`: a robots.txt is
        asked for, which no other robots.txt forbids; one that leads to where we do not go has `Moved`.
        """
        left = self._policy.deadline
        hops: list[str] = []
        here, cookies = address(asked), Cookies()
        plain = [*self._headers, (b"Accept", accept.encode("latin-1", "replace"))]
        headers, body_of = plain + conditions, self._rules if rules else self._body
        while True:
            if not rules and self._robots is not None:
                delay = await self._robots.check(here.origin, here.text)
                if delay:
                    self._lanes.of(here.host).widen_gap(delay)
            try:
                status, answered, body, took = await self._take_turn(here, headers, left, body_of)
            except Disallowed as error:
                raise (Moved(error.message) if rules and hops else error) from error
            left -= took
            if status not in _REDIRECTS:
                return Answer(asked, here.text if hops else asked, status, answered, body, tuple(hops))
            there = target(here, answered, downgrade=rules)
            hops.append(there.text)
            if is_wall_address(there.text):
                raise BlockedPage(f"{asked} was turned away by a bot wall: it was sent to {there.text}")
            if len(hops) > self._policy.max_redirects:
                raise TooManyRedirects(f"{asked} was sent on more than {self._policy.max_redirects} times")
            cookies.take(here, answered)
            here, headers = there, plain + cookies.header(there)

    async def _take_turn(
        self, here: Address, headers: _RAW_HEADERS, left: float, body_of: _Body
    ) -> tuple[int, httpx.Headers, bytes, float]:
        """Wait for our turn at the host, make one exchange, and note when the host wants to be left alone.

        Returns status, headers, body and the seconds that the exchange took.
        """
        lane = self._lanes.of(here.host)
        async with lane.turn(), self._slots:
            started = asyncio.get_running_loop().time()
            status, answered, body = await self._exchange(here, headers, left, body_of)
            took = asyncio.get_running_loop().time() - started
        if status in (429, 503):
            wait = retry_after(answered.get("retry-after"), self._clock.now())
            if wait is None and status == 429:
                wait = timedelta(seconds=self._policy.hold)
            if wait:
                await lane.hold(wait)
        return status, answered, body, took

    async def _exchange(
        self, here: Address, headers: _RAW_HEADERS, left: float, body_of: _Body
    ) -> tuple[int, httpx.Headers, bytes]:
        """One request and its answer, within `left` seconds, every failure told as a trouble."""
        request = httpx.Request("GET", here.url, headers=headers, extensions=self._timeouts)
        where = here.text
        try:
            async with asyncio.timeout(left):
                response = await self._transport.handle_async_request(request)
                try:
                    return response.status_code, response.headers, await body_of(response, where)
                finally:
                    await response.aclose()
        except (Disallowed, Unreachable) as error:
            raise type(error)(f"{where} cannot be asked for: {error.message}") from error
        except TimeoutError as error:
            raise TimedOut(f"{where} did not come whole within {self._policy.deadline:g} s") from error
        except _TIMEOUTS as error:
            raise TimedOut(f"{where} did not answer in time ({type(error).__name__})") from error
        except (httpx.RemoteProtocolError, httpcore.RemoteProtocolError) as error:
            raise Unreachable(f"the server broke off or did not speak HTTP when asked for {where}: {error}") from error
        except (*BROKEN_OFF, httpx.TransportError, OSError) as error:
            raise Unreachable(f"the server of {where} could not be reached: {error or type(error).__name__}") from error

    async def _body(self, response: httpx.Response, where: str) -> bytes:
        status = response.status_code
        if status in _REDIRECTS:
            return b""
        if status in _GOOD or status == 304:
            return await read_whole(response, where, self._policy.max_bytes)
        return await read_start(response, where, FIRST)

    async def _rules(self, response: httpx.Response, where: str) -> bytes:
        if response.status_code in _REDIRECTS:
            return b""
        good = response.status_code in _GOOD
        return await read_rules(response, where) if good else await read_start(response, where, FIRST)

    async def _get_robots(self, url: str) -> tuple[int, bytes]:
        answer = await self._follow(url, "text/plain,*/*;q=0.5", [], rules=True)
        if answer.status == 429:
            after = retry_after(answer.raw_header(b"retry-after"), self._clock.now())
            raise RateLimited(f"{url} asked us to come back later (HTTP 429)", after=after)
        if answer.status >= 500:
            raise ServerError(f"{url} failed on the server's side (HTTP {answer.status})")
        return answer.status, answer.body


def _conditions(known: Validators | None) -> _RAW_HEADERS:
    headers: _RAW_HEADERS = []
    if known is not None and known.sha256:
        if known.etag is not None:
            headers.append((b"If-None-Match", known.etag.encode("latin-1")))
        if known.last_modified is not None:
            headers.append((b"If-Modified-Since", known.last_modified.encode("latin-1")))
    return headers
