"""What is forgotten by itself, and when: data that is gone cannot leak."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from regwatch.store.subscriber_tables import Bounce, Consent, LinkRow, Subscriber
from regwatch.store.tables import Message, MessageEvent
from regwatch.subscribers.lifecycle import ACTIVE, CONFIRM_WITHIN, ENDED, PENDING, UNLISTED, end, erase, subscriptions
from regwatch.subscribers.links import Key, Purpose

BODIES = timedelta(days=7)
ADDRESSES = timedelta(days=28)
HISTORY = timedelta(days=365)
"""The figures of GOV.UK's email-alert-api (docs/data-cleanup-mechanisms.md)."""


def tidy(session: Session, key: Key, now: datetime, listed: Set[str] | None = None) -> int:
    """Forget what is due, in the caller's transaction. Returns how many people.

    The body of a mail goes a week after its last state, also if it failed or is held: by then its news is old, and
    nobody who has not sent it again will. Addresses go 28 days after the last subscription ended, unconfirmed ones
    after seven; what was mailed to whom, and what came back, after a year. `listed` are the addresses of the
    watchlist, in small letters: who is taken out of it has left.
    """
    late = now - CONFIRM_WITHIN
    session.execute(delete(Consent).where(col(Consent.confirmed_at).is_(None), col(Consent.at) < late))
    session.execute(
        delete(LinkRow).where(col(LinkRow.purpose) == Purpose.CONFIRM.value, col(LinkRow.made_at) < late)
    )  # fmt: skip
    _forget_mails(session, now)
    forgotten = 0
    for person in session.exec(select(Subscriber).where(Subscriber.address != "")).all():
        if listed is not None and person.origin == "configured":
            _follow_the_list(session, person, person.address.lower() in listed, now)
        unconfirmed = person.standing == PENDING and (person.asked_at or person.created_at) < late
        left = person.standing == ENDED and person.ended_at is not None and person.ended_at < now - ADDRESSES
        if unconfirmed or left:
            erase(session, key, person, now)
            forgotten += 1
    return forgotten


def _follow_the_list(session: Session, person: Subscriber, listed: bool, now: datetime) -> None:
    """Who is taken out of the watchlist has left, unless they chose topics themselves; who is put back is back."""
    if listed and person.reason == UNLISTED:
        person.standing, person.reason, person.ended_at = ACTIVE, "", None
    elif not listed and person.standing == ACTIVE:
        if subscriptions(session, person.id or 0, current=True):
            person.origin = "signed_up"
        else:
            end(session, person, UNLISTED, now)
    session.add(person)


def _forget_mails(session: Session, now: datetime) -> None:
    session.execute(
        update(Message).where(col(Message.finished_at) < now - BODIES, col(Message.raw) != b"").values(raw=b"")
    )
    old = select(Message.id).where(col(Message.finished_at) < now - HISTORY)
    session.execute(delete(MessageEvent).where(col(MessageEvent.message).in_(old)))
    session.execute(delete(Message).where(col(Message.finished_at) < now - HISTORY))
    session.execute(delete(Bounce).where(col(Bounce.at) < now - HISTORY))
