"""Reports as providers and gateways word them, composed by us: only what is sure ends a subscription."""

from __future__ import annotations

import base64

import pytest

from regwatch.mail.incoming.reports import ReportKind, read_report
from regwatch.subscribers.bounces import take_report
from subscribers.desk import MARK, House
from subscribers.test_bounce_words import HANDLE, OURS, block, exim, feedback, plain, report
from subscribers.test_bounces import link, mailed

GONE = {
    "Outlook.com": "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [AM7EUR03FT012.example "
    "2026-11-30T07:00:00.000Z 08DA00]",
    "Exchange Online": "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient somebody@reader.example not found by SMTP "
    "address lookup",
    "Exchange Online passes on": "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> 550 "
    "5.1.1 User unknown",
    "Exchange Online passes on without a number": "550 5.0.350 Remote server returned an error -> 550 Invalid "
    "recipient somebody@reader.example (#5.1.1)",
    "Yahoo": "554 delivery error: dd Sorry your message to somebody@yahoo.example cannot be delivered. This account "
    "has been disabled or discontinued [#102]. - mta1",
    "GMX": "550 Requested action not taken: mailbox unavailable For explanation visit "
    "https://postmaster.gmx.example/en/case?c=r0103&i=ip&v=192.0.2.1",
    "Gmail": "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking "
    "the recipient's email address for typos or 550-5.1.1 unnecessary spaces. 550 5.1.1 - gsmtp",
    "iCloud": "550 5.1.1 unknown or illegal alias: somebody@me.example",
    "Proton": "550 5.1.1 <somebody@proton.example>: Recipient address rejected: Address does not exist",
    "T-Online": "550 5.1.1 unknown user",
    "Orange": "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]",
    "Mail.ru": "550 Message was not accepted -- invalid mailbox.  Local mailbox somebody@mail.example is unavailable: "
    "user not found",
    "Mimecast": "550 Invalid Recipient - https://community.example/docs/DOC-1369#550",
    "Cisco": "5.1.0 - Unknown address error 550-'5.1.1 <somebody@reader.example>: Recipient address rejected: User "
    "unknown'",
    "Cisco, of another kind": "5.3.0 - Other mail system problem 550-'5.1.1 recipient rejected'",
    "a Postfix that probes": "550 5.1.1 <somebody@reader.example>: Recipient address rejected: undeliverable address: "
    "host mx[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)",
    "in German": "550 5.1.1 Benutzer unbekannt",
}  # fmt: skip
NOT_SURE = {
    "Outlook.com, we are listed": "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact "
    "your Internet service provider since part of their network is on our block list (S3150).",
    "Exchange Online, full": "554 5.2.2 mailbox full;STOREDRV.Deliver.Exception:QuotaExceededException",
    "Exchange Online passes a refusal on": "550 5.1.351 Remote server returned unknown recipient or mailbox "
    "unavailable -> 554 5.7.1 Service refused",
    "Exchange Online passes words on": "550 5.1.351 Remote server returned unknown recipient or mailbox unavailable -> "
    "550 Administrative prohibition",
    "Exchange, two people have it": "550 5.1.4 RESOLVER.ADR.Ambiguous; ambiguous address",
    "Exchange Online, no such domain now": "550 5.4.310 DNS domain reader.example does not exist",
    "Exchange, a closed group": "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
    "Yahoo, deferred for ever": "553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred",
    "Yahoo, full": "554 5.2.2 Requested mail action aborted: exceeded storage allocation",
    "GMX, our SPF": "550 Requested action not taken: mailbox unavailable Reject due to SPF policy.",
    "GMX, our DNS": "550 Requested action not taken: mailbox unavailable Invalid DNS MX or A/AAAA resource record.",
    "GMX, our sender": "550 Requested action not taken: mailbox unavailable Sender address is not allowed.",
    "QQ": "550 Mailbox unavailable or access denied [MXQ 10.0.0.8]",
    "Gmail, a group": "550 5.7.1 We're writing to let you know that the group you tried to contact may not exist, or "
    "you may not have permission to post messages to the group.",
    "iCloud, full": "552 5.2.2 <somebody@icloud.example>: user is over quota",
    "iCloud, policy": "554 5.7.1 [CS01] Message rejected due to local policy.",
    "T-Online, reputation": "554 IP=192.0.2.7 - None/bad reputation. Ask your postmaster for help. (NOWL)",
    "T-Online, full": "552 5.2.2 Quota exceeded (mailbox for user is full)",
    "Cisco, a rule of theirs": "5.1.0 - Unknown address error 550-'Mail rejected by local rules'",
    "Cisco, our machine": "5.1.0 - Unknown address error 554-'Delivery not accepted from your host'",
    "5.1.0 says too little": "550 5.1.0 Recipient rejected, see your administrator",
    "our sender, checked": "550-Verification failed for <bounce@charity.example> 550-Called:   192.0.2.1 550-Sent:     "
    "RCPT TO:<bounce@charity.example> 550-Response: 550 5.1.1 User unknown 550 Sender verify failed",
    "our sender, unknown": "550 unknown sender address",
    "our sender, invalid": "550 Invalid sender address",
    "our sender's domain": "550 Domain of sender address bounce@charity.example does not exist",
    "our return address": "550 Return address user unknown, mail refused",
    "our MAIL FROM": "553 MAIL FROM: invalid address, mailbox not found",
    "a probe that loops": "550 5.1.1 <somebody@reader.example>: Recipient address rejected: undeliverable address: "
    "mail for reader.example loops back to myself",
    "a probe that was refused": "550 5.1.1 <somebody@reader.example>: Recipient address rejected: undeliverable "
    "address: host mx[192.0.2.1] said: 550 5.7.1 Go away (in reply to RCPT TO command)",
    "a probe that was put off": "550 5.1.1 <somebody@reader.example>: Recipient address rejected: undeliverable "
    "address: host mx[192.0.2.1] said: 450 4.7.1 Greylisted",
    "closed for now": "550 5.2.1 This account has been temporarily disabled",
    "suspended": "550 5.2.1 mailbox suspended",
    "Sendmail's number for every refusal": "550 5.1.1 not permitted",
    "a directory out of order": "550 5.1.1 User unknown in local recipient table; lookup failed",
    "a database out of order": "550 5.1.1 mailbox database temporarily unavailable, user unknown",
    "in German, without a number": "550 Empfaenger unbekannt",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        *(pytest.param(said, ReportKind.HARD, id=who) for who, said in GONE.items()),
        *(pytest.param(said, ReportKind.SOFT, id=who) for who, said in NOT_SURE.items()),
    ],
)
def test_only_what_is_sure_ends_a_subscription(said: str, kind: ReportKind) -> None:
    found = read_report(report(block(said)))
    assert found
    assert found.kind is kind


