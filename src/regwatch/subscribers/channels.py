"""The other ways by which subscribers are told, which the operator sets: their addresses are secrets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.clock import Clock
from regwatch.mail import outbox_leaving
from regwatch.mail.channel_transport import ChannelTransport, service_of
from regwatch.mail.delivery import DeliveryTally, send_due
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.states import OPERATOR
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Channel, Subscriber

_RETRY = RetryPolicy()


def channels_of(session: Session, person: Subscriber) -> Sequence[Channel]:
    """Somebody's channels, the oldest first."""
    return session.exec(select(Channel).where(Channel.subscriber == person.id).order_by(col(Channel.id))).all()


def add_channel(session: Session, person: Subscriber, url: str, topic: str, now: datetime) -> Channel:
    """Tell somebody's news of a topic ("" for all) on another channel too. Raises `ValueError`."""
    service_of(url)
    if any(row.url == url and row.topic in ("", topic) for row in channels_of(session, person)):
        raise ValueError("this channel is told of it already")
    row = Channel(subscriber=person.id or 0, topic=topic, url=url, created_at=now)
    session.add(row)
    session.flush()
    return row


def remove_channel(session: Session, channel: Channel, now: datetime) -> None:
    """Tell the channel nothing more, what waits for it included."""
    outbox_leaving.withdraw_from_channel(session, channel.id or 0, "the channel was removed", now)
    session.delete(channel)
    session.flush()


def tell_channels(
    database: Database,
    clock: Clock,
    policy: RetryPolicy = _RETRY,
    operator: str = "",
    *,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryTally:
    """Tell what is due on other channels than mail. Blocks until done: call it off the event loop.

    `operator` is the address of the operator's own channel, "" for none.
    """

    def address_of(number: int) -> str:
        if number == OPERATOR:
            return operator
        with database.session() as session:
            channel = session.get(Channel, number)
            return channel.url if channel else ""

    return send_due(database, ChannelTransport(address_of), clock, policy=policy, channels=True, stop=stop)
