"""Workers as processes of their own on one PostgreSQL database, and hosts on loopback that write down who asks when."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from regwatch.settings import Settings

_ITEM = """<item><title>{title}</title><link>https://maker-{number}.example/{edition}</link><guid>{edition}</guid>
<pubDate>{day} 12:00:00 +0000</pubDate><description>{text}</description></item>"""


@dataclass(frozen=True)
class Asked:
    """One request: by whom, for which source, and when it came and was answered (seconds of one clock)."""

    worker: str
    host: str
    source: int
    begun: float
    ended: float


@dataclass
class Hosts:
    """Feeds of many hosts, each an address of the loopback network. `takes` is how long an answer takes in seconds.

    `news` are the sources that have some; a source in `stuck` does not answer until it is taken out.
    """

    takes: float = 0.0
    port: int = 0
    news: set[int] = field(default_factory=set)
    stuck: set[int] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    open: dict[int, str] = field(default_factory=dict)

    def feed(self, source: int) -> bytes:
        """What the feed of a source says now."""
        items = _ITEM.format(
            number=source, edition=1, title="Maker reports its results", day="Mon, 02 Jun 2025", text="Results."
        )
        if source in self.news:
            said = f"the European Commission has approved medicine{source}ib for adults with neuroendocrine tumours"
            items += _ITEM.format(
                number=source, edition=2, title=f"European Commission approves medicine{source}ib for NET",
                day=time.strftime("%a, %d %b %Y", time.gmtime()), text=f"PARIS - Maker announced today that {said}.",
            )  # fmt: skip
        return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()

    def answer(self, host: str, source: int, worker: str) -> bytes:
        """Answer one request in its own time."""
        begun = time.monotonic()
        self.open[source] = worker
        time.sleep(self.takes)
        while source in self.stuck:
            time.sleep(0.05)
        self.open.pop(source, None)
        self.asked.append(Asked(worker, host, source, begun, time.monotonic()))
        return self.feed(source)

    def times(self) -> dict[int, int]:
        """How often each source was asked for."""
        counted: dict[int, int] = defaultdict(int)
        for one in self.asked:
            counted[one.source] += 1
        return counted

    def at_once(self) -> int:
        """The most requests that one host had at a time."""
        most = 0
        for host in {one.host for one in self.asked}:
            mine = [one for one in self.asked if one.host == host]
            steps = sorted([(one.begun, 1) for one in mine] + [(one.ended, -1) for one in mine])
            now = 0
            for _, step in steps:
                now += step
                most = max(most, now)
        return most

    def least_gap(self) -> float:
        """The shortest time between the end of a request and the begin of the next one at the same host, in seconds."""
        gaps = [60.0]
        for host in {one.host for one in self.asked}:
            mine = sorted((one for one in self.asked if one.host == host), key=lambda one: one.begun)
            gaps += [later.begun - earlier.ended for earlier, later in pairwise(mine)]
        return min(gaps)


@contextmanager
def hosts(takes: float = 0.0) -> Iterator[Hosts]:
    """The hosts, while the block lasts: source n is `/n/feed.xml` at any address of this machine."""
    told = Hosts(takes)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            part = self.path.strip("/").partition("/")[0]
            worker = self.headers.get("User-Agent", "").rpartition("/")[2].rstrip(")")
            host = self.headers.get("Host", "").partition(":")[0]
            body = told.answer(host, int(part), worker) if part.isdigit() else b""
            self.send_response(200 if part.isdigit() else 404)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that was killed

    server = Server(("0.0.0.0", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.stuck.clear()
        server.shutdown()
        server.server_close()


@dataclass
class Crew:
    """Workers on one database. `hosts_of` gives the host's number of a source."""

    folder: Path
    database: str
    web: Hosts
    sources: int
    hosts_of: Callable[[int], int]
    readers: tuple[str, ...] = ("anna@example.org", "bert@example.org")
    gap: float = 0.2
    smtp_port: int = 0
    every: str = "1h"
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def settle(self) -> Settings:
        """Write the watchlist."""
        topics, sources = [], []
        for number in range(self.sources):
            host = self.hosts_of(number)
            address = f"127.1.{host // 250}.{host % 250 + 1}"
            topics.append(
                f"  - {{id: topic-{number}, title: Medicine{number}ib for NET, treatment: {{inn: medicine{number}ib}},"
                " indication: {name: neuroendocrine tumours, terms: [NET]}}"
            )
            sources.append(
                f"  - {{id: source-{number}, adapter: feed, topics: [topic-{number}], publisher: Maker, "
                f"every: {self.every}, url: 'http://{address}:{self.web.port}/{number}/feed.xml'}}"
            )
        readers = "\n".join(f"    - {{address: {one}, cadence: immediately}}" for one in self.readers)
        (self.folder / "sources.yaml").write_text(
            "topics:\n" + "\n".join(topics) + "\nsources:\n" + "\n".join(sources)
            + "\ndigest:\n  recipients:\n" + readers + "\n"
        )  # fmt: skip
        return Settings(
            home=self.folder / "var", sources=self.folder / "sources.yaml", contact="test@example.org",
            database=self.database,
        )  # fmt: skip

    def hire(self, name: str) -> subprocess.Popen[bytes]:
        """Start one worker; the hosts know it by its name."""
        environment = {
            **os.environ,
            "REGWATCH_HOME": str(self.folder / "var"), "REGWATCH_SOURCES": str(self.folder / "sources.yaml"),
            "REGWATCH_DATABASE": self.database, "REGWATCH_CONTACT": f"https://example.org/{name}",
            "REGWATCH_ALLOW_PRIVATE_ADDRESSES": "1", "REGWATCH_FETCH_GAP": str(self.gap),
            "REGWATCH_FETCH_CONCURRENCY": "32", "REGWATCH_FETCH_TIMEOUT": "10",
            "REGWATCH_MAIL_FROM": "watch@example.org",
            **({"REGWATCH_SMTP_HOST": "127.0.0.1", "REGWATCH_SMTP_PORT": str(self.smtp_port),
                "REGWATCH_SMTP_TLS": "none"} if self.smtp_port else {}),
        }  # fmt: skip
        with (self.folder / f"{name}.log").open("ab") as log:
            worker = subprocess.Popen(
                [str(Path(sys.executable).with_name("regwatch")), "worker"],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        self.workers[name] = worker
        return worker

    def kill(self, name: str) -> None:
        """End one worker as a power cut does."""
        self.workers[name].kill()
        self.workers.pop(name).wait()

    def dismiss(self) -> dict[str, int]:
        """End all workers as an operator does; their exit codes."""
        for worker in self.workers.values():
            worker.send_signal(signal.SIGTERM)
        codes = {name: worker.wait(90) for name, worker in self.workers.items()}
        self.workers.clear()
        return codes


def until(done: Callable[[], object], seconds: float = 120) -> float:
    """Wait for something that other processes do. Gives how long it took; raises `TimeoutError`."""
    begun = time.monotonic()
    while not done():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"not done within {seconds} s")
        time.sleep(0.05)
    return time.monotonic() - begun
