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
from regwatch.mail import outbox_queries
from regwatch.mail.outbox_queries import MailRecord
from regwatch.mail.states import MailState
from regwatch.settings import Settings
from regwatch.store.tables import DigestCursor, EventRow, TransitionRow
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
    told = outbox_queries.told_since(session, recipient, now - OLD)
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
    mails = [(event, told.get(event.seq or 0)) for event in events]
    return [
        Missed(event.topic, event.authority, event.at, _how(mail))
        for event, mail in mails
        if mail is None or mail.state is not MailState.ACCEPTED
    ]


def _how(mail: MailRecord | None) -> str:
    if mail is None:
        return "no mail was composed"
    return f"mail {mail.id} is {mail.state}" + (f" ({mail.reply})" if mail.reply else "")