def gmx(name: str, said: str) -> bytes:
    """What GMX, web.de and IONOS write to those who send by them."""
    return plain(
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to\none or more of its recipients. This is a permanent error.\nThe following address failed:\n\n"
        f"{name}:\nSMTP error from remote server for RCPT TO command, host: mx.reader.example (192.0.2.1) reason: "
        f"{said}\n\n--- The header of the original message is following. ---\n\nMessage-ID: <d.1.ff@charity.example>\n",
    )


def yahoo(said: str) -> bytes:
    return plain(
        "Failure Notice",
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{OURS}>:\n{said}\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <d.1.ff@charity.example>\n",
    )


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (gmx(f'"{OURS}"', "550 5.1.1 User unknown"), ReportKind.HARD, "5.1.1"),
        (gmx(OURS, "550 no such user"), ReportKind.HARD, "5.0.0"),
        (gmx(OURS, "554 5.7.1 blocked"), ReportKind.SOFT, "5.7.1"),
        (yahoo("550: 5.1.1 <x>: Recipient address rejected: User unknown"), ReportKind.HARD, "5.1.1"),
        (yahoo("Unable to deliver message after multiple retries, giving up."), ReportKind.SOFT, "5.0.0"),
        (exim("550 5.1.1 User unknown", f"X-Failed-Recipients: a@reader.example, {OURS}\n"), ReportKind.SOFT, "5.1.1"),
    ],
)
def test_providers_that_write_no_standard_form_are_read(raw: bytes, kind: ReportKind, status: str) -> None:
    found = read_report(raw)
    assert found
    assert (found.kind, found.status, found.original) == (kind, status, "<d.1.ff@charity.example>")


@pytest.mark.parametrize(
    ("where", "standing"),
    [
        (MARK, "ended"),
        (MARK.upper(), "ended"),
        (MARK.replace("@", "+news@"), "ended"),
        ("volunteer@elsewhere.example", "active"),
        (MARK.replace("reader", "mailhost"), "active"),
    ],
)
def test_an_address_that_passes_mail_on_does_not_end_with_one_who_reads_it(
    house: House, where: str, standing: str
) -> None:
    mail, address = mailed(house)
    to = address.of(mail.id or 0)
    named = f"Original-Recipient: rfc822;{MARK}\n"
    with house.database.session() as session:
        take_report(
            session, report(block("550 5.1.1 User unknown", to=where) + named, to=to), address, house.clock.now()
        )
    assert house.person(MARK).standing == standing


