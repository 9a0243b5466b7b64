"""What an operator does at the desk, as commands: let a source rest, drop a mail, send a test digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from regwatch.cli.output import local, say
from regwatch.cli.person import checked, opened
from regwatch.errors import UsageError
from regwatch.settings import load_settings

Days = Annotated[int, typer.Option(min=1, max=365, help="For how many days.")]
Source = Annotated[str, typer.Argument(help="A source of the watchlist.")]


def pause(source: Source, days: Days = 7) -> None:
    """Leave a source alone for some days: a running daemon knows within seconds. Its last good state stands."""
    from regwatch.store import wishes

    settings = load_settings()
    _known(source)
    with opened() as (session, now):
        until = now + timedelta(days=days)
        wishes.rest(session, source, until)
    say(f"{source} rests until {local(until, settings.zone)}; `regwatch source resume {source}` ends it before")


def resume(source: Source) -> None:
    """Look at a source again that was paused."""
    from regwatch.store import wishes

    _known(source)
    with opened() as (session, _now):
        wishes.wake(session, source)
    say(f"{source} is looked at again")


def drop(
    number: Annotated[int, typer.Argument(help="The number of the mail, as in `regwatch digest outbox`.")],
) -> None:
    """Do not send a mail that waits in the outbox. `regwatch digest retry` takes it up again."""
    from regwatch.mail import outbox_leaving

    with opened() as (session, now):
        why_not = outbox_leaving.drop(session, number, now)
    if why_not:
        raise UsageError(f"mail {number} cannot be dropped: {why_not}")
    say(f"mail {number} will not be sent")


def send_test(
    address: Annotated[str, typer.Argument(help="Who gets it; the operator's address if left out.")] = "",
) -> None:
    """Send one digest about nothing, marked as a test, the way that all mails take."""
    from regwatch.digest.sample import post_test
    from regwatch.service.assembly import read_watchlist
    from regwatch.service.mail_service import mailing_of
    from regwatch.subscribers.choices import address_of

    settings = load_settings()
    if not (to := address or settings.operator_mail or ""):
        raise UsageError("name an address, or set REGWATCH_OPERATOR_MAIL")
    mailing = mailing_of(settings, read_watchlist(settings))
    with checked(), opened() as (session, now):
        good = address_of(to, international=settings.smtputf8)
        number = post_test(session, mailing, good, settings.zone, now)
    say(f"mail {number} waits in the outbox: a running daemon sends it within a minute, `regwatch digest send` at once")


def _known(source: str) -> None:
    from regwatch.service.assembly import read_watchlist

    known = [one.id for one in read_watchlist(load_settings()).sources]
    if source not in known:
        raise UsageError(f"no source is called {source!r}; there are: {', '.join(known)}")
