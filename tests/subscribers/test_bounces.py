"""Mail that comes back, in the shapes of several mail servers: composed by us after RFC 3464, RFC 3462 and RFC 5965."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from pathlib import Path

import pytest

from regwatch.digest.signing import BounceAddress
from regwatch.service.bounces import take_in, take_report
from regwatch.store.tables import Message
from regwatch.subscribers.reports import Kind, read_report
from subscribers.desk import MARK, House, link

REPORTS = Path(__file__).parent / "reports"


def report(name: str, to: str = "bounce@charity.example", original: str = "<d.1.ff@charity.example>") -> bytes:
    text = (REPORTS / f"{name}.eml").read_text("ascii")
    return text.replace("{to}", to).replace("{original}", original).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("postfix-unknown-user", Kind.HARD, "5.1.1"),
        ("exchange-not-found", Kind.HARD, "5.1.10"),
        ("gmail-no-such-user", Kind.HARD, "5.1.1"),
        ("postfix-mailbox-full", Kind.SOFT, "5.2.2"),
        ("exim-gave-up", Kind.SOFT, "4.4.1"),
        ("opensmtpd-no-host", Kind.SOFT, "5.4.4"),
        ("complaint", Kind.COMPLAINT, ""),
        ("unsubscribe", Kind.UNSUBSCRIBE, ""),
    ],
)
def test_reports_of_mail_servers_are_read(name: str, kind: Kind, status: str) -> None:
    found = read_report(report(name))
    assert found
    assert (found.kind, found.status) == (kind, status)


@pytest.mark.parametrize("name", ["postfix-delayed", "out-of-office", "damaged"])
def test_what_is_no_report_of_a_failure_is_left_alone(name: str) -> None:
    assert read_report(report(name)) is None


def mailed(house: House) -> tuple[Message, BounceAddress]:
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


def test_forged_late_and_repeated_reports_count_for_nothing(house: House) -> None:
    mail, address = mailed(house)
    forged = f"bounce+{mail.id:x}-0000000000000000@charity.example"
    assert take(house, report("postfix-unknown-user", forged), address) == ""
    assert take(house, report("postfix-unknown-user", "bounce@charity.example", mail.message_id), address) == ""
    good = report("postfix-unknown-user", address.of(mail.id or 0))
    assert take(house, good, address, timedelta(days=15)) == ""
    assert house.person(MARK).standing == "active"
    assert [take(house, good, address), take(house, good, address)] == ["hard", "known"]


def test_whoever_writes_unsubscribe_is_unsubscribed(house: House) -> None:
    _mail, address = mailed(house)
    assert take(house, report("unsubscribe").replace(b"{from}", MARK.encode()), address) == "unsubscribe"
    assert house.person(MARK).standing == "ended"


def test_a_maildir_is_emptied_of_reports_and_keeps_the_rest(house: House, tmp_path: Path) -> None:
    mail, address = mailed(house)
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    box.add(report("out-of-office"))
    settings = house.settings.model_copy(
        update={"bounce_address": "bounce@charity.example", "bounce_maildir": tmp_path / "box"}
    )
    assert take_in(settings, house.database, house.clock.now()) == 1
    assert len(mailbox.Maildir(tmp_path / "box")) == 1
    assert house.person(MARK).standing == "ended"
