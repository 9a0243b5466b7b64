"""What people do with their own account through a link: see all that is kept, change it, get less."""

from __future__ import annotations

import json
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.store.people import Bounce, Channel, Consent, Subscriber
from regwatch.subscribers import people
from regwatch.subscribers.choices import Choice, Choices, as_json
from regwatch.watchlist import Cadence


def export(session: Session, person: Subscriber) -> str:
    """Everything that is kept about somebody, as JSON, the texts they agreed to included."""
    rows = {
        "subscriptions": people.subscriptions(session, person.id or 0),
        "consents": session.exec(select(Consent).where(Consent.subscriber == person.id)).all(),
        "bounces": session.exec(select(Bounce).where(Bounce.subscriber == person.id)).all(),
        "channels": session.exec(select(Channel).where(Channel.subscriber == person.id)).all(),
    }
    kept = {
        name: [row.model_dump(mode="json", exclude={"subscriber"}) for row in found] for name, found in rows.items()
    }
    return json.dumps({"subscriber": person.model_dump(mode="json"), **kept}, ensure_ascii=False, indent=2)


def change(session: Session, person: Subscriber, choices: Choices, now: datetime) -> None:
    """Follow exactly what is chosen, and keep a record of it. Somebody who had left is back."""
    assert person.id is not None
    latest = session.exec(
        select(Consent).where(Consent.subscriber == person.id).order_by(col(Consent.id).desc())
    ).first()  # fmt: skip
    text = latest.text if latest else ""
    session.add(
        Consent(
            subscriber=person.id, at=now, confirmed_at=now, method="manage page", text=text, topics=as_json(choices)
        )
    )
    person.standing, person.reason, person.ended_at = people.ACTIVE, "", None
    people.apply(session, person, choices, now, only=True)


def weekly_instead(session: Session, person: Subscriber, topic: str) -> None:
    """One mail a week for the topic ("" for all) and no immediate alerts: most who leave want less, not nothing."""
    for row in people.subscriptions(session, person.id or 0, current=True):
        if topic in ("", row.topic):
            row.cadence, row.weekday = Cadence.WEEKLY.value, 0
            session.add(row)
    person.alerts = False
    session.add(person)
    session.flush()


def choices_now(session: Session, person: Subscriber) -> Choices | None:
    """What somebody has chosen, as far as they follow anything."""
    rows = people.subscriptions(session, person.id or 0, current=True)
    if not rows:
        return None
    topics = tuple(Choice(row.topic, tuple(row.authorities.split()), row.cadence, row.weekday) for row in rows)
    return Choices(topics, person.zone, person.at, person.quiet, person.alerts, person.discreet, person.monthly)
