"""What a round of composing reads from the ledger: once for all readers, as long as the log does not grow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.digest.beside import Beside
from regwatch.digest.compose import Digest, compose
from regwatch.digest.outages import PATIENCE, OutageKind, Silence
from regwatch.ledger import queries
from regwatch.ledger.background import BackgroundItem, after
from regwatch.ledger.entries import PUT_RIGHT, Event, Standpoint
from regwatch.ledger.notes import Note, of_topics
from regwatch.mail import outbox_queries
from regwatch.mail.outbox_queries import MailRecord
from regwatch.model import Source
from regwatch.store.tables import AlertRow, DigestCursor, EventRow, SourceState
from regwatch.subscribers.retention import HISTORY
from regwatch.subscribers.streams import MailStream
from regwatch.watchlist import Watchlist

_KINDS = {"gone": OutageKind.GONE, "soft_missing": OutageKind.GONE, "moved": OutageKind.MOVED}
_UNREAD = ("unread", "layout", "count")
"""The notices that say that a page was not read."""
_ADDRESS = re.compile(r"https?://[^\s,()]{1,2000}")


class DigestInputs:
    """The news, the board and the silences as of one moment (UTC)."""

    def __init__(self, watchlist: Watchlist, now: datetime) -> None:
        self._watchlist = watchlist
        self._now = now
        self._last = -1
        self._seen_in: Session | None = None
        self._board: Sequence[Standpoint] = ()
        self._silences: Sequence[Silence] = ()
        self._events: dict[tuple[int, tuple[str, ...]], list[Event]] = {}
        self._digests: dict[tuple[object, ...], Digest | None] = {}
        self._notes: dict[tuple[str, ...], Sequence[Note]] = {}

    def digest(self, session: Session, stream: MailStream, cursor: DigestCursor, days: int = 0) -> Digest | None:
        """What the reader is to be told of that came after the cursor and that no mail has told them; None for nothing.

        `days` is as in `compose`.
        """
        self._look(session)
        since, topics = cursor.composed_at, stream.recipient.topics
        news = [event for event in self._after(session, cursor.seq, topics) if stream.wants(event)]
        if not news:
            return None
        known = outbox_queries.told(session, stream.recipient.address, [event.seq for event in news])
        fresh = [one for one in news if one.seq not in known and self._concerns(session, stream, one, news)]
        recipient = stream.recipient
        notes = tuple(note for note in self._notes_on(session, topics) if stream.hears(note))
        beside = Beside(notes, tuple(self.background(session, stream, cursor)))
        key = (tuple(one.seq for one in fresh), topics, recipient.zone, since, days, beside)
        if key not in self._digests:
            watched = {topic.id: topic for topic in self._watchlist.topics}
            self._digests[key] = compose(
                fresh, watched, self._board, self._now, recipient, self._silences, since, days, beside
            )  # fmt: skip
        return self._digests[key]

    def background(self, session: Session, stream: MailStream, cursor: DigestCursor) -> Sequence[BackgroundItem]:
        """The background that the reader is to be told with their news: none for those who did not ask for it."""
        if not stream.background:
            return ()
        return after(session, cursor.background, stream.recipient.topics, self._watchlist.publisher)

    def _notes_on(self, session: Session, topics: tuple[str, ...]) -> Sequence[Note]:
        if topics not in self._notes:
            self._notes[topics] = of_topics(session, topics)
        return self._notes[topics]

    def events_of(self, session: Session, digest: Digest) -> list[Event]:
        """The events that the digest's first entry tells."""
        first = set(digest.entries[0].events)
        return [one for one in self._after(session, min(first) - 1, (digest.sections[0].topic,)) if one.seq in first]

    def _look(self, session: Session) -> None:
        if session is self._seen_in:
            return  # one transaction: nobody else can have written meanwhile
        last, self._seen_in = queries.last_seq(session), session
        if last != self._last:
            self._last, self._events, self._digests = last, {}, {}
            self._board = queries.board(session, self._watchlist.topics, publisher=self._watchlist.publisher)
            self._silences = _silences(session, self._watchlist, self._now)

    def _after(self, session: Session, seq: int, topics: tuple[str, ...]) -> list[Event]:
        key = (seq, topics)
        if key not in self._events:
            self._events[key] = queries.events_after(session, seq, topics, self._watchlist.publisher)
        return self._events[key]

    def _concerns(self, session: Session, stream: MailStream, event: Event, news: Sequence[Event]) -> bool:
        """Corrections go to exactly those who were told what is corrected.

        What stood from the first look was told to nobody and shown to all, and whom we told of what is forgotten after
        a year: such corrections go to all who follow it.
        """
        moved = event.transition
        if event.kind not in PUT_RIGHT or moved is None:
            return True
        forgotten = self._now - moved.detected_at > HISTORY
        if (moved.baseline or forgotten) and stream.follows(event):
            return True
        if any(one.transition is not None and one.transition.id == moved.id and one.seq < event.seq for one in news):
            return True
        return first_telling(session, stream.recipient.address, moved.id, event.seq) is not None


def first_telling(session: Session, address: str, transition: int, before: int) -> MailRecord | None:
    """The mail that first told somebody of a transition, by an event before that one; not one that was never sent."""
    earlier = select(EventRow.seq).where(EventRow.transition == transition, col(EventRow.seq) < before)
    events = [seq for seq in session.exec(earlier) if seq is not None]
    return outbox_queries.first_to_tell(session, address, events)


def _silences(session: Session, watchlist: Watchlist, now: datetime) -> Sequence[Silence]:
    """Authorities' pages that have been in trouble for long, and those that were and can be read again."""
    found: list[Silence] = []
    for source in watchlist.sources:
        if source.official_for:
            silence = _standing(session, source, now) or _over(session, source, now)
            found += [silence] if silence else []
    return found


def _standing(session: Session, source: Source, now: datetime) -> Silence | None:
    """The trouble with a page, once it has lasted; that a page is gone is believed after two polls and a day."""
    state = session.get(SourceState, source.id)
    if state is None or not state.trouble or state.trouble_since is None:
        return None
    kind = _KINDS.get(state.trouble, OutageKind.UNREAD) if state.failures > 1 else OutageKind.UNREAD
    if now - state.trouble_since < PATIENCE[kind]:
        return None
    addresses = _ADDRESS.findall(state.trouble_text) if kind is OutageKind.MOVED else []
    leads_to = addresses[1] if len(addresses) > 1 else ""
    topics, authorities = source.topics, source.official_for
    return Silence(source.publisher, source.url, state.trouble_since, topics, authorities, kind, leads_to=leads_to)


def _over(session: Session, source: Source, now: datetime) -> Silence | None:
    """The last trouble of a page, if it has lasted and is over."""
    row = session.exec(
        select(AlertRow)
        .where(AlertRow.source == source.id, col(AlertRow.kind).in_(_UNREAD), col(AlertRow.resolved_at) <= now)
        .order_by(col(AlertRow.resolved_at).desc())
    ).first()
    if row is None or row.resolved_at is None:
        return None
    was = _KINDS.get(row.evidence.partition(":")[0], OutageKind.UNREAD)
    if row.resolved_at - row.since < PATIENCE[was]:
        return None
    topics, authorities = source.topics, source.official_for
    return Silence(source.publisher, source.url, row.since, topics, authorities, was, until=row.resolved_at)
