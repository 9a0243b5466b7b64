"""A company's press room on loopback: a feed that changes, and that can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_ITEM = """<item><title>{title}</title><link>https://maker.example/{key}</link><guid>{key}</guid>
<pubDate>{day} 12:00:00 +0000</pubDate><description>{text}</description></item>"""
OLD = _ITEM.format(title="Maker reports its results", key="1", day="Mon, 02 Jun 2025", text="Results of the quarter.")
NEW = _ITEM.format(
    title="European Commission approves cabozantinib for neuroendocrine tumours",
    key="2",
    day="Thu, 24 Jul 2025",
    text="PARIS, 24 July 2025 - Maker announced today that the European Commission has approved cabozantinib for "
    "adults with unresectable or metastatic neuroendocrine tumours.",
)
EARLIER = _ITEM.format(
    title="FDA approves cabozantinib for neuroendocrine tumours",
    key="0",
    day="Wed, 26 Mar 2025",
    text="ALAMEDA, 26 March 2025 - Maker announced today that the U.S. Food and Drug Administration has approved "
    "cabozantinib for adults with unresectable or metastatic neuroendocrine tumours.",
)
WALL = (
    b"<!doctype html><html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>\n"
    b"You don't have permission to access this server.<p>Reference #18.2d351ab8.1557333295.a4e16ab\n</body></html>"
)
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class PressRoom:
    """What is served. `answer` replaces the feed, given the request's headers in lower case; None lets it through."""

    items: str = OLD
    etag: str = ""
    answer: Callable[[dict[str, str]], Answer | None] = lambda _: None
    address: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def reply(self, path: str, headers: dict[str, str]) -> Answer:
        """The answer to one request."""
        if not path.startswith("/feed"):
            return 404, {}, b""
        self.asked.append(headers)
        if (told := self.answer(headers)) is not None:
            return told
        kind = {"Content-Type": "application/rss+xml; charset=utf-8"}
        if self.etag:
            kind["ETag"] = self.etag
        body = f'<rss version="2.0"><channel><title>News</title>{self.items}</channel></rss>'
        return 200, kind, body.encode()

    def watchlist(self, *readers: str, path: str = "/feed.xml", name: str = "maker", topics: str = "cabo-net") -> str:
        """A `sources.yaml` that watches this room for a topic, and perhaps for another one, for these readers."""
        told = "".join(f"    - {{address: {one}, cadence: immediately}}\n" for one in readers) or "    []\n"
        return f"""topics:
  - id: cabo-net
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib, brands: [Cabometyx]}}
    indication: {{name: neuroendocrine tumours, terms: [NET]}}
  - id: other-net
    title: Otherinib for neuroendocrine tumours
    treatment: {{inn: otherinib}}
    indication: {{name: neuroendocrine tumours, terms: [NET]}}
sources:
  - id: {name}
    adapter: feed
    topics: [{topics}]
    url: {self.address}{path}
    publisher: Maker
digest:
  recipients:
{told}"""


@contextmanager
def serving() -> Iterator[PressRoom]:
    """A press room on a free port."""
    room = PressRoom()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = room.reply(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers and status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = int(headers.get("Content-Length", 0)) > len(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    room.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
