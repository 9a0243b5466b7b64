"""The mailbox for mail that comes back, as a Maildir and by IMAP: what is done is removed, the rest is left."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from mail.imap import Inbox, serving
from mail.relay import CERTIFICATE
from regwatch.errors import MailError
from regwatch.mail.incoming.mailboxes import AT_ONCE, waiting
from regwatch.mail.incoming.reports import LARGEST
from regwatch.settings import Settings
from regwatch.subscribers.bounces import take_in
from subscribers.desk import MARK, House
from subscribers.test_bounces import mailed, report

QUESTION = b"From: bob@reader.example\r\nTo: bounce@charity.example\r\nSubject: a question\r\n\r\nHello\r\n"


def settings_of(house: House, **more: object) -> Settings:
    return house.settings.model_copy(update={"bounce_address": "bounce@charity.example", **more})


def by_imap(house: House, inbox: Inbox, password: str = "right") -> Settings:
    return settings_of(
        house, imap_host="127.0.0.1", imap_port=inbox.port, imap_user="bounces", imap_password=SecretStr(password)
    )  # fmt: skip


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate of the servers here is one that this machine vouches for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def take(house: House, settings: Settings) -> int:
    return take_in(settings, house.database, house.clock.now())


@pytest.mark.parametrize("uidplus", [True, False])
def test_by_imap_reports_are_removed_and_the_rest_is_flagged_and_left_unread(house: House, uidplus: bool) -> None:
    mail, address = mailed(house)
    inbox = Inbox(uidplus=uidplus)
    inbox.add(QUESTION)
    inbox.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    inbox.add(report("out-of-office"), "\\Seen")
    with serving(inbox):
        assert take(house, by_imap(house, inbox)) == 1
        assert {uid: left.flags for uid, left in inbox.mails.items()} == {1: {"\\Flagged"}, 3: {"\\Seen", "\\Flagged"}}
        assert house.person(MARK).standing == "ended"
        before = inbox.sent
        assert take(house, by_imap(house, inbox)) == 0
        assert inbox.sent == before, "what is left is not read again"
    assert inbox.asked[-1] == "LOGOUT"


def test_by_imap_a_mail_that_a_person_has_marked_is_not_removed_with_ours(house: House) -> None:
    mail, address = mailed(house)
    inbox = Inbox()
    inbox.add(QUESTION, "\\Deleted")
    inbox.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    with serving(inbox):
        assert take(house, by_imap(house, inbox)) == 1
    assert list(inbox.mails) == [1]


def test_by_imap_a_huge_mail_is_read_in_part_only(house: House) -> None:
    mail, address = mailed(house)
    inbox = Inbox()
    inbox.add(report("postfix-unknown-user", address.of(mail.id or 0)) + b"x" * 3 * LARGEST)
    with serving(inbox):
        assert take(house, by_imap(house, inbox)) == 1
    assert inbox.sent == LARGEST
    assert inbox.mails == {}


def test_by_imap_many_mails_have_their_turn_one_lot_after_the_other(house: House) -> None:
    mail, address = mailed(house)
    inbox = Inbox()
    for _ in range(AT_ONCE):
        inbox.add(QUESTION)
    inbox.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    with serving(inbox):
        assert [take(house, by_imap(house, inbox)) for _ in range(2)] == [0, 1]
    assert len(inbox.mails) == AT_ONCE


@pytest.mark.parametrize("password", ["wrong", "wröng"])
def test_by_imap_a_login_that_is_refused_is_one_sentence(house: House, password: str) -> None:
    with serving(Inbox()) as inbox, pytest.raises(MailError) as caught:
        take(house, by_imap(house, inbox, password))
    why = "[AUTHENTICATIONFAILED] Authentication failed." if password == "wrong" else "it is not plain ASCII"
    assert caught.value.message == (
        f"the bounce mailbox 127.0.0.1:{inbox.port} refuses the login: {why}; "
        "see REGWATCH_IMAP_USER and REGWATCH_IMAP_PASSWORD"
    )


@pytest.mark.parametrize("command", ["SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "UID EXPUNGE"])
def test_by_imap_a_command_that_fails_is_one_sentence_and_nothing_is_lost(house: House, command: str) -> None:
    mail, address = mailed(house)
    inbox = Inbox(broken=frozenset({command}))
    inbox.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    with serving(inbox):
        with pytest.raises(MailError, match=r"cannot be read: \[UNAVAILABLE\] the disk is full\Z"):
            take(house, by_imap(house, inbox))
        inbox.broken = frozenset()
        inbox.mails[1].flags.clear()
        assert take(house, by_imap(house, inbox)) == (1 if command in ("SELECT", "UID SEARCH", "UID FETCH") else 0)
    assert inbox.mails == {}
    assert house.person(MARK).standing == "ended"


def test_by_imap_a_certificate_that_nobody_vouches_for_is_refused_before_the_login(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(Inbox()) as inbox, pytest.raises(MailError, match="certificate"):
        take(house, by_imap(house, inbox))
    assert inbox.asked == []


def test_a_server_that_is_not_there_is_named(house: House) -> None:
    with serving(Inbox()) as inbox:
        pass
    with pytest.raises(MailError, match=rf"127\.0\.0\.1:{inbox.port} cannot be read: .*refused"):
        take(house, by_imap(house, inbox))


def test_a_maildir_is_emptied_of_reports_and_keeps_the_rest_unread(house: House, tmp_path: Path) -> None:
    mail, address = mailed(house)
    box = mailbox.Maildir(tmp_path / "box")
    box.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    box.add(report("out-of-office"))
    read = mailbox.MaildirMessage(QUESTION)
    read.set_subdir("cur")
    read.set_flags("S")
    box.add(read)
    settings = settings_of(house, bounce_maildir=tmp_path / "box")
    assert [take(house, settings), take(house, settings)] == [1, 0]
    left = mailbox.Maildir(tmp_path / "box")
    assert sorted((one["Subject"], one.get_flags()) for one in left) == [
        ("Out of office", "F"),
        ("a question", "FS"),
    ]
    assert house.person(MARK).standing == "ended"
    with waiting(settings) as letters:
        assert list(letters) == []


def test_a_maildir_with_many_mails_for_people_does_not_hide_the_next_report(house: House, tmp_path: Path) -> None:
    mail, address = mailed(house)
    box = mailbox.Maildir(tmp_path / "box")
    for _ in range(AT_ONCE):
        box.add(QUESTION)
    box.add(report("postfix-unknown-user", address.of(mail.id or 0)))
    settings = settings_of(house, bounce_maildir=tmp_path / "box")
    assert sum(take(house, settings) for _ in range(2)) == 1


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir()], ids=["missing", "no Maildir"])
def test_a_maildir_that_is_none_is_one_sentence(house: House, tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "box")
    with pytest.raises(MailError, match=r"box cannot be read: .*No such file"):
        take(house, settings_of(house, bounce_maildir=tmp_path / "box"))


def test_without_a_mailbox_nothing_is_read(house: House) -> None:
    assert take(house, settings_of(house)) == 0
    assert take(house, house.settings) == 0
