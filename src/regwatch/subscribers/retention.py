"""What is forgotten by itself, and when: data that is gone cannot leak."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from regwatch.mail import outbox_leaving
from regwatch.secret_key import SecretKey
from regwatch.store.subscriber_tables import ACTIVE, ENDED, PENDING, Bounce, Consent, LinkRow, Subscriber
from regwatch.subscribers.lifecycle import CONFIRM_WITHIN, UNLISTED, end, erase, subscriptions
from regwatch.subscribers.link_handles import Purpose

BODIES = timedelta(days=7)
ADDRESSES = timedelta(days=28)
HISTORY = timedelta(days=365)
"""The figures of GOV.UK's email-alert-api (docs/data-cleanup-mechanisms.md)."""


def tidy(session: Session, key: SecretKey, now: datetime, listed: Set[str] | None = None) -> int:
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
    outbox_leaving.forget(session, now, bodies=BODIES, history=HISTORY)
    session.execute(delete(Bounce).where(col(Bounce.at) < now - HISTORY))
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
