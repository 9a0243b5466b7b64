"""Subscribers: asked, confirmed, changed, paused, stopped, erased. Every function works in its caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from regwatch.mail import outbox_leaving
from regwatch.secret_key import SecretKey
from regwatch.store import backup_journal
from regwatch.store.subscriber_tables import (
    ACTIVE,
    ENDED,
    PENDING,
    Bounce,
    Channel,
    Consent,
    Subscriber,
    Subscription,
    Suppression,
)
from regwatch.store.tables import DigestCursor, EventRow
from regwatch.subscribers import endings, kept_choices
from regwatch.subscribers.choices import CONSENT, Choice, Choices, as_json, from_json

CONFIGURED = "configured"
UNLISTED = "no longer in the watchlist"
CONFIRM_WITHIN = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(days=1)
_FOR_EVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def by_address(session: Session, address: str) -> Subscriber | None:
    """Whoever has the address. Databases know small and capital letters of ASCII only, so others must be the same."""
    same = or_(col(Subscriber.address) == address, func.lower(Subscriber.address) == address.lower())
    return session.exec(select(Subscriber).where(same)).first()


def count_active(session: Session) -> int:
    """How many people mails flow to, those who are paused included."""
    return session.scalar(select(func.count()).select_from(Subscriber).where(col(Subscriber.standing) == ACTIVE)) or 0


def suppressed(session: Session, key: SecretKey, address: str) -> bool:
    """Whether the address must not be written to."""
    return session.get(Suppression, key.address(address)) is not None


def suppress(session: Session, key: SecretKey, address: str, reason: str, now: datetime) -> None:
    """Never write to the address again; only its keyed hash is kept."""
    if address and not suppressed(session, key, address):
        session.add(Suppression(hash=key.address(address), reason=reason, at=now))
        backup_journal.note(session, backup_journal.JournalEntry.SUPPRESSED, key.address(address), *reason.split())
        session.flush()


def allow(session: Session, key: SecretKey, address: str) -> str:
    """Take the address off the suppression list. Returns why it was on it; "" if it was not."""
    row = session.get(Suppression, key.address(address))
    if row is None:
        return ""
    session.delete(row)
    session.flush()
    return row.reason


def ask(session: Session, key: SecretKey, address: str, choices: Choices, method: str, now: datetime) -> Consent | None:
    """Note a sign-up that waits to be confirmed. Anybody can type anybody's address: nothing else changes.

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
    """The owner of the address has pressed the button; doing it twice changes nothing. None if it is too late.

    Who follows something already follows what is new as well. The rest stays as they chose it, because somebody else
    may have filled the form in. Who had left begins anew, with what was asked for.
    """
    person = session.get_one(Subscriber, consent.subscriber)
    if consent.confirmed_at is not None:
        return person if person.standing == ACTIVE else None
    if now - consent.at > CONFIRM_WITHIN or not person.address:
        return None
    consent.confirmed_at = now
    person.confirmed_at = person.confirmed_at or now
    choices = from_json(consent.topics)
    if already := followed(session, person):
        follow(session, person, [one for one in choices.topics if one.topic not in already], now)
    else:
        begin(session, person, now)
        apply(session, person, choices, now)
    return person


def add(session: Session, address: str, choices: Choices, method: str, now: datetime) -> Subscriber:
    """Add somebody who has agreed elsewhere, by the operator's word; also somebody who had left.

    Raises `ValueError` if they get mail already.
    """
    person = by_address(session, address)
    if person is not None and person.standing == ACTIVE:
        raise ValueError("this address gets mail already: `regwatch subscriber change` changes what they chose")
    person = person or _new(session, address, "added", choices, now)
    confirm(session, _consent(session, person, choices, method, now), now)
    return person


def begin(session: Session, person: Subscriber, now: datetime) -> None:
    """Mails flow from now on. What happened while somebody had left is old news for them."""
    last = session.exec(select(func.max(EventRow.seq))).one() or 0
    if person.standing == ENDED:
        person.paused_until = None
        for cursor in cursors(session, person):
            cursor.seq, cursor.begun, cursor.composed_at = last, last, now
        kept_choices.skip_background(session, cursors(session, person), now)
    person.standing, person.reason, person.ended_at = ACTIVE, "", None
    session.add(person)


def apply(session: Session, person: Subscriber, choices: Choices, now: datetime, *, only: bool = False) -> None:
    """Follow as chosen. With `only`, topics that are not among them are stopped."""
    assert person.id is not None
    kept_choices.keep(session, person, choices, cursors(session, person), now)
    follow(session, person, choices.topics, now)
    if only:
        chosen = {one.topic for one in choices.topics}
        for row in subscriptions(session, person.id, current=True):
            if row.topic not in chosen:
                stop(session, person, row.topic, "changed by the subscriber", now)
    session.add(person)
    session.flush()


