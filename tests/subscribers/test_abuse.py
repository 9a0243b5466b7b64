"""The board under abuse: floods of sign-ups, half requests, wrong tokens, and questions about who is known."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from regwatch.board.app import create_app, create_operator_app
from regwatch.board.forms import Buckets
from regwatch.board.operator import WRONG_TOKENS
from regwatch.board.site import Site
from regwatch.board.web_server import PatientProtocol, config
from regwatch.folders import make_private
from regwatch.secret_key import read_key
from regwatch.subscribers.choices import address_of, mailbox_of
from subscribers.desk import MARK, House, link


@pytest.mark.parametrize(
    "written", ["a.n.n.a+x@Reader.example", "anna+news@reader.example", "ANNA@reader.example", "an.na@reader.example"]
)
def test_sub_addresses_and_dots_are_one_mailbox(written: str) -> None:
    assert mailbox_of(written) == "anna@reader.example"


def test_two_domains_of_one_provider_are_one_mailbox() -> None:
    assert mailbox_of("v.ic.tim+1@googlemail.com") == mailbox_of("victim@gmail.com")


def test_one_mailbox_gets_few_mails_a_day_and_every_answer_is_the_same(house: House) -> None:
    answers = {house.sign_up(f"anna+{n}@reader.example", peer=f"198.51.{n}.7").text for n in range(9)}
    assert len(answers) == 1
    assert len(house.mails()) == Buckets().mailbox_each_day


def test_a_flood_from_some_networks_leaves_room_for_others() -> None:
    buckets = Buckets(each=30, all=60, reserve=5, clock=lambda: 0.0)
    flood = [buckets.take(f"198.51.{network}.1") for network in range(4) for _ in range(30)]
    assert sum(flood) == 60 + 2, "the last networks of the flood ask for the first time, too"
    assert [buckets.take(f"203.0.{network}.1") for network in range(5)] == [True] * 3 + [False] * 2


def test_what_is_done_for_an_address_is_done_behind_the_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that depends on the address lies between the question and the last byte of the answer."""
    seen: list[str] = []

    def ask(*_: object) -> None:
        seen.append("asked")

    monkeypatch.setattr("regwatch.board.subscriptions._ask", ask)
    original = house.app

    async def watched(scope: object, receive: object, send: object) -> None:
        async def told(message: dict[str, object]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                seen.append("answered")
            await send(message)  # type: ignore[operator]

        await original(scope, receive, told)  # type: ignore[arg-type]

    assert house.sign_up(MARK, app=watched).status_code == 200
    assert seen == ["answered", "asked"]


def test_the_connection_does_not_wait_for_it_either(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closing that comes later, or an answer to the next question, would tell as much."""
    seen, go_on = [], threading.Event()

    def ask(*_: object) -> None:
        seen.append(go_on.wait(20))

    monkeypatch.setattr("regwatch.board.subscriptions._ask", ask)
    original = house.app

    async def watched(scope: object, receive: object, send: object) -> None:
        await original(scope, receive, send)  # type: ignore[arg-type]
        seen.append("over")
        go_on.set()

    assert house.sign_up(MARK, app=watched).status_code == 200
    assert seen == ["over", True]


@pytest.mark.parametrize("text", ["anna@localhost", "anna@mail.localhost", "anna@[192.0.2.1]", "anna@192.0.2.1"])
def test_machines_are_no_mail_domains(text: str) -> None:
    with pytest.raises(ValueError, match=r"anna@example\.org"):
        address_of(text)


def test_an_old_confirmation_says_so_and_opens_nothing(house: House) -> None:
    house.sign_up(MARK)
    (mail,) = house.mails()
    first = house.ask("POST", link(mail, "c"))
    assert "/m/" in first.text
    again = house.ask("POST", link(mail, "c"))
    assert "This link was used already" in again.text
    assert "/m/" not in again.text


def asked(app: object, path: str, base: str = "http://127.0.0.1:8081", **headers: str) -> httpx.Response:
    async def one() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 5000))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(one())


def test_wrong_tokens_are_limited_and_do_not_lock_out_who_shows_none(house: House) -> None:
    settings = house.settings.model_copy(update={"operator_token": SecretStr("right")})
    app = create_app(Site(settings, lambda: house.watchlist, house.clock, house.base))
    assert house.database
    assert [asked(app, "/operator").status_code for _ in range(20)] == [401] * 20
    wrong = [asked(app, "/operator", Authorization="Bearer wrong").status_code for _ in range(WRONG_TOKENS + 3)]
    assert wrong == [401] * WRONG_TOKENS + [429] * 3
    assert asked(app, "/operator", Authorization="Bearer right").status_code == 429


def test_wrong_tokens_from_many_networks_do_not_lock_out_a_network_that_gave_none() -> None:
    wrong = Buckets(each=WRONG_TOKENS, all=10 * WRONG_TOKENS, clock=lambda: 0.0)
    for network in range(30):
        for _ in range(WRONG_TOKENS):
            wrong.take(f"198.51.{network}.1")
    assert [wrong.has_any(host) for host in ("198.51.0.9", "198.51.29.9", "203.0.113.1")] == [False, False, True]
    wrong.take("203.0.113.1")
    assert not wrong.has_any("203.0.113.1")


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("localhost", 200), ("[::1]", 200), ("evil.example", 404)]
)
def test_figures_are_for_those_who_ask_this_machine_by_its_name(house: House, host: str, status: int) -> None:
    assert house.database
    assert asked(create_operator_app(house.site), "/metrics", f"http://{host}:8081").status_code == status


class _Impatient(PatientProtocol):
    seconds = 0.1


@pytest.fixture
def served(house: House) -> Iterator[int]:
    yield from _serving(house, _Impatient)


def _serving(house: House, protocol: type[PatientProtocol]) -> Iterator[int]:
    settings = config(house.app, "127.0.0.1", 0)
    settings.http = protocol
    server = uvicorn.Server(settings)
    server.capture_signals = nullcontext  # type: ignore[method-assign]
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)


HEAD = b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"


@pytest.mark.parametrize("half", [b"", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\n", HEAD + b"a"])
def test_half_a_request_does_not_hold_its_connection(served: int, half: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served), timeout=20) as line:
        line.sendall(half)
        try:
            while line.recv(65_536):
                pass
        except ConnectionResetError:
            pass


def test_a_whole_request_is_answered(served: int) -> None:
    assert httpx.get(f"http://127.0.0.1:{served}/subscribe").status_code == 200


@pytest.mark.parametrize("first", ["folder", "key"])
def test_the_home_is_private_whoever_makes_it_first(tmp_path: Path, first: str) -> None:
    home = tmp_path / "deep" / "var"
    if first == "key":
        read_key(home)
    else:
        make_private(home / "mail")
    assert home.stat().st_mode & 0o777 == 0o700
    assert home.parent.stat().st_mode & 0o777 == 0o700


class _Crowded(PatientProtocol):
    seconds, most = 60.0, 20


@pytest.fixture
def crowded(house: House) -> Iterator[int]:
    yield from _serving(house, _Crowded)


def test_a_crowd_of_half_requests_is_put_out_for_who_asks(crowded: int) -> None:
    held = [socket.create_connection(("127.0.0.1", crowded), timeout=20) for _ in range(60)]
    for line in held:
        line.sendall(b"GET / HT")
    with socket.create_connection(("127.0.0.1", crowded), timeout=20) as line:
        line.sendall(b"GET /subscribe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200")
    assert _ended(held[0])
    for line in held:
        line.close()


def _ended(line: socket.socket) -> bool:
    try:
        return line.recv(1) == b""
    except ConnectionResetError:
        return True


def test_an_answer_that_nobody_reads_does_not_hold_its_connection(served: int) -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.settimeout(20)
        line.connect(("127.0.0.1", served))
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _ask_and_never_read(line)


def _ask_and_never_read(line: socket.socket) -> None:
    """More questions than the answers of which fit into what the kernel keeps."""
    for _ in range(100_000):
        line.sendall(b"GET /subscribe HTTP/1.1\r\nHost: x\r\n\r\n" * 10)
