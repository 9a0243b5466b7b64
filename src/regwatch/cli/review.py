"""`regwatch review`: what the classifier was not sure of, for a person to decide once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from regwatch.cli.output import print_json, print_table, say
from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.ledger import examples as labelled
from regwatch.ledger.examples import Examples
from regwatch.ledger.review import Correction, Decided, Decision, day_told, decide, probability, waiting
from regwatch.monitoring.queue import said, second_opinion
from regwatch.service.assembly import read_watchlist
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
    examples: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write what was decided as labelled documents."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List what needs a person's eye, or decide one: it is recorded as evidence and never asked again."""
    settings = load_settings()
    database = Database(settings.database)
    try:
        if examples is not None:
            if decision is not None:
                raise UsageError(f"--examples writes what was decided before: {decision.value} first, then write")
            watchlist = read_watchlist(settings)
            with database.session() as session:
                found = labelled.examples(session, watchlist.topics, watchlist.sources)
            _write(found, examples)
            return
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
    what = said(done.authority, done.milestone, done.route.value)
    return f"finding {done.number} is accepted: {what}, for {done.topic}"


def _write(found: Examples, folder: Path) -> None:
    """Three files of which none may be there already; line separators inside a text are escaped."""
    lines = {"documents.jsonl": found.documents, "labels.jsonl": found.labels}
    texts = {name: "".join(json.dumps(one) + "\n" for one in entries) for name, entries in lines.items()}
    texts["watch.yaml"] = json.dumps(found.watch, indent=1) + "\n"
    if there := next((name for name in texts if (folder / name).exists()), None):
        raise UsageError(f"{folder / there} is there already: name a new folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    say(f"{len(found.documents)} labelled documents in {folder}")
    if found.waiting:
        say(f"left out: {found.waiting} of which a finding still waits")
    if found.no_text:
        say(f"left out: {found.no_text} without a text to learn from (a structured page, or a statement taken back)")


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
                said(row.authority, row.milestone, row.mode),
                day_told(row),
                row.reason or f"{row.confidence} confidence",
                second_opinion(row)[:200] or "-",
                row.quote[:120],
            )
            for row in rows
        ],
    )
    say("Decide with: regwatch review accept|reject|correct NUMBER")
