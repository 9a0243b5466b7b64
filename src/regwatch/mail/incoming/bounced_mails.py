"""Which mail of ours a report is about, and that it came back.

A report counts only if it bears the mark that we gave that mail, in the address that it was sent to or as envelope id;
its owner may vouch for it otherwise, see `subscribers.bounces`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from regwatch.mail import outbox
from regwatch.mail.envelope import BounceAddress
from regwatch.mail.incoming.reports import Report, ReportKind
from regwatch.mail.outbox_queries import MailRecord
from regwatch.store.subscriber_tables import Bounce

VALID = timedelta(days=14)
"""How long after a mail was taken its reports count: mail servers try for five days."""


def marked_number(report: Report, address: BounceAddress) -> int | None:
    """The number of the mail whose mark the report bears; None if it bears none of ours."""
    return next((number for one in report.marks if (number := address.number(one)) is not None), None)


def counts(mail: MailRecord, now: datetime) -> bool:
    """Whether a report about the mail still counts at that instant (UTC)."""
    return now - (mail.finished_at or mail.created_at) <= VALID


def note(session: Session, mail: MailRecord, report: Report, now: datetime) -> bool:
    """Keep that the mail came back; False, and nothing is done, if this is known already."""
    seen = select(Bounce).where(
        Bounce.message == mail.id, Bounce.kind == report.kind.value, Bounce.status == report.status
    )  # fmt: skip
    if session.exec(seen).first() is not None:
        return False
    session.add(
        Bounce(message=mail.id, subscriber=mail.subscriber, at=now, kind=report.kind.value, status=report.status)
    )
    outbox.note_bounce(session, mail.id, f"{report.kind.value} {report.status}".strip())
    return True


def soft_since(session: Session, subscriber: int, since: datetime) -> int:
    """How many mails to somebody have come back since then (UTC) for reasons that may pass."""
    query = select(func.count()).select_from(Bounce)
    soft = query.where(Bounce.subscriber == subscriber, Bounce.kind == ReportKind.SOFT.value, col(Bounce.at) > since)
    return session.exec(soft).one()
