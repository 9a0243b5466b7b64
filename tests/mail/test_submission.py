"""What we say to a mail server, verb by verb, and what each of its answers leads to (RFC 5321, 3461, 6531)."""

from __future__ import annotations

import asyncio
import re
import ssl
from datetime import timedelta
from email import message_from_string
from email.policy import SMTPUTF8
from pathlib import Path

import pytest

from digest.story import NOW, SENDER
from mail.relay import CERTIFICATE, Relay, running
from mail.test_delivery import fill, rows, send, server, states
from regwatch.clock import DrivenClock
from regwatch.mail import outbox
from regwatch.mail.delivery import CircuitBreaker, DeliveryTally
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.message import write
from regwatch.mail.setup import transport_of
from regwatch.mail.states import MailState
from regwatch.mail.templates import Rendered
from regwatch.secret_key import SecretKey
from regwatch.service.mail_service import MailService
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.store.tables import Message, MessageText

BOUNCES = BounceAddress("bounce@charity.example", SecretKey(b"k" * 32))
LARGEST_NUMBER = 2**63 - 1
JOERG = "jörg@example.org"

OURS, LATER, NEVER, UNKNOWN = "ours", "later", "never", "unknown"
"""About us, so that the mail stays as it was; about the recipient, for now and for good; and nobody can say."""

ANSWERS = [
    ("CONNECT", "421 4.3.2 shutting down", OURS),
    ("CONNECT", "554 5.7.1 no service for you", OURS),
    ("EHLO", "421 4.3.2 shutting down", OURS),
    ("EHLO", "500 5.5.1 what", OURS),
    ("EHLO", "550 5.7.1 who are you", OURS),
    ("AUTH", "432 4.7.12 a password transition is needed", OURS),
    ("AUTH", "454 4.7.0 temporary authentication failure", OURS),
    ("AUTH", "534 5.7.9 mechanism too weak", OURS),
    ("AUTH", "535 5.7.8 credentials invalid", OURS),
    *((("MAIL", reply, OURS)) for reply in (
        "421 4.3.2 shutting down", "450 4.7.1 later", "451 4.3.0 local error", "452 4.3.1 no storage now",
        "454 4.7.0 TLS not available", "455 4.5.4 parameters", "501 5.5.2 syntax", "503 5.5.1 sequence",
        "530 5.7.0 must authenticate", "550 5.7.1 sender refused", "552 5.3.4 no storage", "553 5.1.8 sender unknown",
        "554 5.7.1 no", "555 5.5.4 parameters",
    )),
    *((("RCPT", reply, OURS)) for reply in (
        "421 4.3.2 shutting down", "432 4.7.12 transition", "454 4.7.0 TLS not available",
        "530 5.7.0 must authenticate", "534 5.7.9 too weak", "535 5.7.8 credentials", "538 5.7.11 encryption needed",
        "550 5.7.1 Relaying denied", "554 5.7.1 Relay access denied",
    )),
    *((("RCPT", reply, LATER)) for reply in (
        "450 4.2.0 greylisted", "451 4.7.1 try again", "452 4.2.2 mailbox full", "452 4.5.3 too many recipients",
        "455 4.5.4 parameters", "552 5.5.3 too many recipients", "552 5.2.2 mailbox full", "550 5.2.2 over quota",
        "252 cannot verify",
    )),
    *((("RCPT", reply, NEVER)) for reply in (
        "501 5.1.3 bad address", "550 5.1.1 no such user", "551 5.1.6 user has moved", "553 5.1.3 not allowed",
        "554 5.7.1 policy", "556 5.1.10 takes no mail",
    )),
    *((("DATA", reply, OURS)) for reply in ("421 4.3.2 shutting down", "530 5.7.0 must authenticate")),
    *((("DATA", reply, LATER)) for reply in ("450 4.2.0 busy", "451 4.3.0 try again", "452 4.3.1 no storage")),
    *((("DATA", reply, NEVER)) for reply in ("554 5.5.1 no valid recipients", "503 5.5.1 sequence")),
    ("DATA", "250 what", OURS),
    *((("message", reply, OURS)) for reply in ("421 4.3.2 shutting down", "454 4.7.0 lost")),
    *((("message", reply, LATER)) for reply in ("450 4.2.0 busy", "451 4.3.0 try again", "452 4.3.1 no storage",
                                                "552 5.2.2 mailbox full", "554 5.2.2 over quota")),
    *((("message", reply, NEVER)) for reply in ("550 5.7.1 looks like spam", "552 5.3.4 too big",
                                                "554 5.6.0 content refused")),
    ("message", "252 perhaps", UNKNOWN),
    ("message", "nonsense", UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "at once"])
