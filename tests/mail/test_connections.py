"""Servers that end a connection when it suits them, and speak out of turn: no mail is lost, held up or mixed up."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from mail.relay import Relay
from mail.test_delivery import fill, rows, send, server, states
from regwatch.mail import smtp
from regwatch.mail.delivery import DeliveryTally
from regwatch.store.database import Database

Answer = Callable[[str, int], str]
"""What a server says to a line, the message's dot included, when it has taken so many mails over the connection.

"" is its usual answer, "nothing" none at all; with " cut" at the end it hangs up behind it.
"""


@dataclass
class Moody:
    """A server on loopback, with an answer of its own to some lines."""

    answer: Answer
    at_once: bool
    relay: Relay = field(default_factory=Relay)
    connections: int = 0
    took: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)

    def serve(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                self.connections += 1
                line.settimeout(20)
                with suppress(OSError), line:
                    self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        line.sendall(b"220 here\r\n")
        taken, recipient, message = 0, "", None
        for raw in line.makefile("rb"):
            said = raw.decode().rstrip("\r\n")
            if message is not None and said != ".":
                message.append(said)
                continue
            answer = self.answer(said, taken) or self._usual(said, recipient)
            recipient = said[9:-1] if said.startswith("RCPT") else recipient
            if said == "." and message is not None and answer.startswith("250"):
                taken += 1
                (self.took if message else self.empty).append(recipient)
            message = [] if said == "DATA" and answer.startswith("354") else None
            if answer != "nothing":
                line.sendall(answer.removesuffix(" cut").encode() + b"\r\n")
            if answer.endswith(" cut") or said == "QUIT":
                return

    def _usual(self, said: str, recipient: str) -> str:
        if said.startswith("EHLO"):
            return "250-here\r\n250 PIPELINING" if self.at_once else "250 here"
        return {"DATA": "354 go ahead", "QUIT": "221 bye", ".": f"250 queued for {recipient}"}.get(said, "250 OK")


@contextmanager
def moody(answer: Answer, *, at_once: bool) -> Iterator[Moody]:
    """Such a server while it runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Moody(answer, at_once, Relay(port=listening.getsockname()[1]))
        thread = threading.Thread(target=found.serve, args=(listening,), daemon=True)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture(params=[False, True], ids=["one by one", "at once"])
def at_once(request: pytest.FixtureRequest) -> bool:
    """Whether the server offers to hear the envelope at once."""
    return bool(request.param)


THREE = ("ana@example.org", "bob@example.org", "eva@example.org")


@pytest.mark.parametrize(
    "answer",
    [
        lambda said, taken: "250 queued cut" if said == "." else "",
        lambda said, taken: "421 4.7.0 too many messages" if said.startswith("MAIL") and taken else "",
        lambda said, taken: "421 4.7.0 too many messages cut" if said.startswith("MAIL") and taken else "",
        lambda said, taken: "250 queued\r\n421 4.4.2 waited too long cut" if said == "." else "",
    ],
    ids=["hangs up", "says so", "says so and hangs up", "says so before it is asked"],
)
def test_a_server_that_ends_the_connection_behind_a_mail_gets_the_next_one_over_another(
    database: Database, answer: Answer, at_once: bool
) -> None:
    fill(database, *THREE)
    with moody(answer, at_once=at_once) as found:
        assert send(database, server(found.relay)) == DeliveryTally(accepted=3)
    assert found.took == list(THREE)
    assert found.connections == 3


def test_a_server_that_takes_nothing_over_a_new_connection_refuses_us(database: Database, at_once: bool) -> None:
    fill(database, *THREE)
    with moody(lambda said, _: "421 busy cut" if said.startswith("MAIL") else "", at_once=at_once) as found:
        assert send(database, server(found.relay)).relay
    assert found.connections == 1
    assert states(database) == ["pending"] * 3


def test_a_mail_over_which_the_server_hangs_up_waits_behind_the_others(database: Database, at_once: bool) -> None:
    fill(database, *THREE)
    transport = None
    with moody(lambda said, _: "nothing cut" if said == "RCPT TO:<ana@example.org>" else "", at_once=at_once) as found:
        transport = server(found.relay)
        assert "hung up" in send(database, transport).relay
        assert send(database, transport).accepted == 2
    assert states(database) == ["pending", "accepted", "accepted"]


def test_what_a_server_says_to_nobody_is_no_answer_to_the_next_mail(database: Database, at_once: bool) -> None:
    fill(database, *THREE)
    unasked = "250 queued\r\n250 OK\r\n250 OK\r\n354 go ahead\r\n250 queued for somebody else"
    with moody(lambda said, _: unasked if said == "." else "", at_once=at_once) as found:
        assert send(database, server(found.relay)) == DeliveryTally(accepted=3)
    assert found.took == list(THREE)
    assert {row.reply for row in rows(database)} == {"250 queued"}


def test_a_receipt_that_comes_before_the_message_is_none(database: Database, at_once: bool) -> None:
    fill(database, "ana@example.org")

    def hasty(said: str, _: int) -> str:
        return {"DATA": "354 go ahead\r\n250 queued", ".": "554 5.6.0 refused"}.get(said, "")

    with moody(hasty, at_once=at_once) as found:
        assert "without being asked" in send(database, server(found.relay)).relay
    assert found.took == []
    assert states(database) == ["pending"]


def test_an_odd_answer_to_the_recipient_brings_nobody_an_empty_mail(database: Database, at_once: bool) -> None:
    fill(database, *THREE)
    perhaps = "RCPT TO:<bob@example.org>"
    with moody(lambda said, _: "252 perhaps" if said == perhaps else "", at_once=at_once) as found:
        assert send(database, server(found.relay)) == DeliveryTally(accepted=2, deferred=1)
    assert found.empty == []


def test_a_refusal_behind_which_the_server_hangs_up_is_that_recipient_s(database: Database, at_once: bool) -> None:
    fill(database, *THREE)
    gone = "RCPT TO:<ana@example.org>"
    with moody(lambda said, _: "550 5.1.1 no such user cut" if said == gone else "", at_once=at_once) as found:
        assert send(database, server(found.relay)) == DeliveryTally(accepted=2, failed=1)
    assert rows(database)[0].reply == "550 5.1.1 no such user"
    assert found.took == list(THREE[1:])


def test_a_server_that_loses_what_is_said_at_once_hears_one_word_after_the_other_the_next_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_REPLY_SECONDS", 0.2)
    fill(database, "ana@example.org")
    heard: list[str] = []

    def forgetful(said: str, _: int) -> str:
        heard.append(said)
        return "nothing" if said.startswith(("RCPT", "DATA")) and len(heard) < 5 else ""

    with moody(forgetful, at_once=True) as found:
        transport = server(found.relay)
        assert send(database, transport).relay
        says: list[bytes] = []
        said = smtp.SmtpDialogue.say
        monkeypatch.setattr(smtp.SmtpDialogue, "say", lambda self, what: (says.append(what), said(self, what))[1])
        assert send(database, transport) == DeliveryTally(accepted=1)
    assert says[0] == b"MAIL FROM:<news@charity.example>\r\n"
    assert re.match(rb"RCPT TO:<ana@example\.org>\r\n\Z", says[1])
