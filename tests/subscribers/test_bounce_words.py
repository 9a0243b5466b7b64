"""Bounces, complaints and requests to leave as the large providers and old mail servers say them; composed by us."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from pathlib import Path

import pytest

from regwatch.mail.incoming.reports import ReportKind, read_report
from regwatch.subscribers.bounces import SOFT_LIMIT, take_report
from subscribers.desk import MARK, House
from subscribers.test_bounces import link, mailed

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "subscribers.md"
HANDLE = "AbCdEfGhIjKlMnOpQrStUv"
OURS = MARK


def block(said: str, *, to: str = OURS, action: str = "failed") -> str:
    found = re.search(r"(?<![\w.])[245]\.\d+\.\d+", said)
    status = found[0] if found else "5.0.0"
    return f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n"


def report(
    *blocks: str, to: str = "bounce@charity.example", packing: str = "", kind: str = "message/delivery-status"
) -> bytes:
    fields = "Reporting-MTA: dns; mx.provider.example\n\n" + "\n".join(blocks)
    if packing == "base64":
        fields = base64.encodebytes(fields.encode()).decode()
    if packing == "quoted-printable":
        fields = fields.replace("=", "=3D").replace("Action", "=41ction")
    return (
        (
            f"From: MAILER-DAEMON@mx.provider.example\nTo: {to}\nSubject: Undeliverable\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
            f"--b\nContent-Type: {kind}\n"
            + (f"Content-Transfer-Encoding: {packing}\n" if packing else "")
            + f"\n{fields}\n"
            f"--b\nContent-Type: message/rfc822\n\nTo: {OURS}\nMessage-ID: <d.1.ff@charity.example>\n\nhello\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def feedback(kind: str, to: str = "bounce@charity.example") -> bytes:
    return (
        (
            f"From: feedback@provider.example\nTo: {to}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
            f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\n\n"
            f"--b\nContent-Type: message/rfc822\n\nTo: {OURS}\n\nhello\n--b--\n"
        )
        .replace("\n", "\r\n")
        .encode()
    )


def told_in_the_page() -> list[tuple[str, str]]:
    """What the table says: a sentence of a mail server, and what it leads to."""
    rows = re.findall(r"^\|[^|]*\| `([^`|]+)`[^|]*\| (ends|counts) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 15
    return rows


@pytest.mark.parametrize(("said", "outcome"), told_in_the_page())
def test_what_the_page_says_of_a_failure_is_what_happens(house: House, said: str, outcome: str) -> None:
    mail, address = mailed(house)
    with house.database.session() as session:
        take_report(session, report(block(said), to=address.of(mail.id or 0)), address, house.clock.now())
    person = house.person(MARK)
    assert person.standing == ("ended" if outcome == "ends" else "active")
    assert person.paused_until is None


def test_what_the_page_says_of_pauses_is_what_happens(house: House) -> None:
    text = " ".join(PAGE.read_text("utf-8").split())
    assert "five in two weeks pause that person's mail for a week" in text
    assert SOFT_LIMIT == 5


@pytest.mark.parametrize("kind", ["abuse", "Abuse", "opt-out"])
def test_a_complaint_of_a_reader_ends_everything(house: House, kind: str) -> None:
    mail, address = mailed(house)
    with house.database.session() as session:
        assert take_report(session, feedback(kind, address.of(mail.id or 0)), address, house.clock.now()) == "complaint"
    assert house.person(MARK).standing == "ended"


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "fraud", "virus", "other", ""])
def test_a_feedback_report_that_is_no_complaint_ends_nothing(house: House, kind: str) -> None:
    mail, address = mailed(house)
    with house.database.session() as session:
        assert take_report(session, feedback(kind, address.of(mail.id or 0)), address, house.clock.now()) == ""
    assert house.person(MARK).standing == "active"


GONE, FULL, DELIVERED = block("550 5.1.1 User unknown"), block("552 5.2.2 full"), block("250 OK", action="delivered")
EXPANDED, DELAYED = (
    block("250 2.0.0", to="team@reader.example", action="expanded"),
    block("4.4.1 later", action="delayed"),
)
OTHER = "other@reader.example"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (report(GONE, packing="base64"), ReportKind.HARD),
        (report(GONE, packing="quoted-printable"), ReportKind.HARD),
        (report(GONE, kind="text/plain"), ReportKind.HARD),
        (report(GONE, kind="text/plain", packing="base64"), ReportKind.HARD),
        (report(GONE, kind="message/global-delivery-status"), ReportKind.HARD),
        (report(block("552 5.2.2 full", to=OTHER), GONE), ReportKind.HARD),
        (report(GONE, block("552 5.2.2 full", to=OTHER)), ReportKind.HARD),
        (report(block("550 5.1.1 User unknown", to=OTHER), FULL), ReportKind.SOFT),
        (report(EXPANDED, GONE), ReportKind.HARD),
        (report(DELAYED, GONE), ReportKind.HARD),
        (report(GONE, DELIVERED), ReportKind.SOFT),
        (report(block("550 5.1.1 a", to="a@x.example"), block("552 5.2.2 b", to="b@x.example")), ReportKind.SOFT),
        (report(block("550 5.1.1 a", to="a@x.example"), block("550 5.1.1 b", to="b@x.example")), ReportKind.HARD),
        (
            report(block("550 5.1.1 a", to="a@x.example"), block("250", to="b@x.example", action="relayed")),
            ReportKind.SOFT,
        ),
        (report(DELAYED), None),
        (report(EXPANDED, DELIVERED), None),
    ],
)
def test_packed_mislabelled_and_manifold_reports_are_read(raw: bytes, kind: ReportKind | None) -> None:
    found = read_report(raw)
    assert (found.kind if found else None) is kind


def plain(subject: str, body: str, headers: str = "") -> bytes:
    return f"From: MAILER-DAEMON@mx.example\nTo: bounce@charity.example\n{headers}Subject: {subject}\n\n{body}".encode()


def qmail(said: str) -> bytes:
    return plain(
        "failure notice",
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n"
        f"This is a permanent error; I've given up. Sorry it didn't work out.\n\n<{OURS}>:\n{said}\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <bounce+1f-0123456789abcdef@charity.example>\n"
        "Message-ID: <d.1.ff@charity.example>\nSubject: user unknown 550 5.1.1\n",
    )


def exim(said: str, headers: str = f"X-Failed-Recipients: {OURS}\n") -> bytes:
    return plain(
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        f"delivered\nto one or more of its recipients. The following address(es) failed:\n\n  {OURS}\n    {said}\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        "Message-ID: <d.1.ff@charity.example>\n",
        headers,
    )


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (qmail("Sorry, no mailbox here by that name. (#5.1.1)"), ReportKind.HARD, "5.1.1"),
        (qmail("192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.1."),
         ReportKind.HARD, "5.1.1"),
        (qmail("192.0.2.1 failed after I sent it.\nRemote host said: 554 5.7.1 spam"), ReportKind.SOFT, "5.7.1"),
        (qmail("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again"),
         ReportKind.SOFT, "4.4.1"),
        (qmail("Sorry, I couldn't find any host named reader.example. (#5.1.2)"), ReportKind.HARD, "5.1.2"),
        (exim("SMTP error from remote mail server after RCPT TO:<x>:\n    host mx [192.0.2.1]: 550 5.1.1 User unknown"),
         ReportKind.HARD, "5.1.1"),
        (exim("SMTP error from remote mailer after RCPT TO:<x>:\n    host mx [192.0.2.1]: 550 Unknown user"),
         ReportKind.HARD, "5.0.0"),
        (exim("unknown local-part \"somebody\" in domain \"reader.example\""), ReportKind.HARD, "5.0.0"),
        (exim("retry timeout exceeded"), ReportKind.SOFT, "5.0.0"),
        (exim("mailbox is full: retry timeout exceeded"), ReportKind.SOFT, "5.0.0"),
    ],
)  # fmt: skip
def test_qmail_and_old_exim_are_understood(raw: bytes, kind: ReportKind, status: str) -> None:
    found = read_report(raw)
    assert found
    assert (found.kind, found.status, found.original) == (kind, status, "<d.1.ff@charity.example>")


@pytest.mark.parametrize("raw", [exim("550 5.1.1 User unknown", ""), plain("Away", "no such user 550 5.1.1")])
def test_words_alone_are_no_report(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize(
    "subject",
    [
        "AW: unsubscribe {}", "Fwd: unsubscribe {}", "WG: Re: [EXTERN] unsubscribe {}", "[EXTERNAL] unsubscribe {}",
        "=?utf-8?Q?unsubscribe_{}?=", "=?utf-8?Q?Antw=3A_unsubscribe?= {}", "unsubscribe%20{}", "unsubscribe\r\n {}",
        "unsubscribe: {}", '"unsubscribe {}"', "Re[2]: Unsubscribe   {}", "=?iso-8859-1?Q?R=E9p_=3A?= unsubscribe {}",
    ],
)  # fmt: skip
def test_what_mail_programs_put_around_a_request_to_leave_does_not_matter(house: House, subject: str) -> None:
    mail, address = mailed(house)
    handle = link(mail, "u").rpartition("/")[2]
    told = handle.replace("_", "=5F") if "_{}?=" in subject else handle  # RFC 2047 section 4.2: "_" is a space
    raw = f"From: x@y.example\r\nSubject: {subject.format(told)}\r\n\r\n".encode()
    with house.database.session() as session:
        assert take_report(session, raw, address, house.clock.now() + timedelta(hours=1)) == "unsubscribe"
    assert house.person(MARK).standing == "ended"


def test_a_request_to_leave_packed_as_a_whole_is_read() -> None:
    packed = base64.b64encode(f"unsubscribe {HANDLE}".encode()).decode()
    found = read_report(f"Subject: =?us-ascii?B?{packed}?=\r\n\r\n".encode())
    assert found
    assert (found.kind, found.handle) == (ReportKind.UNSUBSCRIBE, HANDLE)
    assert read_report(b"Subject: =?no-such-charset?Q?unsubscribe?=\r\n\r\n") is None


def test_an_underscore_that_a_program_did_not_encode_is_still_one() -> None:
    found = read_report(b"Subject: =?us-ascii?Q?unsubscribe_1mWVzaZslmV03lh_6kYZqA?=\r\n\r\n")
    assert found
    assert (found.kind, found.handle) == (ReportKind.UNSUBSCRIBE, "1mWVzaZslmV03lh_6kYZqA")


def test_a_null_character_in_the_name_of_a_charset_ends_nothing() -> None:
    fields = b'X-Failed-Recipients: a@b.c\r\nContent-Type: text/plain; charset="a\x00b"\r\n'
    read = read_report(fields + "\r\n  a@b.c\r\n    550 5.1.1 Benutzer gibt es nicht: übel\r\n".encode())
    assert read is not None
    assert read.kind is ReportKind.HARD


@pytest.mark.parametrize("kind", ["message/global-delivery-status", "message/delivery-status"])
@pytest.mark.parametrize("packing", ["8bit", "base64"])
def test_the_address_in_a_report_may_be_in_any_script(kind: str, packing: str) -> None:
    gone = block("550 5.1.1 User unknown", to="jörg.weg@reader.example")
    read = read_report(report(gone, kind=kind, packing=packing))
    assert read is not None
    assert (read.kind, read.is_of("jörg.weg@reader.example")) == (ReportKind.HARD, True)
    assert not read.is_of("georg.weg@reader.example")
