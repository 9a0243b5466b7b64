"""Subscribers: asked, confirmed, changed, paused, stopped, erased. Every function works in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from regwatch.store.people import Bounce, Channel, Consent, Subscriber, Subscription, Suppression
from regwatch.store.tables import DigestCursor, EventRow, Message, MessageEvent
from regwatch.subscribers.choices import CONSENT, Choice, Choices, as_json, from_json
from regwatch.subscribers.links import Key

PENDING, ACTIVE, ENDED = "pending", "active", "ended"
CONFIRM_WITHIN = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(days=1)
_FOR_EVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def by_address(session: Session, address: str) -> Subscriber | None:
    """Whoever has the address."""
    return session.exec(select(Subscriber).where(func.lower(Subscriber.address) == address.lower())).first()


def suppressed(session: Session, key: Key, address: str) -> bool:
    """Whether the address must not be written to."""
    return session.get(Suppression, key.address(address)) is not None


def suppress(session: Session, key: Key, address: str, reason: str, now: datetime) -> None:
    """Never write to the address again; only its keyed hash is kept."""
    if address and not suppressed(session, key, address):
        session.add(Suppression(hash=key.address(address), reason=reason, at=now))
        session.flush()


def ask(session: Session, key: Key, address: str, choices: Choices, method: str, now: datetime) -> Consent | None:
    """Note a sign-up that waits to be confirmed.

    None, and nothing is noted, if the address is suppressed or was asked within a day: nobody can be flooded with
    confirmation mails. Callers answer the same either way.
    """
    if suppressed(session, key, address):
        return None
    person = by_address(session, address)
    if person is None:
        person = _new(session, address, "signed_up", choices, now)
    elif person.asked_at and now - person.asked_at < ASK_AGAIN_AFTER:
        return None
    person.asked_at = now
    return _consent(session, person, choices, method, now)


def confirm(session: Session, consent: Consent, now: datetime) -> Subscriber | None:
    """The owner of the address has pressed the button; doing it twice changes nothing. None after seven days."""
    person = session.get_one(Subscriber, consent.subscriber)
    if consent.confirmed_at is not None:
        return person
    if now - consent.at > CONFIRM_WITHIN or not person.address:
        return None
    consent.confirmed_at = now
    person.standing, person.reason, person.ended_at = ACTIVE, "", None
    person.confirmed_at = person.confirmed_at or now
    apply(session, person, from_json(consent.topics), now)
    return person


def add(session: Session, address: str, choices: Choices, method: str, now: datetime) -> Subscriber:
    """Add somebody who has agreed elsewhere, by the operator's word. Raises `ValueError` if the address is known."""
    if by_address(session, address) is not None:
        raise ValueError("this address is known already")
    person = _new(session, address, "added", choices, now)
    confirm(session, _consent(session, person, choices, method, now), now)
    return person


def apply(session: Session, person: Subscriber, choices: Choices, now: datetime, *, only: bool = False) -> None:
    """Follow as chosen. With `only`, topics that are not among them are stopped."""
    assert person.id is not None
    person.zone, person.at, person.quiet = choices.zone, choices.at, choices.quiet
    person.alerts, person.discreet, person.monthly = choices.alerts, choices.discreet, choices.monthly
    known = {row.topic: row for row in subscriptions(session, person.id)}
    last = session.exec(select(func.max(EventRow.seq))).one() or 0
    for one in choices.topics:
        row = known.get(one.topic) or Subscription(
            subscriber=person.id, topic=one.topic, created_at=now, since=last, ended_at=now
        )
        _take(row, one, last)
        session.add(row)
    if only:
        for topic in known.keys() - {one.topic for one in choices.topics}:
            stop(session, person, topic, "changed by the subscriber", now)
    session.add(person)
    session.flush()


def _take(row: Subscription, choice: Choice, last: int) -> None:
    if row.ended_at is not None:
        row.since, row.ended_at, row.reason = last, None, ""
    row.authorities, row.cadence, row.weekday = " ".join(choice.authorities), choice.cadence, choice.weekday


