"""Composing what is due: one half of mailing, apart from sending, so that either may fail alone.

A recipient's window is everything committed to the ledger after their cursor: never dates, because authorities date
pages back. The cursor moves in the transaction that puts the mail into the outbox.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from regwatch.digest.background_letter import post_background
from regwatch.digest.inputs import DigestInputs
from regwatch.digest.monthly import post_monthly
from regwatch.digest.posting import Mailing as Mailing
from regwatch.digest.posting import often, post, why
from regwatch.digest.render import render
from regwatch.ledger import background, queries
from regwatch.mail.templates import Rendered
from regwatch.secret_key import SecretKey
from regwatch.store.database import Sessions
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import DigestCursor
from regwatch.subscribers.choices import is_night, is_quiet
from regwatch.subscribers.kept_choices import skip_background
from regwatch.subscribers.lifecycle import by_address, follow_new
from regwatch.subscribers.streams import MailStream, keyed, mail_streams, note_configured
from regwatch.watchlist import Cadence, Recipient, Watchlist


def enrol(sessions: Sessions, watchlist: Watchlist, now: datetime, key: SecretKey | None = None) -> int:
    """Give every new recipient a cursor at the end of the log: old news is no news. Returns how many were new.

    To be called before polling, whenever a watchlist has been loaded: what is committed from then on reaches them.
    With the `key` of the suppression list, those who must not be written to are passed over.
    """
    with sessions() as session:
        note_configured(session, watchlist, key, now)
        follow_new(session, [topic.id for topic in watchlist.topics], now)
        rows = {row.recipient: row for row in session.exec(select(DigestCursor))}
        last = queries.last_seq(session)
        names, old = [], background.last(session)
        for name, one in keyed(watchlist):
            person = by_address(session, one.address)
            if person is None:
                continue
            names.append(name)
            if name not in rows:
                session.add(_new_cursor(session, name, last, now))
            elif not (one.background or person.background) and rows[name].background != old:
                # Whoever's entry asks for the background one day is told what comes from then on.
                skip_background(session, [rows[name]], now)
        streams = [one for one in mail_streams(session, watchlist, now) if one.key not in names]
        return sum(name not in rows for name in names) + _enrol_streams(session, streams, rows, now)


def _enrol_streams(session: Session, streams: list[MailStream], rows: dict[str, DigestCursor], now: datetime) -> int:
    """Whoever changed how often they are told goes on where they stood: nothing is lost and nothing repeated."""
    wanted: dict[str, dict[str, MailStream]] = defaultdict(dict)
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
            cursor = _new_cursor(session, key, begin, now)
            cursor.composed_at, cursor.period = told, period
            cursor.background = min((row.background for row in known.values()), default=cursor.background)
            session.add(cursor)
        for key in known.keys() - theirs.keys():
            session.delete(known[key])
    return sum(stream.key not in rows for stream in streams)


def _new_cursor(session: Session, key: str, seq: int, now: datetime) -> DigestCursor:
    """A cursor for which everything so far is old."""
    return DigestCursor(
        recipient=key, seq=seq, begun=seq, composed_at=now, background=background.last(session), background_at=now
    )


def compose_due(sessions: Sessions, mailing: Mailing, now: datetime) -> list[int]:
    """Compose for every reader whose time has come, each in one transaction. Returns the outbox numbers.

    Doing it twice, or in two processes, changes nothing: the cursor says what was told, and the database refuses to
    tell one event to one recipient twice.
    """
    enrol(sessions, mailing.watchlist, now, mailing.key)
    inputs = DigestInputs(mailing.watchlist, now)
    with sessions() as session:
        waiting = due_readers(session, mailing.watchlist, now)
    numbers = []
    for start in range(0, len(waiting), _AT_ONCE):
        with sessions() as session:
            made = _compose_some(session, mailing, waiting[start : start + _AT_ONCE], inputs, now)
        numbers += [number for number in made if number is not None]
    with sessions() as session:
        numbers += post_monthly(session, mailing, now)
        numbers += post_background(session, mailing, now)
    return numbers


def due_readers(session: Session, watchlist: Watchlist, now: datetime) -> list[MailStream]:
    """Everybody whose digest is to be composed now (UTC)."""
    last = queries.last_seq(session)
    cursors = {row.recipient: row for row in session.exec(select(DigestCursor))}
    enrolled = (one for one in mail_streams(session, watchlist, now) if one.key in cursors)
    return [one for one in enrolled if _is_due(cursors[one.key], one, last, now)]


def count_untold(session: Session, watchlist: Watchlist, now: datetime) -> int:
    """How many readers there are whose time has come and who have not been told everything: for moments, or trouble."""
    last = queries.last_seq(session)
    behind = set(session.exec(select(DigestCursor.recipient).where(col(DigestCursor.seq) < last)))
    # To look at everybody takes a while where there are thousands; mostly nobody is behind.
    return sum(one.key in behind for one in due_readers(session, watchlist, now)) if behind else 0


def count_resting(session: Session, watchlist: Watchlist, now: datetime) -> int:
    """How many readers who are told at once wait for the end of their quiet hours, while there is something new."""
    last = queries.last_seq(session)
    behind = set(session.exec(select(DigestCursor.recipient).where(col(DigestCursor.seq) < last)))
    streams = (one for one in mail_streams(session, watchlist, now) if one.key in behind) if behind else ()
    return sum(one.recipient.cadence is Cadence.IMMEDIATELY and _rests(one, now) for one in streams)


_AT_ONCE = 50
"""Readers whose mails are committed together: enough that the disk is not what we wait for."""


def preview(sessions: Sessions, mailing: Mailing, recipient: Recipient, now: datetime) -> Rendered | None:
    """The digest that the recipient would get now, whatever their cadence; None if there is nothing to tell."""
    with sessions() as session:
        keys = [key for key, one in keyed(mailing.watchlist) if one == recipient]
        cursor = session.get(DigestCursor, keys[0]) if keys else None
        stream = MailStream(keys[0], recipient, background=recipient.background) if keys else None
        inputs = DigestInputs(mailing.watchlist, now)
        digest = inputs.digest(session, stream, cursor) if cursor and stream else None
    if digest is None or stream is None:
        return None
    told = f"{often(stream)} {why(None, digest.zone)}"
    return render(digest, mailing.sender, overrides=mailing.templates).linked("", "", told)


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


def _compose_some(
    session: Session, mailing: Mailing, streams: Sequence[MailStream], inputs: DigestInputs, now: datetime
) -> list[int | None]:
    """What is known of these readers is read for all of them, and what has changed of it is written for all."""
    last = queries.last_seq(session)
    keys = [stream.key for stream in streams]
    locked = session.exec(select(DigestCursor).where(col(DigestCursor.recipient).in_(keys)).with_for_update())
    cursors = {row.recipient: row for row in locked}
    # Held here, they are found in the session without asking the database.
    people = session.exec(select(Subscriber).where(col(Subscriber.id).in_([one.subscriber for one in streams]))).all()
    with session.no_autoflush:
        made = [_compose_one(session, mailing, one, cursors.get(one.key), last, inputs, now) for one in streams]
    del people
    return made


def _compose_one(
    session: Session, mailing: Mailing, stream: MailStream, cursor: DigestCursor | None, last: int,
    inputs: DigestInputs, now: datetime,
) -> int | None:  # fmt: skip
    if cursor is None or not _is_due(cursor, stream, last, now):
        return None
    period = period_of(stream.recipient, now) or ""
    days = _days_covered(stream.recipient, cursor.period, period)
    digest = inputs.digest(session, stream, cursor, days)
    cursor.seq, cursor.period = last, period
    if digest is None:
        return None
    cursor.composed_at = now
    if stream.background:
        told = [one.id for one in inputs.background(session, stream, cursor)]
        cursor.background, cursor.background_at = max((cursor.background, *told)), now
    return post(session, mailing, stream, digest, inputs, now)


def _days_covered(recipient: Recipient, before: str, now: str) -> int:
    """How many days a mail covers, where whole periods went by without one being written; else 0."""
    if not (before and now):
        return 0
    days = (date.fromisoformat(now) - date.fromisoformat(before)).days
    return days if days > (7 if recipient.cadence is Cadence.WEEKLY else 1) else 0


def _hour(stream: MailStream, now: datetime) -> int:
    return now.astimezone(ZoneInfo(stream.recipient.zone)).hour


def _rests(stream: MailStream, now: datetime) -> bool:
    return bool(stream.quiet) and is_quiet(stream.quiet, _hour(stream, now))


def _is_due(cursor: DigestCursor, stream: MailStream, last: int, now: datetime) -> bool:
    recipient, hour = stream.recipient, _hour(stream, now)
    if _rests(stream, now):
        return False
    if recipient.cadence is not Cadence.IMMEDIATELY and is_night(hour) and not is_night(recipient.at.hour):
        return False  # late, because the machine was off: in the morning
    period = period_of(recipient, now)
    if period is None:
        return False
    return cursor.period != period if period else cursor.seq < last
