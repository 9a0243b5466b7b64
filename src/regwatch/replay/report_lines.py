"""What a replay came to, line by line: the news of the ledger, and what could not be read."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from regwatch.dates import days_between
from regwatch.demo.news_lines import TOLD
from regwatch.ledger.entries import Event, EventKind
from regwatch.model import Topic
from regwatch.replay.playing import Played, Seen
from regwatch.store.codec import uniso
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Mode

TROUBLE, ODDITY, REVIEW = "trouble", "oddity", "review"


@dataclass(frozen=True)
class ReplayLine:
    """One line of the replay. `days` is the time from publication to detection, None where either is not known.

    `reason` says why a state could not be read or understood, or why a person has to look.
    """

    series: str
    state: str
    event: str
    authority: str = ""
    milestone: str = ""
    treatment: str = ""
    indication: str = ""
    date: str | None = None
    announced: str | None = None
    quote: str = ""
    reason: str = ""
    detected: datetime.date | None = None
    days: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The line as `--json` prints it; `reason` only where there is one."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("series", "state", "event")}
        if self.event in (TROUBLE, ODDITY):
            return told | {"reason": self.reason}
        rest = ("authority", "milestone", "treatment", "indication", "date", "announced", "quote", "days")
        return told | {name: getattr(self, name) for name in rest} | ({"reason": self.reason} if self.reason else {})


def lines(played: Played, *, backfill: bool = False) -> Iterator[ReplayLine]:
    """Every piece of news of a series in order, then what goes to review. The first state is the baseline: its news
    only with `backfill`.
    """
    topics = {topic.id: topic for topic in played.subject.topics} if played.subject else {}
    for seen in played.states:
        yield from _unread(played, seen)
        yield from _merged(
            [
                _line(played, seen, event, topics)
                for event in seen.events
                if event.kind in TOLD and event.topic in topics and (not event.baseline or _first_told(event, backfill))
            ]
        )
        yield from _merged([_reviewed(played, seen, row, topics) for row in seen.reviews if row.topic in topics])


def _first_told(event: Event, backfill: bool) -> bool:
    return backfill and event.kind in (EventKind.TRANSITION, EventKind.EXPECTED)


def _unread(played: Played, seen: Seen) -> Iterator[ReplayLine]:
    name, state = played.series.name, seen.capture.label
    if seen.trouble is not None:
        yield ReplayLine(name, state, TROUBLE, reason=f"{seen.trouble.kind}: {seen.trouble.message}")
    for url, trouble in seen.parts:
        yield ReplayLine(name, state, TROUBLE, reason=f"{trouble.kind}: {url}: {trouble.message}")
    for what, text in seen.oddities:
        yield ReplayLine(name, state, ODDITY, reason=f"{what}: {text}")


def _line(played: Played, seen: Seen, event: Event, topics: Mapping[str, Topic]) -> ReplayLine:
    entry = event.transition or event.expectation
    assert entry is not None
    topic = topics[event.topic]
    piece = entry.evidence[-1] if entry.evidence else None
    announced = event.transition.announced if event.transition else None
    told = announced or (event.transition.date if event.transition else None)
    detected = seen.at.date()
    return ReplayLine(
        series=played.series.name,
        state=seen.capture.label,
        event=event.kind.value,
        authority=event.authority,
        milestone=entry.milestone.value,
        treatment=topic.treatment.inn,
        indication=event.transition.indication if event.transition else topic.indication.name,
        date=entry.date.iso if entry.date else None,
        announced=announced.iso if announced else None,
        quote=piece.quote if piece else "",
        detected=detected,
        days=days_between(told.first, detected) if told else None,
    )


def _reviewed(played: Played, seen: Seen, row: FindingRow, topics: Mapping[str, Topic]) -> ReplayLine:
    told, detected = uniso(row.announced) or uniso(row.date), seen.at.date()
    return ReplayLine(
        series=played.series.name,
        state=seen.capture.label,
        event=REVIEW,
        authority=row.authority,
        milestone=row.milestone,
        treatment=topics[row.topic].treatment.inn,
        indication=row.indication,
        date=row.date or None,
        announced=(row.mode == Mode.ANNOUNCED.value and row.announced) or None,
        quote=row.quote,
        reason=row.reason,
        detected=detected,
        days=days_between(told.first, detected) if told else None,
    )


def _merged(found: list[ReplayLine]) -> list[ReplayLine]:
    """One line for one event of a page, though it concerns several uses at once: a decision on the whole product."""
    merged: dict[tuple[object, ...], ReplayLine] = {}
    for line in found:
        key = (line.event, line.authority, line.milestone, line.treatment, line.date, line.announced)
        if (other := merged.get(key)) is None:
            merged[key] = line
            continue
        merged[key] = replace(
            other, indication=_joined(other.indication, line.indication), quote=_joined(other.quote, line.quote)
        )
    return list(merged.values())


def _joined(one: str, other: str) -> str:
    return one if other in one else f"{one}\n{other}"