@pytest.mark.parametrize(("verb", "reply", "meaning"), ANSWERS, ids=[f"{verb} {reply}" for verb, reply, _ in ANSWERS])
def test_each_answer_to_each_verb_has_its_meaning(
    database: Database, verb: str, reply: str, meaning: str, pipelining: bool
) -> None:
    fill(database, "ana@example.org")
    relay = Relay(pipelining=pipelining)
    match verb:
        case "MAIL":
            relay.sender = lambda _: reply
        case "RCPT":
            relay.rcpt = lambda _: reply
        case "message":
            relay.data = lambda _: reply
        case _:
            relay.replies[verb] = reply
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with running(relay, tls="starttls" if verb == "AUTH" else "none", auth=verb == "AUTH"):
        login = {"tls": "starttls", "context": trusting, "user": "user", "password": "wrong"} if verb == "AUTH" else {}
        tally = send(database, server(relay, **login))
    (row,) = rows(database)
    states_of = {
        OURS: MailState.PENDING,
        LATER: MailState.DEFERRED,
        NEVER: MailState.FAILED,
        UNKNOWN: MailState.UNKNOWN,
    }
    assert row.state == states_of[meaning].value
    assert row.attempts == (0 if meaning == OURS else 1)
    assert bool(tally.relay) == (meaning == OURS)
    assert relay.mails == []
    if meaning == OURS:
        assert reply[:3] in tally.relay
        assert "\n" not in tally.relay
    elif meaning != UNKNOWN:
        assert row.reply == reply
        assert row.code == int(reply[:3])


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "at once"])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_line_that_is_cut_before_the_message_changes_nothing(database: Database, verb: str, pipelining: bool) -> None:
    fill(database, "ana@example.org")
    with running(Relay(hang_up=verb, pipelining=pipelining)) as relay:
        assert "hung up" in send(database, server(relay)).relay
    assert [(row.state, row.attempts) for row in rows(database)] == [("pending", 0)]


def test_an_answer_that_is_not_utf8_is_kept_without_its_odd_bytes(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay(rcpt=lambda _: "550 Empfänger unbekannt")) as relay:
        assert send(database, server(relay)) == DeliveryTally(failed=1)
    assert rows(database)[0].reply == "550 Empfnger unbekannt"


def test_a_wrong_password_with_five_hundred_mails_is_tried_three_times_at_most_and_fails_none(
    database: Database,
) -> None:
    fill(database, *(f"r{n}@example.org" for n in range(500)))
    trusting, circuit = ssl.create_default_context(cafile=str(CERTIFICATE)), CircuitBreaker()
    with running(Relay(), tls="starttls", auth=True) as relay:
        wrong = server(relay, tls="starttls", context=trusting, user="user", password="wrong")
        for minutes in range(0, 15, 2):
            assert send(database, wrong, after=timedelta(minutes=minutes), circuit=circuit).relay
        assert relay.logins == 2
    assert {(row.state, row.attempts) for row in rows(database)} == {("pending", 0)}


@pytest.mark.parametrize(("policy", "copies"), [("", 2), ("resend_once", 2), ("hold", 1)])
def test_the_setting_for_mails_of_unknown_outcome_decides_how_many_copies_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str, copies: int
) -> None:
    monkeypatch.chdir(tmp_path)
    with running(Relay(drop=lambda _: True)) as relay:
        for name, value in {
            "HOME": str(tmp_path), "AMBIGUOUS": policy, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(relay.port),
            "SMTP_TLS": "none", "MAIL_FROM": "news@charity.example",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"REGWATCH_{name}", value)
        settings, clock = load_settings(), DrivenClock(NOW)
        database = Database(settings.database)
        fill(database, "ana@example.org")
        post = MailService(settings, database, clock, transport_of(settings))
        for hours in range(0, 48, 4):
            clock.set(NOW + timedelta(hours=hours))
            post.send()
        assert states(database) == ["unknown"]
        database.close()
    assert len(relay.mails) == copies
    assert len(set(relay.digests)) == 1


