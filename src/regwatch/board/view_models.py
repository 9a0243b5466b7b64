"""The ledger as pages show it: cells of the board, lines of a history, things foreseen; every text ready and safe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regwatch import wording
from regwatch.board.site import View
from regwatch.dates import PartialDate, local_day
from regwatch.digest.sentences import gone_by
from regwatch.digest.transition_view import SourceLink, TransitionView, capital, slug, source_of, transition_view
from regwatch.digest.when import When, day, instant
from regwatch.ledger.entries import Expectation, ExpectationState, Standpoint, Transition
from regwatch.ledger.notes import Note, of_topics, on_access
from regwatch.ledger.since import decided_since
from regwatch.model import Topic
from regwatch.monitoring.source_health import SourceHealth
from regwatch.safe_text import one_line
from regwatch.vocabulary import AUTHORITIES, DEADLINES

_WORDING_LIMIT = 120
_NEVER = date.max
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Foreseen:
    """Something that is expected or overdue. `respond` says how to take part in what is open until then, or is ""."""

    id: int
    authority: str
    where: str
    slug: str
    step: str
    sentence: str
    when: When
    overdue: bool
    late: str
    respond: str
    read: When
    source: SourceLink | None


@dataclass(frozen=True)
class Place:
    """Where one topic stands at one authority.

    `lately` says that each of its own pages was read within a day. `unread` are sources that are stale: what they show
    may have changed. `notes` are the operator's on this authority, those on one step left out. `gone_by` says what was
    due and passed without news, or is "".
    """

    topic: Topic
    authority: str
    code: str
    full: str
    where: str
    slug: str
    line: TransitionView | None
    foreseen: tuple[Foreseen, ...]
    checked: When | None
    lately: bool
    unread: tuple[SourceHealth, ...]
    notes: tuple[Note, ...]
    gone_by: str = ""

    @property
    def access(self) -> tuple[Note, ...]:
        """What the operator notes of access here."""
        return on_access(self.notes, self.code)

    @property
    def overdue(self) -> bool:
        """Whether anything is overdue here."""
        return any(one.overdue for one in self.foreseen)


def line(one: Transition, view: View, now: Transition | None = None) -> TransitionView:
    """A transition as every page tells it; `now` is what has overtaken it, if anything has."""
    return transition_view(one, view.topic_or_past(one.topic), view.zone, now)


def foreseen(one: Expectation, view: View) -> Foreseen:
    """Something foreseen, with the date on which we read of it."""
    late = one.state is ExpectationState.OVERDUE
    told = one_line(one.wording, _WORDING_LIMIT)
    say = (
        wording.overdue(one.authority, one.milestone, one.date, view.now)
        if late
        else wording.expected(one.authority, one.milestone, one.date, told)
    )
    best = next((piece for piece in one.evidence if piece.official), next(iter(one.evidence), None))
    return Foreseen(
        id=one.id,
        authority=wording.short_name(one.authority),
        where=wording.where(one.authority),
        slug=slug(one.authority),
        step=capital(wording.step(one.authority, one.milestone)),
        sentence=say,
        when=day(one.date) if one.date else When(told or "no date given", ""),
        overdue=late,
        late=wording.late(one.authority, one.date, view.now) if late else "",
        respond=wording.respond(one.authority) if one.milestone in DEADLINES else "",
        read=day(PartialDate.of_day(one.detected_at.astimezone(ZoneInfo(view.zone)).date())),
        source=source_of(best, view.zone),
    )


def in_order(found: Iterable[Expectation], now: datetime) -> list[Expectation]:
    """The soonest first, those without a date last; without days until which people could act and that are over."""
    ahead = [one for one in found if not _over(one, now)]
    return sorted(ahead, key=lambda one: (one.date is None, one.date.last if one.date else _NEVER, one.id))


def _over(one: Expectation, now: datetime) -> bool:
    today = local_day(now, wording.zone(one.authority))
    return one.milestone in DEADLINES and (one.date is None or one.date.last < today)


def places(view: View, topics: Sequence[Topic]) -> list[Place]:
    """The cells of these topics on the board."""
    cells = view.board(topics)
    states = view.health_at((cell.topic, cell.authority) for cell in cells)
    beside: dict[str, list[Standpoint]] = defaultdict(list)
    for cell in cells:
        beside[cell.topic].append(cell)
    written = of_topics(view.session, [topic.id for topic in topics])
    return [_place(cell, view, beside[cell.topic], states[cell.topic, cell.authority], written) for cell in cells]


def _place(
    cell: Standpoint, view: View, beside: Sequence[Standpoint], states: Sequence[SourceHealth], written: Sequence[Note]
) -> Place:
    """One cell with how fresh it is; `beside` are all of its topic."""
    read = [at for one in states if (at := one.answered_at)]
    known = AUTHORITIES.get(cell.authority)
    stands = cell.transition
    return Place(
        topic=view.topic_or_past(cell.topic),
        authority=wording.short_name(cell.authority),
        code=cell.authority,
        full=known.name if known else cell.authority,
        where=wording.where(cell.authority),
        slug=slug(cell.authority),
        line=line(stands, view, decided_since(stands, beside)) if stands else None,
        foreseen=tuple(foreseen(one, view) for one in in_order(cell.expected, view.now)),
        checked=instant(min(read), view.zone) if read else None,
        lately=bool(read) and view.now - min(read) < _A_DAY,
        unread=tuple(one for one in states if one.stale(view.now)),
        notes=tuple(
            note for note in written if (note.topic, note.authority, note.transition) == (cell.topic, cell.authority, 0)
        ),
        gone_by=gone_by(cell.unanswered) if cell.unanswered else "",
    )
