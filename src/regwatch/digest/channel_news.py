"""The news of a digest in short, for the other channels of whoever gets it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch import wording
from regwatch.digest.compose import Digest
from regwatch.digest.entry import Entry
from regwatch.mail import outbox
from regwatch.mail.sender import Sender
from regwatch.mail.states import CHANNEL, channel_recipient
from regwatch.store.subscriber_tables import Channel
from regwatch.subscribers.streams import MailStream

_MOST = 8


def short_text(entries: Sequence[Entry], sender: Sender) -> str:
    """The news in a few lines: what changed, how sure it is, where to read it, and that it is no advice."""
    lines = [f"{entry.sentence} ({entry.standing})" for entry in entries[:_MOST]]
    if more := len(entries) - len(lines):
        lines.append(f"And {more} more.")
    links = [entry.quotes[0].url for entry in entries[:1] if entry.quotes and entry.quotes[0].url]
    return "\n".join([*lines, *([sender.web] if sender.web else links), "This is not medical advice."])


def post_to_channels(
    session: Session, stream: MailStream, digest: Digest, sender: Sender, identity: str, now: datetime
) -> None:  # fmt: skip
    """Put the news into the outbox for each of the reader's channels, in the transaction of the mail.

    A channel for one topic gets that topic's news only. A discreet reader's screen may be seen by others: it says only
    that there is news.
    """
    of_reader = select(Channel).where(Channel.subscriber == stream.subscriber).order_by(col(Channel.id))
    for channel in session.exec(of_reader).all():
        sections = [one for one in digest.sections if channel.topic in ("", one.topic)]
        entries = [entry for section in sections for entry in section.entries]
        if not entries:
            continue
        subject = digest.subject if len(entries) == len(digest.entries) else f"{entries[0].tag}: {sections[0].title}"
        text = short_text(entries, sender)
        if stream.discreet:
            subject = f"regwatch: {wording.count(len(entries), 'update')}"
            text = "You will find what is new in your mail."
        outbox.enqueue(
            session,
            channel_recipient(channel.id or 0),
            kind=CHANNEL,
            subject=subject,
            identity=identity.replace("<d.", f"<ch{channel.id}.", 1),
            raw=text.encode(),
            now=now,
            subscriber=stream.subscriber,
        )
