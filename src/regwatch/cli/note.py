"""`regwatch note`: the operator's own words beside what pages say."""

from __future__ import annotations

from typing import Annotated

import typer

from regwatch.cli.output import local, print_table, say
from regwatch.cli.person import opened
from regwatch.cli.story_clock import clock_of
from regwatch.errors import UsageError
from regwatch.ledger import notes
from regwatch.settings import load_settings

app = typer.Typer(
    help="Notes of yours on a topic, shown as such.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)


@app.command()
def add(
    topic: Annotated[str, typer.Argument(help="A topic of the watchlist.")],
    text: Annotated[str, typer.Argument(help="What readers are to know, such as: We asked NICE on 7 January.")],
    authority: Annotated[str, typer.Option(help="The authority that it is about, such as NICE.")] = "",
    transition: Annotated[int, typer.Option(min=0, help="The transition that it is about.")] = 0,
    access: Annotated[
        bool, typer.Option("--access", help="It says how the medicine can be got: shown beside the status there.")
    ] = False,
) -> None:
    """Show a note of yours on the board, in timelines and feeds, marked as yours.

    It comes with the next digest that there is reason for, and makes no mail by itself.
    """
    from regwatch.service.assembly import read_watchlist

    settings = load_settings()
    known = [one.id for one in read_watchlist(settings).topics]
    if topic not in known:
        raise UsageError(f"no topic is called {topic!r}; there are: {', '.join(known)}")
    now = clock_of(settings).now()
    with opened() as (session, _now):
        kind = notes.NoteKind.ACCESS if access else notes.NoteKind.NOTE
        note = notes.add(session, topic, text, now, authority=authority, transition=transition, kind=kind)
    say(f"note {note.id} is shown with {topic}")


@app.command()
def change(
    number: Annotated[int, typer.Argument(help="The number of the note.")],
    text: Annotated[str, typer.Argument(help="What it is to say instead.")],
) -> None:
    """Put a note right. It is shown as corrected, and the next digest tells it again as such."""
    now = clock_of(load_settings()).now()
    with opened() as (session, _now):
        note = notes.correct(session, number, text, now)
    say(f"note {note.id} is corrected")


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
        (
            str(one.id), one.topic, one.kind.value, one.authority, str(one.transition or ""),
            local(one.changed, settings.zone), one.text,
        )
        for one in found
    ]  # fmt: skip
    print_table(("Note", "Topic", "Kind", "Authority", "Transition", "Written", "Text"), rows)


@app.command()
def remove(number: Annotated[int, typer.Argument(help="The number of the note.")]) -> None:
    """Take a note away: it is shown and told no more."""
    with opened() as (session, _now):
        notes.remove(session, number)
    say(f"note {number} is taken away")
