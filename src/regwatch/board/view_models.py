"""The ledger as pages show it: cells of the board, lines of a history, things foreseen; every text ready and safe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from regwatch import plain
from regwatch.board.site import View
from regwatch.dates import PartialDate, Precision, local_day
from regwatch.ledger.entries import Evidence, Expectation, ExpectationState, Standpoint, Transition
from regwatch.ledger.since import decided_since
from regwatch.model import Topic
from regwatch.monitoring.source_health import SourceHealth
from regwatch.safe_text import host_of, one_line, web_link
from regwatch.vocabulary import AUTHORITIES, DEADLINES, Standing
from regwatch.wording import Tone

QUOTE_LIMIT = 600
_WORDING_LIMIT = 120
_NEVER = date.max
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class When:
    """A date in words, and in the form of an HTML `time` element where it is exact enough ("" elsewhere)."""

    words: str
    iso: str
    prefix: str = ""


@dataclass(frozen=True)
class Source:
    """A page that a line rests on. `url` is "" if it cannot be linked safely."""

    publisher: str
    url: str
    host: str
    official: bool
    quote: str
    published: str
    seen: When
    rule: str
    weighed: str


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
    source: Source | None


@dataclass(frozen=True)
class Line:
    """One transition as a line of a history."""

    id: int
    topic: Topic
    authority: str
    where: str
    slug: str
    status: str
    headline: str
    tone: Tone
    before: str
    sentence: str
    meaning: str
    usually: str
    when: When
    seen: When
    standing: Standing
    standing_words: str
    source: Source | None


@dataclass(frozen=True)
class Place:
    """Where one topic stands at one authority.

    `lately` says that each of its own pages was read within a day. `unread` are sources that are stale: what they show
    may have changed.
    """

    topic: Topic
    authority: str
    code: str
    full: str
    where: str
    slug: str
    line: Line | None
    foreseen: tuple[Foreseen, ...]
    checked: When | None
    lately: bool
    unread: tuple[SourceHealth, ...]

    @property
    def overdue(self) -> bool:
        """Whether anything is overdue here."""
        return any(one.overdue for one in self.foreseen)


def instant(at: datetime, zone: str) -> When:
    """A UTC instant in the zone of the board: `24 July 2025, 09:12 BST`."""
    local = at.astimezone(ZoneInfo(zone))
    return When(f"{plain.plain_day(local.date())}, {plain.clock_time(local)}", at.isoformat(timespec="seconds"))


def day(known: PartialDate, prefix: str = "") -> When:
    """A calendar date as its publisher gives it."""
    exact = known.precision in (Precision.DAY, Precision.MONTH, Precision.YEAR)
    return When(known.plain, known.iso if exact else "", prefix)


def day_of(one: Transition, zone: str) -> When:
    """The day it took effect; else the day of its announcement or of our seeing it, named as such."""
    if one.date:
        return day(one.date)
    if one.announced:
        return day(one.announced, "announced")
    return day(PartialDate.of_day(one.detected_at.astimezone(ZoneInfo(zone)).date()), "seen")


def slug(authority: str) -> str:
    """The authority's name in addresses."""
    return authority.lower()


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def source_of(piece: Evidence | None, zone: str) -> Source | None:
    """A piece of evidence with its texts cut to length and its link checked."""
    if piece is None:
        return None
    url = web_link(piece.url)
    return Source(
        publisher=one_line(piece.publisher, 80),
        url=url,
        host=host_of(url),
        official=piece.official,
        quote=one_line(piece.quote, QUOTE_LIMIT),
        published=piece.published.plain if piece.published else "",
        seen=instant(piece.seen_at, zone),
        rule=piece.rule,
        weighed=one_line(piece.weighed, QUOTE_LIMIT),
    )


