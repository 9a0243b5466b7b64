"""What somebody chose for all of their topics, as it is kept with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from regwatch.ledger import background
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import DigestCursor
from regwatch.subscribers.choices import Choices


def keep(
    session: Session, person: Subscriber, choices: Choices, cursors: Iterable[DigestCursor], now: datetime
) -> None:  # fmt: skip
    """Keep the choices with the person. Who asks for the background is told what comes from then on (`now`, UTC)."""
    if choices.monthly and not person.monthly:
        person.monthly_sent = ""
    if choices.background and not person.background:
        skip_background(session, cursors, now)
    person.zone, person.at, person.quiet = choices.zone, choices.at, choices.quiet
    person.alerts, person.discreet, person.monthly = choices.alerts, choices.discreet, choices.monthly
    person.everything, person.background = choices.everything, choices.background


def skip_background(session: Session, cursors: Iterable[DigestCursor], now: datetime) -> None:
    """Take the background so far for old."""
    last = background.last(session)
    for cursor in cursors:
        cursor.background, cursor.background_at = last, now
