"""From ledger events to one recipient's digest: pure, and the same for the same input.

Baseline events never reach a digest. Events about one thing become one entry: a transition, its confirmation, the
expectation that it met, and the next date that came with it.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from regwatch import wording
from regwatch.digest.ahead import Ahead, dates_ahead
from regwatch.digest.background_lines import NO_BACKGROUND, BackgroundLines, background_lines
from regwatch.digest.beside import NOTHING, Beside
from regwatch.digest.entry import Chain, Entry, EntryContext, related
from regwatch.digest.entry_for_expectation import of_expectation
from regwatch.digest.entry_for_transition import of_transition
from regwatch.digest.note_lines import NO_NOTES, NoteLines, is_fresh, note_lines
from regwatch.digest.outages import Notice, Silence, notices
from regwatch.digest.overview import OverviewRow, overview
from regwatch.digest.when import instant
from regwatch.ledger.entries import OF_A_MOVE, Event, EventKind, Standpoint
from regwatch.ledger.notes import Note
from regwatch.model import Topic
from regwatch.safe_text import one_line
from regwatch.vocabulary import met_by
from regwatch.watchlist import Recipient
from regwatch.wording_tables import SHORTER

SUBJECT_LIMIT, _PREVIEW = 78, 40


@dataclass(frozen=True)
class Section:
    """The entries of one topic, the most important first, the dates ahead of it, and where it stands everywhere.

    A topic of which only an operator's note or the background is new has no entries, dates and standings.
    """

    topic: str
    title: str
    entries: tuple[Entry, ...]
    ahead: tuple[Ahead, ...] = ()
    stands: tuple[OverviewRow, ...] = ()
    notes: NoteLines = NO_NOTES
    background: BackgroundLines = NO_BACKGROUND

    @property
    def page(self) -> str:
        """The path of the topic's page on the board."""
        return f"/t/{self.topic}"


