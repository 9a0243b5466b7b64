"""`regwatch subscriber`: those who get digests; and `regwatch bounce`."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from regwatch.cli.output import FAILED, fail, local, print_table, say
from regwatch.clock import SystemClock
from regwatch.digest.signing import BounceAddress
from regwatch.errors import UsageError
from regwatch.service.assembly import read_watchlist
from regwatch.service.bounces import take_report
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.store.people import Channel, Subscriber
from regwatch.subscribers import account, people
from regwatch.subscribers.choices import Choice, Choices, address_of
from regwatch.subscribers.links import read_key
from regwatch.watchlist import Cadence

app = typer.Typer(help="Who gets digests: add, list, pause, erase.", no_args_is_help=True, rich_markup_mode=None)

Address = Annotated[str, typer.Argument(help="Mail address of the subscriber.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="Topic to follow; all of them if none.")]
Often = Annotated[Cadence, typer.Option(help="When news is mailed.")]


@contextmanager
def _session() -> Iterator[tuple[Session, datetime]]:
    database = Database(load_settings().database)
    try:
        with database.session() as session:
            yield session, SystemClock().now()
    finally:
        database.close()


def _person(session: Session, address: str) -> Subscriber:
    found = people.by_address(session, address)
    if found is None:
        raise UsageError("nobody has this address: `regwatch subscriber list` names everybody")
    return found


@app.command()
def add(
    address: Address,
    topic: Topics = None,
    cadence: Often = Cadence.DAILY,
    consent: Annotated[bool, typer.Option("--consent", help="Say that the person has agreed to get mail.")] = False,
) -> None:
    """Add somebody who has asked for digests in person or in writing."""
    if not consent:
        raise UsageError("add only who has agreed: say so with --consent, or let them sign up on the board")
    with _session() as (session, now):
        _add(session, address, topic or [], cadence, now)
    say("added; from now on they are told of news")


@app.command(name="import")
def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV with the columns address, topics (separated by blanks), cadence.")],
    consent: Annotated[bool, typer.Option("--consent", help="Say that everybody in it has agreed.")] = False,
) -> None:
    """Add everybody in a CSV file, or nobody if any line is wrong. Who is known already stays as they are."""
    if not consent:
        raise UsageError("import only who has agreed: say so with --consent")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file} cannot be read: {error}")
    added = 0
    with _session() as (session, now):
        for number, row in enumerate(rows, 2):
            if people.by_address(session, (row.get("address") or "").strip()) is not None:
                continue
            try:
                cadence = Cadence((row.get("cadence") or "daily").strip())
                _add(session, row.get("address") or "", (row.get("topics") or "").split(), cadence, now)
            except (ValueError, UsageError) as error:
                raise UsageError(f"{file}:{number}: {error}") from error
            added += 1
    say(f"added {added} of {len(rows)}")


def _add(session: Session, address: str, topics: list[str], cadence: Cadence, now: datetime) -> None:
    settings = load_settings()
    known = [topic.id for topic in read_watchlist(settings).topics]
    if unknown := set(topics) - set(known):
        raise UsageError(f"no topic is called {min(unknown)!r}; there are: {', '.join(known)}")
    chosen = tuple(Choice(topic, cadence=cadence.value) for topic in topics or known)
    try:
        good = address_of(address, international=settings.smtputf8)
        if people.suppressed(session, read_key(settings.home), good):
            raise UsageError("mail to this address came back or was called spam, or they asked never to be written to")
        people.add(session, good, Choices(chosen, zone=settings.zone), "operator", now)
    except ValueError as error:
        raise UsageError(str(error)) from error


@app.command(name="list")
def list_all() -> None:
    """List everybody."""
    zone = load_settings().zone
    with _session() as (session, _now):
        found = session.exec(select(Subscriber).where(Subscriber.address != "").order_by(col(Subscriber.id))).all()
        rows = [
            (
                row.address,
                row.origin,
                row.standing,
                " ".join(one.topic for one in people.subscriptions(session, row.id or 0, current=True)),
                local(row.confirmed_at, zone),
                row.reason,
            )
            for row in found
        ]
    print_table(("Address", "Origin", "Standing", "Topics", "Confirmed", "Why it ended"), rows)


@app.command()
def show(address: Address) -> None:
    """Print everything that is kept about somebody, and why it ended."""
    with _session() as (session, _now):
        say(account.export(session, _person(session, address)))


@app.command()
def export(address: Address, out: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None) -> None:
    """Give somebody everything that is kept about them, as JSON, the texts that they agreed to included."""
    with _session() as (session, _now):
        text = account.export(session, _person(session, address))
    if out is None:
        say(text)
        return
    try:
        out.touch(mode=0o600)
        out.write_text(text + "\n", "utf-8")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")


@app.command()
def erase(
    address: Address,
    never_again: Annotated[bool, typer.Option("--never-again", help="Also refuse the address from now on.")] = False,
) -> None:
    """Forget somebody everywhere, their mails included."""
    key = read_key(load_settings().home)
    with _session() as (session, now):
        people.erase(session, key, _person(session, address), now, never_again=never_again)
    say("erased")


@app.command()
def pause(address: Address) -> None:
    """Send somebody nothing until they are resumed; what happens meanwhile is told then."""
    with _session() as (session, _now):
        people.pause(session, _person(session, address), None)
    say("paused")


@app.command()
def resume(address: Address) -> None:
    """Send to somebody again."""
    with _session() as (session, _now):
        people.resume(session, _person(session, address))
    say("resumed")


@app.command()
def channel(
    address: Address,
    url: Annotated[str, typer.Argument(help="Apprise address, such as ntfy://host/topic; - reads it from stdin.")],
    topic: Annotated[str, typer.Option(help="Only news of this topic.")] = "",
) -> None:
    """Tell somebody's news also on another channel: Slack, Matrix, Telegram, ntfy, a webhook."""
    secret = sys.stdin.readline().strip() if url == "-" else url
    with _session() as (session, now):
        person = _person(session, address)
        session.add(Channel(subscriber=person.id or 0, topic=topic, url=secret, created_at=now))
    say("added")


def bounce() -> None:
    """Read one mail that came back from standard input, and act upon it: for a mail server's pipe."""
    settings = load_settings()
    if not settings.bounce_address:
        raise UsageError("REGWATCH_BOUNCE_ADDRESS is not set, so no mail that comes back can be matched")
    address = BounceAddress(settings.bounce_address, read_key(settings.home))
    with _session() as (session, now):
        done = take_report(session, sys.stdin.buffer.read(), address, now)
    say(done or "this is no report about a mail of ours")
    if not done:
        raise typer.Exit(FAILED)
