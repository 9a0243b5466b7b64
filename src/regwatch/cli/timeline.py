"""`regwatch timeline`: how things came to stand where they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlmodel import Session

from regwatch import wording
from regwatch.cli.output import print_json, print_table, say
from regwatch.cli.story_clock import clock_of
from regwatch.cli.timeline_pages import Timeline, as_html, as_markdown
from regwatch.digest.background_lines import shown
from regwatch.digest.sentences import gone_by
from regwatch.digest.told_as_data import told_json
from regwatch.digest.transition_view import transition_view
from regwatch.errors import UsageError
from regwatch.ledger import background, evidence, notes, queries
from regwatch.ledger.as_json import background_json, expectation_json, note_json
from regwatch.ledger.background import BackgroundItem
from regwatch.ledger.entries import Expectation, ExpectationState, Standpoint, Transition
from regwatch.ledger.notes import Note
from regwatch.ledger.since import decided_since
from regwatch.model import Topic
from regwatch.service.assembly import read_watchlist
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.watchlist import Watchlist


class Format(StrEnum):
    """Shapes of a timeline."""

    TABLE = "table"
    MD = "md"
    HTML = "html"
    JSON = "json"


def timeline(
    topic: Annotated[str, typer.Argument(help="A topic.")],
    shape: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TABLE,
) -> None:
    """Print the dated history of a topic, newest first, ready to paste into a page."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    one = topics_named(watchlist, topic)[0]
    database = Database(settings.database)
    with database.session() as session:
        history = read_history(session, one, watchlist)
    database.close()
    url = f"{settings.base_url}/t/{one.id}" if settings.base_url else ""
    print_timeline(history, shape, clock_of(settings).now(), url)


@dataclass(frozen=True)
class History:
    """What a timeline is made of; `board` is where the topic stands now, `met` what each step was foreseen as."""

    topic: Topic
    lines: Sequence[Transition]
    coming: Sequence[Expectation] = ()
    notes: Sequence[Note] = ()
    board: Sequence[Standpoint] = ()
    met: Mapping[int, Expectation] = field(default_factory=dict)
    background: Sequence[BackgroundItem] = ()


def read_history(session: Session, topic: Topic, watchlist: Watchlist) -> History:
    """Everything that a timeline of the topic tells."""
    return History(
        topic,
        queries.timeline(session, topic.id, watchlist.publisher),
        queries.expected(session, topic.id, watchlist.publisher),
        notes.of_topic(session, topic.id),
        queries.board(session, [topic], publisher=watchlist.publisher),
        evidence.fulfilled(session, topic.id, watchlist.publisher),
        background.newest(session, topic.id, watchlist.publisher),
    )


def print_timeline(history: History, shape: Format, now: datetime, url: str = "") -> None:
    """Print a history as of `now` (UTC), newest first. `url` is its page on the board."""
    told = _told(history, now, url)
    match shape:
        case Format.JSON:
            views = zip(history.lines, told.steps, strict=True)
            print_json(_json(history, [told_json(one, view) for one, view in views]))
        case Format.MD:
            say("\n".join(as_markdown(told)))
        case Format.HTML:
            say("\n".join(as_html(told)))
        case Format.TABLE:
            print_table(
                ("Date", "Authority", "What happened", "Standing"),
                [(view.when.told, view.authority, view.status.lower(), view.standing.value) for view in told.steps],
                title=history.topic.title,
            )  # fmt: skip
            for words in (*told.ahead, *(one.words for one in history.notes)):
                say(words)


def _told(history: History, now: datetime, url: str) -> Timeline:
    since = {one.id: decided_since(one, history.board) for one in history.lines}
    past = frozenset(one.id for one in history.lines if (then := since[one.id]) and then.authority == one.authority)
    steps = [
        transition_view(one, history.topic, "UTC", None if one.id in past else since[one.id]) for one in history.lines
    ]
    silent = [cell.unanswered for cell in history.board if cell.unanswered]
    met = ((one, history.met[one.id]) for one in history.lines if one.id in history.met)
    return Timeline(
        history.topic, steps, [expected_words(one, now) for one in (*history.coming, *silent)], history.notes,
        wording.plain_day(now.date()), url, past,
        {one.id: wording.met(due.date, due.days, announced=one.date is None) for one, due in met},
        shown(history.background, "UTC"),
    )  # fmt: skip


def _json(history: History, steps: Sequence[dict[str, Any]]) -> dict[str, object]:
    return {
        "topic": history.topic.id,
        "history": list(steps),
        "expected": [expectation_json(one) for one in history.coming],
        "notes": [note_json(one) for one in history.notes],
        "background": [background_json(one) for one in history.background],
    }


def topics_named(watchlist: Watchlist, name: str | None) -> list[Topic]:
    """The topic of that name, or all for None. Raises `UsageError` with the names there are."""
    found = [one for one in watchlist.topics if name in (None, one.id)]
    if not found:
        known = ", ".join(one.id for one in watchlist.topics) or "none"
        raise UsageError(f"no topic is called {name!r}; there are: {known}")
    return found


def expected_words(one: Expectation, now: datetime) -> str:
    """What is foreseen, loudly so where it is overdue, or that it passed without news."""
    if one.state is ExpectationState.OVERDUE:
        return "OVERDUE: " + wording.overdue(one.authority, one.milestone, one.date, now)
    if one.state is ExpectationState.PASSED:
        return gone_by(one)
    return wording.expected(one.authority, one.milestone, one.date, one.wording)