def subscriptions(session: Session, subscriber: int, *, current: bool = False) -> Sequence[Subscription]:
    """What somebody follows or has followed, in the order in which it was chosen."""
    query = select(Subscription).where(Subscription.subscriber == subscriber).order_by(col(Subscription.id))
    return session.exec(query.where(col(Subscription.ended_at).is_(None)) if current else query).all()


def stop(session: Session, person: Subscriber, topic: str, reason: str, now: datetime) -> None:
    """Stop one topic, or everything with topic "". Doing it twice changes nothing."""
    assert person.id is not None
    rows = subscriptions(session, person.id)
    if topic and not any(row.topic == topic for row in rows):
        # A configured reader: the watchlist goes on naming them, and this row says that they left.
        rows = [*rows, Subscription(subscriber=person.id, topic=topic, created_at=now)]
    for row in rows:
        if topic in ("", row.topic) and row.ended_at is None:
            row.ended_at, row.reason = now, reason
            session.add(row)
    session.flush()
    left = subscriptions(session, person.id, current=True)
    if not topic or (person.origin != "configured" and not left):
        end(session, person, reason, now)


def end(session: Session, person: Subscriber, reason: str, now: datetime) -> None:
    """Nothing more is sent to them, mails that wait in the outbox included."""
    if person.standing == ENDED:
        return
    person.standing, person.reason, person.ended_at = ENDED, reason, now
    session.execute(
        update(Consent).where(col(Consent.subscriber) == person.id, col(Consent.withdrawn_at).is_(None)).values(
            withdrawn_at=now
        )
    )  # fmt: skip
    session.execute(
        update(Message)
        .where(col(Message.subscriber) == person.id, col(Message.state).in_(("pending", "deferred", "unknown")))
        .values(state="failed", reply=f"not sent: {reason}", finished_at=now, next_at=None)
    )
    session.add(person)
    session.flush()


def pause(session: Session, person: Subscriber, until: datetime | None) -> None:
    """Send nothing until then (UTC; None: until resumed). What happens meanwhile is told afterwards."""
    person.paused_until = until or _FOR_EVER
    session.add(person)


def resume(session: Session, person: Subscriber) -> None:
    """Send again."""
    person.paused_until = None
    session.add(person)


def erase(session: Session, key: Key, person: Subscriber, now: datetime, *, never_again: bool = False) -> None:
    """Forget the address everywhere, mails included. With `never_again` its keyed hash stays on the suppression list.

    Hashes of links stay, so that old links are answered like any other.
    """
    address, number = person.address, person.id
    if never_again:
        suppress(session, key, address, "erased", now)
    end(session, person, "erased", now)
    gone = f"erased {number}"
    theirs = or_(col(Message.subscriber) == number, func.lower(Message.recipient) == address.lower())
    mails = select(Message.id).where(theirs)
    session.execute(update(MessageEvent).where(col(MessageEvent.message).in_(mails)).values(recipient=gone))
    session.execute(update(Message).where(col(Message.id).in_(mails)).values(recipient=gone, raw=b"", reply=""))
    for table in (Subscription, Consent, Bounce, Channel):
        session.execute(delete(table).where(col(table.subscriber) == number))
    for cursor in session.exec(select(DigestCursor)).all():
        if cursor.recipient.split(" ")[0] in (f"s{number}", address.lower()):
            session.delete(cursor)
    person.address, person.reason, person.ended_at = "", "erased", now
    session.add(person)
    session.flush()


def _new(session: Session, address: str, origin: str, choices: Choices, now: datetime) -> Subscriber:
    person = Subscriber(address=address, origin=origin, standing=PENDING, created_at=now, zone=choices.zone)
    session.add(person)
    session.flush()
    return person


def _consent(session: Session, person: Subscriber, choices: Choices, method: str, now: datetime) -> Consent:
    assert person.id is not None
    consent = Consent(subscriber=person.id, at=now, method=method, text=CONSENT, topics=as_json(choices))
    session.add(consent)
    session.flush()
    return consent
