"""What the server of a publisher, or the way to it, can do wrong before a page is read: each a case by its name."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping

from e2e.faulty_web import HTML, OLD_ITEMS, RSS, Answer, Fault, feed, http, page, reset

GOOD = http(200, RSS, feed().encode())
QUICK = {"connect_timeout": 0.2, "read_timeout": 0.2, "deadline": 0.4}
HERE = "http://maker.example:{port}/feed"


def on_feed(answer: Answer, **more: Answer) -> Fault:
    """The feed's own address answers so; further paths by name."""
    return Fault("feed", {"": answer, **{f"/{name}": told for name, told in more.items()}})


def silent(sent: bytes) -> Callable[[socket.socket], None]:
    """Send this and then nothing, until the other side gives up."""

    def serve(line: socket.socket) -> None:
        line.sendall(sent)
        line.recv(1)

    return serve


def dripping(line: socket.socket) -> None:
    """A byte now and then, for ever: never silent, never whole."""
    line.sendall(http(200, {**RSS, "Content-Length": "100000"}))
    given_up = threading.Event()
    while not given_up.wait(0.05):
        line.sendall(b" ")


def failing(number: socket.EAI_NONAME) -> Callable[[], list[str]]:  # type: ignore[valid-type]
    """A name service that answers with this error."""

    def look_up() -> list[str]:
        raise socket.gaierror(number, "the name service failed")

    return look_up


