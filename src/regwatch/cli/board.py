"""`regwatch status`: where every topic stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from regwatch import wording
from regwatch.cli.output import print_json, print_table
from regwatch.cli.sources import print_sources
from regwatch.cli.story_clock import clock_of
from regwatch.cli.timeline import expected_words, topics_named
from regwatch.digest.transition_view import transition_view
from regwatch.ledger import queries
from regwatch.ledger.as_json import standpoint_json
from regwatch.ledger.entries import Standpoint
from regwatch.model import Topic
from regwatch.service.assembly import read_watchlist
from regwatch.settings import Settings, load_settings
from regwatch.store.database import Database
from regwatch.watchlist import Watchlist


def status(
    topic: Annotated[str | None, typer.Argument(help="A topic; all if none is named.")] = None,
    sources: Annotated[bool, typer.Option("--sources", help="Show how the sources are instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Show the board: where each topic stands at each authority, and what is expected next."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    if sources:
        print_sources(settings, watchlist, as_json=as_json)
        return
    topics = topics_named(watchlist, topic)
    print_board(settings, watchlist, topics, as_json=as_json)


def print_board(settings: Settings, watchlist: Watchlist, topics: Sequence[Topic], *, as_json: bool = False) -> None:
    """Where these topics stand, as tables or JSON."""
    database = Database(settings.database)
    with database.session() as session:
        board = queries.board(session, topics, set(watchlist.official), watchlist.publisher)
    database.close()
    if as_json:
        print_json([standpoint_json(one) for one in board])
        return
    now = clock_of(settings).now()
    for one in topics:
        print_table(
            ("Authority", "Status", "Date", "Standing", "Expected next"),
            [_board_row(cell, one, now) for cell in board if cell.topic == one.id],
            title=one.title,
        )


def _board_row(cell: Standpoint, topic: Topic, at: datetime) -> tuple[str, ...]:
    now = transition_view(cell.transition, topic, "UTC") if cell.transition else None
    return (
        wording.short_name(cell.authority),
        now.status.lower() if now else "nothing known",
        now.when.told if now else "",
        now.standing.value if now else "",
        "; ".join(expected_words(one, at) for one in (*cell.expected, *filter(None, (cell.unanswered,)))),
    )
