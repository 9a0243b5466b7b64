"""Live polling, recorded: every answer that the fetch room gets is added to a web archive as it came over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx

from regwatch.clock import Clock
from regwatch.replay.warc import WarcFile


class RecordingTransport(httpx.AsyncBaseTransport):
    """The way to the network with a recorder in it. What is read of an answer is written when the answer is closed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, archive: WarcFile, clock: Clock) -> None:
        self._inner = inner
        self._archive = archive
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, and listen to its answer."""
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Tee(response, str(request.url), self._archive, self._clock),
            extensions=response.extensions,
            request=request,
        )

    async def aclose(self) -> None:
        """Close the way to the network; the archive stays open."""
        await self._inner.aclose()


class _Tee(httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response, url: str, archive: WarcFile, clock: Clock) -> None:
        self._response = response
        self._url = url
        self._archive = archive
        self._at = clock.now()
        self._heard: list[bytes] = []

    async def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._response.stream, httpx.AsyncByteStream)
        async for chunk in self._response.stream:
            self._heard.append(chunk)
            yield chunk

    async def aclose(self) -> None:
        status = f"{self._response.status_code} {self._response.reason_phrase}".strip()
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._response.headers.raw]
        self._archive.add(self._url, self._at, status, headers, b"".join(self._heard))
        await self._response.aclose()
