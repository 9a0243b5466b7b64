"""Who is to be told of what, whether they are configured in the watchlist or signed up: one list for composing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.ledger.entries import OF_A_MOVE, PUT_RIGHT, Event
from regwatch.ledger.notes import Note
from regwatch.secret_key import SecretKey
from regwatch.store.subscriber_tables import ACTIVE, PENDING, Subscriber, Subscription
from regwatch.store.tables import DigestCursor
from regwatch.subscribers.choices import hour_of
from regwatch.subscribers.lifecycle import CONFIGURED, suppressed
from regwatch.vocabulary import DECISIVE
from regwatch.watchlist import Cadence, Recipient, Watchlist


@dataclass(frozen=True)
class MailStream:
    """One stream of mails to one person. `key` names its cursor and holds an address only for configured readers.

    `authorities` limits topics to some; `since` is the event up to which a topic's news is old, and `until` the one
    after which another stream tells it. `alerts` is the stream of decisions, told at once to somebody who gets the rest
    daily or weekly: `besides` says how often, and of another stream that decisions come at once besides.
    `background`: what changes no status is told, too.
    """

    key: str
    recipient: Recipient
    subscriber: int = 0
    authorities: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: Mapping[str, int] = field(default_factory=dict)
    until: Mapping[str, int] = field(default_factory=dict)
    quiet: str = ""
    alerts: bool = False
    discreet: bool = False
    besides: Cadence | None = None
    background: bool = False

    def wants(self, event: Event) -> bool:
        """Whether the event is for this stream."""
        if not self.follows(event) and event.kind not in PUT_RIGHT:
            return False
        if not self.since.get(event.topic, 0) < event.seq <= self.until.get(event.topic, event.seq):
            return False
        if not self.alerts:
            return True
        moved = event.transition
        return event.kind in OF_A_MOVE and moved is not None and moved.milestone in DECISIVE

    def hears(self, note: Note) -> bool:
        """Whether the operator's note is for this stream: of what is chosen, and not in mails of decisions alone."""
        chosen = self.authorities.get(note.topic)
        return not self.alerts and (not chosen or not note.authority or note.authority in chosen)

    def follows(self, event: Event) -> bool:
        """Whether the event is of an authority that was chosen for its topic."""
        chosen = self.authorities.get(event.topic)
        return not chosen or event.authority in chosen


def mail_streams(session: Session, watchlist: Watchlist, now: datetime) -> list[MailStream]:
    """Everybody who is to be told now: those of the watchlist who have not left, and those who signed up.

    What a person chose for a topic themselves counts more than what the watchlist says of it, from then on.
    """
    known = {row.address.lower(): row for row in session.exec(select(Subscriber).where(Subscriber.address != ""))}
    chosen: dict[int, list[Subscription]] = defaultdict(list)
    for row in session.exec(select(Subscription).order_by(col(Subscription.id))):
        chosen[row.subscriber].append(row)
    watched = {topic.id for topic in watchlist.topics}
    told = {row.recipient: row.seq for row in session.exec(select(DigestCursor))}
    found = list(_configured(watchlist, known, chosen, told, now))
    for person in known.values():
        if person.standing == ACTIVE and not _paused(person, now):
            rows = [row for row in chosen[person.id or 0] if row.topic in watched and row.ended_at is None]
            found += _streams(person, rows)
    return found


def keyed(watchlist: Watchlist) -> list[tuple[str, Recipient]]:
    """Every configured recipient with the name of their cursor: the address, and a number if it is listed again.

    Somebody may want one topic daily and another weekly; each entry then has a window of its own.
    """
    seen: Counter[str] = Counter()
    named = []
    for recipient in watchlist.recipients:
        address = recipient.address.lower()
        seen[address] += 1
        named.append((address if seen[address] == 1 else f"{address} {seen[address]}", recipient))
    return named


def note_configured(session: Session, watchlist: Watchlist, key: SecretKey | None, now: datetime) -> None:
    """Give every configured recipient a row, so that they can stop, pause and be erased like everybody else.

    With the `key` of the suppression list, those who must not be written to get none.
    """
    known = {row.address.lower(): row for row in session.exec(select(Subscriber).where(Subscriber.address != ""))}
    for recipient in watchlist.recipients:
        person = known.get(recipient.address.lower())
        if person is None and not (key and suppressed(session, key, recipient.address)):
            person = Subscriber(
                address=recipient.address, origin=CONFIGURED, standing=ACTIVE, created_at=now, zone=recipient.zone
            )
            known[recipient.address.lower()] = person
        if person is not None:
            person.origin = CONFIGURED
            person.standing = ACTIVE if person.standing == PENDING else person.standing
            session.add(person)
    session.flush()


def _configured(
    watchlist: Watchlist,
    known: Mapping[str, Subscriber],
    chosen: Mapping[int, Sequence[Subscription]],
    told: Mapping[str, int],
    now: datetime,
) -> Iterator[MailStream]:
    for key, recipient in keyed(watchlist):
        person = known.get(recipient.address.lower())
        if person is None or person.standing != ACTIVE or _paused(person, now):
            continue
        own = {row.topic: row for row in chosen.get(person.id or 0, ())}
        # Who stopped a topic once is told of it by their own choice only, and by the list no more.
        over = {topic for topic, row in own.items() if row.ended_at or row.reason or told.get(key, 0) >= row.since}
        topics = tuple(topic for topic in recipient.topics if topic not in over)
        if topics and "" not in own:
            until = {topic: row.since for topic, row in own.items()}
            entry, asked = replace(recipient, topics=topics), person.background or recipient.background
            yield MailStream(key, entry, person.id or 0, until=until, discreet=person.discreet, background=asked)


def _paused(person: Subscriber, now: datetime) -> bool:
    return person.paused_until is not None and now < person.paused_until


def _streams(person: Subscriber, rows: Sequence[Subscription]) -> Iterator[MailStream]:
    """One stream for each cadence, so that a person gets one mail for all topics of it; and one for decisions."""
    groups: dict[tuple[Cadence, int], list[Subscription]] = defaultdict(list)
    for row in rows:
        cadence = Cadence(row.cadence)
        groups[cadence, row.weekday if cadence is Cadence.WEEKLY else 0].append(row)
    for (cadence, weekday), members in groups.items():
        stream = _stream(person, members, f"s{person.id} {cadence.value}{weekday or ''}", cadence, weekday)
        at_once = person.alerts and cadence is not Cadence.IMMEDIATELY
        yield replace(stream, besides=Cadence.IMMEDIATELY if at_once else None)
    later = [row for row in rows if Cadence(row.cadence) is not Cadence.IMMEDIATELY]
    if person.alerts and later:
        stream = _stream(person, later, f"s{person.id} alerts", Cadence.IMMEDIATELY, 0)
        yield replace(stream, alerts=True, background=False, besides=Cadence(later[0].cadence))


def _stream(person: Subscriber, rows: Sequence[Subscription], key: str, cadence: Cadence, weekday: int) -> MailStream:
    at = hour_of(person.at, person.zone)
    topics = tuple(row.topic for row in rows)
    return MailStream(
        key=key,
        recipient=Recipient(person.address, topics, "", cadence, at, person.zone, weekday),
        subscriber=person.id or 0,
        authorities={row.topic: frozenset(row.authorities.split()) for row in rows if row.authorities},
        since={row.topic: row.since for row in rows},
        quiet=person.quiet if cadence is Cadence.IMMEDIATELY else "",
        discreet=person.discreet,
        background=person.background,
    )
