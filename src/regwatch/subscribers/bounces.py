"""What mail that comes back does to a subscription: one hard bounce or one complaint ends it, many soft ones pause it.

Nobody else can end one: a report counts only if it bears the mark of the mail that it is about, or quotes its link to
stop.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from regwatch.mail import outbox_queries
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.incoming import bounced_mails
from regwatch.mail.incoming.mailboxes import waiting
from regwatch.mail.incoming.reports import Report, ReportKind, read_report
from regwatch.mail.outbox_queries import MailRecord
from regwatch.secret_key import SecretKey, read_key
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Subscriber
from regwatch.subscribers import lifecycle
from regwatch.subscribers.link_handles import Purpose, find

SOFT_LIMIT, SOFT_WINDOW, SOFT_PAUSE = 5, timedelta(days=14), timedelta(days=7)
"""So many soft bounces in so long a time pause the mails for so long."""


def take_in(settings: Settings, database: Database, now: datetime) -> int:
    """Read what waits in the bounce mailbox, and remove what was a report. Gives how many counted.

    What is no report is flagged and stays, for a person to read. Raises `MailError` if the mailbox cannot be read.
    """
    if not settings.bounce_address:
        return 0
    address = BounceAddress(settings.bounce_address, read_key(settings.home))
    counted = 0
    with waiting(settings) as mails:
        for mail in mails:
            with database.session() as session:
                done = take_report(session, mail.raw, address, now)
            mail.settle(bool(done))
            counted += done not in ("", "known")
    return counted


def take_report(session: Session, raw: bytes, address: BounceAddress, now: datetime) -> str:
    """Act upon one mail of the bounce mailbox. Returns what was done, in a word; "" if it is no report of ours."""
    report = read_report(raw)
    if report is None:
        return ""
    if report.kind is ReportKind.UNSUBSCRIBE:
        return _unsubscribe(session, report, now)
    number = bounced_mails.marked_number(report, address)
    mail = outbox_queries.record(session, number) if number is not None else _quoted(session, report)
    if mail is None or not bounced_mails.counts(mail, now):
        return ""
    if report.kind is ReportKind.HARD and not report.is_of(mail.recipient):
        # The address is passed on to several, perhaps, and one of them is gone: the others go on reading.
        report = replace(report, kind=ReportKind.SOFT)
    if not bounced_mails.note(session, mail, report, now):
        return "known"
    person = session.get(Subscriber, mail.subscriber) if mail.subscriber else None
    if person is not None and person.address:
        _end_or_pause(session, address.key, person, report, now)
    return report.kind.value


def _end_or_pause(session: Session, key: SecretKey, person: Subscriber, report: Report, now: datetime) -> None:
    if report.kind is ReportKind.SOFT:
        soft = bounced_mails.soft_since(session, person.id or 0, now - SOFT_WINDOW)
        # A pause of their own choice may be longer, and stays.
        if soft >= SOFT_LIMIT and (person.paused_until is None or person.paused_until < now):
            lifecycle.pause(session, person, now + SOFT_PAUSE)
        return
    reason = (
        "marked as spam" if report.kind is ReportKind.COMPLAINT else f"the mailbox does not exist ({report.status})"
    )
    lifecycle.suppress(session, key, person.address, reason, now)
    lifecycle.stop(session, person, "", reason, now)


def _quoted(session: Session, report: Report) -> MailRecord | None:
    """Some complaints and bounces bear no mark. They count if they quote our mail's link, which nobody can guess."""
    link = find(session, report.handle, Purpose.STOP)
    if link is None or not report.original:
        return None
    return outbox_queries.by_message_id(session, report.original, link.subscriber)


def _unsubscribe(session: Session, report: Report, now: datetime) -> str:
    """By mail (RFC 2369 section 3.2): the handle in the subject stops what the link stops, whoever the mail is from."""
    link = find(session, report.handle, Purpose.STOP)
    person = session.get(Subscriber, link.subscriber) if link else None
    if link is None or person is None:
        return ""
    if person.address:
        lifecycle.stop(session, person, link.topic, "unsubscribed by mail", now)
    return report.kind.value
