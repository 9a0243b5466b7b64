"""What is forgotten by itself, and when: data that is gone cannot leak."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from regwatch.store.people import Bounce, Consent, LinkRow, Subscriber
from regwatch.store.tables import Message
from regwatch.subscribers.links import Key, Purpose
from regwatch.subscribers.people import CONFIRM_WITHIN, ENDED, PENDING, erase

BODIES = timedelta(days=7)
ADDRESSES = timedelta(days=28)
HISTORY = timedelta(days=365)


def tidy(session: Session, key: Key, now: datetime) -> int:
    """Forget what is due: unconfirmed sign-ups, bodies of mails, addresses of those who left. Returns how many people.

    Bodies go 7 days after a mail's last state, addresses 28 days after the last subscription ended, bounces after a
    year (the figures of GOV.UK's email-alert-api).
    """
    late = now - CONFIRM_WITHIN
    session.execute(delete(Consent).where(col(Consent.confirmed_at).is_(None), col(Consent.at) < late))
    session.execute(
        delete(LinkRow).where(col(LinkRow.purpose) == Purpose.CONFIRM.value, col(LinkRow.made_at) < late)
    )  # fmt: skip
    session.execute(
        update(Message).where(col(Message.finished_at) < now - BODIES, col(Message.state) == "accepted").values(raw=b"")
    )
    session.execute(delete(Bounce).where(col(Bounce.at) < now - HISTORY))
    forgotten = 0
    for person in session.exec(select(Subscriber).where(Subscriber.address != "")).all():
        unconfirmed = person.standing == PENDING and (person.asked_at or person.created_at) < late
        left = person.standing == ENDED and person.ended_at is not None and person.ended_at < now - ADDRESSES
        if unconfirmed or (left and person.origin != "configured"):
            erase(session, key, person, now)
            forgotten += 1
    return forgotten
