"""Once a month, for those who ask: we are still watching, and this is where everything stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from regwatch import wording
from regwatch.digest.entry import EntryContext
from regwatch.digest.overview import overview
from regwatch.digest.posting import Mailing
from regwatch.digest.render import DISCREET
from regwatch.digest.when import instant
from regwatch.ledger import queries
from regwatch.mail.short_mail import ShortMail, enqueue_short_mail
from regwatch.safe_text import one_line
from regwatch.store.subscriber_tables import ACTIVE, Subscriber
from regwatch.store.tables import SourceState
from regwatch.subscribers.choices import hour_of, is_night
from regwatch.subscribers.lifecycle import subscriptions
from regwatch.subscribers.link_handles import Purpose


def post_monthly(session: Session, mailing: Mailing, now: datetime) -> list[int]:
    """Put the month's letter into the outbox for everybody who wants one and has not had it; it begins next month.

    In the caller's transaction. Returns the outbox numbers.
    """
    wanted = select(Subscriber).where(col(Subscriber.monthly).is_(True), Subscriber.standing == ACTIVE)
    numbers = []
    for person in session.exec(wanted.where(Subscriber.address != "")).all():
        local = now.astimezone(ZoneInfo(person.zone))
        month = f"{local:%Y-%m}"
        paused = person.paused_until is not None and now < person.paused_until
        early = local.time() < hour_of(person.at, person.zone) or is_night(local.hour)
        # Not "!=": who moves across the date line on the first of a month has last month again.
        if person.monthly_sent >= month or paused or early:
            continue
        first, person.monthly_sent = not person.monthly_sent, month
        session.add(person)
        if not first and (number := _post(session, mailing, person, month, now)) is not None:
            numbers.append(number)
    return numbers


def _post(session: Session, mailing: Mailing, person: Subscriber, month: str, now: datetime) -> int | None:
    followed = [row.topic for row in subscriptions(session, person.id or 0, current=True)]
    rows = tuple(_rows(session, mailing, followed, person.zone, now))
    if not rows:
        return None
    stop, links = "", []
    if mailing.links:
        handle = mailing.links.handle(session, Purpose.STOP, person.id or 0, "", now)
        stop = mailing.links.url(Purpose.STOP, handle)
        manage = mailing.links.handle(session, Purpose.MANAGE, person.id or 0, "", now)
        links = [
            ("Change what you get", mailing.links.url(Purpose.MANAGE, manage)), ("Stop these emails", stop)
        ]  # fmt: skip
    asked = "You asked for this mail once a month. When something changes, we write at once or in your digest."
    sender = replace(mailing.sender, name="regwatch") if person.discreet else mailing.sender
    mail = ShortMail(
        subject="regwatch: still watching",
        title="We are still watching",
        before=(DISCREET, asked) if person.discreet else (asked,),
        caption="Where it stands, and when we last read the pages",
        rows=rows,
        links=links,
        after=(wording.NOT_ADVICE,),
    )
    return enqueue_short_mail(
        session, mail, sender=sender, recipient=person.address, subscriber=person.id or 0, kind="weekly",
        identity=f"m.{person.id}.{month}", now=now, stop=stop, signer=mailing.signer, overrides=mailing.templates,
    )  # fmt: skip


def _rows(
    session: Session, mailing: Mailing, followed: list[str], zone: str, now: datetime
) -> Iterator[tuple[str, str]]:  # fmt: skip
    board = queries.board(session, mailing.watchlist.topics, publisher=mailing.watchlist.publisher)
    for topic in mailing.watchlist.topics:
        if topic.id in followed:
            for row in overview(EntryContext(topic, board, now, zone)):
                ahead = f" Expected: {row.next}." if row.next else ""
                yield (
                    f"{one_line(topic.title, 80)}: {row.authority}",
                    f"{row.status.rstrip('.') or 'No status known'}.{ahead}",
                )
    for source in mailing.watchlist.sources:
        if set(source.topics) & set(followed):
            state = session.get(SourceState, source.id)
            read = state.checked_at if state and not state.trouble else None
            words = f"last read {instant(read, zone).words}" if read else "could not be read lately"
            yield one_line(f"{source.publisher or source.id} ({source.id})", 80), words
