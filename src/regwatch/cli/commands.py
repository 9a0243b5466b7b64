"""Which commands there are, and where each lives: a module is loaded when its command is called.

What a command is for stands here too, so that the list of them costs no import; a test holds that each says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from textwrap import shorten
from typing import Any

import typer
from typer.core import TyperGroup


@dataclass(frozen=True)
class CommandPlace:
    """Where a command lives: `module` under `regwatch.cli`, and the function or group in it."""

    module: str
    name: str
    about: str


COMMANDS = {
    "init": CommandPlace(
        "configuration",
        "init",
        "Ask what to watch and write a watchlist and a settings file, with comments. Never overwrites a file.",
    ),
    "check": CommandPlace(
        "configuration",
        "check",
        "Check the settings and the watchlist, without any network; every fault with its line. Exit code 78 if any.",
    ),
    "schema": CommandPlace(
        "configuration", "schema", "Print the JSON Schema of sources.yaml, for editors and for other programs."
    ),
    "doctor": CommandPlace(
        "doctor",
        "doctor",
        "Look at settings, database, disk, clock, mail server and mail, each line OK, WARN or FAIL with what to do.",
    ),
    "poll": CommandPlace(
        "watching",
        "poll",
        "Poll once, now, whether due or not, and say what was found. Exit code 1 if a source could not be read.",
    ),
    "run": CommandPlace(
        "watching",
        "run",
        "Watch until stopped: poll what is due, keep the ledger, send the digests. SIGHUP reads the watchlist again.",
    ),
    "worker": CommandPlace(
        "watching",
        "worker",
        "Join the workers of a PostgreSQL database: they share what `run` does alone, each page and mail once.",
    ),
    "status": CommandPlace(
        "board", "status", "Show the board: where each topic stands at each authority, and what is expected next."
    ),
    "timeline": CommandPlace(
        "timeline", "timeline", "Print the dated history of a topic, newest first, ready to paste into a page."
    ),
    "changes": CommandPlace(
        "explain", "changes", "List what changed on the watched pages, newest first, with what was made of it."
    ),
    "explain": CommandPlace(
        "explain",
        "explain",
        "Show what one transition rests on: the page before and after, the quote, the rule, and the chain to the mail.",
    ),
    "schedule": CommandPlace(
        "schedule",
        "schedule",
        "Show when each source is polled next, how often on average, and why: hours, history, foreseen days.",
    ),
    "prune": CommandPlace(
        "upkeep",
        "prune",
        "Let old versions of pages that nothing rests on thin out, after the days of `REGWATCH_HISTORY_DAYS`.",
    ),
    "review": CommandPlace(
        "review",
        "review",
        "List what needs a person's eye, or decide one: it is recorded as evidence and never asked again.",
    ),
    "classify": CommandPlace(
        "classify", "classify", "Read documents as JSON lines from standard input, write what each says as JSON lines."
    ),
    "evaluate": CommandPlace(
        "classify",
        "evaluate",
        "Classify labelled documents and print how right the result is, false alarms one by one.",
    ),
    "demo": CommandPlace(
        "demo",
        "demo",
        "Tell the story of one medicine: pages served on this machine, polled by the real pipeline as time goes by.",
    ),
    "replay": CommandPlace(
        "replay",
        "replay",
        "Play recorded states of sources through the real pipeline, and tell what it would have found, and how soon.",
    ),
    "record": CommandPlace(
        "replay",
        "record",
        "Poll the configured sources and keep every answer in a web archive, to be replayed. Nobody is told anything.",
    ),
    "backtest": CommandPlace(
        "replay",
        "backtest",
        "Hold a replay against what is known to have happened: transitions found, missed and spurious, per adapter.",
    ),
    "web": CommandPlace(
        "web",
        "web",
        "Serve the board, its feeds and data until stopped. Only sign-ups are written; a running daemon mails them.",
    ),
    "export": CommandPlace("web", "export", "Write the board, its feeds and data as files for any web host."),
    "bounce": CommandPlace(
        "subscriber",
        "bounce",
        "Read one mail that came back from standard input, and act upon it: for a mail server's pipe.",
    ),
    "topic": CommandPlace("topic", "app", "Watch a further medicine; list, check, remove."),
    "note": CommandPlace("note", "app", "Notes of yours on a topic, shown as such."),
    "digest": CommandPlace("digest", "app", "Preview and send digests; look into the outbox."),
    "db": CommandPlace("upkeep", "app", "Look after the database."),
    "subscriber": CommandPlace("subscriber", "app", "Who gets digests: add, change, pause, stop, erase."),
    "source": CommandPlace("source", "app", "Check sources; write and test their adapters."),
}
"""Every command in the order in which it is listed, with the first paragraph of its help."""


class Commands(TyperGroup):
    """The group of all commands, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of all commands, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, loaded; None where there is none of that name."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        found: Any = getattr(import_module(f"regwatch.cli.{place.module}"), place.name)
        if isinstance(found, typer.Typer):
            command = typer.main.get_command(found)
        else:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            alone.command(cmd_name)(found)
            command = typer.main.get_command(alone)
        command.name = cmd_name
        return command

    def invoke(self, ctx: Any) -> Any:
        """Run the command. What does not fit an argument is said in our words, not in those of a validator."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            fault, _, _ = error.message.partition(", unable to parse")
            whole = fault.replace("Input should be a valid integer", "it should be a whole number")
            error.message = whole.replace("Input should be", "it should be")
            raise

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands for `--help`, without loading one."""
        limit = formatter.width - 6 - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl([(name, shorten(one.about, limit, placeholder="...")) for name, one in COMMANDS.items()])
