"""How many requests a second the board answers on one core: the page whole, and "not modified".

    .venv/bin/python bench/board.py [REQUESTS]

The demo is run into a temporary folder and served by uvicorn on loopback in a process of its own. The client is a bare
socket loop, so that the server is what is measured. The floor is uvicorn with an application that does nothing.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

CONNECTIONS = 8


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def serve(folder: str, port: int) -> None:
    from board.serving import demo_site
    from regwatch.board.app import create_app

    app: Any = create_app(demo_site(Path(folder))) if folder else nothing
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, lifespan="off")


def exchange(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    found = b""
    while b"\r\n\r\n" not in found:
        found += connection.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head


def rate(port: int, headers: bytes, requests: int) -> tuple[str, float]:
    request = b"GET / HTTP/1.1\r\nHost: bench\r\n" + headers + b"\r\n"
    heads: list[bytes] = []

    def loop() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for _ in range(requests // CONNECTIONS):
                head = exchange(connection, request)
            heads.append(head)

    threads = [threading.Thread(target=loop) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return heads[0].decode().splitlines()[0], requests / (time.perf_counter() - begun)


def tag_of(port: int) -> bytes:
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                head = exchange(connection, b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n")
            return next((line[6:] for line in head.split(b"\r\n") if line.startswith(b"etag: ")), b"")
        except OSError:
            time.sleep(0.1)
    raise SystemExit("bench: the server did not start")


def measure(name: str, folder: str, requests: int) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(folder, port))
    server.start()
    try:
        tag = tag_of(port)
        for headers in (b"", b"If-None-Match: " + tag + b"\r\n") if tag else (b"",):
            status, per_second = rate(port, headers, requests)
            print(f"{name:<10} {status:<25} {per_second:8.0f} requests a second")
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    from regwatch.demo.story import tell

    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    with tempfile.TemporaryDirectory() as story:
        asyncio.run(tell(Path(story)))
        measure("floor", "", wanted)
        measure("board", story, wanted)
