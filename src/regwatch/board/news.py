"""What is new since a day: the lines of the log as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regwatch import wording
from regwatch.board.site import View
from regwatch.board.view_models import line
from regwatch.digest.when import When, instant
from regwatch.ledger import queries
from regwatch.ledger.entries import Event, EventKind
from regwatch.safe_text import one_line

_MOST = 100
_LABELS = {
    EventKind.CONFIRMED: "Confirmed",
    EventKind.CORRECTED: "Corrected",
    EventKind.RETRACTED: "Taken back",
    EventKind.DATED: "Date put right",
    EventKind.EXPECTED: "Expected",
    EventKind.MOVED: "Date moved",
    EventKind.OVERDUE: "Overdue",
    EventKind.WITHDRAWN: "Date removed",
}


@dataclass(frozen=True)
class Item:
    """One piece of news. `path` leads on."""

    label: str
    sentence: str
    at: When
    path: str


@dataclass(frozen=True)
class News:
    """A page of news, newest first. `before` is what to ask for next, None where there is no more."""

    items: list[Item]
    before: int | None


def news(view: View, since: datetime | None, topic: str | None = None, before: int | None = None) -> News:
    """What the log holds since that instant (UTC), newest first; `before` is the line that the page before ended at."""
    topics = [topic] if topic else [one.id for one in view.topics]
    found = queries.news(
        view.session, topics, since=since, publisher=view.watchlist.publisher, before=before, limit=_MOST + 1
    )
    shown = found[:_MOST]
    items = [item for event in shown if (item := _item(event, view)) is not None]
    return News(items, shown[-1].seq if len(found) > _MOST else None)


def _item(event: Event, view: View) -> Item | None:
    at = instant(event.at, view.zone)
    if event.transition is not None:
        shown = line(event.transition, view)
        label = _LABELS.get(event.kind, shown.headline + shown.reported)
        return Item(label, shown.sentence, at, shown.page)
    if event.expectation is None or event.kind is EventKind.MET:
        return None
    sentence = _foreseen(event, view)
    return Item(_LABELS.get(event.kind, "News"), sentence, at, f"/t/{event.topic}/{event.authority.lower()}")


def _foreseen(event: Event, view: View) -> str:
    one = event.expectation
    assert one is not None
    about = wording.medicine(view.topic_or_past(event.topic))
    told = one_line(one.wording, 120)
    match event.kind:
        case EventKind.OVERDUE:
            return wording.overdue(one.authority, one.milestone, one.date, view.now, about=about)
        case EventKind.MOVED:
            return wording.moved(one.authority, one.milestone, one.was, one.date, told, about=about)
        case EventKind.WITHDRAWN:
            return wording.withdrawn(one.authority, one.milestone, one.date, about=about)
    return wording.expected(one.authority, one.milestone, one.date, told, about=about)
