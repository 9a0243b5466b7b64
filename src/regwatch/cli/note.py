"""`regwatch note`: the operator's own words beside what pages say."""

from __future__ import annotations

from typing import Annotated

import typer

from regwatch.cli.output import local, print_table, say
from regwatch.cli.person import opened
from regwatch.errors import UsageError
from regwatch.ledger import notes
from regwatch.settings import load_settings

app = typer.Typer(help="Notes of yours on a topic, shown as such.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(
    topic: Annotated[str, typer.Argument(help="A topic of the watchlist.")],
    text: Annotated[str, typer.Argument(help="What readers are to know, such as: We asked NICE on 7 January.")],
    authority: Annotated[str, typer.Option(help="The authority that it is about, such as NICE.")] = "",
    transition: Annotated[int, typer.Option(min=0, help="The transition that it is about.")] = 0,
) -> None:
    """Show a note of yours on the board and in timelines, marked as yours. It is mailed to nobody by itself."""
    from regwatch.service.assembly import read_watchlist

    known = [one.id for one in read_watchlist(load_settings()).topics]
    if topic not in known:
        raise UsageError(f"no topic is called {topic!r}; there are: {', '.join(known)}")
    with opened() as (session, now):
        note = notes.add(session, topic, text, now, authority=authority, transition=transition)
    say(f"note {note.id} is shown with {topic}")


@app.command("list")
def list_all() -> None:
    """List all notes."""
    settings = load_settings()
    with opened() as (session, _now):
        found = notes.everything(session)
    if not found:
        say("there are no notes: `regwatch note add TOPIC TEXT` writes one")
        return
    rows = [
        (str(one.id), one.topic, one.authority, str(one.transition or ""), local(one.at, settings.zone), one.text)
        for one in found
    ]
    print_table(("Note", "Topic", "Authority", "Transition", "Written", "Text"), rows)


@app.command()
def remove(number: Annotated[int, typer.Argument(help="The number of the note.")]) -> None:
    """Take a note away."""
    with opened() as (session, _now):
        notes.remove(session, number)
    say(f"note {number} is taken away")
