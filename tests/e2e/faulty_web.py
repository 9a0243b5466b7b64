"""A publisher's server on loopback that answers byte by byte as it is told, and a regwatch that polls it in process."""

from __future__ import annotations

import asyncio
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from mail.relay import CERTIFICATE
from regwatch.adapters.registry import adapter
from regwatch.clock import DrivenClock
from regwatch.fetch.client import Fetcher, Policy
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.polling.outcome import Polled
from regwatch.polling.poll import Poller
from regwatch.service.mail_service import MailService
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import Message, OddityRow, Snapshot, SourceState, TransitionRow
from regwatch.watchlist import Cadence, Recipient, Watchlist
from store.dumped import kept_rows, put_back

Answer = bytes | Callable[[socket.socket], None]
"""What is sent before the connection is closed, or what is done with it. `{port}`, `{secure}` and `{closed}` are ports
of the server.
"""

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TOPIC = Topic("net", "Cabozantinib", Treatment("cabozantinib"), Indication("neuroendocrine tumours", ("NET",)))
SAID = "adults with unresectable or metastatic neuroendocrine tumours"
NEWS = f"PARIS, 24 July 2025 - Maker announced today that the European Commission has approved cabozantinib for {SAID}."


def http(status: int | str = 200, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """One answer as it goes over the line. A Content-Length is added unless the headers say how long it is."""
    given = dict(headers or {})
    if not {"Content-Length", "Transfer-Encoding"} & given.keys():
        given["Content-Length"] = str(len(body))
    lines = [f"HTTP/1.1 {status} Told" if isinstance(status, int) else status]
    lines += [f"{name}: {value}" for name, value in given.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


def _entry(number: int, title: str, day: str, text: str) -> str:
    return (
        f"<item><title>{title}</title><link>https://maker.example/{number}</link><guid>{number}</guid>"
        f"<pubDate>{day} 12:00:00 +0000</pubDate><description>{text}</description></item>"
    )


TITLE = "European Commission approves cabozantinib for neuroendocrine tumours"
OLD_ITEMS = "".join(
    _entry(n, f"Maker reports results of cabozantinib, part {n}", "Mon, 02 Jun 2025", "Results of the quarter.")
    for n in (1, 2, 3)
)
NEW_ITEM = _entry(9, TITLE, "Thu, 24 Jul 2025", NEWS)
OLD_RECORDS = ", ".join(f'{{"id": {n}, "name": "Cabozantinib report {n}", "text": "Results."}}' for n in (1, 2, 3))
NEW_RECORD = f'{{"id": 9, "name": "{TITLE}", "text": "{NEWS}"}}'


def feed(items: str = OLD_ITEMS, head: str = "") -> str:
    """A feed with these items."""
    return f'{head}<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


def page(text: str = "Results of cabozantinib for the quarter.", head: str = "") -> str:
    """A page whose watched block says this."""
    return (
        f"<!doctype html><html><head><title>Maker news</title>{head}</head><body><header>Maker</header>"
        f'<main class="status"><h1>News of Maker</h1><p>{text}</p></main></body></html>'
    )


def api(records: str = OLD_RECORDS) -> str:
    """An answer of an API with these records."""
    return f'{{"result": {{"items": [{records}]}}}}'


RSS, HTML, JSON = ({"Content-Type": f"{kind}"} for kind in ("application/rss+xml", "text/html", "application/json"))
BEFORE: dict[str, Answer] = {
    "feed": http(200, RSS, feed().encode()),
    "page": http(200, HTML, page().encode()),
    "wide": http(200, HTML, page().encode()),
    "api": http(200, JSON, api().encode()),
}
AFTER: dict[str, Answer] = {
    "feed": http(200, RSS, feed(NEW_ITEM + OLD_ITEMS).encode()),
    "page": http(200, HTML, page(NEWS).encode()),
    "wide": http(200, HTML, page(NEWS).encode()),
    "api": http(200, JSON, api(f"{NEW_RECORD}, {OLD_RECORDS}").encode()),
}
_SOURCES = (
    Source("feed", "feed", "Maker", "/feed", ("net",), watch=("cabozantinib",)),
    Source("page", "page", "Maker", "/page", ("net",), options={"select": "main.status", "prose": "yes"}),
    Source(
        "wide", "page", "Maker", "/wide", ("net",), watch=("cabozantinib",), options={"select": "body", "prose": "yes"}
    ),
    Source(
        "api", "json", "Maker", "/api", ("net",), watch=("cabozantinib",),
        options={"items": "result.items", "key": "id", "title": "name", "text": "text"},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What the server of one source does at one look.

    `answers` by path replace what is there, "" being the source's own. `url` replaces its address, with `{port}` for
    that of the server; `names` is what the name service says of the host; `policy` replaces limits of the fetcher.
    """

    source: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    url: str = ""
    names: Callable[[], list[str]] = lambda: ["127.0.0.1"]
    policy: Mapping[str, Any] = field(default_factory=dict)


class Server:
    """Answers of one publisher, plain and over TLS, each by path."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.port = self.secure_port = self.closed_port = 0

    def serve(self, line: socket.socket) -> None:
        """One request and its answer."""
        asked = b""
        while b"\r\n\r\n" not in asked and not asked.startswith(b"\x16") and (more := line.recv(65536)):
            asked += more
        path = asked.split(b" ")[1].decode() if asked.count(b" ") > 1 and not asked.startswith(b"\x16") else ""
        answer = self.answers.get(path, http(404))
        if callable(answer):
            answer(line)
        else:
            ports = {b"{port}": self.port, b"{secure}": self.secure_port, b"{closed}": self.closed_port}
            for name, port in ports.items():
                answer = answer.replace(name, str(port).encode())
            line.sendall(answer)


@contextmanager
def serving() -> Iterator[Server]:
    """A server on two free ports, and one port that nobody listens on."""
    server = Server()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)

    class Plain(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                server.serve(self.request)

    class Secure(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), tls.wrap_socket(self.request, server_side=True) as line:
                server.serve(line)

    class Listening(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 50

    with Listening(("127.0.0.1", 0), Plain) as one, Listening(("127.0.0.1", 0), Secure) as two, socket.socket() as none:
        none.bind(("127.0.0.1", 0))
        server.port, server.secure_port = one.server_address[1], two.server_address[1]
        server.closed_port = none.getsockname()[1]
        for listening in (one, two):
            threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        for listening in (one, two):
            listening.shutdown()


class Desk:
    """One database of somebody who watches the three sources of the server, and has a reader."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.sources = {
            one.id: replace(one, url=f"http://maker.example:{server.port}{one.url}") for one in _SOURCES
        }  # fmt: skip
        self.clock, self._first = DrivenClock(START), START
        self.database = Database(f"sqlite:///{folder / 'regwatch.db'}")
        reader = Recipient("you@example.org", ("net",), cadence=Cadence.IMMEDIATELY)
        self.watchlist = Watchlist((TOPIC,), tuple(self.sources.values()), recipients=(reader,))
        settings = Settings(home=folder, mail_dir=folder / "mail", contact="test@example.org")
        self.mail = MailService.of(settings, self.database, self.clock)
        self.mail.start(self.watchlist)

    def poll(self, fault: Fault) -> Polled:
        """One look at the source of the fault, an hour after the last."""
        self.clock.set(self.clock.now() + timedelta(hours=1))
        source = self.sources[fault.source]
        path = source.url.rpartition("/")[2]
        self.server.answers = {(where or f"/{path}"): answer for where, answer in fault.answers.items()}
        if fault.url:
            ports = {"port": self.server.port, "secure": self.server.secure_port, "closed": self.server.closed_port}
            source = replace(source, url=fault.url.format(**ports))
        return asyncio.run(self._poll(source, fault))

    async def _poll(self, source: Source, fault: Fault) -> Polled:
        with pytest.MonkeyPatch.context() as patched:

            async def look_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
                named = [host] if host[0].isdigit() else fault.names()
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in named]

            patched.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
            limits: dict[str, Any] = {"allow_private": True, "max_bytes": 1_000_000, **fault.policy}
            async with Fetcher(Policy(contact="test@example.org", gap=0, **limits), self.clock) as fetcher:
                book = SourceBook(self.database)
                polled = await Poller(self.database, book, fetcher, self.clock, (TOPIC,), adapter).poll(source)
                book.flush()
        return polled

    def first_look(self) -> None:
        """All three sources are read once; this is where `begin_again` goes back to."""
        for name, answer in BEFORE.items():
            self.poll(Fault(name, {"": answer}))
        self._kept = kept_rows(self.database)
        self._first = self.clock.now()

    def begin_again(self) -> None:
        """As after the first look. The engine stays, and with it what it has compiled."""
        put_back(self.database, self._kept)
        self.clock.set(self._first)

    def rows(self, table: type) -> list[Any]:
        """All rows of one table."""
        with self.database.reading() as session:
            return list(session.exec(select(table)))

    def state(self, source: str) -> SourceState:
        """How a source stands."""
        return next(row for row in self.rows(SourceState) if row.id == source)

    def oddities(self, source: str) -> list[str]:
        """What was seen on a source that the operator is shown."""
        return [f"{row.what}: {row.text}" for row in self.rows(OddityRow) if row.source == source]

    def snapshots(self, source: str) -> int:
        """How many versions of a source were kept."""
        return sum(row.source == source for row in self.rows(Snapshot))

    def milestones(self) -> list[str]:
        """The milestones on record."""
        return [row.milestone for row in self.rows(TransitionRow)]

    def mails(self) -> int:
        """How many mails there are for readers, after composing what is due."""
        self.mail.compose(self.watchlist)
        return len(self.rows(Message))


def reset(line: socket.socket) -> None:
    """Break off without a word."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
