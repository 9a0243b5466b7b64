"""Mail that comes back, in the shapes of several mail servers: composed by us after RFC 3464, RFC 3462 and RFC 5965."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.story import OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.incoming.reports import ReportKind, read_report
from regwatch.store import marks
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import Message
from regwatch.subscribers import lifecycle
from regwatch.subscribers.bounces import take_report
from regwatch.subscribers.link_handles import Purpose
from subscribers.desk import MARK, House, link

REPORTS = Path(__file__).parent / "reports"


def report(name: str, to: str = "bounce@charity.example", original: str = "<d.1.ff@charity.example>") -> bytes:
    text = (REPORTS / f"{name}.eml").read_text("ascii").replace("somebody@reader.example", MARK)
    return text.replace("{to}", to).replace("{original}", original).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("postfix-unknown-user", ReportKind.HARD, "5.1.1"),
        ("exchange-not-found", ReportKind.HARD, "5.1.10"),
        ("gmail-no-such-user", ReportKind.HARD, "5.1.1"),
        ("postfix-mailbox-full", ReportKind.SOFT, "5.2.2"),
        ("exim-gave-up", ReportKind.SOFT, "4.4.1"),
        ("opensmtpd-no-host", ReportKind.SOFT, "5.4.4"),
        ("postfix-in-another-script", ReportKind.HARD, "5.1.1"),
        ("postfix-headers-only", ReportKind.HARD, "5.1.1"),
        ("postfix-mailbox-closed", ReportKind.HARD, "5.2.1"),
        ("postfix-refused-by-policy", ReportKind.SOFT, "5.7.26"),
        ("postfix-sender-unknown", ReportKind.SOFT, "5.1.8"),
        ("exim-unknown-user", ReportKind.HARD, "5.1.1"),
        ("exim-in-another-script", ReportKind.HARD, "5.1.1"),
        ("exim-mailbox-full", ReportKind.SOFT, "5.2.2"),
        ("exim-on-a-list-of-spammers", ReportKind.SOFT, "5.0.0"),
        ("exim-retry-timeout", ReportKind.SOFT, "5.0.0"),
        ("complaint", ReportKind.COMPLAINT, ""),
    ],
)
def test_reports_of_mail_servers_are_read(name: str, kind: ReportKind, status: str) -> None:
    found = read_report(report(name))
    assert found
    assert (found.kind, found.status) == (kind, status)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("smtp; 550 No such user here", ReportKind.HARD),
        ("smtp; 550 somebody@reader.example: Recipient address rejected: user unknown", ReportKind.HARD),
        ("smtp; 554 the mailbox does not exist", ReportKind.HARD),
        ("smtp; 550 Unknown recipient", ReportKind.HARD),
        ("smtp; 550 Requested action not taken: mailbox unavailable", ReportKind.HARD),
        ("smtp; 450 Requested mail action not taken: mailbox unavailable", ReportKind.SOFT),
        ("smtp; 550 user unknown to your list of friends? blocked, see 5.7.1", ReportKind.SOFT),
        ("smtp; 451 user unknown for now", ReportKind.SOFT),
        ("smtp; 552 no such user has room left", ReportKind.SOFT),
        ("smtp; 550 message refused", ReportKind.SOFT),
    ],
)
def test_servers_that_give_no_exact_status_say_in_words_that_nobody_is_there(said: str, kind: ReportKind) -> None:
    listed = "smtp; 550 192.0.2.7 is in a list at 5.1.1.1"
    raw = report("exim-on-a-list-of-spammers")
    assert listed.encode() in raw
    found = read_report(raw.replace(f"Diagnostic-Code: {listed}".encode(), f"Diagnostic-Code: {said}".encode()))
    assert found
    assert found.kind is kind


@pytest.mark.parametrize("name", ["postfix-delayed", "out-of-office", "damaged", "unsubscribe"])
def test_what_is_no_report_of_a_failure_is_left_alone(name: str) -> None:
    assert read_report(report(name)) is None


def mailed(house: House) -> tuple[KeptMail, BounceAddress]:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    return mail, BounceAddress("bounce@charity.example", house.links.key)


def take(house: House, raw: bytes, address: BounceAddress, later: timedelta = timedelta(hours=1)) -> str:
    with house.database.session() as session:
        return take_report(session, raw, address, house.clock.now() + later)


def test_one_hard_bounce_ends_everything_and_says_why(house: House) -> None:
    mail, address = mailed(house)
    assert take(house, report("postfix-unknown-user", address.of(mail.id or 0)), address) == "hard"
    person = house.person(MARK)
    assert (person.standing, person.reason) == ("ended", "the mailbox does not exist (5.1.1)")
    assert house.mails()[-1].bounced == "hard 5.1.1"
    with house.database.session() as session:
        assert marks.counts(session, marks.Name.ENDED) == {"hard_bounce": 1}
    house.sign_up(MARK)
    assert house.mails()[-1].id == mail.id


def test_a_complaint_ends_everything_by_the_mail_that_it_quotes(house: House) -> None:
    mail, address = mailed(house)
    raw = report("complaint", "abuse@charity.example", mail.message_id)
    assert take(house, raw.replace(b"{handle}", b"A" * 22), address) == ""
    handle = link(mail, "u").rpartition("/")[2].encode()
    assert take(house, raw.replace(b"{handle}", handle), address) == "complaint"
    assert house.person(MARK).reason == "marked as spam"


def test_soft_bounces_only_pause_and_only_when_there_are_five(house: House) -> None:
    house.join(MARK)
    address = BounceAddress("bounce@charity.example", house.links.key)
    for number in range(5):
        assert house.person(MARK).paused_until is None
        house.news(milestone="approved" if number % 2 else "suspended")
        mail = house.compose_next()[-1]
        assert take(house, report("postfix-mailbox-full", address.of(mail.id or 0)), address) == "soft"
    person = house.person(MARK)
    assert person.standing == "active"
    assert person.paused_until is not None


def test_a_pause_of_one_s_own_is_not_shortened_by_what_comes_back_late(house: House) -> None:
    person = house.join(MARK)
    address = BounceAddress("bounce@charity.example", house.links.key)
    numbers = []
    for number in range(5):
        house.news(milestone="approved" if number % 2 else "suspended")
        numbers.append(house.compose_next()[-1].id or 0)
    with house.database.session() as session:
        lifecycle.pause(session, session.merge(person), None)
    chosen = house.person(MARK).paused_until
    for number in numbers:
        assert take(house, report("postfix-mailbox-full", address.of(number)), address) == "soft"
    assert house.person(MARK).paused_until == chosen


def test_forged_late_and_repeated_reports_count_for_nothing(house: House) -> None:
    mail, address = mailed(house)
    forged = f"bounce+{mail.id:x}-0000000000000000@charity.example"
    assert take(house, report("postfix-unknown-user", forged), address) == ""
    assert take(house, report("postfix-unknown-user", "bounce@charity.example", mail.message_id), address) == ""
    assert take(house, report("unknown-user-by-envelope-id").replace(b"{mark}", b"1-0000000000000000"), address) == ""
    good = report("postfix-unknown-user", address.of(mail.id or 0))
    assert take(house, good, address, timedelta(days=15)) == ""
    assert house.person(MARK).standing == "active"
    assert [take(house, good, address), take(house, good, address)] == ["hard", "known"]


@pytest.mark.parametrize(
    "name",
    ["unknown-user-by-envelope-id", "postfix-in-another-script", "postfix-headers-only", "exim-unknown-user",
     "exim-in-another-script"],
)  # fmt: skip
def test_a_bounce_sent_elsewhere_counts_by_the_envelope_id_that_it_repeats(house: House, name: str) -> None:
    mail, address = mailed(house)
    raw = report(name).replace(b"{mark}", address.mark(mail.id or 0).encode())
    assert take(house, raw, address) == "hard"
    assert house.person(MARK).standing == "ended"


def test_a_complaint_counts_by_the_sender_that_it_quotes(house: House) -> None:
    mail, address = mailed(house)
    raw = report("complaint-by-original-sender", "abuse@charity.example")
    assert take(house, raw.replace(b"{sender}", b"bounce+1-0000000000000000@charity.example"), address) == ""
    assert take(house, raw.replace(b"{sender}", address.of(mail.id or 0).encode()), address) == "complaint"


def test_a_mail_that_was_taken_late_may_come_back_late(house: House) -> None:
    mail, address = mailed(house)
    with house.database.session() as session:
        session.get_one(Message, mail.id).finished_at = house.clock.now() + timedelta(days=10)
    good = report("postfix-unknown-user", address.of(mail.id or 0))
    assert take(house, good, address, timedelta(days=20)) == "hard"


def unsubscribe(subject: str, sender: str = "stranger@reader.example") -> bytes:
    return f"From: {sender}\r\nTo: bounce@charity.example\r\nSubject: {subject}\r\n\r\n".encode()


@pytest.mark.parametrize("subject", ["unsubscribe {}", "Re: Unsubscribe {}", "unsubscribe+{}", "UNSUBSCRIBE  {} "])
def test_the_handle_in_a_subject_stops_what_its_link_stops_whoever_wrote(house: House, subject: str) -> None:
    house.join(MARK, topic=[TOPIC.id, OTHER.id])
    house.news()
    (mail,) = house.compose_next()
    with house.database.session() as session:
        person = session.get_one(Subscriber, mail.subscriber)
        handle = house.links.handle(session, Purpose.STOP, person.id or 0, OTHER.id, house.clock.now())
    address = BounceAddress("bounce@charity.example", house.links.key)
    raw = unsubscribe(subject.format(handle))
    assert [take(house, raw, address), take(house, raw, address)] == ["unsubscribe", "unsubscribe"]
    with house.database.session() as session:
        left = lifecycle.subscriptions(session, mail.subscriber or 0, current=True)
    assert [one.topic for one in left] == [TOPIC.id]
    assert house.person(MARK).standing == "active"


def test_a_mail_that_offers_to_be_stopped_by_mail_is_stopped_by_what_it_offers(house: House) -> None:
    mail, address = mailed(house)
    found = re.search(rb"\r\nList-Unsubscribe: <https://[^>]+>, <mailto:([^?>]+)\?subject=([^>]+)>\r\n", mail.raw)
    assert found
    assert found[1] == b"hello@charity.example"
    assert take(house, unsubscribe(unquote(found[2].decode())), address) == "unsubscribe"
    assert house.person(MARK).standing == "ended"
    assert house.person(MARK).reason == "unsubscribed by mail"


@pytest.mark.parametrize(
    "subject", ["unsubscribe", "please unsubscribe me", "unsubscribe " + "A" * 22, "unsubscribe {} please"]
)
def test_who_asks_to_leave_without_a_handle_of_ours_is_left_for_a_person(house: House, subject: str) -> None:
    mail, address = mailed(house)
    handle = link(mail, "u").rpartition("/")[2]
    assert take(house, unsubscribe(subject.format(handle), MARK), address) == ""
    manage = link(mail, "m").rpartition("/")[2]
    assert take(house, unsubscribe(f"unsubscribe {manage}", MARK), address) == "", "made for another purpose"
    assert house.person(MARK).standing == "active"


def test_who_was_erased_may_still_ask_to_leave(house: House) -> None:
    mail, address = mailed(house)
    handle = link(mail, "u").rpartition("/")[2]
    with house.database.session() as session:
        lifecycle.erase(session, house.links.key, session.get_one(Subscriber, mail.subscriber), house.clock.now())
    assert take(house, unsubscribe(f"unsubscribe {handle}"), address) == "unsubscribe"


FORMS = [path.read_bytes() for path in sorted(REPORTS.iterdir())]


@given(
    st.sampled_from(FORMS),
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 40), st.binary(max_size=30)), max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_no_mail_however_broken_stops_the_reading(form: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    for at, length, put in cuts:
        form = form[:at] + put + form[at + length :]
    read_report(form)
