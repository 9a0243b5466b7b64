"""`regwatch review`: what the classifier was not sure of, for a person to decide once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from regwatch.cli.output import print_json, print_table, say
from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.ledger.review import Correction, Decided, Decision, decide, probability, waiting
from regwatch.monitoring.queue import second_opinion
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow


def review(
    decision: Annotated[Decision | None, typer.Argument(help="What to do; without it the list is shown.")] = None,
    number: Annotated[int | None, typer.Argument(help="The number of the finding.")] = None,
    milestone: Annotated[str | None, typer.Option(help="correct: the right milestone.")] = None,
    date: Annotated[str | None, typer.Option(help="correct: the right date, such as 2025-07-23 or 2025-Q3.")] = None,
    topic: Annotated[str | None, typer.Option(help="correct: the right topic.")] = None,
    note: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List what needs a person's eye, or decide one: it is recorded as evidence and never asked again."""
    database = Database(load_settings().database)
    try:
        if decision is None:
            with database.session() as session:
                rows = waiting(session)
            _list(rows, as_json=as_json)
            return
        if number is None:
            raise UsageError(f"say which finding to {decision.value}: `regwatch review` lists them")
        with database.session() as session:
            done = decide(session, number, decision, SystemClock().now(), Correction(milestone, date, topic), note)
        say(_said(done))
    finally:
        database.close()


def _said(done: Decided) -> str:
    if done.route is None:
        return f"finding {done.number} is rejected"
    return f"finding {done.number} is accepted: {done.authority} {done.milestone} for {done.topic} ({done.route.value})"


def _json(row: FindingRow) -> dict[str, Any]:
    parts = {name: json.loads(text or "null") for name, text in (("second", row.second), ("weighing", row.weighing))}
    return {**row.model_dump(mode="json"), **parts}


def _list(rows: Sequence[FindingRow], *, as_json: bool) -> None:
    if as_json:
        print_json([_json(row) for row in rows])
        return
    if not rows:
        say("nothing waits for review")
        return
    print_table(
        ("Finding", "Probable", "Topic", "Says", "Date", "Why unsure", "Second reader", "Quote"),
        [
            (
                str(row.id),
                "-" if (likely := probability(row)) is None else f"{likely:.2f}",
                row.topic or "?",
                f"{row.authority} {row.milestone} ({row.mode})",
                row.date,
                row.reason or f"{row.confidence} confidence",
                second_opinion(row)[:200] or "-",
                row.quote[:120],
            )
            for row in rows
        ],
    )
    say("Decide with: regwatch review accept|reject|correct NUMBER")
