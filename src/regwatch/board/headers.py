"""The headers of every answer: nothing foreign is loaded, nothing is framed, no address is passed on.

After the OWASP Secure Headers Project. HSTS belongs to the proxy that ends TLS. Nothing here ever sets a cookie.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OPEN = ("/api/", "/feeds/", "/badge/", "/dates.ics")
"""Paths that other sites may read from their pages."""
PRIVATE = ("/subscribe", "/c/", "/u/", "/m/", "/operator")
"""Paths of one person or of the operator: kept nowhere, found by no search engine, whatever the answer is."""


class SecurityHeaders:
    """ASGI middleware: adds the headers; opens data to other sites for GET; answers their preflight requests."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and its answer back with the headers."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        path: str = scope["path"]
        private = path.startswith(PRIVATE)
        shared = not private and (path.startswith(OPEN) or path.endswith((".svg", ".ics", ".txt")))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add(MutableHeaders(scope=message), shared=shared, private=private)
            await send(message)

        if shared and scope["method"] == "OPTIONS":
            await with_headers({"type": "http.response.start", "status": 204, "headers": _preflight()})
            return await with_headers({"type": "http.response.body", "body": b""})
        return await self._app(scope, receive, with_headers)


class Beneath:
    """ASGI middleware: takes the path of the public address off, for proxies that pass it on as well as for others."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under the path that the application knows."""
        if scope["type"] == "http" and self._prefix and f"{scope['path']}/".startswith(f"{self._prefix}/"):
            scope = {**scope, "path": scope["path"].removeprefix(self._prefix) or "/"}
        await self._app(scope, receive, send)


def _add(headers: MutableHeaders, *, shared: bool, private: bool) -> None:
    for name, value in ALWAYS.items():
        headers[name] = value
    headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    if shared:
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = "ETag"
    if private:
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex, nofollow"
    headers.setdefault("Cache-Control", "no-store")


def _preflight() -> list[tuple[bytes, bytes]]:
    return [
        (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
        (b"access-control-allow-headers", b"If-None-Match"),
        (b"access-control-max-age", b"86400"),
        (b"allow", b"GET, HEAD, OPTIONS"),
    ]
