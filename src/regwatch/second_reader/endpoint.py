"""The way to the second reader: one POST to `<address>/chat/completions`, on this machine or elsewhere.

The address is the operator's own, so it may be a private one; it is never redirected and takes no proxy from the
environment. What comes back is a stranger's text: bounded, and repeated only in short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from regwatch.clock import Clock
from regwatch.errors import (
    SecondReaderLate,
    SecondReaderMalformed,
    SecondReaderRefused,
    SecondReaderUnreachable,
    SourceTrouble,
)
from regwatch.fetch.body import read_whole
from regwatch.fetch.politeness import retry_after
from regwatch.second_reader.model_answer import content_of
from regwatch.second_reader.question import Question

MOST_BYTES = 262_144
"""Bytes of an answer."""

MOST_TOKENS = 2_000
"""Tokens of an answer: a model that writes without end costs no more."""

_SHOWN = 160
_MAY_BE_DECLINED = ("max_completion_tokens", "max_tokens", "temperature", "response_format")
"""Options that some servers do not know, or name otherwise: the question is asked again without the one they name."""


class _Listed(BaseModel):
    id: str


class _Models(BaseModel):
    data: tuple[_Listed, ...]


class Endpoint:
    """One server. `key` is sent as a bearer token and never shown; a silence of `seconds` ends a request."""

    def __init__(self, url: str, key: str, clock: Clock, seconds: float) -> None:
        self.url = url
        self._key = key
        self._clock = clock
        self._seconds = seconds
        self._opened: httpx.AsyncClient | None = None
        self._declined: set[str] = set()

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.aclose()

    async def ask(self, question: Question, again: Callable[[], Awaitable[None]]) -> str:
        """What the model answers. `again` is awaited before each further request. Raises `SecondReaderTrouble`."""
        while True:
            status, headers, body = await self._exchange("POST", "chat/completions", self._request(question))
            if status == 200:
                return content_of(body)
            option = self._declines(status, body)
            if option is None:
                raise self._refusal(status, headers, body)
            self._declined.add(option)
            await again()

    async def models(self) -> frozenset[str] | None:
        """The models that the server has; None where it does not say. Costs nothing. Raises `SecondReaderTrouble`."""
        try:
            async with asyncio.timeout(self._seconds):
                status, headers, body = await self._exchange("GET", "models", None)
        except TimeoutError as error:
            raise SecondReaderLate(f"{self.url} did not answer within {self._seconds:g} s") from error
        if status in (404, 405, 501):
            return None
        if status != 200:
            raise self._refusal(status, headers, body)
        try:
            return frozenset(one.id for one in _Models.model_validate_json(body).data)
        except ValidationError:
            return None

    def _request(self, question: Question) -> dict[str, Any]:
        form = {"name": "events", "strict": True, "schema": question.schema}
        options: dict[str, Any] = {
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        if "max_tokens" in self._declined:
            options["max_completion_tokens"] = MOST_TOKENS
        left = {name: value for name, value in options.items() if name not in self._declined}
        return {"model": question.model, "messages": question.messages, **left}

    def _declines(self, status: int, body: bytes) -> str | None:
        """The option that the server does not take: the one it names, else the least known."""
        if status not in (400, 422):
            return None
        said = body.decode("utf-8", "replace").lower()
        open_ones = [name for name in _MAY_BE_DECLINED if name not in self._declined]
        if "max_tokens" not in self._declined:
            open_ones.remove("max_completion_tokens")
        named = next((name for name in open_ones if name in said), None)
        return named or ("response_format" if "response_format" in open_ones else None)

    async def _exchange(self, method: str, path: str, sent: Any) -> tuple[int, httpx.Headers, bytes]:
        """One request and its answer; how long it may take is the caller's to say."""
        where = f"{self.url}/{path}"
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            async with self._client().stream(method, where, json=sent, headers=headers) as response:
                return response.status_code, response.headers, await read_whole(response, where, MOST_BYTES)
        except httpx.TimeoutException as error:
            raise SecondReaderLate(f"{where} did not answer in time") from error
        except SourceTrouble as error:
            raise SecondReaderMalformed(error.message) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise SecondReaderUnreachable(f"{where} could not be reached: {error or type(error).__name__}") from error

    def _client(self) -> httpx.AsyncClient:
        if self._opened is None:
            self._opened = httpx.AsyncClient(verify=httpx.create_ssl_context(), timeout=self._seconds, trust_env=False)
        return self._opened

    def _refusal(self, status: int, headers: httpx.Headers, body: bytes) -> SecondReaderRefused:
        where = f"{self.url} (HTTP {status})"
        if status == 429:
            after = retry_after(headers.get("retry-after"), self._clock.now())
            return SecondReaderRefused(f"{where} asked us to come back later", after=after)
        if 300 <= status < 400:
            return SecondReaderRefused(f"{where} redirects: set REGWATCH_SECOND_READER_URL to where it leads")
        if status in (401, 403):
            return SecondReaderRefused(f"{where} does not take the key: set REGWATCH_SECOND_READER_KEY_FILE")
        return SecondReaderRefused(f"{where} refused the question: {self._shown(body)}")

    def _shown(self, body: bytes) -> str:
        """What the server said, in short, on one line and without the key."""
        said = body[:4000].decode("utf-8", "replace")
        said = said.replace(self._key, "***") if self._key else said
        return " ".join("".join(c if c.isprintable() else " " for c in said).split())[:_SHOWN] or "it does not say why"
