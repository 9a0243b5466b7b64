"""Composing what is due and sending what is composed: the two halves of mailing, apart, so that either may fail alone.

A recipient's window is everything committed to the ledger after their cursor: never dates, because authorities date
pages back. The cursor moves in the transaction that puts the mail into the outbox.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from regwatch.clock import Clock
from regwatch.digest import outbox
from regwatch.digest.compose import Digest, Silence, compose
from regwatch.digest.delivery import Circuit, Sessions, Tally, deliver
from regwatch.digest.folder import FolderTransport
from regwatch.digest.message import message_id, write
from regwatch.digest.outbox import Ambiguous
from regwatch.digest.render import Rendered, Sender, render
from regwatch.digest.smtp import SmtpServer, SmtpTransport
from regwatch.digest.transport import Transport
from regwatch.ledger import queries
from regwatch.settings import Settings
from regwatch.store.tables import DigestCursor, SourceState
from regwatch.watchlist import Cadence, Recipient, Watchlist

_SILENT_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Mailing:
    """What composing needs to know: who is told of what, and who the mails come from."""

    watchlist: Watchlist
    sender: Sender
    templates: Path | None = None

    def publisher(self, source: str) -> str:
        """The name of a source's publisher."""
        return next((one.publisher for one in self.watchlist.sources if one.id == source), source)


def sender_of(settings: Settings) -> Sender:
    """Who the mails come from, as the settings say. Answers go to the sender where nothing else is set."""
    name, address = parseaddr(settings.mail_from)
    contact = parseaddr(settings.reply_to)[1] if settings.reply_to else address
    return Sender(name or "regwatch", address, contact, web=settings.base_url or "")


def transport_of(settings: Settings) -> Transport:
    """The mail server, if one is set, else the mail folder."""
    if not settings.smtp_host:
        return FolderTransport(settings.mail_dir, settings.templates)
    return SmtpTransport(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=sender_of(settings).address,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
        )
    )


def enrol(sessions: Sessions, watchlist: Watchlist, now: datetime) -> int:
    """Give every new recipient a cursor at the end of the log: old news is no news. Returns how many were new.

    To be called before polling, whenever a watchlist has been loaded: what is committed from then on reaches them.
    """
    new = 0
    with sessions() as session:
        for key, _recipient in _keyed(watchlist):
            if session.get(DigestCursor, key) is None:
                session.add(DigestCursor(recipient=key, seq=queries.last_seq(session), composed_at=now))
                new += 1
    return new


def compose_due(sessions: Sessions, mailing: Mailing, now: datetime) -> list[int]:
    """Compose for every recipient whose time has come, each in one transaction. Returns the outbox numbers.

    Doing it twice, or in two processes, changes nothing: the cursor says what was told, and the database refuses to
    tell one event to one recipient twice.
    """
    enrol(sessions, mailing.watchlist, now)
    with sessions() as session:
        last = queries.last_seq(session)
        waiting = [(key, one) for key, one in _keyed(mailing.watchlist) if _is_due(session, key, one, last, now)]
    numbers = []
    for key, recipient in waiting:
        with sessions() as session:
            number = _compose_one(session, mailing, key, recipient, now)
        if number is not None:
            numbers.append(number)
    return numbers


def preview(sessions: Sessions, mailing: Mailing, recipient: Recipient, now: datetime) -> Rendered | None:
    """The digest that the recipient would get now, whatever their cadence; None if there is nothing to tell."""
    with sessions() as session:
        keys = [key for key, one in _keyed(mailing.watchlist) if one == recipient]
        cursor = session.get(DigestCursor, keys[0]) if keys else None
        digest = _digest(session, mailing, recipient, cursor, now) if cursor else None
    return render(digest, mailing.sender, overrides=mailing.templates) if digest else None


