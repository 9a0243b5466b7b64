"""`regwatch timeline`: how things came to stand where they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from regwatch import wording
from regwatch.cli.output import print_json, print_table, say
from regwatch.cli.story_clock import clock_of
from regwatch.cli.timeline_pages import Timeline, as_html, as_markdown
from regwatch.digest.told_as_data import told_json
from regwatch.digest.transition_view import transition_view
from regwatch.errors import UsageError
from regwatch.ledger import notes, queries
from regwatch.ledger.as_json import expectation_json, note_json
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
        lines = queries.timeline(session, one.id, watchlist.publisher)
        coming = queries.expected(session, one.id, watchlist.publisher)
        written = notes.of_topic(session, one.id)
        board = queries.board(session, [one], publisher=watchlist.publisher)
    database.close()
    url = f"{settings.base_url}/t/{one.id}" if settings.base_url else ""
    at = clock_of(settings).now()
    print_timeline(one, lines, coming, shape, written, url, at, board)


def print_timeline(
    topic: Topic,
    lines: Sequence[Transition],
    coming: Sequence[Expectation],
    shape: Format,
    written: Sequence[Note] = (),
    url: str = "",
    at: datetime | None = None,
    board: Sequence[Standpoint] = (),
) -> None:
    """Print a history, newest first, what is foreseen, and the operator's notes, as of `at`, which is now if left out.

    `url` is its page on the board, `board` where the topic stands now.
    """
    now = at or datetime.now(UTC)
    since = {one.id: decided_since(one, board) for one in lines}
    past = frozenset(one.id for one in lines if (then := since[one.id]) and then.authority == one.authority)
    shown = [transition_view(one, topic, "UTC", None if one.id in past else since[one.id]) for one in lines]
    as_of = wording.plain_day(now.date())
    told = Timeline(topic, shown, [expected_words(one, now) for one in coming], written, as_of, url, past)
    match shape:
        case Format.JSON:
            told_of = [told_json(one, view) for one, view in zip(lines, shown, strict=True)]
            print_json(_json(topic, told_of, coming, written))
        case Format.MD:
            say("\n".join(as_markdown(told)))
        case Format.HTML:
            say("\n".join(as_html(told)))
        case Format.TABLE:
            print_table(
                ("Date", "Authority", "What happened", "Standing"),
                [(view.when.told, view.authority, view.status.lower(), view.standing.value) for view in shown],
                title=topic.title,
            )  # fmt: skip
            for words in (*told.ahead, *(one.words for one in written)):
                say(words)


def _json(
    topic: Topic, history: Sequence[dict[str, Any]], coming: Sequence[Expectation], written: Sequence[Note]
) -> dict[str, object]:
    return {
        "topic": topic.id,
        "history": list(history),
        "expected": [expectation_json(one) for one in coming],
        "notes": [note_json(one) for one in written],
    }


def topics_named(watchlist: Watchlist, name: str | None) -> list[Topic]:
    """The topic of that name, or all for None. Raises `UsageError` with the names there are."""
    found = [one for one in watchlist.topics if name in (None, one.id)]
    if not found:
        known = ", ".join(one.id for one in watchlist.topics) or "none"
        raise UsageError(f"no topic is called {name!r}; there are: {known}")
    return found


def expected_words(one: Expectation, now: datetime) -> str:
    """What is foreseen, and loudly so where it is overdue."""
    if one.state is ExpectationState.OVERDUE:
        return "OVERDUE: " + wording.overdue(one.authority, one.milestone, one.date, now)
    return wording.expected(one.authority, one.milestone, one.date, one.wording)
