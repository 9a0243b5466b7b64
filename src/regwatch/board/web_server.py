"""Serving the board with uvicorn: the public application, and on loopback the operator's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import APIRouter
from uvicorn.protocols.http.h11_impl import H11Protocol

from regwatch.board.app import create_app, create_operator_app
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site

OPERATOR_HOST = "127.0.0.1"


class PatientProtocol(H11Protocol):
    """HTTP whose requests must come whole within a time, and whose answers must be read: half a request, or an answer
    that nobody takes, would hold its connection for ever, and many of them the board.
    """

    seconds = 15.0
    most = 400
    """Connections; beyond them whoever keeps us waiting longest goes. Fewer than `limit_concurrency` allows."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._seen: object = None
        self._look_again()
        if len(self.connections) > self.most:
            self._make_room()

    def _look_again(self) -> None:
        self._timer = self.loop.call_later(self.seconds, self._look)

    def _look(self) -> None:
        """Close a connection that keeps us waiting and is the same at two looks; making an answer may take its time."""
        if self.transport.is_closing():
            return
        now = (self.cycle, self.transport.get_write_buffer_size()) if self._keeps_us_waiting() else None
        if now is not None and now == self._seen:
            self._close()
            return
        self._seen = now
        self._look_again()

    def _keeps_us_waiting(self) -> bool:
        """Whether no whole request is there, or its answer lies here and is not read."""
        cycle = self.cycle
        whole = cycle is not None and not cycle.more_body
        return not whole or cycle.response_complete or self.transport.get_write_buffer_size() > 0

    def _make_room(self) -> None:
        waiting = [
            one
            for one in self.connections
            if isinstance(one, PatientProtocol) and not one.transport.is_closing() and one._keeps_us_waiting()
        ]
        if waiting:
            min(waiting, key=lambda one: one._since)._close()

    def _close(self) -> None:
        """What is not read is not waited for."""
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._timer.cancel()
        super().connection_lost(exc)


class _Quiet(uvicorn.Server):
    """The second server of a process: signals go to the first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def serve(
    site: Site,
    host: str,
    port: int,
    operator_port: int,
    further: Sequence[APIRouter] = (),
    desk: SignupContext | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. `operator_port` 0 leaves the operator's pages out; `further` are more pages, and
    `desk` is what the operator's pages write with.

    There is no access log: which page somebody reads is health data. Who asks counts for one thing only, the bound on
    sign-ups from one network, and X-Forwarded-For is believed of the proxies that the settings name, of nobody else.
    """
    public = uvicorn.Server(config(create_app(site, further, desk), host, port, site.settings.trusted_proxies))
    servers = [public]
    if operator_port:
        servers.append(_Quiet(config(create_operator_app(site, desk), OPERATOR_HOST, operator_port)))

    async def until_the_first_ends() -> None:
        await public.serve()
        for one in servers[1:]:
            one.should_exit = True

    await asyncio.gather(until_the_first_ends(), *(one.serve() for one in servers[1:]))


def config(app: object, host: str, port: int, trusted: str = "") -> uvicorn.Config:
    """How both are served. `trusted` are the networks of proxies, with commas between them."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=PatientProtocol,
        host=host,
        port=port,
        access_log=False,
        log_config=None,  # its lines become lines like ours
        log_level="warning",
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=trusted,
        lifespan="off",
        timeout_graceful_shutdown=10,
        limit_concurrency=500,
    )
