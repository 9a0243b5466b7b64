"""One entry of a digest, and the pieces that every entry is made of: quotes, times, what is foreseen next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from regwatch import wording
from regwatch.ledger.entries import (
    Event,
    EventKind,
    Evidence,
    Expectation,
    ExpectationState,
    Standpoint,
    Transition,
)
from regwatch.model import Topic
from regwatch.safe_text import host_of, one_line, web_link
from regwatch.wording_tables import Tone

QUOTE_LIMIT = 400
_QUOTES = 2
_OF_HASH = 16
"""Characters of a copy's hash: enough to know it by, and a line for the eye."""


@dataclass(frozen=True)
class Quote:
    """Words of a source, and where they stand. `url` is "" if the address cannot be linked safely.

    `copy` names our stored copy of the page by its number and the beginning of its hash, "" where none is kept.
    """

    text: str
    publisher: str
    url: str
    host: str
    published: str
    copy: str = ""


@dataclass(frozen=True)
class Entry:
    """One piece of news.

    `tag` is the status in a word or two, `body` the short name of who moved, `sentence` what changed. `facts` are
    labels and values in order. `weight` sorts: the smallest is told first. `events` are the sequence numbers it tells.
    `page` is the path of its page on the board.
    """

    events: tuple[int, ...]
    weight: tuple[int, int, int]
    tone: Tone
    tag: str
    joiner: str
    body: str
    where: str
    sentence: str
    before: str
    after: str
    meaning: str
    next: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    quotes: tuple[Quote, ...]
    standing: str
    page: str


@dataclass
class Chain:
    """Every event of one digest about one transition, or about one expectation that nothing has met yet."""

    events: list[Event]
    transition: Transition | None = None
    expectation: Expectation | None = None
    coming: list[Expectation] | None = None

    @property
    def kinds(self) -> frozenset[EventKind]:
        """What happened in it."""
        return frozenset(event.kind for event in self.events)

    @property
    def place(self) -> tuple[str, str]:
        """Topic and authority."""
        return self.events[0].topic, self.events[0].authority


@dataclass(frozen=True)
class EntryContext:
    """What an entry is written against: the topic, the whole board, the moment (UTC) and the reader's time zone."""

    topic: Topic
    board: Sequence[Standpoint]
    now: datetime
    zone: str


def stands(scene: EntryContext, authority: str) -> str:
    """Where the topic stands at the authority now, in words."""
    for standpoint in scene.board:
        if standpoint.topic == scene.topic.id and standpoint.authority == authority:
            return wording.status(standpoint.transition.milestone if standpoint.transition else None)
    return wording.status(None)


def page_of(scene: EntryContext, authority: str) -> str:
    """The path of the board's page on the topic at the authority; of the topic, where the board has no such place."""
    here = any((one.topic, one.authority) == (scene.topic.id, authority) for one in scene.board)
    return f"/t/{scene.topic.id}/{authority.lower()}" if here else f"/t/{scene.topic.id}"


def related(authority: str, other: str) -> bool:
    """Whether the other authority's next step is what a reader of the first one's news waits for."""
    return wording.pathway(authority) == wording.pathway(other) or other in wording.payers(authority)


def coming(scene: EntryContext) -> list[Expectation]:
    """Everything that the board foresees for the topic."""
    return [e for standpoint in scene.board if standpoint.topic == scene.topic.id for e in standpoint.expected]


def unanswered(scene: EntryContext) -> list[Expectation]:
    """What was to come for the topic, such as a meeting, and passed without news of it."""
    return [one for cell in scene.board if cell.topic == scene.topic.id and (one := cell.unanswered)]


def in_order(expectations: Iterable[Expectation]) -> list[Expectation]:
    """Those still to come or overdue, each once, the soonest first and those without a date last."""
    open_ones = {e.id: e for e in expectations if e.state in (ExpectationState.OPEN, ExpectationState.OVERDUE)}
    return sorted(open_ones.values(), key=lambda e: (e.date is None, e.date.first if e.date else date.max, e.id))


def foreseen_line(foreseen: Expectation, scene: EntryContext) -> str:
    """One foreseen step as a sentence, without the topic."""
    if foreseen.state is ExpectationState.OVERDUE:
        return wording.overdue(foreseen.authority, foreseen.milestone, foreseen.date, scene.now)
    return wording.expected(
        foreseen.authority, foreseen.milestone, foreseen.date, one_line(foreseen.wording, 120)
    )  # fmt: skip


def quotes_of(evidence: Sequence[Evidence]) -> tuple[Quote, ...]:
    """The words that it rests on, the authority's own first, one per source."""
    worded = [piece for piece in evidence if one_line(piece.quote, QUOTE_LIMIT)]
    best = sorted(worded, key=lambda piece: (not piece.official, piece.seen_at, piece.finding))
    by_source = {piece.source: piece for piece in reversed(best)}
    return tuple(_quote(piece) for piece in best if by_source[piece.source] is piece)[:_QUOTES]


def _quote(piece: Evidence) -> Quote:
    url = web_link(piece.url)
    return Quote(
        text=one_line(piece.quote, QUOTE_LIMIT),
        publisher=one_line(piece.publisher, 60),
        url=url,
        host=host_of(url),
        published=piece.published.plain if piece.published else "",
        copy=f"Our copy of it: number {piece.snapshot}, SHA-256 {piece.sha256[:_OF_HASH]}..." if piece.sha256 else "",
    )