@pytest.mark.sqlite("the largest number of a row there")
def test_the_envelope_sender_on_the_wire_is_the_mail_s_own_bounce_address(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with database.session() as session:
        session.get_one(Message, 2).id = LARGEST_NUMBER
        session.get_one(MessageText, 2).message = LARGEST_NUMBER
    with running(Relay()) as relay:
        assert send(database, server(relay, bounces=BOUNCES)).accepted == 2
    senders = [re.fullmatch(r"MAIL FROM:<(.*)>", line) for line in relay.commands if line.startswith("MAIL")]
    addresses = [found[1] for found in senders if found]
    assert addresses == [BOUNCES.of(1), BOUNCES.of(LARGEST_NUMBER)]
    assert [BOUNCES.number(one) for one in addresses] == [1, LARGEST_NUMBER]
    longest = BounceAddress("b" * 30 + "@charity.example", BOUNCES.key).of(LARGEST_NUMBER)
    assert len(longest.rpartition("@")[0]) == 64


def test_a_server_with_delivery_reports_is_asked_for_failures_only_with_the_mark_of_the_mail(
    database: Database,
) -> None:
    fill(database, "ana@example.org")
    with running(Relay(dsn=True)) as relay:
        assert send(database, server(relay, bounces=BOUNCES)).accepted == 1
    assert relay.commands == [
        f"MAIL FROM:<{BOUNCES.of(1)}> RET=HDRS ENVID={BOUNCES.mark(1)}",
        "RCPT TO:<ana@example.org> NOTIFY=FAILURE",
    ]
    assert BOUNCES.number(BOUNCES.mark(1)) == 1


def test_a_server_without_delivery_reports_gets_no_parameters(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay()) as relay:
        assert send(database, server(relay)).accepted == 1
    assert relay.commands == ["MAIL FROM:<news@charity.example>", "RCPT TO:<ana@example.org>"]


def international(database: Database) -> bytes:
    raw = write(Rendered("Neuigkeiten: geprüft", "Text\n", "<p>Text</p>"), SENDER, JOERG, "<d.1.ff@x.example>", NOW)
    with database.session() as session:
        outbox.enqueue(
            session, JOERG, [1], kind="daily", subject="s", identity="<d.1.ff@x.example>", raw=raw, now=NOW
        )  # fmt: skip
    return raw


def test_an_address_in_another_script_is_written_to_as_utf8_where_the_server_takes_it(database: Database) -> None:
    raw = international(database)
    with running(Relay(smtputf8=True)) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=1)
        assert "smtputf8" in asyncio.run(server(relay).offers())
    assert relay.commands == [
        "MAIL FROM:<news@charity.example> SMTPUTF8 BODY=8BITMIME", f"RCPT TO:<{JOERG}>"
    ]  # fmt: skip
    assert relay.mails == [(JOERG, raw)]
    headers, _, body = raw.partition(b"\r\n\r\n")
    assert f"\r\nTo: {JOERG}\r\n".encode() in headers
    assert "\r\nSubject: Neuigkeiten: geprüft\r\n".encode() in headers
    assert body.isascii()
    assert message_from_string(raw.decode(), policy=SMTPUTF8)["To"].addresses[0].addr_spec == JOERG


def test_an_address_in_another_script_fails_with_the_reason_where_the_server_does_not_take_it(
    database: Database,
) -> None:
    international(database)
    fill(database, "ana@example.org")
    with running(Relay()) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=1, failed=1)
        assert "smtputf8" not in asyncio.run(server(relay).offers())
    assert relay.to == ["ana@example.org"]
    assert rows(database)[0].state == "failed"
    assert "offers no SMTPUTF8" in rows(database)[0].reply


def test_a_refusal_that_an_address_in_another_script_brings_about_does_not_hold_up_the_others(
    database: Database,
) -> None:
    international(database)
    fill(database, "ana@example.org")
    turns = iter(["550 5.6.7 no such letters here", "250 OK"])
    with running(Relay(smtputf8=True, sender=lambda _: next(turns))) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=1, failed=1)
    assert rows(database)[0].reply == "550 5.6.7 no such letters here"


def test_nobody_else_is_written_to_with_utf8(database: Database) -> None:
    fill(database, "ana@xn--bcher-kva.example")
    with running(Relay(smtputf8=True)) as relay:
        send(database, server(relay))
    assert relay.commands[0] == "MAIL FROM:<news@charity.example>"
