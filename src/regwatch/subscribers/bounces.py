"""Mail that comes back: matched to the mail it is about, and acted upon.

A report counts only if it bears the mark that we gave that mail, in the address that it was sent to or as envelope id,
or quotes its link to stop, so that nobody else can end a subscription. One hard bounce or one complaint ends it; five
soft ones in two weeks pause it for a week.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from regwatch.mail.incoming.mailboxes import waiting
from regwatch.mail.incoming.reports import Kind, Report, read_report
from regwatch.mail.signing import BounceAddress
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Bounce, Subscriber
from regwatch.store.tables import Message
from regwatch.subscribers import lifecycle
from regwatch.subscribers.links import Key, Purpose, find, read_key

VALID = timedelta(days=14)
"""How long after a mail was taken its reports count: mail servers try for five days."""

SOFT_LIMIT, SOFT_WINDOW, SOFT_PAUSE = 5, timedelta(days=14), timedelta(days=7)


def take_report(session: Session, raw: bytes, address: BounceAddress, now: datetime) -> str:
    """Act upon one mail of the bounce mailbox. Returns what was done, in a word; "" if it is no report of ours."""
    report = read_report(raw)
    if report is None:
        return ""
    if report.kind is Kind.UNSUBSCRIBE:
        return _unsubscribe(session, report, now)
    numbers = [number for one in report.marks if (number := address.number(one)) is not None]
    mail = session.get(Message, numbers[0]) if numbers else _by_message_id(session, report)
    if mail is None or now - (mail.finished_at or mail.created_at) > VALID:
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
        # A pause of their own choice may be longer, and stays.
        if soft >= SOFT_LIMIT and (person.paused_until is None or person.paused_until < now):
            lifecycle.pause(session, person, now + SOFT_PAUSE)
        return
    reason = "marked as spam" if report.kind is Kind.COMPLAINT else f"the mailbox does not exist ({report.status})"
    lifecycle.suppress(session, key, person.address, reason, now)
    lifecycle.stop(session, person, "", reason, now)


def _by_message_id(session: Session, report: Report) -> Message | None:
    """Some complaints and bounces bear no mark. They count if they quote our mail's link, which nobody can guess."""
    link = find(session, report.handle, Purpose.STOP)
    if link is None or not report.original:
        return None
    return session.exec(
        select(Message).where(Message.message_id == report.original, Message.subscriber == link.subscriber)
    ).first()  # fmt: skip


def _unsubscribe(session: Session, report: Report, now: datetime) -> str:
    """By mail (RFC 2369 section 3.2): the handle in the subject stops what the link stops, whoever the mail is from."""
    link = find(session, report.handle, Purpose.STOP)
    person = session.get(Subscriber, link.subscriber) if link else None
    if link is None or person is None:
        return ""
    if person.address:
        lifecycle.stop(session, person, link.topic, "unsubscribed by mail", now)
    return report.kind.value


def take_in(settings: Settings, database: Database, now: datetime) -> int:
    """Read what waits in the bounce mailbox, and remove what was a report. Gives how many counted.

    What is no report is flagged and stays, for a person to read. Raises `MailError` if the mailbox cannot be read.
    """
    if not settings.bounce_address:
        return 0
    address = BounceAddress(settings.bounce_address, read_key(settings.home))
    counted = 0
    with waiting(settings) as letters:
        for letter in letters:
            with database.session() as session:
                done = take_report(session, letter.raw, address, now)
            letter.settle(bool(done))
            counted += done not in ("", "known")
    return counted
