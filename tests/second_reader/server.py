"""A server on loopback that answers as a language model's server does: well, badly, late or never, as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "small-model"
Reply = tuple[int, dict[str, str], bytes]


def completion(content: Any) -> Reply:
    """A completion whose text is this; anything but a text is written as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return 200, {}, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


def event(quote: str, **parts: str) -> dict[str, str]:
    """One event as the reader names it: the Commission approved cabozantinib, unless told otherwise."""
    return {
        "medicine": "cabozantinib", "authority": "EC", "status": "approved", "mode": "announced",
        "indication": "neuroendocrine tumours", "quote": quote, **parts,
    }  # fmt: skip


def says(*events: dict[str, str]) -> Callable[[dict[str, Any]], Reply]:
    """A model that answers with these events, whatever it is asked."""
    return lambda _: completion({"events": list(events)})


@dataclass
class Model:
    """What is served. `answer` gets what was asked; `asked` and `headers` keep all of it; `models` is what it lists."""

    answer: Callable[[dict[str, Any]], Reply] = field(default_factory=says)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    models: Reply = (200, {}, json.dumps({"data": [{"id": MODEL}]}).encode())
    url: str = ""
    wake: threading.Event = field(default_factory=threading.Event)

    def sleeps(self, asked: dict[str, Any]) -> Reply:
        """Answer only when the test is over."""
        self.wake.wait(30)
        return completion({"events": []})

    def told(self) -> str:
        """The message with the text, as last asked."""
        content = self.asked[-1]["messages"][1]["content"]
        assert isinstance(content, str)
        return content


@contextmanager
def serving() -> Iterator[Model]:
    """A model on a free port."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            assert self.path == "/v1/chat/completions"
            model.headers.append({name.lower(): value for name, value in self.headers.items()})
            model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._reply(model.answer(model.asked[-1]))

        def do_GET(self) -> None:
            assert self.path == "/v1/models"
            self._reply(model.models)

        def _reply(self, reply: Reply) -> None:
            status, headers, body = reply
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked may have stopped waiting
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        model.wake.set()
        server.shutdown()
        server.server_close()
