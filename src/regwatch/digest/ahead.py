"""The dates ahead of one topic, the soonest first, and how to take part while a consultation is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regwatch import wording
from regwatch.dates import local_day
from regwatch.digest.entry import EntryContext, coming, in_order, unanswered
from regwatch.ledger.entries import Expectation, ExpectationState
from regwatch.safe_text import host_of, one_line, web_link
from regwatch.vocabulary import DEADLINES

_MOST = 10
NO_NEWS = "no news of it yet"
"""What is said of a step that is never late and whose day has passed."""


@dataclass(frozen=True)
class Ahead:
    """One foreseen step: when, what, by how much it is late or that no news came ("" if it is still ahead), and how to
    take part ("" if one cannot).

    `url` is the page to take part at, "" if there is none or it cannot be linked safely.
    """

    when: str
    what: str
    late: str
    respond: str
    url: str
    host: str


def dates_ahead(scene: EntryContext) -> tuple[Ahead, ...]:
    """What is foreseen for the scene's topic, by the last day on which it can come; what has no date comes last.

    With what passed in silence and nothing has answered.
    """
    found = [one for one in in_order(coming(scene)) if not _is_over(one, scene)]
    found += unanswered(scene)
    found.sort(key=lambda one: one.date.last if one.date else date.max)
    return tuple(_ahead(one, scene) for one in found)[:_MOST]


def _is_over(one: Expectation, scene: EntryContext) -> bool:
    """Whether the day until which people could act has passed where the authority is."""
    today = local_day(scene.now, wording.zone(one.authority))
    return one.milestone in DEADLINES and (one.date is None or one.date.last < today)


def _ahead(one: Expectation, scene: EntryContext) -> Ahead:
    when, what = wording.ahead(one.authority, one.milestone, one.date, one_line(one.wording, 120))
    overdue = one.state is ExpectationState.OVERDUE
    late = (wording.late(one.authority, one.date, scene.now) or "overdue") if overdue else ""
    if one.state is ExpectationState.PASSED:
        late = NO_NEWS
    url = ""
    if one.milestone in DEADLINES:
        url = next((found for piece in one.evidence if piece.official and (found := web_link(piece.url))), "")
    respond = wording.respond(one.authority) if one.milestone in DEADLINES else ""
    return Ahead(when, what, late, respond, url, host_of(url))
