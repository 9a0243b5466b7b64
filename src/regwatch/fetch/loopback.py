"""Real HTTP to a server of our own in place of the publishers: for the demo, end-to-end tests and benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

import httpx


class LoopbackTransport(httpx.AsyncBaseTransport):
    """Sends requests for any host to a local server, which sees the original Host header.

    `routes` is the base URL of that server (`http://127.0.0.1:8000`), or one base URL for each host name; a host
    without one cannot be reached. Nothing is looked up in the DNS. `inner` carries the requests; plain httpx if None.
    """

    def __init__(self, routes: Mapping[str, str] | str, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._everything = httpx.URL(routes) if isinstance(routes, str) else None
        self._routes = {} if isinstance(routes, str) else {host: httpx.URL(base) for host, base in routes.items()}
        self._inner = inner or httpx.AsyncHTTPTransport(verify=False, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises `httpx.ConnectError` for a host without a route."""
        base = self._everything or self._routes.get(request.url.host)
        if base is None:
            raise httpx.ConnectError(f"no route to {request.url.host}", request=request)
        url = request.url.copy_with(scheme=base.scheme, host=base.host, port=base.port)
        moved = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return await self._inner.handle_async_request(moved)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await self._inner.aclose()
