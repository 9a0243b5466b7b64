"""`regwatch subscriber`: those who get digests; and `regwatch bounce`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session, col, select

from regwatch.cli import kept
from regwatch.cli.output import TRY_AGAIN, fail, local, print_table, say
from regwatch.cli.person import Address, checked, opened, person_of, receiving
from regwatch.errors import StoreError, UsageError
from regwatch.mail.envelope import BounceAddress
from regwatch.secret_key import read_key
from regwatch.service.assembly import read_watchlist
from regwatch.settings import Settings, load_settings
from regwatch.store.subscriber_tables import ACTIVE, Subscriber
from regwatch.subscribers import account, channels, lifecycle
from regwatch.subscribers.bounces import take_report
from regwatch.subscribers.choices import Choices, address_of
from regwatch.subscribers.roster import COLUMNS, chosen, read_roster
from regwatch.watchlist import Cadence, Watchlist

app = typer.Typer(
    help="Who gets digests: add, change, pause, stop, erase.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

Topics = Annotated[list[str] | None, typer.Option("--topic", help="Topic to follow; give it once for each.")]
Zone = Annotated[str | None, typer.Option(help="Time zone, such as Europe/London.")]
At = Annotated[str | None, typer.Option(help="Local time of daily and weekly digests, such as 08:30.")]

_BACKGROUND = "What changes no status, too: trials, congresses, guidelines, other uses."
_ON_REQUEST = "operator, on request"


@app.command()
def add(
    address: Address,
    topic: Topics = None,
    cadence: Annotated[Cadence, typer.Option(help="When news is mailed.")] = Cadence.DAILY,
    zone: Zone = None,
    at: At = None,
    alerts: Annotated[bool, typer.Option("--alerts", help="Decisions at once, besides the digest.")] = False,
    background: Annotated[bool, typer.Option("--background", help=_BACKGROUND)] = False,
    consent: Annotated[bool, typer.Option("--consent", help="Say that the person has agreed to get mail.")] = False,
) -> None:
    """Add somebody who has asked for digests; all topics, those that come later included, if none is given."""
    if not consent:
        raise UsageError("add only who has agreed: say so with --consent, or let them sign up on the board")
    settings = load_settings()
    known = [one.id for one in read_watchlist(settings).topics]
    with checked(), opened() as (session, now):
        topics = chosen(topic or [], known, cadence)
        choices = Choices(
            topics, zone or settings.zone, at or Choices.at, alerts=alerts, everything=not topic, background=background
        )  # fmt: skip
        added = _add(session, settings, address_of(address, international=settings.smtputf8), choices, now)
        told = f"{added.address} is told of news from now on: {' '.join(one.topic for one in topics)}"
    say(f"{told} ({cadence}{', decisions at once' if alerts else ''}{', background' if background else ''})")


def _add(session: Session, settings: Settings, address: str, choices: Choices, now: datetime) -> Subscriber:
    if lifecycle.suppressed(session, read_key(settings.home), address):
        raise ValueError(
            "this address must not be written to: mail came back or was called spam, or they asked for it. "
            "If they want mail again, `regwatch subscriber allow` first"
        )
    return lifecycle.add(session, address, choices, "operator", now)


@app.command(name="import")
def bring_in(
    file: Annotated[Path, typer.Argument(help=f"CSV with the columns {', '.join(COLUMNS)}.")],
    consent: Annotated[bool, typer.Option("--consent", help="Say that everybody in it has agreed.")] = False,
) -> None:
    """Add everybody in a CSV file, or nobody if any line is wrong. Who is known already stays as they are."""
    if not consent:
        raise UsageError("import only who has agreed: say so with --consent")
    settings = load_settings()
    known = [one.id for one in read_watchlist(settings).topics]
    members = read_roster(file, known, settings.zone, international=settings.smtputf8)
    with checked(), opened() as (session, now):
        new = [one for one in members if lifecycle.by_address(session, one.address) is None]
        for member in new:
            _add(session, settings, member.address, member.choices, now)
    stay = len(members) - len(new)
    say(f"added {len(new)} of {len(members)}" + (f"; {stay} known already stay as they are" if stay else ""))


@app.command()
def change(
    address: Address,
    topic: Topics = None,
    cadence: Annotated[Cadence | None, typer.Option(help="When news is mailed.")] = None,
    zone: Zone = None,
    at: At = None,
    quiet: Annotated[str | None, typer.Option(help='Local hours without immediate mails, such as 22-7, or "".')] = None,
    alerts: Annotated[bool | None, typer.Option(help="Decisions at once, besides the digest.")] = None,
    everything: Annotated[bool | None, typer.Option(help="Topics that are added later, too.")] = None,
    discreet: Annotated[bool | None, typer.Option(help="Subjects that do not say what a mail is about.")] = None,
    monthly: Annotated[bool | None, typer.Option(help="A mail once a month that we are still watching.")] = None,
    background: Annotated[bool | None, typer.Option(help=_BACKGROUND)] = None,
) -> None:
    """Change what somebody chose, as they asked in writing; what is not given stays. With --topic, those and no others.

    It is kept with their consents as made by the operator on request.
    """
    known = [one.id for one in read_watchlist(load_settings()).topics]
    wanted = {"zone": zone, "at": at, "quiet": quiet, "alerts": alerts, "discreet": discreet, "monthly": monthly}
    wanted["background"] = background
    wanted["everything"] = False if topic and everything is None else everything
    with checked(), opened() as (session, now):
        person = receiving(session, address)
        before = account.choices_now(session, person)
        if before is None:
            raise UsageError("this address stands in sources.yaml: change what they get there")
        had = {one.topic: one for one in before.topics}
        asked = chosen(topic or [], known, cadence or Cadence.DAILY) if topic or everything else before.topics
        topics = tuple(
            replace(had.get(one.topic, one), cadence=cadence or had.get(one.topic, one).cadence) for one in asked
        )
        given: dict[str, Any] = {name: value for name, value in wanted.items() if value is not None}
        account.change(session, person, replace(before, topics=topics, **given), now, _ON_REQUEST)
    say("changed: " + ", ".join(f"{one.topic} ({one.cadence})" for one in topics))


@app.command()
def stop(
    address: Address, topic: Annotated[str, typer.Option(help="Only this topic; everything if left out.")] = ""
) -> None:
    """Stop what somebody gets, as they asked. They can sign up again."""
    watchlist = read_watchlist(load_settings())
    with opened() as (session, now):
        person = receiving(session, address)
        followed = _followed(session, person, watchlist)
        if topic and topic not in followed:
            raise UsageError(f"they do not follow {topic!r}, but: {', '.join(followed) or 'nothing'}")
        lifecycle.stop(session, person, topic, "stopped by the operator on request", now)
    say("stopped")


def _followed(session: Session, person: Subscriber, watchlist: Watchlist) -> list[str]:
    rows = lifecycle.subscriptions(session, person.id or 0)
    own = {row.topic for row in rows}
    named = [one for one in watchlist.recipients if one.address.lower() == person.address.lower()]
    listed = {topic for one in named for topic in one.topics if topic not in own and "" not in own}
    return [*(row.topic for row in rows if row.ended_at is None), *sorted(listed)]


@app.command(name="list")
def list_all() -> None:
    """List everybody."""
    settings = load_settings()
    watchlist = read_watchlist(settings)
    with opened() as (session, now):
        found = session.exec(select(Subscriber).where(Subscriber.address != "").order_by(col(Subscriber.id))).all()
        rows = [
            (
                row.address,
                row.origin,
                "paused" if row.standing == ACTIVE and (row.paused_until or now) > now else row.standing,
                " ".join(_followed(session, row, watchlist)) if row.standing == ACTIVE else "",
                local(row.confirmed_at, settings.zone),
                row.reason,
            )
            for row in found
        ]
    if not rows:
        say("nobody yet: `regwatch subscriber add` adds somebody, and `regwatch run` those of sources.yaml")
        return
    print_table(("Address", "Origin", "Standing", "Topics", "Confirmed", "Why it ended"), rows)


for _command in (kept.show, kept.export, kept.erase):
    app.command()(_command)


@app.command()
def pause(address: Address) -> None:
    """Send somebody nothing until they are resumed; what happens meanwhile is told then."""
    with opened() as (session, _now):
        lifecycle.pause(session, receiving(session, address), None)
    say("paused; what happens meanwhile is told once they are resumed")


@app.command()
def resume(address: Address) -> None:
    """Send to somebody again."""
    with opened() as (session, _now):
        lifecycle.resume(session, receiving(session, address))
    say("mails flow")


@app.command()
def allow(address: Address) -> None:
    """Take an address off the list of those that must not be written to, because its owner wants mail again."""
    settings = load_settings()
    with checked(), opened() as (session, _now):
        good = address_of(address, international=settings.smtputf8)
        why = lifecycle.allow(session, read_key(settings.home), good)
    if not why:
        raise UsageError("this address is not refused: nothing was changed")
    say(f"{good} may be written to again (it was refused: {why}); they can sign up, or `regwatch subscriber add` it")


@app.command()
def channel(
    address: Address,
    url: Annotated[str, typer.Argument(help="Apprise address, such as ntfy://host/topic; - reads it from stdin.")] = "",
    topic: Annotated[str, typer.Option(help="Only news of this topic.")] = "",
    remove: Annotated[int, typer.Option(help="Remove the channel of this number instead.")] = 0,
) -> None:
    """Tell somebody's news also on another channel: Slack, Matrix, Telegram, ntfy. Without an address: list them.

    The address often is a secret: give it on standard input, and others on this machine will not see it.
    """
    settings = load_settings()
    secret = sys.stdin.readline().strip() if url == "-" else url
    with checked(), opened() as (session, now):
        person = person_of(session, address)
        if topic:
            chosen([topic], [one.id for one in read_watchlist(settings).topics], Cadence.DAILY)
        if remove:
            _remove(session, person, remove, now)
        elif secret or url:
            channels.add_channel(session, person, secret, topic, now)
        rows = [
            (str(row.id), row.shown, row.topic or "all", local(row.created_at, settings.zone))
            for row in channels.channels_of(session, person)
        ]
    if rows:
        print_table(("Number", "Service", "Topic", "Since"), rows)
    else:
        say(f"{person.address} is told by mail only")


def _remove(session: Session, person: Subscriber, number: int, now: datetime) -> None:
    mine = {row.id: row for row in channels.channels_of(session, person)}
    if number not in mine:
        raise UsageError(f"they have no channel {number}: `regwatch subscriber channel` lists them")
    channels.remove_channel(session, mine[number], now)


def bounce() -> None:
    """Read one mail that came back from standard input, and act upon it: for a mail server's pipe."""
    settings = load_settings()
    if not settings.bounce_address:
        raise UsageError("REGWATCH_BOUNCE_ADDRESS is not set, so no mail that comes back can be matched")
    address = BounceAddress(settings.bounce_address, read_key(settings.home))
    raw = sys.stdin.buffer.read()
    try:
        with opened() as (session, now):
            done = take_report(session, raw, address, now)
    except StoreError as error:
        fail(error.message, TRY_AGAIN)
    if not done:
        fail("this is no report about a mail of ours")
    say(done)
