"""`regwatch subscriber show, export, erase`: what is kept about somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regwatch.cli.output import fail, say
from regwatch.cli.person import Address, opened, person_of
from regwatch.secret_key import read_key
from regwatch.service.assembly import read_watchlist
from regwatch.settings import load_settings
from regwatch.store.database import Database
from regwatch.subscribers import account, lifecycle


def show(address: Address) -> None:
    """Print everything that is kept about somebody, and why it ended."""
    with opened() as (session, _now):
        say(account.export(session, person_of(session, address)))


def export(address: Address, out: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None) -> None:
    """Give somebody everything that is kept about them, as JSON, the texts that they agreed to included."""
    with opened() as (session, _now):
        text = account.export(session, person_of(session, address))
    if out is None:
        say(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            out.chmod(0o600)
            file.write(text + "\n")
    except FileExistsError:
        fail(f"{out} is there already: name a file that is not")
    except OSError as error:
        fail(f"{out} cannot be written: {error.strerror}")
    say(f"{out}: everything that is kept about {address}")


def erase(
    address: Address,
    never_again: Annotated[bool, typer.Option("--never-again", help="Also refuse the address from now on.")] = False,
) -> None:
    """Forget somebody everywhere, their mails included."""
    settings = load_settings()
    listed = {one.address.lower() for one in read_watchlist(settings).recipients}
    with opened() as (session, now):
        person = person_of(session, address)
        named = person.address.lower() in listed
        lifecycle.erase(session, read_key(settings.home), person, now, never_again=never_again or named)
    if named:
        say(f"{settings.sources} still names them: nothing is sent to them, but take them out there too")
    database = Database(settings.database)
    wiped = database.wipe()
    database.close()
    say(
        "erased"
        if wiped
        else "erased; somebody reads the database now, so `regwatch run` clears its log within an hour"
    )
