"""Other ways to tell a subscriber, through Apprise: the same news as in the mail, in short, from the same outbox.

An address of Apprise often is a secret, or holds one: it is neither shown nor logged.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import Session, col, select

from regwatch import plain
from regwatch.digest.compose import Digest
from regwatch.digest.entry import Entry
from regwatch.digest.render import Sender
from regwatch.errors import MailDeferred, MailRefused
from regwatch.mail.outbox import CHANNEL, State
from regwatch.mail.transport import Parcel
from regwatch.store.subscriber_tables import Channel, Subscriber
from regwatch.store.tables import Message
from regwatch.subscribers.streams import Reader

if TYPE_CHECKING:
    from apprise import Apprise

_MOST = 8


def service_of(url: str) -> Apprise:
    """The one service at an address. Raises `ValueError`, which does not repeat the address."""
    from apprise import Apprise  # a hundred services: loaded only where somebody uses one

    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they would repeat the address
    service = Apprise()
    if not service.add(url) or len(service) != 1:
        raise ValueError("this is not an address that Apprise understands: write one such as ntfy://ntfy.sh/topic")
    return service


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
    session.execute(
        update(Message)
        .where(col(Message.recipient) == f"channel {channel.id}", col(Message.finished_at).is_(None))
        .values(state=State.FAILED.value, reply="not sent: the channel was removed", finished_at=now, next_at=None)
    )
    session.delete(channel)
    session.flush()


def short_text(entries: Sequence[Entry], sender: Sender) -> str:
    """The news in a few lines: what changed, how sure it is, where to read it, and that it is no advice."""
    lines = [f"{entry.sentence} ({entry.standing})" for entry in entries[:_MOST]]
    if more := len(entries) - len(lines):
        lines.append(f"And {more} more.")
    links = [entry.quotes[0].url for entry in entries[:1] if entry.quotes and entry.quotes[0].url]
    return "\n".join([*lines, *([sender.web] if sender.web else links), "This is not medical advice."])


def post_to_channels(
    session: Session, reader: Reader, digest: Digest, sender: Sender, identity: str, now: datetime
) -> None:  # fmt: skip
    """Put the news into the outbox for each of the reader's channels, in the transaction of the mail.

    A channel for one topic gets that topic's news only. A discreet reader's screen may be seen by others: it says only
    that there is news.
    """
    for channel in session.exec(select(Channel).where(Channel.subscriber == reader.subscriber)).all():
        sections = [one for one in digest.sections if channel.topic in ("", one.topic)]
        entries = [entry for section in sections for entry in section.entries]
        if not entries:
            continue
        subject = digest.subject if len(entries) == len(digest.entries) else f"{entries[0].tag}: {sections[0].title}"
        text = short_text(entries, sender)
        if reader.discreet:
            subject = f"regwatch: {plain.count(len(entries), 'update')}"
            text = "You will find what is new in your mail."
        row = Message(
            message_id=identity.replace("<d.", f"<ch{channel.id}.", 1),
            recipient=f"channel {channel.id}",
            subscriber=reader.subscriber,
            kind=CHANNEL,
            subject=subject,
            raw=text.encode(),
            created_at=now,
            state=State.PENDING.value,
        )
        session.add(row)
    session.flush()


class ChannelTransport:
    """The way through Apprise. `address_of` gives the address of a channel's number and the subject of a parcel."""

    batch = 20

    def __init__(self, address_of: Callable[[Parcel], tuple[str, str]]) -> None:
        self._address_of = address_of

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ChannelTransport]:
        """Nothing is kept open."""
        yield self

    async def hand_over(self, parcel: Parcel, claim: Callable[[], None]) -> str:
        """Tell it. Raises `MailDeferred` where the service does not take it now; Apprise does not say why."""
        url, subject = self._address_of(parcel)
        try:
            service = service_of(url)
        except ValueError as error:
            raise MailRefused(str(error)) from None
        claim()
        if not await service.async_notify(title=subject, body=parcel.raw.decode()):
            raise MailDeferred("the channel did not take the news")
        return "told"
