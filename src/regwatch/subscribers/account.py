"""What people do with their own account through a link: see all that is kept, change it, get less."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.store.columns import Table
from regwatch.store.subscriber_tables import Bounce, Channel, Consent, Subscriber
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices, as_json
from regwatch.watchlist import Cadence, Watchlist


def export(session: Session, person: Subscriber) -> str:
    """Everything that is kept about somebody, as JSON; of channels, the service.

    The texts they agreed to are among it, each with its SHA-256, by which one version is told from another.
    """
    number = person.id or 0
    channels = session.exec(select(Channel).where(Channel.subscriber == number).order_by(col(Channel.id))).all()
    bounces = select(Bounce).where(Bounce.subscriber == number).order_by(col(Bounce.id))
    rows: dict[str, Sequence[Table]] = {
        "subscriptions": lifecycle.subscriptions(session, number),
        "consents": session.exec(select(Consent).where(Consent.subscriber == number).order_by(col(Consent.id))).all(),
        "bounces": session.exec(bounces).all(),
        "channels": [row.model_copy(update={"url": row.shown}) for row in channels],
    }
    kept = {
        name: [row.model_dump(mode="json", exclude={"subscriber"}) for row in found] for name, found in rows.items()
    }
    for one in kept["consents"]:
        one["text_sha256"] = hashlib.sha256(one["text"].encode()).hexdigest()
    return json.dumps({"subscriber": person.model_dump(mode="json"), **kept}, ensure_ascii=False, indent=2)


def change(
    session: Session, person: Subscriber, choices: Choices, now: datetime, method: str = "manage page"
) -> None:  # fmt: skip
    """Follow exactly what is chosen, and keep a record of it. Somebody who had left is back."""
    assert person.id is not None
    latest = session.exec(
        select(Consent).where(Consent.subscriber == person.id).order_by(col(Consent.id).desc())
    ).first()  # fmt: skip
    text = latest.text if latest else ""
    session.add(
        Consent(subscriber=person.id, at=now, confirmed_at=now, method=method, text=text, topics=as_json(choices))
    )
    lifecycle.begin(session, person, now)
    lifecycle.apply(session, person, choices, now, only=True)


def weekly_instead(session: Session, person: Subscriber, topic: str, watchlist: Watchlist, now: datetime) -> None:
    """One mail a week for the topic ("" for all) and no immediate alerts: most who leave want less, not nothing."""
    rows = lifecycle.subscriptions(session, person.id or 0)
    own = {row.topic for row in rows}
    named = [one for entry in watchlist.recipients if entry.address.lower() == person.address.lower()
             for one in entry.topics if one not in own and "" not in own]  # fmt: skip
    weekly = [
        *(Choice(row.topic, tuple(row.authorities.split()), Cadence.WEEKLY) for row in rows if row.ended_at is None),
        *(Choice(one, (), Cadence.WEEKLY) for one in named),
    ]
    lifecycle.follow(session, person, [one for one in weekly if topic in ("", one.topic)], now)
    person.alerts = False
    session.add(person)
    session.flush()


def choices_now(session: Session, person: Subscriber) -> Choices | None:
    """What somebody has chosen, as far as they follow anything."""
    rows = lifecycle.subscriptions(session, person.id or 0, current=True)
    if not rows:
        return None
    topics = tuple(Choice(row.topic, tuple(row.authorities.split()), row.cadence, row.weekday) for row in rows)
    return Choices(
        topics, person.zone, person.at, person.quiet, person.alerts, person.discreet, person.monthly, person.everything,
        person.background,
    )  # fmt: skip
