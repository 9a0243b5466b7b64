from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from digest.story import NOW
from mail.relay import CERTIFICATE, Relay, running
from regwatch.clock import DrivenClock
from regwatch.mail import outbox, outbox_leaving, outbox_queries
from regwatch.mail.delivery import CircuitBreaker, DeliveryTally, deliver
from regwatch.mail.maildrop import MaildropTransport
from regwatch.mail.retry import Ambiguous, RetryPolicy
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.mail.transport import Transport
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import Message, MessageText

HALF_AN_HOUR = timedelta(minutes=30)


def fill(database: Database, *recipients: str, kind: str = "daily") -> None:
    with database.session() as session:
        for n, recipient in enumerate(recipients, 1):
            outbox.enqueue(
                session,
                recipient,
                [n],
                kind=kind,
                subject="News",
                identity=f"<{recipient}-{n}>",
                raw=f"From: news@charity.example\r\nTo: {recipient}\r\nSubject: News\r\n\r\n.body {n}\r\n".encode(),
                now=NOW,
            )


def server(relay: Relay, **more: object) -> SmtpTransport:
    plain = SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none")
    return SmtpTransport(replace(plain, **more))  # type: ignore[arg-type]


def send(
    database: Database,
    transport: Transport,
    *,
    after: timedelta = timedelta(0),
    policy: Ambiguous = Ambiguous.RESEND_ONCE,
    circuit: CircuitBreaker | None = None,
) -> DeliveryTally:
    clock = DrivenClock(NOW + after)
    return asyncio.run(deliver(database, transport, clock, policy=RetryPolicy(policy), circuit=circuit))


def rows(database: Database) -> list[Message]:
    with database.session() as session:
        return list(session.exec(select(Message).order_by(Message.id)))  # type: ignore[arg-type]


def states(database: Database) -> list[str]:
    return [row.state for row in rows(database)]


def test_what_the_server_takes_is_accepted_with_its_reply(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with running(Relay()) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=2)
        assert send(database, server(relay)) == DeliveryTally()
    assert relay.to == ["ana@example.org", "bob@example.org"]
    assert relay.mails[0][1].endswith(b"\r\n\r\n.body 1\r\n")
    assert {(row.state, row.reply, row.attempts) for row in rows(database)} == {("accepted", "250 queued as 1", 1)}


def test_one_refused_recipient_does_not_hold_up_the_others(database: Database) -> None:
    fill(database, "ana@example.org", "gone@example.org", "later@example.org", "bob@example.org")
    answers = {"gone@example.org": "550 gone", "later@example.org": "450 later"}
    with running(Relay(rcpt=lambda to: answers.get(to, "250 OK"))) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=2, failed=1, deferred=1)
    assert states(database) == ["accepted", "failed", "deferred", "accepted"]
    assert relay.connections == 1


def test_a_deferred_mail_waits_half_an_hour_then_longer_and_is_given_up_after_five_days(database: Database) -> None:
    fill(database, "later@example.org")
    with running(Relay(rcpt=lambda _: "450 later")) as relay:
        after, pauses = timedelta(0), []
        while True:
            tally = send(database, server(relay), after=after)
            row = rows(database)[0]
            if row.state == "failed":
                break
            assert tally == DeliveryTally(deferred=1)
            assert row.next_at is not None
            pauses.append(row.next_at - (NOW + after))
            assert send(database, server(relay), after=row.next_at - NOW - timedelta(seconds=1)) == DeliveryTally()
            after = row.next_at - NOW
    assert pauses[0] == HALF_AN_HOUR
    assert pauses == sorted(pauses)
    assert timedelta(days=5) <= after < timedelta(days=5, hours=5)
    assert tally == DeliveryTally(failed=1)


def test_a_line_dropped_after_the_last_byte_is_unknown_and_sent_once_more_with_the_same_bytes(
    database: Database,
) -> None:
    fill(database, "ana@example.org")
    with running(Relay(drop=lambda _: True)) as relay:
        assert send(database, server(relay)) == DeliveryTally(unknown=1)
        assert states(database) == ["unknown"]
        assert send(database, server(relay)) == DeliveryTally()
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(unknown=1)
        assert send(database, server(relay), after=timedelta(days=4)) == DeliveryTally()
    assert len(relay.mails) == 2
    assert len(set(relay.digests)) == 1
    assert rows(database)[0].finished_at is not None


