"""What is wrong with a source at the moment, with the evidence. Reads the store and changes nothing.

unread      nothing could be read for more than a day
layout      a page is not as the adapter knows it, twice in a row
crashed     regwatch itself failed on a page, which somebody has to mend
network     no source at all could be reached for more than a day
count       a page has more or fewer records than it ever has, twice in a row
overflow    a list has turned over between two polls: items may have been missed
silence     nothing new on a list for six times its usual gap
vocabulary  things on a page that the adapter does not understand
moved       a page that lives at another address by its own word or its server's
review      findings that wait for a person
undelivered transitions that did not reach the canary within an hour
second_reader the second reader has failed for more than a day
relay       the mail server has taken no mail for half an hour (see `mail_checks`)
mails_failed mails that failed for good, or are held
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil
from statistics import median

from sqlmodel import Session, col, select

from regwatch import wording
from regwatch.ledger import review
from regwatch.model import Source
from regwatch.monitoring.canary import undelivered
from regwatch.monitoring.listed_days import ListedDays
from regwatch.monitoring.queue import said, second_opinion
from regwatch.polling.schedule import HURRY, HURRY_FOR
from regwatch.reading.moves import MOVED
from regwatch.second_reader.journal import state_of
from regwatch.store.tables import FindingRow, OddityRow, SourceState

UNREAD_AFTER = timedelta(days=1)
TWICE = 2
SILENT_AFTER = 6
"""Usual gaps between two days with news. A list must also have been silent for longer than ever before."""

LEAST_GAPS = 5
"""Gaps between days with news from which a usual one can be told."""

_SHOWN = 3
_LAYOUT = frozenset({"missing_part", "bad_date"})
_CRASHED = "crashed"
_UNREACHABLE = "unreachable"
_COUNT = frozenset({"count_out_of_range"})


class ProblemKind(StrEnum):
    """What is wrong."""

    UNREAD = "unread"
    LAYOUT = "layout"
    CRASHED = "crashed"
    NETWORK = "network"
    COUNT = "count"
    OVERFLOW = "overflow"
    SILENCE = "silence"
    VOCABULARY = "vocabulary"
    MOVED = "moved"
    REVIEW = "review"
    UNDELIVERED = "undelivered"
    SECOND_READER = "second_reader"
    RELAY = "relay"
    MAILS_FAILED = "mails_failed"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `source` is "" for what is of no single one; both times are UTC.

    `latest` is when it last gained something of its own, such as another word; None for what only goes on.
    """

    source: str
    kind: ProblemKind
    evidence: str
    since: datetime
    latest: datetime | None = None


def of_sources(session: Session, sources: Sequence[Source], now: datetime, listed: ListedDays) -> list[Problem]:
    """Everything that is wrong with any source. Where none of several can be reached, the network is wrong, once."""
    states = {row.id: row for row in session.exec(select(SourceState))}
    odd = _open_oddities(session)
    sound = [one.id for one in sources if one.id in states and not states[one.id].failures]
    days = listed.of(session, sound)
    found: list[Problem | None] = []
    for one in sources:
        if state := states.get(one.id):
            found += [_trouble(state, now), _overflow(state, one, now), *_oddities(state, odd[one.id])]
            found.append(_silence(one, days.get(one.id, ()), now))
    problems = [problem for problem in found if problem is not None]
    return _network([states.get(one.id) for one in sources], problems, now)


def _network(states: Sequence[SourceState | None], found: list[Problem], now: datetime) -> list[Problem]:
    """The problems as they are, or with one for all sources in place of "unread" for each."""
    away = [state for state in states if state and state.failures and state.trouble == _UNREACHABLE]
    if len(away) < len(states) or len(states) < TWICE:
        return found
    found = [problem for problem in found if problem.kind is not ProblemKind.UNREAD]
    since = min(state.trouble_since or now for state in away)
    if now - since <= UNREAD_AFTER:
        return found
    evidence = f"none of the {len(states)} sources can be reached; {away[0].id}: {away[0].trouble_text}"
    return [Problem("", ProblemKind.NETWORK, evidence, since), *found]


def of_reviews(session: Session) -> list[Problem]:
    """The findings that wait for a person, as one problem."""
    rows = review.waiting(session)
    if not rows:
        return []
    quotes = [_told(row) for row in rows]
    evidence = f"{wording.count(len(rows), 'finding')} to decide: {_some(quotes)}"
    return [Problem("", ProblemKind.REVIEW, evidence, min(row.at for row in rows), max(row.at for row in rows))]


def of_canary(session: Session, address: str | None, topics: Sequence[str], now: datetime) -> list[Problem]:
    """The transitions that did not reach the canary, as one problem; without a canary nothing can be told."""
    missed = undelivered(session, address, topics, now) if address else []
    if not missed:
        return []
    evidence = f"{wording.count(len(missed), 'transition')}: {_some([str(one) for one in missed])}"
    return [Problem("", ProblemKind.UNDELIVERED, evidence, missed[0].at, missed[-1].at)]


