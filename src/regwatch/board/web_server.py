"""Serving the board with uvicorn: the public application, and on loopback the operator's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from fastapi import APIRouter

from regwatch.board.app import create_app, create_operator_app
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site

OPERATOR_HOST = "127.0.0.1"


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
