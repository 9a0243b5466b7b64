"""A reader's address through a life of trouble: it is in no log, no figure, no link and no error that is printed.

All is real: uvicorn, a mail server on loopback that repeats the address in its refusals, a Maildir, the commands. What
libraries log is taken from DEBUG on, although the service itself passes on less.
"""

from __future__ import annotations

import asyncio
import io
import logging
import mailbox
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import uvicorn
from sqlmodel import text
from typer.testing import CliRunner

from mail.relay import Relay, running
from regwatch.board.app import create_operator_app
from regwatch.board.web_server import config
from regwatch.cli.main import app, run
from regwatch.mail.envelope import BounceAddress
from regwatch.service.assembly import Assembly
from regwatch.service.daemon import Daemon
from regwatch.service.logs import configure
from regwatch.store.subscriber_tables import Channel
from regwatch.store.tables import Message
from regwatch.subscribers import lifecycle
from subscribers.desk import BASE, FORM, MARK, House, link
from subscribers.test_bounces import report

LOCAL_PART = MARK.partition("@")[0]
REFUSALS = {
    "unknown": f"550 5.1.1 <{MARK}>: Recipient address rejected: user {LOCAL_PART} unknown in virtual mailbox table",
    "grey": f"451 4.7.1 <{MARK.upper()}>: greylisted, {MARK}",
    "relay": f"554 5.7.1 <{MARK}>: Relay access denied",
    "login": f"530 5.7.0 {MARK} must log in first",
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service logs, and all that its libraries would."""
    root, lines = logging.getLogger(), io.StringIO()
    configure(shape="json", level="DEBUG", stream=lines)
    root.setLevel(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # the mail server of the test itself
    yield lines
    logging.getLogger("mail.log").setLevel(logging.NOTSET)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    mailbox.Maildir(tmp_path / "box")
    made.settings = made.settings.model_copy(
        update={
            "smtp_host": "127.0.0.1", "smtp_tls": "none", "mail_from": "regwatch <news@charity.example>",
            "bounce_address": "bounce@charity.example", "bounce_maildir": tmp_path / "box",
        }
    )  # fmt: skip
    yield made
    made.close()


WATCHLIST = """
topics:
  - id: cabozantinib-net
    title: Cabozantinib in neuroendocrine tumours
    treatment: {inn: cabozantinib}
    indication: {name: neuroendocrine tumours, terms: [NETs]}
sources:
  - {id: news, adapter: feed, topics: [cabozantinib-net], url: http://127.0.0.1:9/feed.xml, publisher: Nobody}
digest:
  recipients: []
"""


def nowhere(log: io.StringIO, *more: str) -> None:
    """The address, its local part, and its form in addresses of the web are in none of these."""
    for words in (log.getvalue(), *more):
        for form in (MARK, LOCAL_PART, quote(MARK, safe="")):
            found = words.lower().find(form.lower())
            assert found < 0, words[max(0, found - 300) : found + 100]


@contextmanager
def served(application: Any) -> Iterator[str]:
    """An application behind uvicorn, as the service sets it up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serving = uvicorn.Server(config(application, "127.0.0.1", port))
    logging.getLogger().setLevel(logging.DEBUG)
    thread = threading.Thread(target=serving.run)
    thread.start()
    while not serving.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.should_exit = True
        thread.join()


def turn(house: House, relay: Relay) -> None:
    """One round of the daemon's mail and housekeeping, with its guard against crashes."""
    settings = house.settings.model_copy(update={"smtp_port": relay.port})
    daemon = Daemon(Assembly.open(settings, house.watchlist, clock=house.clock))

    async def both() -> None:
        await daemon._guarded(daemon.mail)()
        await daemon._guarded(daemon.cleanup)()

    asyncio.run(both())


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise itself
def test_nothing_that_is_logged_of_mails_repeats_the_address(house: House, log: io.StringIO) -> None:
    house.join(MARK)
    house.compose()
    with house.database.session() as session:
        person = session.merge(house.person(MARK))
        session.add(Channel(subscriber=person.id or 0, url="json://127.0.0.1:9/", created_at=house.clock.now()))
    replies = iter(REFUSALS.values())
    relay = Relay(rcpt=lambda _: next(replies, "250 OK"), data=lambda to: f"250 queued for <{to}>")
    with running(relay):
        for number in range(6):
            house.news(milestone="suspended" if number % 2 else "approved")
            house.clock.set(house.clock.now() + timedelta(days=1))
            turn(house, relay)
        relay.drop = lambda _: True
        house.news()
        house.clock.set(house.clock.now() + timedelta(days=1))
        turn(house, relay)
    states = {mail.state for mail in house.mails()}
    assert {"accepted", "failed", "unknown"} <= states
    assert '"event": "mail_server_refuses"' in log.getvalue()
    nowhere(log, " ".join(mail.reply for mail in house.mails() if mail.state != "accepted"))


@pytest.mark.parametrize("name", ["postfix-unknown-user", "complaint"])
def test_nothing_that_is_logged_of_mail_that_comes_back_repeats_the_address(
    house: House, log: io.StringIO, name: str
) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    address = BounceAddress("bounce@charity.example", house.links.key)
    raw = report(name, address.of(mail.id or 0), mail.message_id)
    box = mailbox.Maildir(house.folder / "box")
    box.add(raw.replace(b"{handle}", link(mail, "u").rpartition("/")[2].encode()) + f"\r\nTo: {MARK}\r\n".encode())
    box.add(f"From: {MARK}\r\nSubject: I am away\r\n\r\n{MARK}\r\n".encode())
    with running(Relay()) as relay:
        turn(house, relay)
    assert house.person(MARK).standing == "ended"
    assert '"bounced": 1' in log.getvalue()
    nowhere(log)


def test_a_crash_in_the_daemon_is_logged_without_the_address(
    house: House, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.join(MARK)
    house.news()
    house.compose_next()

    def crash(_self: Daemon, address: str = MARK) -> None:
        with house.database.session() as session:
            session.execute(text("SELECT * FROM nothing WHERE address = :address"), {"address": address})

    def crash_otherwise(_self: Daemon, address: str = MARK) -> None:
        with house.database.engine.begin() as connection:
            connection.execute(Message.__table__.insert(), [{"recipient": address}])  # type: ignore[attr-defined]

    for work in (crash, crash_otherwise):
        monkeypatch.setattr(
            "regwatch.service.mail_service.MailService.compose", lambda self, _watchlist, work=work: work(self)
        )
        with running(Relay()) as relay:
            turn(house, relay)
    assert "work_failed" in log.getvalue()
    assert "work_crashed" in log.getvalue()
    nowhere(log)


def test_nothing_that_the_web_server_logs_serves_or_counts_repeats_the_address(
    house: House, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    with house.database.session() as session:
        row = session.get_one(Message, mail.id)
        row.state, row.reply, row.code = "failed", "550 no", 550
    who, form = quote(MARK), urlencode({"email": MARK, "topic": "none", "do": "save"})
    answers = []
    alone = httpx.Limits(max_keepalive_connections=0)
    with served(house.app) as base, httpx.Client(base_url=base, limits=alone) as client:
        for path in (f"/subscribe?email={who}", f"/{who}", f"/api/v1/{who}", f"/api/v1/transitions?since={who}",
                     f"/t/{who}", f"/c/{who}", f"/u/{who}", f"/m/{who}", f"/m/{who}/data.json"):  # fmt: skip
            answers += [client.get(path), client.post(path, content=form, headers={"Content-Type": FORM})]
        monkeypatch.setattr(lifecycle, "ask", _boom)
        monkeypatch.setattr(lifecycle, "stop", _boom)
        answers.append(_sign_up(client, house))
        answers.append(client.post(link(mail, "u"), content=form, headers={"Content-Type": FORM}))
        with house.database.session() as session:
            session.execute(text("ALTER TABLE subscription RENAME TO gone"))
        answers.append(client.get(link(mail, "m")))
        with house.database.session() as session:
            session.execute(text("ALTER TABLE gone RENAME TO subscription"))
    assert {answer.status_code for answer in answers} >= {200, 404, 405, 422, 500, 503}
    with served(create_operator_app(house.site)) as base:
        pages = [httpx.get(f"{base}{path}") for path in ("/metrics", "/operator", "/operator/outbox")]
    assert pages[0].status_code == 200
    problems = [one.text for one in answers if "json" in one.headers.get("content-type", "")]
    headers = [str(one.headers) for one in answers]
    assert "Exception in ASGI application" in log.getvalue()
    # The client is ours, and its own log names what it asked for.
    lines = [line for line in log.getvalue().splitlines() if '"logger": "http' not in line]
    nowhere(io.StringIO("\n".join(lines)), *capfd.readouterr(), *problems, *headers, *(page.text for page in pages))


def _boom(*arguments: Any, **_more: Any) -> None:
    raise RuntimeError(f"{len(arguments)} arguments")


def _sign_up(client: httpx.Client, house: House) -> httpx.Response:
    stamp = client.get("/subscribe").text.split('name="t" value="')[1].split('"')[0]
    house.clock.set(house.clock.now() + timedelta(seconds=10))
    fields = {"email": MARK, "topic": "cabozantinib-net", "cadence": "daily", "consent": "on", "t": stamp}
    return client.post("/subscribe", content=urlencode(fields), headers={"Content-Type": FORM})


@pytest.fixture
def typed(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Types a command that must fail, and returns what it says on standard error."""
    monkeypatch.setenv("REGWATCH_HOME", str(house.settings.home))
    monkeypatch.setenv("REGWATCH_DATABASE", house.settings.database)
    monkeypatch.setenv("REGWATCH_SOURCES", str(house.settings.sources))
    monkeypatch.setenv("REGWATCH_BOUNCE_ADDRESS", "bounce@charity.example")

    def one(*words: str, stdin: str = "") -> str:
        said = io.StringIO()
        monkeypatch.setattr(sys, "argv", ["regwatch", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with redirect_stderr(said), pytest.raises(SystemExit) as ended:
            run()
        assert ended.value.code not in (0, None), words
        return said.getvalue()

    return one


def test_no_command_that_fails_repeats_the_address(
    house: House, log: io.StringIO, typed: Callable[..., str], tmp_path: Path
) -> None:
    house.join(MARK)
    wrong = f"{MARK}@{MARK}"
    file = tmp_path / "people.csv"
    said = [
        typed("subscriber", "add", MARK),
        typed("subscriber", "add", MARK, "--consent"),
        typed("subscriber", "add", wrong, "--consent"),
        typed("subscriber", "change", MARK, "--topic", "nothing"),
        typed("subscriber", "stop", MARK, "--topic", "nothing"),
        typed("digest", "preview", MARK),
        typed("bounce", stdin=f"From: {MARK}\r\nSubject: I am away\r\n\r\nHello\r\n"),
    ]
    for lines in (f"{wrong},cabozantinib-net", f"{MARK},nothing", f"{MARK},\n{MARK},"):
        file.write_text(f"address,topics\n{lines}\n")
        said.append(typed("subscriber", "import", str(file), "--consent"))
    assert CliRunner().invoke(app, ["subscriber", "erase", MARK]).exit_code == 0
    for words in (("show", MARK), ("export", MARK), ("erase", MARK), ("pause", MARK), ("resume", MARK), ("stop", MARK)):
        said.append(typed("subscriber", *words))
    house.settings.sources.write_text(WATCHLIST.replace("[]", f"[{{address: '{wrong}'}}]"))
    said.append(typed("check"))
    assert all(said)
    nowhere(log, *said)


def test_no_link_in_a_mail_and_no_redirect_holds_the_address(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    body = mail.raw.replace(b"=\r\n", b"").decode()
    urls = [piece.split(">")[0].split('"')[0] for piece in body.split("https://")[1:]]
    assert any(url.startswith(BASE.removeprefix("https://")) for url in urls)
    assert [url for url in urls if "@" in url or "%40" in url or LOCAL_PART in url] == []