@dataclass(frozen=True)
class Digest:
    """What one recipient is told. `events` are the sequence numbers of all events that it covers, in order.

    `summary` is of the most important entry; `more` introduces the others, "" if there are none.

    `covers` says how many days it covers, where that is more than usual. `first_day` is a day (ISO) before the first of
    its news: what the board shows since then holds all of it.
    """

    subject: str
    summary: tuple[str, ...]
    more: str
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...]
    events: tuple[int, ...]
    composed: str
    zone: str
    since: str
    covers: str
    first_day: str
    topics: tuple[str, ...]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in the order in which they are told."""
        return tuple(entry for section in self.sections for entry in section.entries)


def compose(
    events: Sequence[Event],
    topics: Mapping[str, Topic],
    board: Sequence[Standpoint],
    now: datetime,
    recipient: Recipient,
    silences: Sequence[Silence] = (),
    since: datetime | None = None,
    days: int = 0,
    beside: Beside = NOTHING,
) -> Digest | None:
    """The digest of these events for this recipient at `now` (UTC), or None when there is nothing to tell.

    Events of topics that the recipient does not follow, or that are not in `topics`, are left out. A silence, and
    what stands `beside` the news, alone makes no digest. `since` is the time of the digest before this one (UTC).
    `days` is how many days this one covers where none was written on its usual day, else 0.
    """
    followed = {topic: topics[topic] for topic in recipient.topics if topic in topics}
    chains = _chains(_news(events, followed))
    sections = _sections(chains, topics, board, now, recipient, silences, beside.notes)
    if not sections:
        return None
    first = topics[sections[0].topic]
    sections = _with_beside(sections, chains, EntryContext(first, board, now, recipient.zone), followed, beside, since)
    entries = [entry for section in sections for entry in section.entries]
    return Digest(
        subject=_subject(entries, first, several_topics=sum(bool(one.entries) for one in sections) > 1),
        summary=_summary(entries[0]),
        more=_more(entries),
        sections=tuple(sections),
        notices=notices(silences, followed, board, recipient.zone, now, since),
        events=tuple(sorted({seq for entry in entries for seq in entry.events})),
        composed=instant(now, recipient.zone).words,
        zone=recipient.zone,
        since=instant(since, recipient.zone).words if since else "",
        covers=f"This mail covers {wording.count(days, 'day')}: none was written in between." if days else "",
        # A day early, so that it holds in every time zone.
        first_day=(min(event.at for chain in chains for event in chain.events) - timedelta(days=1)).date().isoformat(),
        topics=tuple(_title(topic) for topic in followed.values()),
    )


def _news(events: Sequence[Event], followed: Container[str]) -> list[Event]:
    """What is news for somebody who follows these topics, in the order in which it was committed."""
    return [
        event
        for event in sorted(events, key=lambda event: event.seq)
        if not event.baseline and event.kind is not EventKind.WITNESSED and event.topic in followed
    ]


def _chains(news: Sequence[Event]) -> list[Chain]:
    """Fold events into chains: by transition, then met expectations into theirs, then next dates into theirs."""
    moves: dict[int, Chain] = {}
    others: dict[int, Chain] = {}
    for event in news:
        if event.kind in OF_A_MOVE and event.transition is not None:
            chain = moves.setdefault(event.transition.id, Chain([], transition=event.transition))
            chain.events.append(event)
            chain.transition = event.transition
        elif event.expectation is not None:
            chain = others.setdefault(event.expectation.id, Chain([], expectation=event.expectation))
            chain.events.append(event)
            chain.expectation = event.expectation
    for number, chain in list(others.items()):
        host = _that_met(chain, moves) or _that_brought(chain, list(moves.values()))
        if host is not None:
            host.events.extend(chain.events)
            del others[number]
    return [*moves.values(), *others.values()]


def _that_met(chain: Chain, moves: Mapping[int, Chain]) -> Chain | None:
    """The transition in the same digest that fulfilled this expectation."""
    if EventKind.MET not in chain.kinds or chain.expectation is None:
        return None
    for event in chain.events:
        if event.kind is EventKind.MET and event.transition is not None and event.transition.id in moves:
            return moves[event.transition.id]
    outcomes = met_by(chain.expectation.milestone)
    for move in moves.values():
        if move.place == chain.place and move.transition is not None and move.transition.milestone in outcomes:
            return move
    return None


def _that_brought(chain: Chain, moves: Sequence[Chain]) -> Chain | None:
    """The transition in the same digest with which this date was first named: it is told there, as what comes next."""
    if chain.kinds != {EventKind.EXPECTED} or chain.expectation is None:
        return None
    near = [
        move
        for move in moves
        if EventKind.TRANSITION in move.kinds
        and EventKind.RETRACTED not in move.kinds
        and move.place[0] == chain.place[0]
        and related(move.place[1], chain.expectation.authority)
    ]
    same = [move for move in near if move.place == chain.place]
    host = next(iter(same or near), None)
    if host is not None:
        host.coming = [*(host.coming or []), chain.expectation]
    return host


def _sections(
    chains: Sequence[Chain], topics: Mapping[str, Topic], board: Sequence[Standpoint], now: datetime, reader: Recipient,
    silences: Sequence[Silence], notes: Sequence[Note],
) -> list[Section]:  # fmt: skip
    scenes = {topic: EntryContext(topics[topic], board, now, reader.zone) for topic in topics}
    by_topic: dict[str, list[Entry]] = {}
    for chain in chains:
        entry = _entry(chain, scenes[chain.place[0]])
        if entry is not None:
            by_topic.setdefault(chain.place[0], []).append(entry)
    for entries in by_topic.values():
        entries.sort(key=lambda entry: entry.weight)
    ranked = sorted(by_topic.items(), key=lambda item: item[1][0].weight)
    return [
        Section(
            topic, _title(topics[topic]), tuple(entries), dates_ahead(scenes[topic]),
            overview(scenes[topic], silences, [note for note in notes if note.topic == topic]),
        )
        for topic, entries in ranked
    ]  # fmt: skip


def _with_beside(
    sections: Sequence[Section], chains: Sequence[Chain], scene: EntryContext, followed: Mapping[str, Topic],
    beside: Beside, since: datetime | None,
) -> list[Section]:  # fmt: skip
    """The sections with what stands beside their news, and behind them the topics of which only that is new."""

    def with_all(section: Section) -> Section:
        topic = section.topic
        told = [chain for chain in chains if chain.place[0] == topic]
        stands = {cell.authority for cell in scene.board if cell.topic == topic}
        notes = note_lines([one for one in beside.notes if one.topic == topic], told, stands, since, scene.now)
        items = [one for one in beside.background if one.topic == topic]
        return replace(section, notes=notes, background=background_lines(items, scene.zone))

    fresh = {note.topic for note in beside.notes if is_fresh(note, since, scene.now)}
    fresh |= {one.topic for one in beside.background}
    known = {section.topic for section in sections}
    only = [Section(one.id, _title(one), ()) for one in followed.values() if one.id in fresh - known]
    return [with_all(section) for section in (*sections, *only)]


def _title(topic: Topic) -> str:
    return one_line(topic.title, 120) or topic.id


def _entry(chain: Chain, scene: EntryContext) -> Entry | None:
    if chain.transition is not None:
        return of_transition(chain, chain.transition, scene)
    return of_expectation(chain, chain.expectation, scene) if chain.expectation is not None else None


def _subject(entries: Sequence[Entry], topic: Topic, *, several_topics: bool) -> str:
    """The news itself, status first, in at most 78 characters; a preview shows the first 40."""
    first, more = entries[0], len(entries) - 1
    body = first.body
    if len(f"{first.tag} {first.joiner} {body}") > _PREVIEW:
        for long, short in SHORTER.items():
            body = body.replace(long, short)
    what = wording.medicine(topic, short=True)
    if more:
        whose = topic.treatment.inn if several_topics else what
        text = f"{first.tag} {first.joiner} {body}, and {more} more: {whose}"
    else:
        text = f"{first.tag}: {body}, {what}"
    return one_line(text, SUBJECT_LIMIT)


def _summary(first: Entry) -> tuple[str, ...]:
    """The lines that the mail and its preview begin with: what changed, what it means, what comes next if known."""
    ahead = [f"Next: {first.next[0]}"] if first.next else []
    return first.sentence, first.meaning or wording.UNDECIDED, *ahead


def _more(entries: Sequence[Entry]) -> str:
    more = len(entries) - 1
    return f"{wording.count(more, 'more change')} in this mail:" if more else ""
