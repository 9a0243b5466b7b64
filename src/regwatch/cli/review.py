"""`regwatch review`: what the classifier was not sure of, for a person to decide once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from sqlmodel import Session, select

from regwatch.cli.output import print_json, print_table, say
from regwatch.dates import from_iso
from regwatch.errors import BadDate, UsageError
from regwatch.ledger import transitions
from regwatch.ledger.witness import Witness
from regwatch.model import Finding
from regwatch.monitoring.queue import second_opinion
from regwatch.settings import load_settings
from regwatch.store.codec import uniso
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode


class Decision(StrEnum):
    """What a person says of a finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    CORRECT = "correct"


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
                rows = session.exec(select(FindingRow).where(FindingRow.review == "open")).all()
            _list(list(rows), as_json=as_json)
            return
        if number is None:
            raise UsageError(f"say which finding to {decision.value}: `regwatch review` lists them")
        with database.session() as session:
            say(decide(session, number, decision, milestone=milestone, date=date, topic=topic, note=note))
    finally:
        database.close()


def decide(
    session: Session,
    number: int,
    decision: Decision,
    *,
    milestone: str | None = None,
    date: str | None = None,
    topic: str | None = None,
    note: str = "",
) -> str:
    """Carry out one decision. Gives the sentence to print; raises `UsageError` for one that cannot be taken."""
    row = session.get(FindingRow, number)
    if row is None or row.review != "open":
        open_ones = session.exec(select(FindingRow.id).where(FindingRow.review == "open")).all()
        listed = ", ".join(map(str, open_ones)) or "none"
        raise UsageError(f"finding {number} is not waiting for review; waiting: {listed}")
    row.review, row.review_note, row.reviewed_at = decision.value, note, datetime.now(UTC)
    if decision is Decision.REJECT:
        session.add(row)
        return f"finding {number} is rejected"
    if decision is Decision.CORRECT:
        _correct(row, milestone, date, topic)
    if not row.topic:
        raise UsageError(f"finding {number} has no topic: use `regwatch review correct {number} --topic TOPIC`")
    witness = Witness(
        finding=number,
        source=row.source,
        official=row.official,
        structured=False,
        baseline=False,
        at=row.reviewed_at,
    )
    route, row.transition, row.expectation = transitions.record(session, _finding(row), witness)
    row.route = route.value
    session.add(row)
    return f"finding {number} is accepted: {row.authority} {row.milestone} for {row.topic} ({route.value})"


def _correct(row: FindingRow, milestone: str | None, date: str | None, topic: str | None) -> None:
    if not (milestone or date or topic):
        raise UsageError("say what is right: --milestone, --date or --topic")
    if milestone:
        if milestone not in set(Milestone):
            raise UsageError(f"no milestone is called {milestone!r}: see docs/reference/milestones.md")
        row.milestone = milestone
    if date:
        try:
            row.date = from_iso(date).iso
        except BadDate as error:
            raise UsageError(f"{date!r} is not a date: write 2025-07-23, 2025-07, 2025-Q3, 2025-H2 or 2025") from error
    row.topic = topic or row.topic


def _finding(row: FindingRow) -> Finding:
    """The finding as the person has it: sure."""
    finding = Finding(
        authority=row.authority,
        milestone=Milestone(row.milestone),
        mode=Mode(row.mode),
        treatment=row.treatment,
        indication=row.indication,
        quote=row.quote,
        rule=row.rule,
        confidence=Confidence.HIGH,
        topic=row.topic,
        date=uniso(row.date),
        announced=uniso(row.announced),
        window=row.window,
        retracts=row.retracts,
    )
    return replace(finding, reason="accepted by the operator")


def _list(rows: list[FindingRow], *, as_json: bool) -> None:
    if as_json:
        print_json([{**row.model_dump(mode="json"), "second": json.loads(row.second or "null")} for row in rows])
        return
    if not rows:
        say("nothing waits for review")
        return
    print_table(
        ("Finding", "Topic", "Says", "Date", "Why unsure", "Second reader", "Quote"),
        [
            (
                str(row.id),
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