def send_due(
    sessions: Sessions,
    transport: Transport,
    clock: Clock,
    *,
    policy: Ambiguous = Ambiguous.RESEND_ONCE,
    circuit: Circuit | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Tally:
    """Send what is due from the outbox. Blocks until done: call it off the event loop."""
    return asyncio.run(deliver(sessions, transport, clock, policy=policy, circuit=circuit, stop=stop))


def recover(sessions: Sessions, now: datetime, policy: Ambiguous = Ambiguous.RESEND_ONCE) -> int:
    """At the daemon's start: mails that were being handed over when it ended have an unknown outcome."""
    with sessions() as session:
        return outbox.recover(session, now, policy, starting=True)


def period_of(recipient: Recipient, now: datetime) -> str | None:
    """The local day or week whose digest is due at `now` (UTC), "" for those told immediately; None before its hour.

    A clock change cannot repeat or skip one: the period is named by its local date and told once.
    """
    local = now.astimezone(ZoneInfo(recipient.zone))
    if recipient.cadence is Cadence.IMMEDIATELY:
        return ""
    if recipient.cadence is Cadence.DAILY:
        return local.date().isoformat() if local.time() >= recipient.at else None
    begun = local.date() - timedelta(days=(local.weekday() - recipient.weekday) % 7)
    return begun.isoformat() if local.date() > begun or local.time() >= recipient.at else None


def _compose_one(session: Session, mailing: Mailing, key: str, recipient: Recipient, now: datetime) -> int | None:
    last = queries.last_seq(session)
    if not _is_due(session, key, recipient, last, now):
        return None
    cursor = session.get_one(DigestCursor, key)
    digest = _digest(session, mailing, recipient, cursor, now)
    cursor.seq, cursor.period = last, period_of(recipient, now) or ""
    if digest is None:
        return None
    cursor.composed_at = now
    rendered = render(digest, mailing.sender, overrides=mailing.templates)
    identity = message_id(recipient.address, digest.events, mailing.sender)
    return outbox.enqueue(
        session,
        recipient.address,
        digest.events,
        kind=recipient.cadence.value,
        subject=rendered.subject,
        identity=identity,
        raw=write(rendered, mailing.sender, recipient.address, identity, now),
        now=now,
    )


def _is_due(session: Session, key: str, recipient: Recipient, last: int, now: datetime) -> bool:
    cursor, period = session.get_one(DigestCursor, key), period_of(recipient, now)
    if period is None:
        return False
    return cursor.period != period if period else cursor.seq < last


def _digest(
    session: Session, mailing: Mailing, recipient: Recipient, cursor: DigestCursor, now: datetime
) -> Digest | None:
    """The digest of everything that came after the recipient's cursor."""
    events = queries.events_after(session, cursor.seq, recipient.topics, mailing.publisher)
    if not events:
        return None
    known = outbox.told(session, recipient.address, [event.seq for event in events])
    topics = {topic.id: topic for topic in mailing.watchlist.topics}
    board = queries.board(session, mailing.watchlist.topics, publisher=mailing.publisher)
    fresh = [event for event in events if event.seq not in known]
    silences = _silences(session, mailing.watchlist, now)
    return compose(fresh, topics, board, now, recipient, silences, cursor.composed_at)


def _silences(session: Session, watchlist: Watchlist, now: datetime) -> Sequence[Silence]:
    """Authorities' pages that have been in trouble for three days or more."""
    found = []
    for source in watchlist.sources:
        state = session.get(SourceState, source.id) if source.official_for else None
        since = state.trouble_since if state and state.trouble else None
        if since and now - since >= _SILENT_AFTER:
            found.append(Silence(source.publisher, source.url, since, source.topics))
    return found


def _keyed(watchlist: Watchlist) -> list[tuple[str, Recipient]]:
    """Every recipient with the name of their cursor: the address, and a number if it is listed more than once.

    Somebody may want one topic daily and another weekly; each entry then has a window of its own.
    """
    seen: Counter[str] = Counter()
    keyed = []
    for recipient in watchlist.recipients:
        address = recipient.address.lower()
        seen[address] += 1
        keyed.append((address if seen[address] == 1 else f"{address} {seen[address]}", recipient))
    return keyed
