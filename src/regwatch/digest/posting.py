"""From a digest to a mail in the outbox: the reader's own links, threads, reasons for filters, the signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from regwatch import wording
from regwatch.digest.channel_news import post_to_channels
from regwatch.digest.compose import Digest
from regwatch.digest.inputs import DigestInputs, first_telling
from regwatch.digest.render import render
from regwatch.ledger.entries import PUT_RIGHT, Event
from regwatch.mail import outbox
from regwatch.mail.message import domain, message_id, write
from regwatch.mail.sender import Sender
from regwatch.mail.signing import Signer
from regwatch.secret_key import SecretKey
from regwatch.store.subscriber_tables import Subscriber
from regwatch.subscribers.lifecycle import CONFIGURED
from regwatch.subscribers.link_handles import Links, Purpose
from regwatch.subscribers.streams import MailStream
from regwatch.watchlist import Cadence, Watchlist


@dataclass(frozen=True)
class Mailing:
    """What composing needs to know: who is told of what, and who the mails come from. Without `links`, no links.

    `key` is that of the suppression list.
    """

    watchlist: Watchlist
    sender: Sender
    templates: Path | None = None
    links: Links | None = None
    signer: Signer | None = None
    key: SecretKey | None = None


def post(
    session: Session, mailing: Mailing, stream: MailStream, digest: Digest, inputs: DigestInputs, now: datetime
) -> int | None:
    """Put the digest into the outbox, in the caller's transaction; None if it has been told already."""
    address, sender = stream.recipient.address, mailing.sender
    if stream.discreet:
        sender = replace(sender, name="regwatch")
    handle = manage = stop = ""
    if mailing.links and stream.subscriber:
        handle, manage = handles(session, mailing.links, stream, digest, now)
        stop = mailing.links.url(Purpose.STOP, handle)
    common = render(digest, sender, discreet=stream.discreet, overrides=mailing.templates)
    person = session.get(Subscriber, stream.subscriber)
    rendered = common.linked(handle, manage, f"{often(stream)} {why(person, digest.zone)}")
    identity = message_id(address, digest.events, sender)
    number = outbox.enqueue(
        session,
        address,
        digest.events,
        kind=stream.recipient.cadence.value,
        subject=rendered.subject,
        identity=identity,
        raw=write(
            rendered, sender, address, identity, now,
            stop=stop, further=_further(session, stream, digest, inputs, sender), signer=mailing.signer,
        ),
        now=now,
        subscriber=stream.subscriber or None,
    )  # fmt: skip
    if number is not None and stream.subscriber:
        post_to_channels(session, stream, digest, sender, identity, now)
    return number


def why(person: Subscriber | None, zone: str) -> str:
    """How the person came to get these mails, and since when, on the calendar of their zone."""
    if person is None:
        return "The operator of this service put you on the list."
    day = wording.plain_day((person.confirmed_at or person.created_at).astimezone(ZoneInfo(zone)).date())
    if person.origin == CONFIGURED:
        return f"The operator of this service put you on the list; you have been on it since {day}."
    return (
        f"The operator of this service added you on {day}." if person.origin == "added" else f"You signed up on {day}."
    )


def often(stream: MailStream) -> str:
    """How often this reader hears of these topics, and what comes at once besides."""
    if stream.alerts and stream.besides:
        return f"Decisions come at once, as you asked. Everything else comes {stream.besides.words}."
    at_once = " Decisions come at once, in a mail of their own, as you asked." if stream.besides else ""
    return f"We write {stream.recipient.cadence.words}.{at_once}"


def handles(session: Session, links: Links, stream: MailStream, digest: Digest, now: datetime) -> tuple[str, str]:
    """To stop what this mail is about (its topic, if the reader gets mails of that topic only), and to change."""
    topics = stream.recipient.topics
    what = topics[0] if len(topics) == 1 else ""
    stop = links.handle(session, Purpose.STOP, stream.subscriber, what, now)
    return stop, links.handle(session, Purpose.MANAGE, stream.subscriber, "", now)


def _further(
    session: Session, stream: MailStream, digest: Digest, inputs: DigestInputs, sender: Sender
) -> dict[str, str]:
    """Headers for filters and threads. In discreet mode none of them says what the mail is about."""
    headers = {"X-Regwatch-Reason": "decision" if stream.alerts else f"subscribed-{stream.recipient.cadence.value}"}
    events = inputs.events_of(session, digest)
    earlier = _corrected(session, stream, events)
    if earlier:
        headers |= {"In-Reply-To": earlier, "References": earlier}
    if stream.discreet or not events:
        return headers
    moved = events[0].transition
    state = moved.milestone.value if moved else events[0].kind.value
    headers["X-Regwatch-Transition"] = f"{events[0].authority.lower()}/{state.replace('_', '-')}"
    one_place = len({(entry.body, entry.where) for entry in digest.entries}) == 1 and len(digest.sections) == 1
    if not earlier and one_place and stream.recipient.cadence is Cadence.IMMEDIATELY:
        # A root that is never sent: the alerts of one topic at one authority are one conversation.
        root = f"<t.{events[0].topic}.{events[0].authority.lower()}@{domain(sender)}>"
        headers |= {"In-Reply-To": root, "References": root}
    return headers


def _corrected(session: Session, stream: MailStream, events: list[Event]) -> str:
    """The Message-ID of the mail that told what is corrected now, if any."""
    for event in events:
        if event.kind in PUT_RIGHT and event.transition is not None:
            earlier = first_telling(session, stream.recipient.address, event.transition.id, event.seq)
            return earlier.message_id if earlier else ""
    return ""