def follow(session: Session, person: Subscriber, topics: Sequence[Choice], now: datetime) -> None:
    """Follow these topics as chosen; the others stay as they are."""
    assert person.id is not None
    known = {row.topic: row for row in subscriptions(session, person.id)}
    last = session.exec(select(func.max(EventRow.seq))).one() or 0
    for one in topics:
        row = known.get(one.topic)
        if row is None:
            row = Subscription(subscriber=person.id, topic=one.topic, created_at=now, since=last)
        elif row.ended_at is not None:
            row.since, row.ended_at = last, None
        row.authorities, row.cadence, row.weekday = " ".join(one.authorities), one.cadence, one.weekday
        session.add(row)
    _level(session, person)
    session.flush()


def follow_new(session: Session, watched: Sequence[str], now: datetime) -> int:
    """Let those who follow everything follow the topics that are new, as often as the others; how many began to.

    A topic that somebody once stopped is not new to them.
    """
    begun = 0
    everybody = select(Subscriber).where(col(Subscriber.everything), Subscriber.standing == ACTIVE)
    for person in session.exec(everybody).all():
        rows = subscriptions(session, person.id or 0)
        known, current = {row.topic for row in rows}, [row for row in rows if row.ended_at is None]
        like = current[-1] if current else Subscription(subscriber=0, topic="", created_at=now)
        new = [Choice(topic, (), like.cadence, like.weekday) for topic in watched if topic not in known]
        if new:
            follow(session, person, new, now)
            begun += 1
    return begun


def cursors(session: Session, person: Subscriber) -> list[DigestCursor]:
    """How far each stream of mails to somebody has come: of their own choices, and of the watchlist's entries."""
    names = (f"s{person.id}", person.address.lower())
    return [row for row in session.exec(select(DigestCursor)) if row.recipient.split(" ")[0] in names]


def _level(session: Session, person: Subscriber) -> None:
    """A topic that goes from one stream to another takes along what the first has yet to tell.

    So all go on from the one that is furthest behind; nothing is repeated, because mails note what they have told.
    """
    names = [row for row in cursors(session, person) if row.recipient.startswith(f"s{person.id} ")]
    streams = [row for row in names if not row.recipient.endswith(" alerts")]
    for row in streams:
        row.seq = min(one.seq for one in streams)


def subscriptions(session: Session, subscriber: int, *, current: bool = False) -> Sequence[Subscription]:
    """What somebody follows or has followed, in the order in which it was chosen."""
    query = select(Subscription).where(Subscription.subscriber == subscriber).order_by(col(Subscription.id))
    return session.exec(query.where(col(Subscription.ended_at).is_(None)) if current else query).all()


def followed(session: Session, person: Subscriber) -> frozenset[str]:
    """The topics that somebody chose and gets."""
    rows = subscriptions(session, person.id or 0, current=True) if person.standing == ACTIVE else ()
    return frozenset(row.topic for row in rows)


def stop(session: Session, person: Subscriber, topic: str, reason: str, now: datetime) -> None:
    """Stop one topic, or everything with topic "". Doing it twice changes nothing."""
    assert person.id is not None
    rows = subscriptions(session, person.id)
    if person.origin == CONFIGURED and not any(row.topic == topic for row in rows):
        # The watchlist goes on naming them, and this row says that they left: the topic, or all that it names.
        rows = [*rows, Subscription(subscriber=person.id, topic=topic, created_at=now)]
    over = [row for row in rows if topic in ("", row.topic) and row.ended_at is None]
    for row in over:
        row.ended_at, row.reason = now, reason
        session.add(row)
    if over:
        backup_journal.note(session, backup_journal.JournalEntry.LEFT, person.id, topic or "*", *reason.split())
    endings.count(session, reason, len(over))
    session.flush()
    left = subscriptions(session, person.id, current=True)
    if not topic or (person.origin != CONFIGURED and not left):
        end(session, person, reason, now)


def end(session: Session, person: Subscriber, reason: str, now: datetime) -> None:
    """Nothing more is sent to them, mails that wait in the outbox included."""
    if person.standing == ENDED:
        return
    person.standing, person.reason, person.ended_at = ENDED, reason, now
    endings.count(session, reason, len(subscriptions(session, person.id or 0, current=True)))
    session.execute(
        update(Consent).where(col(Consent.subscriber) == person.id, col(Consent.withdrawn_at).is_(None)).values(
            withdrawn_at=now
        )
    )  # fmt: skip
    backup_journal.note(session, backup_journal.JournalEntry.LEFT, person.id, "*", *reason.split())
    outbox_leaving.withdraw(session, person.id or 0, reason, now)
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


def erase(session: Session, key: SecretKey, person: Subscriber, now: datetime, *, never_again: bool = False) -> None:
    """Forget the address everywhere, mails and their identities, which are made from it, included.

    With `never_again` its keyed hash stays on the suppression list. So it does where the watchlist names the address,
    and would go on bringing it back. Hashes of links stay, so that old links are answered like any other. The caller
    commits, and then wipes the database.
    """
    address, number = person.address, person.id
    backup_journal.note(session, backup_journal.JournalEntry.ERASED, number)
    if never_again or (person.origin == CONFIGURED and person.reason != UNLISTED):
        suppress(session, key, address, "erased", now)
    end(session, person, "erased", now)
    outbox_leaving.erase(session, number or 0, address, now)
    for table in (Subscription, Consent, Bounce, Channel):
        session.execute(delete(table).where(col(table.subscriber) == number))
    for cursor in cursors(session, person):
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
