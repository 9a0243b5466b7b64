"""What the story came to: its news line by line, for scripts and tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regwatch.ledger.as_json import expectation_json, transition_json
from regwatch.ledger.entries import Event, EventKind

TOLD = frozenset({
    EventKind.TRANSITION, EventKind.EXPECTED, EventKind.MOVED, EventKind.MET, EventKind.OVERDUE, EventKind.RETRACTED,
})  # fmt: skip


def news_lines(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Every transition and expectation event that is news, in order, in the words of all JSON outputs.

    A transition is shown as it stands in the end: with the date and the standing that later witnesses gave it.
    Of an expectation that moved, `from` is the date before. `detected_at` (UTC) is when this line was entered.
    """
    return [_line(event) for event in events if event.kind in TOLD and not event.baseline]


def _line(event: Event) -> dict[str, Any]:
    line: dict[str, Any] = {"event": event.kind.value, "topic": event.topic, "authority": event.authority}
    if event.transition is not None:
        shown = transition_json(event.transition)
        line |= {key: shown[key] for key in ("milestone", "from", "date", "announced", "standing")}
    elif event.expectation is not None:
        shown = expectation_json(event.expectation)
        line |= {"milestone": shown["milestone"], "from": shown["was"], "date": shown["date"]}
        line |= {"announced": None, "standing": None}
    else:
        raise AssertionError(f"line {event.seq} of the log is about nothing")
    return line | {"detected_at": event.at.isoformat(), "source": shown["source"]}
