"""Mail that comes back: fetched from a Maildir or by IMAP, matched to the mail it is about, and acted upon.

A report counts only if it was sent to the envelope address that we made for that mail, or quotes its link to stop, so
that nobody else can end a subscription. One hard bounce or one complaint ends it; five soft ones in two weeks pause it
for a week.
"""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, col, select

from regwatch.digest.signing import BounceAddress
from regwatch.errors import MailError
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.people import Bounce, Subscriber
from regwatch.store.tables import Message
from regwatch.subscribers import people
from regwatch.subscribers.links import Key, Purpose, find, read_key
from regwatch.subscribers.reports import LARGEST, Kind, Report, read_report

VALID = timedelta(days=14)
SOFT_LIMIT, SOFT_WINDOW, SOFT_PAUSE = 5, timedelta(days=14), timedelta(days=7)
_AT_ONCE = 200


def take_report(session: Session, raw: bytes, address: BounceAddress, now: datetime) -> str:
    """Act upon one mail of the bounce mailbox. Returns what was done, in a word; "" if it is no report of ours."""
    report = read_report(raw)
    if report is None:
        return ""
    if report.kind is Kind.UNSUBSCRIBE:
        return _unsubscribe(session, report, now)
    numbers = [number for one in report.to if (number := address.number(one)) is not None]
    mail = session.get(Message, numbers[0]) if numbers else _by_message_id(session, report)
    if mail is None or now - mail.created_at > VALID:
        return ""
    seen = select(Bounce).where(
        Bounce.message == mail.id, Bounce.kind == report.kind.value, Bounce.status == report.status
    )  # fmt: skip
    if session.exec(seen).first() is not None:
        return "known"
    person = session.get(Subscriber, mail.subscriber) if mail.subscriber else None
    session.add(
        Bounce(message=mail.id or 0, subscriber=mail.subscriber, at=now, kind=report.kind.value, status=report.status)
    )  # fmt: skip
    mail.bounced = f"{report.kind.value} {report.status}".strip()
    session.flush()
    if person is not None and person.address:
        _follow(session, address.key, person, report, now)
    return report.kind.value


def _follow(session: Session, key: Key, person: Subscriber, report: Report, now: datetime) -> None:
    if report.kind is Kind.SOFT:
        soft = session.exec(
            select(func.count()).select_from(Bounce).where(
                Bounce.subscriber == person.id, Bounce.kind == Kind.SOFT.value, col(Bounce.at) > now - SOFT_WINDOW
            )
        ).one()  # fmt: skip
        if soft >= SOFT_LIMIT:
            people.pause(session, person, now + SOFT_PAUSE)
        return
    reason = "marked as spam" if report.kind is Kind.COMPLAINT else f"the mailbox does not exist ({report.status})"
    people.suppress(session, key, person.address, reason, now)
    people.stop(session, person, "", reason, now)


def _by_message_id(session: Session, report: Report) -> Message | None:
    """Complaints go to a fixed address. They count if they quote our mail's link to stop, which nobody can guess."""
    link = find(session, report.handle, Purpose.STOP) if report.kind is Kind.COMPLAINT else None
    if link is None or not report.original:
        return None
    return session.exec(
        select(Message).where(Message.message_id == report.original, Message.subscriber == link.subscriber)
    ).first()  # fmt: skip


def _unsubscribe(session: Session, report: Report, now: datetime) -> str:
    """By mail (RFC 2369 section 3.2): whoever writes from an address may stop what goes to it."""
    person = people.by_address(session, parseaddr(report.sender)[1])
    if person is None:
        return ""
    people.stop(session, person, "", "unsubscribed by mail", now)
    return report.kind.value


def take_in(settings: Settings, database: Database, now: datetime) -> int:
    """Read what waits in the bounce mailbox, and remove what was a report. Gives how many counted.

    What is no report stays, for a person to read. Raises `MailError` if the mailbox cannot be read.
    """
    if not settings.bounce_address:
        return 0
    address = BounceAddress(settings.bounce_address, read_key(settings.home))
    counted = 0
    with _waiting(settings) as mails:
        for raw, remove in mails:
            with database.session() as session:
                done = take_report(session, raw, address, now)
            if done:
                remove()
                counted += done != "known"
    return counted


Waiting = Iterator[tuple[bytes, Callable[[], object]]]
"""Mails, each with what removes it."""


@contextmanager
def _waiting(settings: Settings) -> Iterator[Waiting]:
    try:
        if settings.bounce_maildir:
            yield _maildir(settings.bounce_maildir)
        elif settings.imap_host:
            yield _imap(settings)
        else:
            yield iter(())
    except (OSError, imaplib.IMAP4.error, mailbox.Error) as error:
        raise MailError(f"the bounce mailbox cannot be read: {error}") from error


def _maildir(folder: Path) -> Waiting:
    box = mailbox.Maildir(folder, create=False)
    for name in list(box.keys())[:_AT_ONCE]:
        with box.get_file(name) as file:
            raw = file.read(LARGEST)
        yield raw, partial(box.discard, name)


def _imap(settings: Settings) -> Waiting:
    with imaplib.IMAP4_SSL(settings.imap_host, ssl_context=ssl.create_default_context(), timeout=60) as server:
        server.login(settings.imap_user, settings.imap_password.get_secret_value())
        server.select("INBOX")
        _, found = server.search(None, "UNSEEN")
        for number in found[0].split()[:_AT_ONCE]:
            _, parts = server.fetch(number, "(BODY[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            yield raw, partial(server.store, number, "+FLAGS", "\\Deleted")
        server.expunge()
