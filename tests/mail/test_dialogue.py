"""What a mail server may say between the lines: late, without end, cut off, out of turn (RFC 5321, RFC 2920)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from mail.relay import Relay, running
from mail.test_delivery import fill, rows, send, server, states
from regwatch.mail import smtp
from regwatch.mail.delivery import DeliveryTally
from regwatch.store.database import Database

Line = Callable[[str], str]


@contextmanager
def scripted(answer: Line, *offers: str) -> Iterator[tuple[Relay, list[str]]]:
    """A server on loopback that answers each line as it is told, "" for not at all; gives the lines that it heard."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def serve() -> None:
            line, _ = listening.accept()
            line.settimeout(20)
            with suppress(ConnectionError), line, line.makefile("rb") as lines:
                line.sendall(b"220 here\r\n")
                for raw in lines:
                    heard.append(raw.decode().rstrip("\r\n"))
                    said = "\r\n".join(["250-here", *(f"250-{one}" for one in offers), "250 HELP"])
                    if not heard[-1].startswith("EHLO") and (said := answer(heard[-1])) == "cut":
                        return
                    if said:
                        line.sendall(said.encode() + b"\r\n")
                    if heard[-1] == "QUIT":
                        return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Relay(port=listening.getsockname()[1]), heard
        thread.join(20)
        assert not thread.is_alive()


def usual(line: str) -> str:
    """A server that takes everything, once the whole message is there."""
    if line.startswith(("MAIL", "RCPT", "RSET")) or line == ".":
        return "250 OK"
    return {"DATA": "354 go ahead", "QUIT": "221 bye"}.get(line, "")


def test_a_server_that_offers_it_hears_the_envelope_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[bytes] = []
    said = smtp.SmtpDialogue.say

    def noted(self: smtp.SmtpDialogue, what: bytes) -> None:
        waiting.append(what)
        said(self, what)

    monkeypatch.setattr(smtp.SmtpDialogue, "say", noted)
    fill(database, "ana@example.org")
    with running(Relay(pipelining=True)) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=1)
    envelope, message, goodbye = waiting
    assert envelope == b"MAIL FROM:<news@charity.example>\r\nRCPT TO:<ana@example.org>\r\nDATA\r\n"
    assert message.endswith(b"\r\n.\r\n")
    assert goodbye == b"QUIT\r\n"


def test_a_go_ahead_for_a_refused_recipient_is_ended_with_a_dot_and_the_next_mail_goes_out(
    database: Database,
) -> None:
    fill(database, "ana@example.org", "bob@example.org")

    def generous(line: str) -> str:
        return "550 5.1.1 no such user" if line == "RCPT TO:<ana@example.org>" else usual(line)

    with scripted(generous, "PIPELINING") as (relay, heard):
        assert send(database, server(relay)) == DeliveryTally(accepted=1, failed=1)
    assert [row.reply for row in rows(database)] == ["550 5.1.1 no such user", "250 OK"]
    refused = heard.index("RCPT TO:<ana@example.org>")
    assert heard[refused + 1 : refused + 4] == ["DATA", ".", "RSET"]


def test_a_go_ahead_for_a_refused_sender_sends_nothing(database: Database) -> None:
    fill(database, "ana@example.org")

    def confused(line: str) -> str:
        return "550 5.7.1 sender refused" if line.startswith("MAIL") else usual(line)

    with scripted(confused, "PIPELINING") as (relay, heard):
        assert "sender refused" in send(database, server(relay)).relay
    assert states(database) == ["pending"]
    assert "." not in heard


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)], ids=["one by one", "at once"])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    "nonsense", ["25", "250-" + "x" * 9000, "\r\n".join(["250-more"] * 200), "999 9.9.9", "cut"],
    ids=["half", "long", "endless", "unheard of", "cut"],
)  # fmt: skip
def test_nonsense_before_the_message_fails_no_mail(
    database: Database, verb: str, nonsense: str, offers: tuple[str, ...]
) -> None:
    fill(database, "ana@example.org")

    def broken(line: str) -> str:
        return nonsense if line.startswith(verb) else usual(line)

    with scripted(broken, *offers) as (relay, _):
        tally = send(database, server(relay))
    assert states(database)[0] == "pending"
    assert tally.relay


def test_several_lines_of_a_reply_are_one(database: Database) -> None:
    fill(database, "ana@example.org")

    def wordy(line: str) -> str:
        return "550-5.1.1 no such user\r\n550-5.1.1 here\r\n550" if line.startswith("RCPT") else usual(line)

    with scripted(wordy) as (relay, _):
        assert send(database, server(relay)) == DeliveryTally(failed=1)
    assert rows(database)[0].reply == "550 5.1.1 no such user 5.1.1 here"


def test_silence_is_a_lost_line_that_sent_nothing_before_the_message_and_nobody_knows_what_behind_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_REPLY_SECONDS", 0.2)
    monkeypatch.setattr(smtp, "_DATA_SECONDS", 0.2)
    monkeypatch.setattr("regwatch.mail.smtp_dialogue._GOODBYE_SECONDS", 0.2)
    fill(database, "ana@example.org")
    with scripted(lambda line: "" if line == "DATA" else usual(line), "PIPELINING") as (relay, _):
        assert "no answer within" in send(database, server(relay)).relay
    assert states(database) == ["pending"]
    with scripted(lambda line: "" if line == "." else usual(line), "PIPELINING") as (relay, _):
        assert send(database, server(relay)).unknown == 1
    assert states(database) == ["unknown"]
