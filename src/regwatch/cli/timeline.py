"""`regwatch timeline`: how things came to stand where they do."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from regwatch import plain
from regwatch.cli.output import print_json, print_table, say
from regwatch.digest.transition_view import TransitionView, transition_view
from regwatch.errors import UsageError
from regwatch.ledger import queries
from regwatch.ledger.as_json import expectation_json, transition_json
from regwatch.ledger.entries import Expectation, ExpectationState, Transition
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
    database.close()
    print_timeline(one, [line.transition for line in lines], coming, shape)


def print_timeline(topic: Topic, lines: Sequence[Transition], coming: Sequence[Expectation], shape: Format) -> None:
    """Print a history, newest first, and what is foreseen."""
    shown = [transition_view(one, topic, "UTC") for one in lines]
    match shape:
        case Format.JSON:
            print_json({
                "topic": topic.id,
                "history": [transition_json(one) for one in lines],
                "expected": [expectation_json(one) for one in coming],
            })  # fmt: skip
        case Format.MD:
            say(f"## {topic.title}\n")
            for ahead in coming:
                say(f"- *{expected_words(ahead)}*")
            for view in shown:
                say(f"- **{view.when.told}**: {view.sentence}{_link_md(view)}")
        case Format.HTML:
            say(f"<h2>{html.escape(topic.title)}</h2>\n<ul>")
            for ahead in coming:
                say(f"<li><em>{html.escape(expected_words(ahead))}</em></li>")
            for view in shown:
                say(f"<li><strong>{view.when.told}</strong>: {html.escape(view.sentence)}{_link_html(view)}</li>")
            say("</ul>")
        case Format.TABLE:
            print_table(
                ("Date", "Authority", "What happened", "Standing"),
                [(view.when.told, view.authority, view.status.lower(), view.standing.value) for view in shown],
                title=topic.title,
            )  # fmt: skip
            for ahead in coming:
                say(expected_words(ahead))


def topics_named(watchlist: Watchlist, name: str | None) -> list[Topic]:
    """The topic of that name, or all for None. Raises `UsageError` with the names there are."""
    found = [one for one in watchlist.topics if name in (None, one.id)]
    if not found:
        known = ", ".join(one.id for one in watchlist.topics) or "none"
        raise UsageError(f"no topic is called {name!r}; there are: {known}")
    return found


def expected_words(one: Expectation) -> str:
    """What is foreseen, and loudly so where it is overdue."""
    if one.state is ExpectationState.OVERDUE:
        return "OVERDUE: " + plain.overdue(one.authority, one.milestone, one.date, datetime.now(UTC))
    return plain.expected(one.authority, one.milestone, one.date, one.wording)


def _link_md(view: TransitionView) -> str:
    return f" ([source]({view.source.url}))" if view.source and view.source.url else ""


def _link_html(view: TransitionView) -> str:
    if view.source is None or not view.source.url:
        return ""
    return f' (<a href="{html.escape(view.source.url, quote=True)}">source</a>)'
