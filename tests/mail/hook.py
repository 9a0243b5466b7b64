"""A webhook on loopback that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


@dataclass
class Hook:
    """What the webhook was told. It answers with the codes in `failing` first."""

    url: str = ""
    heard: list[bytes] = field(default_factory=list)
    failing: list[int] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Hook]:
    """Serve on a free port; `url` is its address for Apprise."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.failing:
                self.send_error(hook.failing.pop())
                return
            hook.heard.append(body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    hook.url = f"json://127.0.0.1:{server.server_port}/hook"
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
