"""What a round of composing reads from the ledger: once for all readers, as long as the log does not grow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from regwatch.digest import outbox
from regwatch.digest.compose import Digest, Silence, compose
from regwatch.ledger import queries
from regwatch.ledger.entries import Event, EventKind, Standpoint
from regwatch.store.tables import EventRow, MessageEvent, SourceState
from regwatch.subscribers.readers import Reader
from regwatch.watchlist import Watchlist

_SILENT_AFTER = timedelta(days=3)
_BACK = frozenset({EventKind.CORRECTED, EventKind.RETRACTED})


class Scenery:
    """The news, the board and the silences as of one moment (UTC)."""

    def __init__(self, watchlist: Watchlist, now: datetime) -> None:
        self._watchlist = watchlist
        self._now = now
        self._last = -1
        self._board: Sequence[Standpoint] = ()
        self._silences: Sequence[Silence] = ()
        self._events: dict[tuple[int, tuple[str, ...]], list[Event]] = {}
        self._digests: dict[tuple[object, ...], Digest | None] = {}

    def publisher(self, source: str) -> str:
        """The name of a source's publisher."""
        return next((one.publisher for one in self._watchlist.sources if one.id == source), source)

    def digest(self, session: Session, reader: Reader, seq: int, since: datetime | None) -> Digest | None:
        """What the reader is to be told of that came after `seq` and that no mail has told them; None for nothing."""
        self._look(session)
        news = [event for event in self._after(session, seq, reader.recipient.topics) if reader.wants(event)]
        if not news:
            return None
        known = outbox.told(session, reader.recipient.address, [event.seq for event in news])
        fresh = [one for one in news if one.seq not in known and self._concerns(session, reader, one, news)]
        recipient = reader.recipient
        key = (tuple(one.seq for one in fresh), recipient.topics, recipient.zone, recipient.cadence, since)
        if key not in self._digests:
            topics = {topic.id: topic for topic in self._watchlist.topics}
            self._digests[key] = compose(fresh, topics, self._board, self._now, recipient, self._silences, since)
        return self._digests[key]

    def events_of(self, session: Session, digest: Digest) -> list[Event]:
        """The events that the digest's first entry tells."""
        first = set(digest.entries[0].events)
        return [one for one in self._after(session, min(first) - 1, (digest.sections[0].topic,)) if one.seq in first]

    def _look(self, session: Session) -> None:
        last = queries.last_seq(session)
        if last != self._last:
            self._last, self._events, self._digests = last, {}, {}
            self._board = queries.board(session, self._watchlist.topics, publisher=self.publisher)
            self._silences = _silences(session, self._watchlist, self._now)

    def _after(self, session: Session, seq: int, topics: tuple[str, ...]) -> list[Event]:
        key = (seq, topics)
        if key not in self._events:
            self._events[key] = queries.events_after(session, seq, topics, self.publisher)
        return self._events[key]

    def _concerns(self, session: Session, reader: Reader, event: Event, news: Sequence[Event]) -> bool:
        """Corrections go to exactly those who were told what is corrected; what stood from the first look, to all."""
        moved = event.transition
        if event.kind not in _BACK or moved is None or moved.baseline:
            return True
        if any(one.transition is not None and one.transition.id == moved.id and one.seq < event.seq for one in news):
            return True
        return original(session, reader.recipient.address, moved.id, event.seq) is not None


def original(session: Session, address: str, transition: int, before: int) -> int | None:
    """The mail that first told somebody of a transition, by an event before that one."""
    return session.exec(
        select(MessageEvent.message)
        .join(EventRow, col(EventRow.seq) == col(MessageEvent.event))
        .where(
            MessageEvent.recipient == address.lower(), EventRow.transition == transition, col(EventRow.seq) < before
        )
        .order_by(col(MessageEvent.event))
    ).first()  # fmt: skip


def _silences(session: Session, watchlist: Watchlist, now: datetime) -> Sequence[Silence]:
    """Authorities' pages that have been in trouble for three days or more."""
    found = []
    for source in watchlist.sources:
        state = session.get(SourceState, source.id) if source.official_for else None
        since = state.trouble_since if state and state.trouble else None
        if since and now - since >= _SILENT_AFTER:
            found.append(Silence(source.publisher, source.url, since, source.topics))
    return found
