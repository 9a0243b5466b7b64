"""Other ways to tell a subscriber, through Apprise: the same news as in the mail, in short, from the same outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from sqlmodel import Session, select

from regwatch.digest.compose import Digest
from regwatch.digest.outbox import CHANNEL, State
from regwatch.digest.render import Sender
from regwatch.digest.transport import Parcel
from regwatch.errors import MailDeferred
from regwatch.store.people import Channel
from regwatch.store.tables import Message
from regwatch.subscribers.readers import Reader

_MOST = 8


def short_text(digest: Digest, sender: Sender) -> str:
    """The news in a few lines: what changed, how sure it is, where to read it, and that it is no advice."""
    lines = [f"{entry.sentence} ({entry.standing})" for entry in digest.entries[:_MOST]]
    if more := len(digest.entries) - len(lines):
        lines.append(f"And {more} more.")
    links = [entry.quotes[0].url for entry in digest.entries[:1] if entry.quotes and entry.quotes[0].url]
    return "\n".join([*lines, *([sender.web] if sender.web else links), "This is not medical advice."])


def post_to_channels(
    session: Session, reader: Reader, digest: Digest, sender: Sender, identity: str, now: datetime
) -> None:  # fmt: skip
    """Put the news into the outbox for each of the reader's channels, in the transaction of the mail."""
    told = {section.topic for section in digest.sections}
    for channel in session.exec(select(Channel).where(Channel.subscriber == reader.subscriber)).all():
        if channel.topic and channel.topic not in told:
            continue
        subject = "regwatch: news" if reader.discreet else digest.subject
        row = Message(
            message_id=identity.replace("<d.", f"<ch{channel.id}.", 1),
            recipient=f"channel {channel.id}",
            subscriber=reader.subscriber,
            kind=CHANNEL,
            subject=subject,
            raw=short_text(digest, sender).encode(),
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
        from apprise import Apprise  # a hundred services: loaded only where somebody uses one

        url, subject = self._address_of(parcel)
        service = Apprise()
        if not url or not service.add(url):
            raise MailDeferred("the channel's address is not one that Apprise understands")
        claim()
        if not await service.async_notify(title=subject, body=parcel.raw.decode()):
            raise MailDeferred("the channel did not take the news")
        return "told"
