"""The canary: a mailbox of the operator that gets every piece of news at once, as the most eager reader would.

What has not reached it has reached nobody. It is the only check of the whole way from a page to a mailbox, and follows
the one that GOV.UK's email-alert-api makes for medical safety alerts: an hour's grace, two days back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from regwatch.errors import ConfigError, Fault
from regwatch.ledger.entries import EventKind
from regwatch.settings import Settings
from regwatch.store.tables import DigestCursor, EventRow, Message, MessageEvent, TransitionRow
from regwatch.vocabulary import Standing
from regwatch.watchlist import Cadence, Recipient, Watchlist

LATE, OLD = timedelta(hours=1), timedelta(days=2)


def with_canary(watchlist: Watchlist, settings: Settings) -> Watchlist:
    """The watchlist with the canary among its recipients, if one is set.

    Raises `ConfigError` if it is a recipient already: nobody is told twice, so one of the two would get nothing.
    """
    address = settings.canary_mail
    if not address:
        return watchlist
    if any(one.address.lower() == address.lower() for one in watchlist.recipients):
        why = f"it is among the recipients of {settings.sources.name} too: give the canary a mailbox of its own"
        raise ConfigError([Fault("environment", 0, 0, "REGWATCH_CANARY_MAIL", why)])
    topics = tuple(topic.id for topic in watchlist.topics)
    canary = Recipient(address, topics, cadence=Cadence.IMMEDIATELY, zone=settings.zone)
    return replace(watchlist, recipients=(*watchlist.recipients, canary))


@dataclass(frozen=True)
class Missed:
    """A transition that has not reached the canary. `at` is when it was seen (UTC), `why` how its mail is."""

    topic: str
    authority: str
    at: datetime
    why: str

    def __str__(self) -> str:
        return f"{self.authority} {self.topic}, seen {self.at:%Y-%m-%d %H:%M} UTC: {self.why}"


def undelivered(session: Session, address: str, topics: Collection[str], now: datetime) -> list[Missed]:
    """The transitions of the last two days that are an hour old and that no mail server has taken for the canary.

    What came before the canary, and what was taken back before it could be told, is nothing that it waits for.
    """
    recipient = address.lower()
    cursor = session.get(DigestCursor, recipient)
    if cursor is None:
        return []
    mails = session.exec(
        select(MessageEvent.event, Message.id, Message.state, Message.reply)
        .join(Message, col(Message.id) == col(MessageEvent.message))
        .where(MessageEvent.recipient == recipient, col(Message.created_at) > now - OLD)
    )
    state_of = {
        seq: (state, f"mail {number} is {state}" + (f" ({reply})" if reply else ""))
        for seq, number, state, reply in mails
    }
    events = session.exec(
        select(EventRow)
        .join(TransitionRow, col(TransitionRow.id) == col(EventRow.transition))
        .where(
            EventRow.kind == EventKind.TRANSITION.value,
            col(EventRow.baseline).is_(False),
            col(EventRow.seq) > cursor.begun,
            col(EventRow.at) > now - OLD,
            col(EventRow.at) < now - LATE,
            col(EventRow.topic).in_(topics),
            TransitionRow.standing != Standing.RETRACTED.value,
        )
        .order_by(col(EventRow.seq))
    ).all()
    told = [(event, *state_of.get(event.seq or 0, ("", "no mail was composed"))) for event in events]
    return [Missed(event.topic, event.authority, event.at, why) for event, state, why in told if state != "accepted"]
