"""The background for those who asked for it, where no digest has carried it: a letter, once a week at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from regwatch.digest.background_lines import HEADING, MOST, NO_STATUS, shown
from regwatch.digest.posting import Mailing
from regwatch.digest.render import DISCREET
from regwatch.ledger import background
from regwatch.ledger.background import BackgroundItem
from regwatch.mail.short_mail import ShortMail, enqueue_short_mail
from regwatch.store.subscriber_tables import ACTIVE, Subscriber
from regwatch.store.tables import DigestCursor
from regwatch.subscribers.choices import is_night, is_quiet
from regwatch.subscribers.link_handles import Purpose
from regwatch.subscribers.streams import MailStream, mail_streams

_A_WEEK = timedelta(days=7)


def post_background(session: Session, mailing: Mailing, now: datetime) -> list[int]:
    """Put the letter into the outbox for everybody who is owed one, in the caller's transaction; the outbox numbers.

    Owed is what no digest has told for a week, at the reader's hour. It is never urgent.
    """
    wanted = select(Subscriber.id).where(col(Subscriber.background).is_(True), Subscriber.standing == ACTIVE).limit(1)
    listed = any(one.background for one in mailing.watchlist.recipients)
    if not listed and session.exec(wanted).first() is None:
        return []
    numbers: list[int] = []
    for stream in mail_streams(session, mailing.watchlist, now):
        cursor = session.get(DigestCursor, stream.key)
        if not stream.background or cursor is None or not _is_time(stream, cursor, now):
            continue
        publisher = mailing.watchlist.publisher
        items = background.after(session, cursor.background, stream.recipient.topics, publisher)
        if items:
            cursor.background, cursor.background_at = max(one.id for one in items), now
            number = _post(session, mailing, stream, items, now)
            numbers += [number] if number is not None else []
    return numbers


def _is_time(stream: MailStream, cursor: DigestCursor, now: datetime) -> bool:
    if cursor.background_at is None:
        cursor.background_at = now
    local = now.astimezone(ZoneInfo(stream.recipient.zone))
    awake = not is_night(local.hour) and not (stream.quiet and is_quiet(stream.quiet, local.hour))
    return awake and local.time() >= stream.recipient.at and now - cursor.background_at >= _A_WEEK


def _post(
    session: Session, mailing: Mailing, stream: MailStream, items: Sequence[BackgroundItem], now: datetime
) -> int | None:
    stop, ways = "", []
    if mailing.links and stream.subscriber:
        handle = mailing.links.handle(session, Purpose.MANAGE, stream.subscriber, "", now)
        stop = mailing.links.url(Purpose.STOP, mailing.links.handle(session, Purpose.STOP, stream.subscriber, "", now))
        ways = [("Change what you get", mailing.links.url(Purpose.MANAGE, handle)), ("Stop these emails", stop)]
    lines = shown(items[:MOST], stream.recipient.zone)
    more = [f"And {len(items) - MOST} more, on the board."] if len(items) > MOST else []
    asked = "You get the background, too. When a status changes, we write at once or in your digest."
    mail = ShortMail(
        subject="regwatch: background, no status has changed",
        title=HEADING,
        before=(*((DISCREET,) if stream.discreet else ()), NO_STATUS, *more),
        caption="Without a page to read",
        rows=[(one.label, f"{one.words}, {one.told}") for one in lines if not one.url],
        links=[*((f"{one.label}: {one.words}, {one.told}", one.url) for one in lines if one.url), *ways],
        after=(asked,),
    )
    sender = replace(mailing.sender, name="regwatch") if stream.discreet else mailing.sender
    return enqueue_short_mail(
        session, mail, sender=sender, recipient=stream.recipient.address, subscriber=stream.subscriber or None,
        kind="weekly", identity=f"b.{stream.subscriber}.{items[0].id}", now=now, stop=stop, signer=mailing.signer,
        overrides=mailing.templates,
    )  # fmt: skip