def line(one: Transition, view: View) -> Line:
    """A transition as every page tells it."""
    topic = view.topic_or_past(one.topic)
    sentence = plain.what_changed(one.authority, one.milestone, topic, one.date)
    meaning = plain.meaning(one.authority, one.milestone)
    if one.standing is Standing.REPORTED:
        sentence = plain.reported(one_line(one.best.publisher, 80), sentence) if one.best else sentence
        meaning = plain.if_confirmed(meaning)
    return Line(
        id=one.id,
        topic=topic,
        authority=plain.short_name(one.authority),
        where=where(one.authority),
        slug=slug(one.authority),
        status=capital(plain.status(one.milestone)),
        headline=plain.headline(one.milestone),
        tone=plain.tone(one.milestone),
        before=capital(plain.status(one.before)),
        sentence=sentence,
        meaning=meaning,
        usually=plain.usually_next(one.authority, one.milestone),
        when=day_of(one, view.zone),
        seen=instant(one.detected_at, view.zone),
        standing=one.standing,
        standing_words=plain.standing(one.standing),
        source=source_of(one.best, view.zone),
    )


def where(authority: str) -> str:
    """The authority's country, as a label."""
    return plain.place(authority).removeprefix("the ")


def foreseen(one: Expectation, view: View) -> Foreseen:
    """Something foreseen, with the date on which we read of it."""
    late = one.state is ExpectationState.OVERDUE
    wording = one_line(one.wording, _WORDING_LIMIT)
    say = (
        plain.overdue(one.authority, one.milestone, one.date, view.now)
        if late
        else plain.expected(one.authority, one.milestone, one.date, wording)
    )
    best = next((piece for piece in one.evidence if piece.official), next(iter(one.evidence), None))
    return Foreseen(
        id=one.id,
        authority=plain.short_name(one.authority),
        where=where(one.authority),
        slug=slug(one.authority),
        step=capital(plain.step(one.authority, one.milestone)),
        sentence=say,
        when=day(one.date) if one.date else When(wording or "no date given", ""),
        overdue=late,
        late=plain.late(one.authority, one.date, view.now) if late else "",
        respond=plain.respond(one.authority) if one.milestone in DEADLINES else "",
        read=day(PartialDate.of_day(one.detected_at.astimezone(ZoneInfo(view.zone)).date())),
        source=source_of(best, view.zone),
    )


def in_order(found: Iterable[Expectation], now: datetime) -> list[Expectation]:
    """The soonest first, those without a date last; without days until which people could act and that are over."""
    ahead = [one for one in found if not _over(one, now)]
    return sorted(ahead, key=lambda one: (one.date is None, one.date.last if one.date else _NEVER, one.id))


def _over(one: Expectation, now: datetime) -> bool:
    today = local_day(now, plain.zone(one.authority))
    return one.milestone in DEADLINES and (one.date is None or one.date.last < today)


def place(cell: Standpoint, view: View) -> Place:
    """One cell of the board with how fresh it is."""
    states = view.health_of(cell.topic, cell.authority)
    read = [at for one in states if (at := one.answered_at)]
    known = AUTHORITIES.get(cell.authority)
    shown = line(cell.transition, view) if cell.transition else None
    now = decided_since(cell.transition, view.board) if cell.transition else None
    return Place(
        topic=view.topic_or_past(cell.topic),
        authority=plain.short_name(cell.authority),
        code=cell.authority,
        full=known.name if known else cell.authority,
        where=where(cell.authority),
        slug=slug(cell.authority),
        line=_overtaken(shown, now) if shown and now else shown,
        foreseen=tuple(foreseen(one, view) for one in in_order(cell.expected, view.now)),
        checked=instant(min(read), view.zone) if read else None,
        lately=bool(read) and view.now - min(read) < _A_DAY,
        unread=tuple(one for one in states if one.stale(view.now)),
    )


def _overtaken(shown: Line, now: Transition) -> Line:
    """The line of an advice that a decision has followed: what it said of the time before holds no more."""
    words = plain.decided_since(now.authority, now.milestone, reported=now.standing is Standing.REPORTED)
    return replace(shown, meaning=words, usually="", tone=Tone.PLAIN)


def places(view: View, topic: str | None = None) -> Sequence[Place]:
    """Every cell of the board, or those of one topic."""
    return [place(cell, view) for cell in view.board if topic in (None, cell.topic)]