def test_an_unknown_mail_that_is_accepted_the_second_time_is_accepted(database: Database) -> None:
    fill(database, "ana@example.org")
    turns = iter([True, False])
    with running(Relay(drop=lambda _: next(turns))) as relay:
        send(database, server(relay))
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(accepted=1)
    assert states(database) == ["accepted"]


def test_on_hold_an_unknown_mail_is_never_sent_again_by_itself(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay(drop=lambda _: True)) as relay:
        send(database, server(relay), policy=Ambiguous.HOLD)
        assert send(database, server(relay), after=timedelta(days=1), policy=Ambiguous.HOLD) == DeliveryTally()
    assert len(relay.mails) == 1
    assert states(database) == ["unknown"]


def test_a_server_that_drops_every_line_is_left_alone_after_three(database: Database) -> None:
    fill(database, *(f"r{n}@example.org" for n in range(9)))
    with running(Relay(drop=lambda _: True)) as relay:
        tally = send(database, server(relay))
    assert tally.unknown == 3
    assert "dropped 3 mails in a row" in tally.relay
    assert states(database).count("pending") == 6


def test_a_wrong_password_consumes_no_mail_and_is_tried_once_while_the_circuit_is_open(database: Database) -> None:
    fill(database, *(f"r{n}@example.org" for n in range(60)))
    circuit = CircuitBreaker()
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with running(Relay(), tls="starttls", auth=True) as relay:
        wrong = server(relay, tls="starttls", context=trusting, user="user", password="wrong")
        for minutes in range(5):
            tally = send(database, wrong, after=timedelta(minutes=minutes), circuit=circuit)
            assert "refuses the login: 535" in tally.relay
        assert relay.logins <= 3
        assert set(states(database)) == {"pending"}
        assert {row.attempts for row in rows(database)} == {0}
        right = server(relay, tls="starttls", context=trusting, user="user", password="right")
        assert send(database, right, after=HALF_AN_HOUR, circuit=circuit).accepted == 60
        assert circuit == CircuitBreaker()


def test_one_connection_carries_fifty_mails(database: Database) -> None:
    fill(database, *(f"r{n}@example.org" for n in range(120)))
    with running(Relay()) as relay:
        assert send(database, server(relay)).accepted == 120
    assert relay.connections == 3
    assert len(set(relay.to)) == 120


def test_a_server_without_encryption_gets_nothing(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay()) as relay:
        tally = send(database, server(relay, tls="starttls"))
    assert "cannot be used" in tally.relay
    assert "TLS" in tally.relay
    assert relay.to == []
    assert states(database) == ["pending"]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_nothing(database: Database, tls: str) -> None:
    fill(database, "ana@example.org")
    with running(Relay(), tls=tls) as relay:
        tally = send(database, server(relay, tls=tls))
    assert "certificate is not valid" in tally.relay
    assert "self" in tally.relay
    assert relay.to == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_for_another_host_gets_nothing(database: Database, tls: str) -> None:
    fill(database, "ana@example.org")
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with running(Relay(), tls=tls) as relay:
        tally = send(database, server(relay, host="127.0.0.2", tls=tls, context=trusting))
    assert tally.relay
    assert relay.to == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_an_encrypted_and_verified_connection_is_used(database: Database, tls: str) -> None:
    fill(database, "ana@example.org")
    trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
    with running(Relay(), tls=tls) as relay:
        assert send(database, server(relay, tls=tls, context=trusting)) == DeliveryTally(accepted=1)


def test_clear_text_to_another_machine_is_refused_before_connecting(database: Database) -> None:
    fill(database, "ana@example.org")
    there = SmtpTransport(SmtpServer("mail.example.org", 25, "news@charity.example", tls="none"))
    assert "must be encrypted" in send(database, there).relay


@pytest.mark.parametrize("reply", ["554 5.7.1 <Ana@example.org>: Relay access denied", "550 <ana@example.org> unknown"])
def test_no_error_repeats_a_recipient_s_address(database: Database, reply: str) -> None:
    fill(database, "ana@example.org")
    with running(Relay(rcpt=lambda _: reply)) as relay:
        tally = send(database, server(relay))
    assert "ana@" not in (tally.relay + rows(database)[0].reply).lower()
    assert "<recipient>" in tally.relay + rows(database)[0].reply