THE_WAY: Mapping[str, Fault] = {
    "unknown name": Fault("feed", names=failing(socket.EAI_NONAME)),
    "name service fails": Fault("feed", names=failing(socket.EAI_AGAIN)),
    "name without address": Fault("feed", names=list),
    "name of a private address": Fault("feed", policy={"allow_private": False}),
    "name of the cloud's own service": Fault(
        "feed", names=lambda: ["169.254.169.254"], policy={"allow_private": False}
    ),
    "closed port": Fault("feed", url="http://maker.example:{closed}/feed"),
    "hangs up": on_feed(b""),
    "breaks off": on_feed(reset),
    "never answers": Fault("feed", {"": silent(b"")}, policy=QUICK),
    "stops in the headers": Fault("feed", {"": silent(b"HTTP/1.1 200 OK\r\nContent-Ty")}, policy=QUICK),
    "stops in the body": Fault("feed", {"": silent(GOOD[:-200])}, policy=QUICK),
    "drips": Fault("feed", {"": dripping}, policy=QUICK),
    "plain where TLS is due": Fault("feed", url="https://maker.example:{port}/feed"),
    "TLS hangs up": Fault("feed", {"": b""}, url="https://maker.example:{port}/feed"),
    "TLS alert": Fault("feed", {"/feed": b"\x15\x03\x03\x00\x02\x02\x28"}, url="https://maker.example:{port}/feed"),
    "certificate nobody knows": Fault("feed", url="https://maker.example:{secure}/feed"),
    "sent on to a bad certificate": on_feed(http(301, {"Location": "https://maker.example:{secure}/feed"})),
}
NOT_HTTP: Mapping[str, Fault] = {
    "no HTTP": on_feed(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "body without headers": on_feed(feed().encode()),
    "status is no number": on_feed(http("HTTP/1.1 abc OK", RSS, feed().encode())),
    "HTTP/2 unasked": on_feed(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)),
    "ends in the headers": on_feed(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"),
    "only an interim answer": on_feed(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"),
    "huge header": on_feed(http(200, {**RSS, "X-Debug": "a" * 200_000}, feed().encode())),
    "header without a colon": on_feed(http(200, {**RSS}, b"").replace(b"Content-Length", b"Content Length\r\nX")),
    "two lengths": on_feed(http(200, {**RSS, "Content-Length": "10\r\nContent-Length: 20"}, feed().encode())),
    "length below zero": on_feed(http(200, {**RSS, "Content-Length": "-5"}, feed().encode())),
    "length too long": on_feed(http(200, {**RSS, "Content-Length": "99999"}, feed().encode())),
    "length too short": on_feed(http(200, {**RSS, "Content-Length": "120"}, feed().encode())),
    "chunk without a size": on_feed(http(200, {**RSS, "Transfer-Encoding": "chunked"}, b"zz\r\nfeed\r\n0\r\n\r\n")),
    "chunks without an end": on_feed(http(200, {**RSS, "Transfer-Encoding": "chunked"}, b"5\r\n<rss \r\n")),
    "chunk cut off": on_feed(http(200, {**RSS, "Transfer-Encoding": "chunked"}, b"500\r\n" + feed().encode()[:90])),
}
STATUSES = (
    201, 202, 204, 205, 206, 226, 300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411,
    412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 499, 500, 501,
    502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521, 522, 523, 524, 525, 526, 527, 530, 599, 600,
    999,
)  # fmt: skip
_WITH_WORDS = {"Content-Type": "text/html"}
BY_STATUS: Mapping[str, Fault] = {
    **{f"status {n}": on_feed(http(n, _WITH_WORDS, page("This did not work.").encode())) for n in STATUSES},
    "gone with the feed in it": on_feed(http(404, RSS, feed().encode())),
    "failed with the feed in it": on_feed(http(500, RSS, feed().encode())),
    "429 with seconds": on_feed(http(429, {"Retry-After": "120"})),
    "429 with a date": on_feed(http(429, {"Retry-After": "Mon, 05 Jan 2026 18:00:00 GMT"})),
    "429 with nonsense": on_feed(http(429, {"Retry-After": "soon"})),
    "503 with seconds": on_feed(http(503, {"Retry-After": "120"})),
}
_WHERE = "http://maker.example:{port}"


def _on(where: str, status: int = 302) -> bytes:
    return http(status, {"Location": where})


REDIRECTS: Mapping[str, Fault] = {
    "in a circle": on_feed(_on("/feed")),
    "to and fro": on_feed(_on("/back"), back=_on("/feed")),
    "on and on": on_feed(_on("/1"), **{str(n): _on(f"/{n + 1}") for n in range(1, 9)}),
    "301 to nowhere": on_feed(http(301)),
    "to an empty address": on_feed(_on("")),
    "to a malformed address": on_feed(_on("https://[www.example.org]/x")),
    "to another port of nobody": on_feed(_on("http://maker.example:{closed}/feed")),
    "to ftp": on_feed(_on("ftp://maker.example/feed")),
    "to a file": on_feed(_on("file:///etc/passwd")),
    "to a script": on_feed(_on("javascript:alert(1)")),
    "to what is gone": on_feed(_on("/elsewhere")),
    "to a page for what is not found": on_feed(_on("/404"), **{"404": http(200, HTML, page("Sorry.").encode())}),
    "to a login": on_feed(_on("/login"), login=http(200, HTML, page("Sign in.").encode())),
    "to the front page": Fault(
        "page", {"/news/1": _on("/"), "/": http(200, HTML, page("Welcome.").encode())}, url=f"{_WHERE}/news/1"
    ),
    "to a bot wall": on_feed(_on("/apology_objects/abuse-detection-apology.html")),
    "to a page of consent": on_feed(
        _on("http://consent.example:{port}/ask"), ask=http(200, HTML, page("May we?").encode())
    ),
    "to what robots may not see": on_feed(
        _on("/private"), private=GOOD, **{"robots.txt": http(200, {}, b"User-agent: *\nDisallow: /private\n")}
    ),
    "to a web page": on_feed(_on("/new"), new=http(200, HTML, page("News.").encode())),
    "to one that fails": on_feed(_on("/new"), new=http(500)),
}
_ROBOTS = {"Content-Type": "text/plain"}


def robots(answer: Answer) -> Fault:
    """The page itself is there; robots.txt answers so."""
    return on_feed(http(200, RSS, feed(OLD_ITEMS.replace("part 1", "part 7")).encode()), **{"robots.txt": answer})


ROBOTS: Mapping[str, Fault] = {
    "robots forbids all": robots(http(200, _ROBOTS, b"User-agent: *\nDisallow: /\n")),
    "robots forbids us": robots(http(200, _ROBOTS, b"User-agent: regwatch\nDisallow: /feed\n")),
    "robots with a byte-order mark": robots(http(200, _ROBOTS, b"\xef\xbb\xbfUser-agent: *\nDisallow: /feed")),
    "robots in UTF-16": robots(http(200, _ROBOTS, "User-agent: *\nDisallow: /feed".encode("utf-16"))),
    "robots with a wild card": robots(http(200, _ROBOTS, b"User-agent: *\nDisallow: /*ed$\n")),
    "robots fails": robots(http(500)),
    "robots overloaded": robots(http(503)),
    "robots too often": robots(http(429)),
    "robots breaks off": robots(reset),
    "robots cut off": robots(http(200, {**_ROBOTS, "Content-Length": "999"}, b"User-agent: *\nDis")),
    "robots sent on to what forbids": on_feed(
        GOOD, **{"robots.txt": _on("/rules"), "rules": http(200, _ROBOTS, b"User-agent: *\nDisallow: /feed\n")}
    ),
}
