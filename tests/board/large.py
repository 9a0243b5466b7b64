"""A large ledger, written in bulk: what costs grow with is what a test or a bench sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, insert
from sqlalchemy.engine import Engine

from regwatch.board.site import Site
from regwatch.clock import DrivenClock
from regwatch.demo.story import DemoSettings
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.store.database import Database
from regwatch.store.tables import EventRow, ExpectationRow, FindingRow, SourceState, TransitionRow
from regwatch.watchlist import Watchlist

NOW = datetime(2025, 6, 20, 12, 0, tzinfo=UTC)
PLACES = (("FDA", "approved"), ("EMA", "opinion_positive"), ("EC", "approved"), ("MHRA", "approved"))
_WITNESSES = 2


def large_site(folder: Path, topics: int, per_topic: int) -> Site:
    """The site of so many topics, each with so many transitions, at four authorities in turn."""
    settings = DemoSettings(home=folder / "var", sources=folder / "sources.yaml")
    watchlist = _watchlist(topics)
    database = Database(settings.database)
    with database.session() as session:
        connection = session.connection()
        for table, rows in _rows(watchlist, per_topic):
            connection.execute(insert(table), rows)
    database.close()
    return Site(settings, lambda: watchlist, DrivenClock(NOW), "https://board.example.org")


def _watchlist(topics: int) -> Watchlist:
    def source(number: int) -> Source:
        page = f"https://agency.example.org/{number}"
        return Source(f"source-{number}", "page", "The Agency", page, (f"topic-{number}",), official_for=("EC", "FDA"))

    def topic(number: int) -> Topic:
        treatment = Treatment("cabozantinib", ("Cabometyx",))
        return Topic(
            f"topic-{number}", f"Cabozantinib for disease {number}", treatment, Indication(f"disease {number}")
        )

    return Watchlist(tuple(map(topic, range(topics))), tuple(map(source, range(topics))))


def _rows(watchlist: Watchlist, per_topic: int) -> Iterator[tuple[type, list[dict[str, object]]]]:
    """Row by row what a ledger would hold; every place has a date ahead."""
    moves: list[dict[str, object]] = []
    for one in watchlist.topics:
        for turn in range(per_topic):
            authority, milestone = PLACES[turn % len(PLACES)]
            at = NOW - timedelta(days=per_topic - turn)
            moves.append({
                "id": len(moves) + 1, "topic": one.id, "authority": authority, "milestone": milestone, "before": "",
                "date": at.date().isoformat(), "announced": "", "detected_at": at, "standing": "confirmed",
                "baseline": False, "history": False, "indication": one.indication.name,
            })  # fmt: skip
    ahead = [
        {
            "id": number, "topic": one.id, "authority": "EC", "milestone": "approved", "date": "2025-09", "wording": "",
            "state": "open", "detected_at": NOW, "was": "", "baseline": False,
        }
        for number, one in enumerate(watchlist.topics, 1)
    ]  # fmt: skip
    yield TransitionRow, moves
    yield ExpectationRow, ahead
    yield (
        FindingRow,
        [_finding(one, "transition") for one in moves for _ in range(_WITNESSES)]
        + [_finding(one, "expectation") for one in ahead],
    )
    yield EventRow, [
        {"kind": "transition", "topic": one["topic"], "authority": one["authority"], "at": one["detected_at"],
         "baseline": False, "transition": one["id"], "note": ""} for one in moves
    ]  # fmt: skip
    yield SourceState, [
        {"id": one.id, "adapter": "page", "topics": "", "read_at": NOW, "answered_at": NOW, "checked_at": NOW,
         "trouble": "", "trouble_text": "", "failures": 0, "gap_text": ""} for one in watchlist.sources
    ]  # fmt: skip


def _finding(one: dict[str, object], of: str) -> dict[str, object]:
    number = str(one["topic"]).split("-")[1]
    return {
        "change": 1, "source": f"source-{number}", "at": one["detected_at"], "topic": one["topic"],
        "authority": one["authority"], "milestone": one["milestone"], "mode": "announced", "confidence": "high",
        "quote": "The Commission has granted a marketing authorisation for this medicine. " * 2, "rule": "label",
        "url": f"https://agency.example.org/{number}", "official": True, "transition": None, "expectation": None,
        of: one["id"],
    }  # fmt: skip


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any engine executes while the block lasts."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