def test_a_server_that_is_not_there_is_named_and_nothing_is_lost(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay()) as relay:
        pass
    tally = send(database, server(relay))
    assert f"the mail server 127.0.0.1:{relay.port} cannot be used" in tally.relay
    assert states(database) == ["pending"]


def test_urgent_mails_leave_first(database: Database) -> None:
    fill(database, "weekly@example.org", kind="weekly")
    with database.session() as session:
        for kind, n in (("daily", 2), ("immediately", 3), ("confirmation", 4)):
            outbox.enqueue(
                session, f"{kind}@example.org", [n], kind=kind, subject="s", identity=kind, raw=b"\r\n", now=NOW
            )
    with running(Relay()) as relay:
        send(database, server(relay))
    assert [to.split("@")[0] for to in relay.to] == ["confirmation", "immediately", "daily", "weekly"]


def test_a_mail_found_while_sending_at_the_start_is_unknown_and_resent_once(database: Database) -> None:
    fill(database, "ana@example.org")
    with database.session() as session:
        assert outbox.claim(session, 1, NOW)
    with database.session() as session:
        assert outbox.recover(session, NOW) == 0, "its lease is not over"
        assert outbox.recover(session, NOW, starting=True) == 1
    assert states(database) == ["unknown"]
    with running(Relay()) as relay:
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(accepted=1)


def test_a_mail_whose_sender_vanished_is_found_when_its_lease_is_over(database: Database) -> None:
    fill(database, "ana@example.org")
    with database.session() as session:
        outbox.claim(session, 1, NOW)
    with running(Relay()) as relay:
        assert send(database, server(relay), after=timedelta(minutes=19)) == DeliveryTally()
        assert send(database, server(relay), after=timedelta(minutes=20)) == DeliveryTally()
        assert send(database, server(relay), after=timedelta(minutes=50)) == DeliveryTally(accepted=1)


