"""Serves the demo's board as it stood at the end of the story, with sign-up: to look at it, and for what checks it.

python tests/board/serving.py [COMMAND ...]    plays the demo into a folder that is removed afterwards, serves its
board, the operator's pages and the exported files on free ports of loopback, and runs the command, whose exit code it
takes, with the addresses in BOARD, OPERATOR and FILES, the folder in DEMO and the operator's token in TOKEN. Without a
command it serves until Ctrl-C.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from sqlmodel import col, select

from regwatch.adapters.registry import CATALOGUE
from regwatch.board.app import create_app, create_operator_app
from regwatch.board.export import export
from regwatch.board.site import Site
from regwatch.board.web_server import config
from regwatch.clock import DrivenClock
from regwatch.demo.story import END, demo_settings, tell
from regwatch.ledger.review import OPEN
from regwatch.service.sign_up import desk_of, sign_up
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow, Message
from regwatch.watchlist import load_watchlist

TOKEN = "sesame"


def demo_site(
    directory: Path, base: str = "https://board.example.org", *, frozen: bool = False, token: str = ""
) -> Site:
    """The site of a demo folder, at the demo's last day; with a token its operator decides in the browser."""
    settings = demo_settings(directory).model_copy(update={"operator_token": SecretStr(token)})
    watchlist = load_watchlist(settings.sources, CATALOGUE)
    return Site(settings, lambda: watchlist, DrivenClock(END), base, frozen=frozen)


@contextmanager
def in_background(app: object, port: int) -> Iterator[None]:
    """Serve an application on a port of loopback while the block lasts."""
    server = uvicorn.Server(config(app, "127.0.0.1", port))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def files_served(folder: Path, port: int) -> Iterator[None]:
    """Serve a folder as `python -m http.server` does."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask_twice(directory: Path) -> None:
    """As if what waits for the operator had been found by two sources, so that there are two to decide."""
    database = Database(demo_settings(directory).database)
    with database.session() as session:
        found = session.exec(select(FindingRow).where(FindingRow.review == OPEN)).first()
        assert found
        session.add(FindingRow(**found.model_dump(exclude={"id"})))
    database.close()


def refuse_a_mail(directory: Path) -> None:
    """As if the last mail of the demo had been refused, so that there is one to send again."""
    database = Database(demo_settings(directory).database)
    with database.session() as session:
        mail = session.exec(select(Message).order_by(col(Message.id).desc())).first()
        assert mail
        mail.state, mail.reply = "failed", "550 5.7.509 Access denied, sending domain does not pass DMARC"
    database.close()


def free_ports(count: int) -> list[int]:
    """Ports of loopback on which nobody listens."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def main(command: list[str]) -> int:
    """Serve, run the command, and give its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_now:
        demo = Path(folder) / "demo"
        asyncio.run(tell(demo))
        ports = free_ports(3)
        board, operator, files = (f"http://127.0.0.1:{port}" for port in ports)
        site, frozen = demo_site(demo, board), demo_site(demo, files, frozen=True)
        export(frozen, Path(folder) / "files")
        open_now.enter_context(in_background(create_app(site, [sign_up(desk_of(site))]), ports[0]))
        refuse_a_mail(demo)
        ask_twice(demo)
        desk = demo_site(demo, board, token=TOKEN)
        open_now.enter_context(in_background(create_operator_app(desk, desk_of(desk)), ports[1]))
        open_now.enter_context(files_served(Path(folder) / "files", ports[2]))
        known = {"BOARD": board, "OPERATOR": operator, "FILES": files, "DEMO": str(demo), "TOKEN": TOKEN}
        if command:
            return subprocess.run(command, env={**os.environ, **known}, check=False).returncode
        print("\n".join(f"{name.lower():9} {value}" for name, value in known.items()), flush=True)
        threading.Event().wait()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(0)
