"""The tables of those who are told: subscribers, what they follow, what they agreed to, and mail that came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from regwatch.store.columns import Table, time_column

PENDING, ACTIVE, ENDED = "pending", "active", "ended"
"""Where a subscriber stands: asked but not confirmed, told, and told no more."""


class Subscriber(Table, table=True):
    """Somebody who gets digests, with as little about them as possible: no name, no network address.

    `origin` is signed_up, added, or configured (in the watchlist). `address` is "" once erased. `paused_until` is None
    where mails flow. `quiet` is local hours in which nothing is sent, such as 22-7. `standing` is pending, active or
    ended, with a `reason` for the end. `everything`: topics that are watched later are followed, too.
    `background`: they want what changes no status, too.
    """

    __tablename__ = "subscriber"
    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(default="", index=True)
    origin: str
    standing: str = Field(index=True)
    reason: str = ""
    created_at: datetime = time_column()
    asked_at: datetime | None = time_column(default=None)
    confirmed_at: datetime | None = time_column(default=None)
    ended_at: datetime | None = time_column(default=None)
    zone: str = "Europe/London"
    at: str = "08:30"
    quiet: str = "22-7"
    alerts: bool = False
    discreet: bool = False
    monthly: bool = False
    monthly_sent: str = ""
    paused_until: datetime | None = time_column(default=None)
    everything: bool = False
    background: bool = False


class Subscription(Table, table=True):
    """One topic that a subscriber follows. `authorities` are codes joined by spaces, "" for all.

    News up to the event `since` is old news for it. `reason` is why it last ended.
    """

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("subscriber", "topic"),)
    id: int | None = Field(default=None, primary_key=True)
    subscriber: int = Field(index=True)
    topic: str
    authorities: str = ""
    cadence: str = "daily"
    weekday: int = 0
    since: int = 0
    created_at: datetime = time_column()
    ended_at: datetime | None = time_column(default=None)
    reason: str = ""


class Consent(Table, table=True):
    """What somebody agreed to, when, by which text, and when they confirmed it (GDPR Article 7(1))."""

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    subscriber: int = Field(index=True)
    at: datetime = time_column()
    method: str
    text: str
    topics: str
    confirmed_at: datetime | None = time_column(default=None)
    withdrawn_at: datetime | None = time_column(default=None)


class LinkRow(Table, table=True):
    """The hash of a link that was given to a subscriber, and the one purpose it serves: confirm, stop or manage.

    A row stays when what it belongs to is replaced or erased, so that links in old mails go on working.
    """

    __tablename__ = "link"
    hash: str = Field(primary_key=True)
    subscriber: int = Field(index=True)
    purpose: str
    topic: str = ""
    made_at: datetime = time_column()


class Suppression(Table, table=True):
    """An address that must not be written to, as a keyed hash."""

    __tablename__ = "suppression"
    hash: str = Field(primary_key=True)
    reason: str
    at: datetime = time_column()


class Bounce(Table, table=True):
    """A mail that came back or was complained about: hard, soft or complaint."""

    __tablename__ = "bounce"
    __table_args__ = (UniqueConstraint("message", "kind", "status"),)
    id: int | None = Field(default=None, primary_key=True)
    message: int
    subscriber: int | None = Field(default=None, index=True)
    at: datetime = time_column()
    kind: str
    status: str = ""
    text: str = ""


class Channel(Table, table=True):
    """Another way to tell a subscriber, as an Apprise address, which is a secret; `topic` "" for all of theirs."""

    __tablename__ = "channel"
    id: int | None = Field(default=None, primary_key=True)
    subscriber: int = Field(index=True)
    topic: str = ""
    url: str
    created_at: datetime = time_column()

    @property
    def shown(self) -> str:
        """As much of the address as may be shown: which service it is."""
        return self.url.partition(":")[0].lower() + "://..."