def test_a_mail_whose_reader_is_erased_while_it_is_on_its_way_is_not_sent_again(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with database.session() as session:
        outbox.claim(session, 1, NOW)
        outbox_leaving.erase(session, 1, "ana@example.org", NOW)
        outbox.recover(session, NOW, starting=True)
    with running(Relay()) as relay:
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(accepted=1)
    assert relay.to == ["bob@example.org"]
    erased = rows(database)[0]
    assert (erased.state, erased.recipient, erased.reply) == ("failed", "erased 1", "not sent: its text is forgotten")


def test_two_senders_never_send_one_mail_twice(database: Database) -> None:
    fill(database, "ana@example.org")
    with database.session() as session:
        assert outbox.claim(session, 1, NOW)
        assert not outbox.claim(session, 1, NOW)
    with running(Relay()) as relay:
        assert send(database, server(relay)) == DeliveryTally()
    assert relay.to == []


def test_stopping_finishes_the_mail_that_is_on_its_way(database: Database) -> None:
    fill(database, *(f"r{n}@example.org" for n in range(5)))
    with running(Relay()) as relay:
        tally = asyncio.run(deliver(database, server(relay), DrivenClock(NOW), stop=lambda: len(relay.mails) >= 2))
    assert tally == DeliveryTally(accepted=2)
    assert states(database) == ["accepted"] * 2 + ["pending"] * 3


def test_a_failed_mail_can_be_retried_by_command(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay(rcpt=lambda _: "550 no")) as relay:
        send(database, server(relay))
    with database.session() as session:
        assert outbox.retry(session, 2) == "there is no such mail"
        assert outbox.retry(session, 1) == ""
    with running(Relay()) as relay:
        assert send(database, server(relay)) == DeliveryTally(accepted=1)
    with database.session() as session:
        assert outbox.retry(session, 1).startswith("it is accepted")


def test_a_failed_mail_is_not_retried_to_somebody_who_left_nor_without_its_text(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with running(Relay(rcpt=lambda _: "550 no")) as relay:
        send(database, server(relay))
    with database.session() as session:
        session.add(Subscriber(address="ana@example.org", origin="added", standing="ended", created_at=NOW))
        session.flush()
        session.get_one(Message, 1).subscriber = 1
        session.delete(session.get_one(MessageText, 2))
        assert "gets no more mail" in outbox.retry(session, 1)
        assert "no longer" in outbox.retry(session, 2)
    assert states(database) == ["failed", "failed"]


def figures(database: Database) -> tuple[dict[str, int], int | None]:
    """The replies counted by class, and whether the relay is noted as up."""
    with database.session() as session:
        up = marks.noted(session, marks.Name.RELAY_UP)
        return marks.counts(session, marks.Name.REPLIES), up.number if up else None


def test_every_reply_is_counted_by_its_class_and_how_the_server_is_is_noted(database: Database) -> None:
    fill(database, *(f"{name}@example.org" for name in ("good", "later", "never", "lost", "fine")))
    answers = {"later@example.org": "450 later", "never@example.org": "550 never"}
    with running(
        Relay(rcpt=lambda to: answers.get(to, "250 OK"), drop=lambda to: to.startswith("lost"))
    ) as relay:  # fmt: skip
        send(database, server(relay))
    assert figures(database) == ({"2xx": 2, "4xx": 1, "5xx": 1, "lost": 1}, 1)


def test_a_server_that_refuses_us_is_noted_as_down_until_it_takes_a_mail(database: Database) -> None:
    fill(database, "ana@example.org")
    assert figures(database) == ({}, None), "not known before it was asked"
    with running(Relay(sender=lambda _: "553 who are you")) as relay:
        send(database, server(relay))
    assert figures(database) == ({"5xx": 1}, 0)
    send(database, server(relay))
    assert figures(database) == ({"5xx": 1}, 0), "a server that cannot be reached gave no reply"
    with running(Relay()) as relay:
        send(database, server(relay))
        send(database, server(relay))
    assert figures(database) == ({"5xx": 1, "2xx": 1}, 1)


def test_what_goes_into_a_folder_is_no_reply_of_a_server(database: Database, tmp_path: Path) -> None:
    with database.session() as session:
        raw = b"From: a@example.org\r\nDate: Fri, 25 Jul 2025 07:30:00 +0000\r\n\r\nx\r\n"
        outbox.enqueue(session, "ana@example.org", [1], kind="daily", subject="s", identity="<1>", raw=raw, now=NOW)
    assert send(database, MaildropTransport(tmp_path / "mail")) == DeliveryTally(accepted=1)
    assert figures(database)[0] == {}


def test_nobody_is_told_of_an_event_twice(database: Database) -> None:
    fill(database, "ana@example.org")
    with database.session() as session:
        again = outbox.enqueue(
            session, "ANA@example.org", [1, 2], kind="daily", subject="s", identity="<other>", raw=b"", now=NOW
        )
    assert again is None
    assert len(rows(database)) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    ("where", "when", "copies"),
    [
        ("due", "before", 1),
        ("claim", "before", 1),
        ("claim", "after", 1),
        ("accept_known", "before", 2),
        ("accept_known", "after", 2),
    ],
)
def test_a_process_killed_at_any_step_loses_nothing_and_repeats_only_the_same_bytes(
    database: Database, monkeypatch: pytest.MonkeyPatch, where: str, when: str, copies: int
) -> None:
    fill(database, "ana@example.org")
    module = outbox_queries if where == "due" else outbox
    real = getattr(module, where)

    def dying(*args: object, **more: object) -> object:
        if when == "after":
            real(*args, **more)
        raise Killed

    with running(Relay()) as relay:
        monkeypatch.setattr(module, where, dying)
        with pytest.raises(Killed):
            send(database, server(relay))
        monkeypatch.setattr(module, where, real)
        with database.session() as session:
            outbox.recover(session, NOW, starting=True)
        send(database, server(relay))
        send(database, server(relay), after=HALF_AN_HOUR)
        send(database, server(relay), after=timedelta(days=1))
    assert len(relay.mails) == copies
    assert len(set(relay.digests)) == 1
    assert states(database) == ["accepted"]


def test_a_mail_killed_between_claim_and_data_is_unknown_at_the_next_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, "ana@example.org")

    async def dying(*_: object, **__: object) -> None:
        raise Killed

    with running(Relay()) as relay:
        with monkeypatch.context() as patched:
            patched.setattr("regwatch.mail.smtp._SmtpConnection._message", dying)
            with pytest.raises(Killed):
                send(database, server(relay))
        assert states(database) == ["sending"]
        with database.session() as session:
            outbox.recover(session, NOW, starting=True)
        assert states(database) == ["unknown"]
        assert send(database, server(relay), after=HALF_AN_HOUR) == DeliveryTally(accepted=1)
    assert len(relay.mails) == 1
