"""A refusal that is about us fails no mail; only what a recipient's own server says of the recipient does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digest.story import NOW
from mail.relay import Relay, running
from mail.test_delivery import fill, rows, send, server, states
from regwatch.mail import outbox, outbox_queries
from regwatch.mail.delivery import CircuitBreaker, DeliveryTally
from regwatch.mail.replies import About, about
from regwatch.store import marks
from regwatch.store.database import Database

HOUR = timedelta(hours=1)

OF_US = [
    "550 5.4.5 Daily user sending quota exceeded",
    "550 5.4.5 Daily sending limit exceeded",
    "554 Client host blocked",
    "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
    "550 5.7.1 not authenticated",
    "550 5.7.1 Client was not authenticated",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "550 5.7.57 Client not authenticated to send mail",
    "550 5.7.64 TenantAttribution; Relay Access Denied",
    "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP",
    "550 5.1.8 Access denied, bad outbound sender",
    "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
    "550 account suspended",
    "550 Your account has been temporarily disabled",
    "550 Maximum credits exceeded",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated",
    "553 Sorry, that sender address rejected: not owned by user ana",
    "554 Message rejected: Email address is not verified. Identity failed: news@charity.example",
    "550 You have exceeded your hourly sending limit",
    "550 Access denied: your IP address is listed in our blocklist",
    "550 authentication required",
    "550 5.1.0 sender rejected for user unknown",
    "450 4.7.1 Client host rejected: cannot find your reverse hostname",
]
GONE = [
    "550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)",
    "550 Requested action not taken: mailbox unavailable",
    "554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.com) [0]",
    "554 30 Sorry, your message to ana@yahoo.com cannot be delivered. This mailbox is disabled (554.30).",
    "552 1 Requested mail action aborted, mailbox not found",
    "550-5.1.1 The email account that you tried to reach does not exist.",
    "550-5.2.1 The email account that you tried to reach is inactive.",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "550 No such user here",
    "550 unknown user",
    "550 sorry, no mailbox here by that name. (#5.1.1)",
    "550 #5.1.0 Address rejected.",
    "the remote server said: 550 5.1.1 Recipient address rejected",
    "Your message to <ana@example.org> was rejected: 550 user unknown",
]
FULL = [
    "552 5.2.2 mailbox full",
    "550 5.2.2 over quota",
    "552-5.2.2 The recipient's inbox is out of storage space",
    "552 mailbox is over quota",
    "552 Mailbox quota exceeded",
    "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
]
UNSAID = [
    "554 5.7.1 policy",
    "550 5.1.1 Message rejected as spam",
    "550 5.4.4 Host or domain name not found",
    "450 Requested mail action not taken: mailbox unavailable",
    "450 4.2.1 mailbox disabled",
    "550 5.4.1 No answer from host",
    "552 5.3.4 message size limit exceeded",
    "550 5.7.1 You are not allowed to send to this group",
    "",
]


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        *((said, About.US) for said in OF_US),
        *((said, About.GONE) for said in GONE),
        *((said, About.FULL) for said in FULL),
        *((said, About.UNSAID) for said in UNSAID),
    ],
)
def test_the_words_of_mail_servers_have_their_meaning(said: str, meaning: About) -> None:
    assert about(said) is meaning


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("reply", OF_US)
def test_a_refusal_of_us_fails_no_mail_and_opens_the_circuit(database: Database, stage: str, reply: str) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    circuit = CircuitBreaker()
    with running(Relay(**{stage: lambda _: reply})) as relay:  # type: ignore[arg-type]
        tally = send(database, server(relay), circuit=circuit)
        assert send(database, server(relay), circuit=circuit) == DeliveryTally(relay=circuit.reason)
    assert reply[:3] in tally.relay
    assert (tally.failed, tally.deferred) == (0, 0)
    assert [(row.state, row.attempts) for row in rows(database)] == [("pending", 0)] * 2
    assert relay.connections == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("reply", ["550 no", "554 5.0.0 go away", "550 5.1.1 User unknown", "554 5.7.1 policy"])
def test_refusals_in_a_row_of_whatever_text_are_the_relay_s(database: Database, stage: str, reply: str) -> None:
    fill(database, *(f"reader{n}@example.org" for n in range(20)))
    with running(Relay(**{stage: lambda _: reply})) as relay:  # type: ignore[arg-type]
        tally = send(database, server(relay))
        assert f"refused {outbox.REFUSALS_IN_A_ROW} mails in a row" in tally.relay
        assert states(database) == ["pending"] * 20
    with running(Relay()) as relay:
        assert send(database, server(relay), after=HOUR) == DeliveryTally(accepted=20)


def test_refusals_in_a_row_are_counted_across_runs(database: Database) -> None:
    with running(Relay(rcpt=lambda _: "550 no")) as relay:
        for n in range(outbox.REFUSALS_IN_A_ROW):
            assert states(database) == ["failed"] * n
            fill(database, f"reader{n}@example.org")
            send(database, server(relay), after=n * HOUR)
    assert states(database) == ["pending"] * outbox.REFUSALS_IN_A_ROW


def test_mailboxes_that_are_gone_hold_up_nobody_and_fail_once_the_server_has_taken_other_mail(
    database: Database,
) -> None:
    dead = {f"dead{n}@example.org" for n in range(5)}
    fill(database, *sorted(dead), "ana@example.org")
    with running(Relay(rcpt=lambda to: "550 5.1.1 User unknown" if to in dead else "250 OK")) as relay:
        for hours in range(3):
            send(database, server(relay), after=hours * HOUR)
    assert relay.to == ["ana@example.org"]
    assert states(database) == ["failed"] * 5 + ["accepted"]


def test_a_mail_that_alone_brings_about_a_refusal_of_us_holds_up_no_others(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with running(Relay(data=lambda to: "550 account suspended" if to.startswith("ana") else "250 OK")) as relay:
        send(database, server(relay))
        send(database, server(relay), after=HOUR)
    assert relay.to == ["bob@example.org"]
    assert states(database) == ["pending", "accepted"]


@pytest.mark.parametrize("pipelining", [False, True], ids=["one by one", "at once"])
def test_a_mail_at_which_the_server_hangs_up_holds_up_no_others(database: Database, pipelining: bool) -> None:
    fill(database, "ana@example.org", "bob@example.org")
    with running(Relay(hang_up="RCPT TO:<ana", pipelining=pipelining)) as relay:
        assert "hung up" in send(database, server(relay)).relay
        send(database, server(relay), after=HOUR)
    assert relay.to == ["bob@example.org"]
    assert states(database) == ["pending", "accepted"]


def test_what_failed_for_one_reason_is_sent_again_by_that_reason(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org", "cem@example.org")
    answers = {"ana@example.org": "550 5.9.9 Odd", "cem@example.org": "550 5.1.1 User unknown"}
    with running(Relay(rcpt=lambda to: answers.get(to, "250 OK"))) as relay:
        send(database, server(relay))
    with database.session() as session:
        assert outbox_queries.failed_because(session, "5.9.9 oDD") == [1]
        assert outbox_queries.failed_because(session, "5.4.5") == []
        assert outbox_queries.failed_because(session, "550") == [3, 1]


def test_since_when_the_server_refuses_us_is_noted_until_it_takes_a_mail(database: Database) -> None:
    fill(database, "ana@example.org")
    with running(Relay(rcpt=lambda _: "550 account suspended")) as relay:
        for hours in range(3):
            send(database, server(relay), after=hours * HOUR)
    with database.session() as session:
        noted = marks.noted(session, marks.Name.RELAY_UP)
        assert noted is not None
        assert (noted.number, noted.at) == (0, NOW)
    with running(Relay()) as relay:
        send(database, server(relay), after=3 * HOUR)
    with database.session() as session:
        noted = marks.noted(session, marks.Name.RELAY_UP)
        assert noted is not None
        assert (noted.number, noted.at) == (1, None)
