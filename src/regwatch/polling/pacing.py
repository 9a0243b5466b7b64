"""How often each source is polled: at its interval, or as its publisher's rhythm, its news and foreseen days advise.

The learned pace spends no more requests than equal intervals would, but for the days on which something is foreseen.
What a source's interval says stays its measure: it is never polled less than half or more than twice as often on
average, and every wait stays between an eighth and four times the interval. What is polled hourly or more often keeps
its interval: some publishers turn away who asks more often than that.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlmodel import Session, col, select

from regwatch.ledger import queries
from regwatch.model import Source
from regwatch.polling.outcome import Outcome
from regwatch.polling.rhythm import Rhythm, rhythm_of
from regwatch.store.tables import Poll, SourceState

LEARNED_FROM = timedelta(days=730)
A_WEEK = timedelta(days=7)
USUAL_NEWS, USUAL_TIME = 2.0, timedelta(days=28)
"""What is taken for a source's own rate before it has a history: two pieces of news in four weeks."""
LEAST, MOST = 0.5, 2.0
"""How many times as often as at its own interval a source is polled on average, for its share of the budget."""
SHORTEST, LONGEST = 1 / 8, 4.0
FORESEEN = 4.0
"""How many times as often a source is polled on a day on which something is foreseen that it may tell."""
NEAREST = timedelta(hours=1)
"""No rhythm polls a source more often than this, and none changes an interval that is as short."""


class Pacing(Protocol):
    """Says when a source is due again."""

    def next(self, source: Source, interval: timedelta, now: datetime) -> datetime:
        """When to poll again a source that was read now and whose interval is at present this one; UTC."""
        ...

    def why(self, source: Source, now: datetime) -> str:
        """In plain words, what its pace rests on."""
        ...


class FixedPacing:
    """Equal intervals."""

    def next(self, source: Source, interval: timedelta, now: datetime) -> datetime:
        """After the interval."""
        return now + interval

    def why(self, source: Source, now: datetime) -> str:
        """Nothing but its interval."""
        return "at equal intervals"


FIXED = FixedPacing()


@dataclass(frozen=True)
class LearnedPacing:
    """A rhythm, a share of the budget and the foreseen days of each source, by its id."""

    rhythms: Mapping[str, Rhythm] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    foreseen: Mapping[str, frozenset[date]] = field(default_factory=dict)

    def next(self, source: Source, interval: timedelta, now: datetime) -> datetime:
        """After as much of the publisher's week as the interval is worth, within the bounds of the interval."""
        if interval <= NEAREST:
            return now + interval
        rhythm = self.rhythms.get(source.id) or rhythm_of(source.official_for)
        share, days = self.shares.get(source.id, 1.0), self.foreseen.get(source.id, frozenset())
        hurried = interval / (share * FORESEEN)
        due = rhythm.after(now, hurried if rhythm.day(now) in days else interval / share)
        begins = min((rhythm.begins(day) for day in days if day > rhythm.day(now)), default=None)
        if begins is not None:
            due = min(due, rhythm.after(begins, hurried))
        wait = due - now
        least = max(interval * SHORTEST, NEAREST)
        return now + min(max(wait, least), interval * LONGEST)

    def why(self, source: Source, now: datetime) -> str:
        """What is foreseen, when its news comes, how often it is polled, and what that was learned from."""
        if source.every <= NEAREST:
            return "at equal intervals, for they are short"
        rhythm = self.rhythms.get(source.id) or rhythm_of(source.official_for)
        share = self.shares.get(source.id, 1.0)
        parts = [f"most news {rhythm.busiest()}"]
        parts.append(f"from {rhythm.seen} of its own changes" if rhythm.seen else "as its publisher usually does")
        if not 0.9 < share < 1.1:
            much = "much" if share > 1 else "little"
            parts.append(f"{share:.1f} times as often as its interval says, for it has {much} news")
        if rhythm.day(now) in self.foreseen.get(source.id, ()):
            parts.insert(0, f"something is foreseen today, so {FORESEEN:.0f} times as often")
        return "; ".join(parts)


def learn(session: Session, sources: Sequence[Source], now: datetime) -> LearnedPacing:
    """The pacing that the database advises: four statements, however long the history."""
    changes: dict[str, list[datetime]] = defaultdict(list)
    query = select(Poll.source, Poll.at).where(Poll.outcome == Outcome.CHANGED.value, col(Poll.at) > now - LEARNED_FROM)
    for source, at in session.exec(query.order_by(col(Poll.at).desc()).limit(50_000)):
        changes[source].append(at)
    rhythms = {
        one.id: rhythm_of(one.official_for).learned((at, one.every) for at in changes[one.id])
        for one in sources
        if changes[one.id]
    }
    since = dict(session.exec(select(SourceState.id, SourceState.baselined_at)).all())
    rates = {one.id: rate(len(changes[one.id]), now - (since.get(one.id) or now)) for one in sources}
    return LearnedPacing(
        rhythms, shares([one for one in sources if one.every > NEAREST], rates), _foreseen(session, sources)
    )


def rate(changes: int, watched: timedelta) -> float:
    """Pieces of news a week of a source that has been watched so long: the usual while it has no history."""
    known = min(max(watched, timedelta(0)), LEARNED_FROM)  # a clock may have been set back
    return (USUAL_NEWS + changes) / ((USUAL_TIME + known) / A_WEEK)


def shares(sources: Sequence[Source], rates: Mapping[str, float]) -> dict[str, float]:
    """How many times as often as at its interval each source is polled, with as many requests in all.

    Polls go as the square root of the news does (Cho and Garcia-Molina 2003), within `LEAST` and `MOST`. One
    factor for all is sought that spends the budget, by halving.
    """
    budget = {one.id: 1 / one.every.total_seconds() for one in sources}
    wanted = {name: math.sqrt(rates[name] / budget[name]) for name in budget}

    def spent(factor: float) -> dict[str, float]:
        return {name: min(max(factor * want, LEAST), MOST) for name, want in wanted.items()}

    low, high = 0.0, MOST / min(wanted.values(), default=1.0)
    for _ in range(60):
        middle = (low + high) / 2
        cost = sum(budget[name] * times for name, times in spent(middle).items())
        low, high = (low, middle) if cost > sum(budget.values()) else (middle, high)
    return spent(low)


def _foreseen(session: Session, sources: Sequence[Source]) -> dict[str, frozenset[date]]:
    """For each source the days on which something is foreseen that it may tell: its own authority's, or a company's."""
    days: dict[tuple[str, str], set[date]] = defaultdict(set)
    for one in queries.expected(session):
        if one.date is not None and one.date.first == one.date.last:
            days[one.topic, one.authority].add(one.date.last)
    return {
        source.id: frozenset(
            day
            for (topic, authority), found in days.items()
            if topic in source.topics and (authority in source.official_for or not source.official_for)
            for day in found
        )
        for source in sources
    }