def test_a_reader_s_address_in_another_script_is_the_same_in_ascii() -> None:
    found = read_report(report(block("550 5.1.1 User unknown", to="ana@bücher.example").replace("rfc822", "utf-8")))
    assert found
    assert found.is_of("ana@xn--bcher-kva.example")
    assert not found.is_of("ben@xn--bcher-kva.example")


def packed(kind: str) -> bytes:
    """A feedback report whose fields are packed, as some exporters do."""
    fields = base64.encodebytes(f"Feedback-Type: {kind}\r\nVersion: 1\r\n".encode()).decode()
    head, tail = feedback(kind).decode().split(f"\r\nFeedback-Type: {kind}\r\nVersion: 1\r\n")
    return f"{head}Content-Transfer-Encoding: base64\r\n\r\n{fields}{tail}".encode()


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (packed("abuse"), ReportKind.COMPLAINT),
        (packed("not-spam"), None),
        (feedback("not-spam"), None),
        (feedback("NOT-SPAM"), None),
        (feedback("miscategorized"), None),
        (feedback("dmarc"), None),
        (feedback("abuse\r\nFeedback-Type: not-spam"), None),
        (feedback("not-spam\r\nOriginal-Mail-From: abuse@provider.example"), None),
        (feedback("not-spam").replace(b"To: ", b"Subject: abuse\r\nTo: "), None),
        (feedback("not-spam\r\n\r\nFeedback-Type: abuse"), None),
        (report(block("550 5.1.1 User unknown"), kind="message/feedback-report"), None),
    ],
)
def test_only_a_plain_complaint_is_one(raw: bytes, kind: ReportKind | None) -> None:
    found = read_report(raw)
    assert (found.kind if found else None) is kind


@pytest.mark.parametrize(
    "subject",
    [
        "SV: unsubscribe {}", "RIF: I: unsubscribe {}", "Odp: unsubscribe {}", "回复: unsubscribe {}",
        "***SPAM*** unsubscribe {}", "[SPAM?] Re: unsubscribe {}", "{{Spam?}} unsubscribe {}", "unsubscribe\u00a0{}",
        "unsubscribe {} [SEC=OFFICIAL]", "unsubscribe {} (fwd)", "[EXT] unsubscribe {} [EXTERNAL] [Bulk]",
        "=?utf-8?Q?=5BEXTERNAL=5D_unsubscribe?= =?utf-8?Q?_{}?=", "=?UTF-8?B?VHI6IHVuc3Vic2NyaWJl?= {}",
        "=?windows-1252?Q?R=E9f_=3A_unsubscribe_{}?=",
    ],
)  # fmt: skip
def test_gateways_and_programs_of_other_languages_hide_no_request_to_leave(subject: str) -> None:
    found = read_report(b"From: x@y.example\r\nSubject: " + subject.format(HANDLE).encode() + b"\r\n\r\n")
    assert found
    assert (found.kind, found.handle) == (ReportKind.UNSUBSCRIBE, HANDLE)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: how do I unsubscribe?", "unsubscribe", "do not unsubscribe me [x]", "unsubscribed {}", "resubscribe {}",
        "unsubscribe {} please", "Automatic reply: your mail", "unsubscribe {}x", "unsubscribe https://charity.example/u/{}",
    ],
)  # fmt: skip
def test_what_is_no_request_with_a_handle_ends_nothing(subject: str) -> None:
    assert read_report(f"Subject: {subject.format(HANDLE)}\r\n\r\n".encode()) is None


def test_a_link_of_a_mail_in_a_report_of_another_kind_ends_nothing(house: House) -> None:
    mail, address = mailed(house)
    handle = link(mail, "u").rpartition("/")[2].encode()
    for kind in ("not-spam", "auth-failure"):
        quoted = feedback(kind).replace(
            b"\r\n\r\nhello", b"\r\nList-Unsubscribe: <https://x.example/u/" + handle + b">\r\n\r\nhi"
        )
        with house.database.session() as session:
            assert take_report(session, quoted, address, house.clock.now()) == ""
    assert house.person(MARK).standing == "active"
