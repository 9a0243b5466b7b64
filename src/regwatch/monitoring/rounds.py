"""One look at the health of all sources: notices opened and closed, and the mail to the operator."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlmodel import Session

from regwatch.digest.posting import Mailing
from regwatch.digest.render import Sender
from regwatch.mail.delivery import Sessions
from regwatch.mail.message import domain, write
from regwatch.mail.outbox import State
from regwatch.mail.short_mail import render_letter
from regwatch.monitoring import alert_mail, alerts, checks
from regwatch.monitoring.alerts import Turn
from regwatch.store.tables import Message, NoticeRow
from regwatch.watchlist import Watchlist

KIND = "operator"
"""The kind of these mails in the outbox."""


def check(sessions: Sessions, watchlist: Watchlist, now: datetime, canary: str | None = None) -> Turn:
    """Look at every configured source, at what waits for review and at what reached the canary. One transaction."""
    with sessions() as session:
        found = [sign for source in watchlist.sources for sign in checks.of_source(session, source, now)]
        found += checks.of_reviews(session)
        found += checks.of_canary(session, canary, [topic.id for topic in watchlist.topics], now)
        return alerts.fold(session, found, now)


def tell(sessions: Sessions, recipient: str, mailing: Mailing, now: datetime) -> int | None:
    """Put one mail on what has begun or ended into the outbox; None if there is nothing to tell.

    That the operator has been told is committed with the mail: nothing is told twice, and nothing is lost.
    """
    with sessions() as session:
        begun, ended = alerts.to_tell(session, now)
        if not begun and not ended:
            return None
        rendered = render_letter(alert_mail.letter(begun, ended, mailing.publisher), mailing.templates)
        identity = _identity(recipient, [*begun, *ended], mailing.sender)
        for row in (*begun, *ended):
            row.told_at = now
            session.add(row)
        return _enqueue(
            session,
            Message(
                message_id=identity,
                recipient=recipient,
                kind=KIND,
                subject=rendered.subject,
                raw=write(rendered, mailing.sender, recipient, identity, now, signer=mailing.signer),
                created_at=now,
                state=State.PENDING.value,
            ),
        )


def _identity(recipient: str, rows: list[NoticeRow], sender: Sender) -> str:
    told = (f"{row.id} {row.resolved_at or row.latest_at}" for row in rows)
    seed = "\n".join([recipient.lower(), *told])
    return f"<n.{rows[0].id}.{hashlib.sha256(seed.encode()).hexdigest()[:16]}@{domain(sender)}>"


def _enqueue(session: Session, message: Message) -> int | None:
    session.add(message)
    session.flush()
    return message.id
