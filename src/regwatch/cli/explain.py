"""`regwatch changes` and `regwatch explain`: what changed on the pages, and what a line of the ledger rests on."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from regwatch import wording
from regwatch.classify.explain import next_best, sums
from regwatch.cli.output import local, print_json, print_table, say
from regwatch.errors import UsageError
from regwatch.ledger import queries
from regwatch.ledger.as_json import transition_json
from regwatch.ledger.evidence import lines_around
from regwatch.mail import outbox_queries
from regwatch.monitoring.queue import said, second_opinion
from regwatch.reasons import Weighing
from regwatch.service.assembly import read_watchlist
from regwatch.settings import load_settings
from regwatch.store.change_texts import ChangeTexts, Sides
from regwatch.store.codec import weighing_from_json
from regwatch.store.database import Database
from regwatch.store.tables import (
    ChangeRow,
    EventRow,
    ExpectationRow,
    FindingRow,
    Snapshot,
    TransitionRow,
)
from regwatch.vocabulary import Milestone

_FOUND = select(FindingRow).order_by(col(FindingRow.id))
_OF_TRANSITION = ("topic", "authority", "from", "milestone", "date", "announced", "standing", "detected_at")


def changes(
    source: Annotated[str | None, typer.Option("--source", help="Only changes of this source.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many, newest first.")] = 30,
    baseline: Annotated[bool, typer.Option("--baseline", help="Show what the first looks recorded, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """List what changed on the watched pages, newest first, with what was made of it."""
    settings = load_settings()
    database = Database(settings.database)
    with database.session() as session:
        query = select(ChangeRow).order_by(col(ChangeRow.id).desc()).limit(limit)
        if source:
            query = query.where(ChangeRow.source == source)
        if not baseline:
            query = query.where(ChangeRow.baseline == False)  # noqa: E712
        texts = ChangeTexts(session)
        rows = [(row, texts.of(row), _findings(session, row)) for row in session.exec(query)]
    database.close()
    if as_json:
        print_json([_change_json(row, sides, found) for row, sides, found in rows])
        return
    print_table(
        ("Change", "When", "Source", "What", "Title", "Meaning"),
        [
            (
                str(row.id),
                local(row.at, settings.zone),
                row.source,
                _what(row, sides),
                row.title[:60] or row.key[:60],
                "; ".join(said(one.authority, one.milestone, f"{one.mode}, {one.route}") for one in found),
            )
            for row, sides, found in rows
        ],
    )


def explain(
    number: Annotated[int, typer.Argument(help="The number of a transition, as `status --json` and mails give it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Show what one transition rests on: the page before and after, the quote, the rule, and the chain to the mail."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    database = Database(settings.database)
    with database.session() as session:
        one = queries.transition(session, number, watchlist.publisher)
        if one is None:
            last = session.exec(select(TransitionRow.id).order_by(col(TransitionRow.id).desc()).limit(1)).first()
            known = f"the newest is {last}" if last else "there are none yet"
            raise UsageError(f"there is no transition {number}; {known}")
        rows = session.exec(_FOUND.where(FindingRow.transition == number)).all()
        chain = [_link(session, row) for row in rows]
        told = _told(session, number)
    database.close()
    moved = transition_json(one)
    found: dict[str, Any] = {
        "transition": number,
        **{name: moved[name] for name in _OF_TRANSITION},
        "evidence": chain,
        "messages": told,
    }
    print_json(found) if as_json else _print(found)


def _findings(session: Session, row: ChangeRow) -> list[FindingRow]:
    return list(session.exec(_FOUND.where(FindingRow.change == row.id)))


def _what(row: ChangeRow, sides: Sides) -> str:
    before, after = sides
    return f"{row.kind} " + ("changed" if before and after else "added" if after else "removed")


def _change_json(row: ChangeRow, sides: Sides, found: list[FindingRow]) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "source": row.source,
        "what": _what(row, sides),
        "title": row.title,
        "url": row.url,
        "before": sides[0],
        "after": sides[1],
        "findings": [
            one.model_dump(
                mode="json", include={"topic", "authority", "milestone", "mode", "date", "announced", "quote", "route"}
            )
            for one in found
        ],
    }


def _link(session: Session, row: FindingRow) -> dict[str, Any]:
    change = session.get(ChangeRow, row.change)
    assert change is not None
    snapshot = session.get(Snapshot, change.snapshot)
    before, after = ChangeTexts(session).of(change)
    return {
        "finding": row.id,
        "source": row.source,
        "official": row.official,
        "url": row.url,
        "seen_at": row.at.isoformat(),
        "poll": snapshot.poll if snapshot else None,
        "snapshot": change.snapshot,
        "sha256": snapshot.manifest if snapshot else None,
        "change": change.id,
        "before": list(lines_around(before, row.quote)),
        "after": list(lines_around(after, row.quote)),
        "quote": row.quote,
        "rule": row.rule,
        "confidence": row.confidence,
        "cues": json.loads(row.cues),
        "reason": row.reason,
        "weighing": json.loads(row.weighing or "null"),
        "second_reader": second_opinion(row) or None,
    }


def _told(session: Session, number: int) -> list[dict[str, Any]]:
    """The mails that told of it, and those that told before that it was expected, each named as what it is."""
    met = select(ExpectationRow.id).where(ExpectationRow.met_by == number)
    itself = session.exec(select(EventRow.seq).where(col(EventRow.transition) == number)).all()
    foreseen = session.exec(select(EventRow.seq).where(col(EventRow.expectation).in_(met))).all()
    of_itself = {mail.id for mail in outbox_queries.that_told(session, [seq for seq in itself if seq is not None])}
    both = [seq for seq in (*itself, *foreseen) if seq is not None]
    return [
        {
            "message_id": mail.message_id,
            "told": "transition" if mail.id in of_itself else "expectation",
            "state": mail.state.value,
            "created_at": mail.created_at.isoformat(),
        }
        for mail in outbox_queries.that_told(session, both)
    ]


def _print(found: dict[str, Any]) -> None:
    say(f"Transition {found['transition']}: {found['topic']} at {found['authority']}")
    before = Milestone(found["from"]) if found["from"] else None
    say(f"  {wording.status(before)} -> {wording.status(Milestone(found['milestone']))}, {found['standing']}")
    say(f"  date {found['date'] or 'not given'}, announced {found['announced'] or 'not given'}")
    for link in found["evidence"]:
        say()
        say(f"  Evidence from {link['source']}" + (" (the authority itself)" if link["official"] else ""))
        say(f"    page   {link['url']}")
        say(f"    seen   {link['seen_at']}  poll {link['poll']}, snapshot {link['snapshot']}, change {link['change']}")
        if link["sha256"]:
            say(f"    copy   SHA-256 {link['sha256']}")
        reason = f"; {link['reason']}" if link["reason"] else ""
        say(f"    rule   {link['rule']} (confidence {link['confidence']}{reason})")
        for role, text, offset in link["cues"]:
            say(f"    cue    {role}: {text!r} at {offset}")
        if link["weighing"]:
            _print_weighing(weighing_from_json(link["weighing"]))
        if link["second_reader"]:
            say(f"    second reader {link['second_reader']}")
        say(f'    quote  "{link["quote"]}"')
        for name in ("before", "after"):
            say(f"    {name}")
            for line in link[name] or ["(nothing)"]:
                say(f"      {line}")
    say()
    for told in found["messages"]:
        what = "told of it" if told["told"] == "transition" else "told before that it was expected"
        say(f"  Mail {told['message_id']} {what}: {told['state']}, composed {told['created_at']}")
    if all(told["told"] == "expectation" for told in found["messages"]):
        say("  No mail has told of it.")


def _print_weighing(weighing: Weighing) -> None:
    say(f"    news   with probability {weighing.probability:.2f}")
    say(f"      weighed    {sums(weighing)}")
    for name, rival in (("authority", weighing.authority), ("medicine", weighing.medicine)):
        if rival:
            say(f"      {name:<10} {next_best(rival).removeprefix('; ')}")
