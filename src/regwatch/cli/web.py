"""`regwatch web` and `regwatch export`: the public board, served or written to files."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from regwatch.cli.output import say
from regwatch.cli.story_clock import clock_of
from regwatch.clock import DrivenClock
from regwatch.errors import ConfigError, UsageError
from regwatch.service.assembly import read_watchlist
from regwatch.settings import Settings, load_settings
from regwatch.watchlist import Watchlist

Port = Annotated[int, typer.Option(min=1, max=65_535, help="Port of the public board.")]


def web(
    host: Annotated[str, typer.Option(help="Address to listen at; leave it on loopback behind a proxy.")] = "127.0.0.1",
    port: Port = 8080,
    operator_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the operator's pages and metrics on 127.0.0.1; 0: none.")
    ] = 8081,
) -> None:
    """Serve the board, its feeds and data until stopped. Only sign-ups are written; a running daemon mails them."""
    from regwatch.board.site import Site
    from regwatch.board.web_server import serve  # the daemon must not load what the board is made with
    from regwatch.service.logs import configure
    from regwatch.service.sign_up import desk_of, sign_up

    settings = load_settings()
    configure(shape=settings.log_format, level=settings.log_level)
    base = settings.base_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    clock = clock_of(settings)
    for place in [(host, port), *([("127.0.0.1", operator_port)] if operator_port else [])]:
        _make_sure_of(*place)
    site = Site(settings, reread(settings), clock, base)
    say(f"The board is at {base}/" + (f", yours at http://127.0.0.1:{operator_port}/operator" if operator_port else ""))
    if isinstance(clock, DrivenClock):
        say(f"This is the demo's story, shown as of {clock.now():%-d %B %Y}: nothing here is of today.")
    try:
        desk = desk_of(site)
        with suppress(KeyboardInterrupt):  # uvicorn ends in order, and then raises the signal again
            asyncio.run(serve(site, host, port, operator_port, [sign_up(desk)], desk))
    finally:
        site.close()


def _make_sure_of(host: str, port: int) -> None:
    """Raises `UsageError` where nobody can listen there: the server itself would end with a log and no sentence."""
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        socket.create_server((host, port), family=family).close()
    except (OSError, UnicodeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no name of a machine"
        raise UsageError(f"the board cannot be served at {host or '*'}:{port}: {why}") from error


def export(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; files in it are replaced.")],
) -> None:
    """Write the board, its feeds and data as files for any web host."""
    from regwatch.board.export import export as write
    from regwatch.board.site import Site

    settings = load_settings()
    site = Site(settings, reread(settings), clock_of(settings), settings.base_url or "http://localhost", frozen=True)
    try:
        say(f"{write(site, directory)} files are in {directory}")
    finally:
        site.close()


def reread(settings: Settings) -> Callable[[], Watchlist]:
    """The watchlist, read again when its file changes; a faulty new one is passed over.

    Raises `ConfigError` if the first one is faulty.
    """
    known, stamp = read_watchlist(settings), _stamp(settings.sources)

    def current() -> Watchlist:
        nonlocal known, stamp
        now = _stamp(settings.sources)
        if now != stamp:
            stamp = now
            try:
                known = read_watchlist(settings)
            except ConfigError:
                return known
        return known

    return current


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = os.stat(file)
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