def of_second_reader(session: Session, name: str, now: datetime) -> list[Problem]:
    """A second reader that fails whenever it is asked, for more than a day, as one problem; none for the name ""."""
    state = state_of(session, name)
    since = state.failing_since
    if not name or since is None or state.failures < TWICE or now - since <= UNREAD_AFTER:
        return []
    evidence = f"{state.failures} failures in a row, the last: {state.reason}"
    return [Problem("", ProblemKind.SECOND_READER, evidence, since)]


def _told(row: FindingRow) -> str:
    """A finding with its quote, and what the second reader says of it."""
    second = second_opinion(row)
    told = f'{said(row.authority, row.milestone, row.mode)}, of {row.treatment}: "{row.quote[:160]}"'
    return f"{told}; the second reader {second[:300]}" if second else told


def _trouble(state: SourceState, now: datetime) -> Problem | None:
    if not state.trouble or state.trouble_since is None:
        return None
    if state.trouble == _CRASHED:
        return Problem(state.id, ProblemKind.CRASHED, state.trouble_text, state.trouble_since)
    kind = (
        ProblemKind.LAYOUT
        if state.trouble in _LAYOUT
        else ProblemKind.COUNT
        if state.trouble in _COUNT
        else ProblemKind.UNREAD
    )
    if kind is ProblemKind.UNREAD or not state.failures:
        shown = now - state.trouble_since > UNREAD_AFTER
    else:
        shown = state.failures >= TWICE
    if not shown:
        return None
    evidence = f"{state.trouble}: {state.trouble_text}"
    return Problem(state.id, kind, evidence, state.trouble_since)


def _overflow(state: SourceState, source: Source, now: datetime) -> Problem | None:
    if state.gap_at is None or now - state.gap_at >= HURRY_FOR:
        return None
    pace = f"it is read {HURRY} times as often for {HURRY_FOR.days} days; `every` was {_span(source.every)}"
    return Problem(state.id, ProblemKind.OVERFLOW, f"{state.gap_text}; {pace}", state.gap_at)


def _open_oddities(session: Session) -> Mapping[str, list[OddityRow]]:
    """By source, the newest first."""
    query = select(OddityRow).where(col(OddityRow.resolved_at).is_(None))
    found: dict[str, list[OddityRow]] = defaultdict(list)
    for row in session.exec(query.order_by(col(OddityRow.first_seen).desc(), col(OddityRow.id))):
        found[row.source].append(row)
    return found


def _oddities(state: SourceState, rows: Sequence[OddityRow]) -> list[Problem | None]:
    moved = [row for row in rows if row.what == MOVED]
    return [_vocabulary(state, [row for row in rows if row.what != MOVED]), _moved(state, moved)]


def _vocabulary(state: SourceState, rows: Sequence[OddityRow]) -> Problem | None:
    if not rows:
        return None
    told = [f"{row.what}: {row.text[:160]!r} at {row.url}" for row in rows]
    evidence = f"{wording.count(len(rows), 'thing')} not understood: {_some(told)}"
    return Problem(state.id, ProblemKind.VOCABULARY, evidence, rows[-1].first_seen, rows[0].first_seen)


def _moved(state: SourceState, rows: Sequence[OddityRow]) -> Problem | None:
    if not rows:
        return None
    return Problem(state.id, ProblemKind.MOVED, rows[0].text[:300], rows[-1].first_seen, rows[0].first_seen)


def _silence(source: Source, days: Sequence[date], now: datetime) -> Problem | None:
    found = silence(days, now.date())
    if found is None:
        return None
    last, usual = found
    since = datetime.combine(last, time(), UTC)
    evidence = f"nothing new since {last.isoformat()}; usually there is something every {wording.count(usual, 'day')}"
    return Problem(source.id, ProblemKind.SILENCE, evidence, since)


def silence(days: Sequence[date], today: date) -> tuple[date, int] | None:
    """The last day with news and the usual gap in days, where the silence since is too long; else None.

    `days` are distinct and ascending; days to come do not count. The usual gap is the median, rounded up.
    """
    past = [day for day in days if day <= today]
    gaps = [(later - earlier).days for earlier, later in pairwise(past)]
    if len(gaps) < LEAST_GAPS:
        return None
    usual, silent = max(1, ceil(median(gaps))), (today - past[-1]).days
    return (past[-1], usual) if silent > SILENT_AFTER * usual and silent > max(gaps) else None


def _some(told: Sequence[str]) -> str:
    more = len(told) - _SHOWN
    return "; ".join(told[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _span(interval: timedelta) -> str:
    minutes = round(interval.total_seconds() / 60)
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"
