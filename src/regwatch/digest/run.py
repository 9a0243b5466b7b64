"""Composing what is due and sending what is composed: the two halves of mailing, apart, so that either may fail alone.

A recipient's window is everything committed to the ledger after their cursor: never dates, because authorities date
pages back. The cursor moves in the transaction that puts the mail into the outbox.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from regwatch.clock import Clock
from regwatch.digest.inputs import Scenery
from regwatch.digest.monthly import post_monthly
from regwatch.digest.posting import Mailing as Mailing
from regwatch.digest.posting import post, why
from regwatch.digest.render import Rendered, Sender, render
from regwatch.ledger import queries
from regwatch.mail import outbox
from regwatch.mail.channels import ChannelTransport
from regwatch.mail.delivery import Circuit, Sessions, Tally, deliver
from regwatch.mail.maildrop import FolderTransport
from regwatch.mail.outbox import Ambiguous
from regwatch.mail.signing import BounceAddress, Signer
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.mail.transport import Parcel, Transport
from regwatch.settings import Settings
from regwatch.store.subscriber_tables import Channel
from regwatch.store.tables import DigestCursor, Message
from regwatch.subscribers.choices import is_night, is_quiet
from regwatch.subscribers.lifecycle import by_address
from regwatch.subscribers.links import Key, read_key
from regwatch.subscribers.streams import Reader, keyed, note_configured, readers
from regwatch.watchlist import Cadence, Recipient, Watchlist


def sender_of(settings: Settings) -> Sender:
    """Who the mails come from, as the settings say. Answers go to the sender where nothing else is set."""
    name, address = parseaddr(settings.mail_from)
    contact = parseaddr(settings.reply_to)[1] if settings.reply_to else address
    return Sender(
        name or "regwatch", address, contact,
        web=settings.base_url or "", links=bool(settings.base_url), bounces=settings.bounce_address,
    )  # fmt: skip


def signer_of(settings: Settings) -> Signer | None:
    """What signs the mails, where the relay does not."""
    if settings.dkim != "self":
        return None
    domain = settings.dkim_domain or sender_of(settings).address.rpartition("@")[2]
    return Signer(domain, settings.dkim_selector, settings.dkim_key.get_secret_value().encode())


def bounces_of(settings: Settings) -> BounceAddress | None:
    """The mailbox for mail that comes back, if there is one."""
    return BounceAddress(settings.bounce_address, read_key(settings.home)) if settings.bounce_address else None


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
            bounces=bounces_of(settings),
        )
    )


def enrol(sessions: Sessions, watchlist: Watchlist, now: datetime, key: Key | None = None) -> int:
    """Give every new recipient a cursor at the end of the log: old news is no news. Returns how many were new.

    To be called before polling, whenever a watchlist has been loaded: what is committed from then on reaches them.
    With the `key` of the suppression list, those who must not be written to are passed over.
    """
    with sessions() as session:
        note_configured(session, watchlist, key, now)
        rows = {row.recipient: row for row in session.exec(select(DigestCursor))}
        last = queries.last_seq(session)
        names = [name for name, one in keyed(watchlist) if by_address(session, one.address) is not None]
        for name in names:
            if name not in rows:
                session.add(DigestCursor(recipient=name, seq=last, begun=last, composed_at=now))
        streams = [one for one in readers(session, watchlist, now) if one.key not in names]
        return sum(name not in rows for name in names) + _enrol_streams(session, streams, rows, now)


def _enrol_streams(session: Session, streams: list[Reader], rows: dict[str, DigestCursor], now: datetime) -> int:
    """Whoever changed how often they are told goes on where they stood: nothing is lost and nothing repeated."""
    wanted: dict[str, dict[str, Reader]] = defaultdict(dict)
    have: dict[str, dict[str, DigestCursor]] = defaultdict(dict)
    for stream in streams:
        wanted[stream.key.split()[0]][stream.key] = stream
    for key, row in rows.items():
        have[key.split()[0]][key] = row
    for person, theirs in wanted.items():
        known = have[person]
        for key in theirs.keys() - known.keys():
            stood = [row.seq for name, row in known.items() if not name.endswith(" alerts")]
            told = max((row.composed_at for row in known.values() if row.composed_at), default=now)
            begin = min(stood or theirs[key].since.values())
            # The digest of the period in which they joined has gone out: theirs begin with the next one.
            period = period_of(theirs[key].recipient, now) or ""
            session.add(DigestCursor(recipient=key, seq=begin, begun=begin, composed_at=told, period=period))
        for key in known.keys() - theirs.keys():
            session.delete(known[key])
    return sum(stream.key not in rows for stream in streams)


def compose_due(sessions: Sessions, mailing: Mailing, now: datetime) -> list[int]:
    """Compose for every reader whose time has come, each in one transaction. Returns the outbox numbers.

    Doing it twice, or in two processes, changes nothing: the cursor says what was told, and the database refuses to
    tell one event to one recipient twice.
    """
    enrol(sessions, mailing.watchlist, now, mailing.key)
    scenery = Scenery(mailing.watchlist, now)
    with sessions() as session:
        waiting = due_readers(session, mailing.watchlist, now)
    numbers = []
    for start in range(0, len(waiting), _AT_ONCE):
        with sessions() as session:
            made = [_compose_one(session, mailing, one, scenery, now) for one in waiting[start : start + _AT_ONCE]]
        numbers += [number for number in made if number is not None]
    with sessions() as session:
        numbers += post_monthly(session, mailing, now)
    return numbers


def due_readers(session: Session, watchlist: Watchlist, now: datetime) -> list[Reader]:
    """Everybody whose digest is to be composed now (UTC)."""
    last = queries.last_seq(session)
    cursors = {row.recipient: row for row in session.exec(select(DigestCursor))}
    enrolled = (one for one in readers(session, watchlist, now) if one.key in cursors)
    return [one for one in enrolled if _is_due(cursors[one.key], one, last, now)]


def count_untold(session: Session, watchlist: Watchlist, now: datetime) -> int:
    """How many readers there are whose time has come and who have not been told everything: for moments, or trouble."""
    last = queries.last_seq(session)
    behind = set(session.exec(select(DigestCursor.recipient).where(col(DigestCursor.seq) < last)))
    # To look at everybody takes a while where there are thousands; mostly nobody is behind.
    return sum(one.key in behind for one in due_readers(session, watchlist, now)) if behind else 0


_AT_ONCE = 50
"""Readers whose mails are committed together: enough that the disk is not what we wait for."""


def preview(sessions: Sessions, mailing: Mailing, recipient: Recipient, now: datetime) -> Rendered | None:
    """The digest that the recipient would get now, whatever their cadence; None if there is nothing to tell."""
    with sessions() as session:
        keys = [key for key, one in keyed(mailing.watchlist) if one == recipient]
        cursor = session.get(DigestCursor, keys[0]) if keys else None
        reader = Reader(keys[0], recipient) if keys else None
        scenery = Scenery(mailing.watchlist, now)
        digest = scenery.digest(session, reader, cursor.seq, cursor.composed_at) if cursor and reader else None
    if digest is None:
        return None
    return render(digest, mailing.sender, overrides=mailing.templates).linked("", "", why(None, digest.zone))


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


def tell_channels(sessions: Sessions, clock: Clock, policy: Ambiguous = Ambiguous.RESEND_ONCE) -> Tally:
    """Tell what is due on other channels. Blocks until done."""

    def address_of(parcel: Parcel) -> tuple[str, str]:
        with sessions() as session:
            channel = session.get(Channel, int(parcel.recipient.rpartition(" ")[2]))
            return channel.url if channel else "", session.get_one(Message, parcel.number).subject

    return asyncio.run(deliver(sessions, ChannelTransport(address_of), clock, policy=policy, channels=True))


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


def _compose_one(
    session: Session, mailing: Mailing, reader: Reader, scenery: Scenery, now: datetime
) -> int | None:  # fmt: skip
    last = queries.last_seq(session)
    cursor = session.exec(
        select(DigestCursor).where(col(DigestCursor.recipient) == reader.key).with_for_update()
    ).one_or_none()
    if cursor is None or not _is_due(cursor, reader, last, now):
        return None
    period = period_of(reader.recipient, now) or ""
    days = _days_covered(reader.recipient, cursor.period, period)
    digest = scenery.digest(session, reader, cursor.seq, cursor.composed_at, days)
    cursor.seq, cursor.period = last, period
    if digest is None:
        return None
    cursor.composed_at = now
    return post(session, mailing, reader, digest, scenery, now)


def _days_covered(recipient: Recipient, before: str, now: str) -> int:
    """How many days a mail covers, where whole periods went by without one being written; else 0."""
    if not (before and now):
        return 0
    days = (date.fromisoformat(now) - date.fromisoformat(before)).days
    return days if days > (7 if recipient.cadence is Cadence.WEEKLY else 1) else 0


def _is_due(cursor: DigestCursor, reader: Reader, last: int, now: datetime) -> bool:
    recipient, hour = reader.recipient, now.astimezone(ZoneInfo(reader.recipient.zone)).hour
    if reader.quiet and is_quiet(reader.quiet, hour):
        return False
    if recipient.cadence is not Cadence.IMMEDIATELY and is_night(hour) and not is_night(recipient.at.hour):
        return False  # late, because the machine was off: in the morning
    period = period_of(recipient, now)
    if period is None:
        return False
    return cursor.period != period if period else cursor.seq < last
