"""The `regwatch` command. Every command is thin: read, call one function, print, exit code."""

from __future__ import annotations

import re
import sys
from typing import Annotated

import typer

from regwatch import __version__
from regwatch.cli.commands import Commands
from regwatch.cli.output import CONFIGURATION, FAILED, USAGE
from regwatch.errors import ConfigError, RegwatchError, SchemaBehind, StoreDamaged, UsageError

# The command line of httpx, which nothing here runs, brings rich, pygments and click: 4 MB in the daemon.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

app = typer.Typer(
    name="regwatch",
    cls=Commands,
    help="Watches medicines authorities and press rooms, and mails advocates what changed, in plain words.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"regwatch {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Watches medicines authorities and press rooms, and mails advocates what changed, in plain words."""


def run() -> None:
    """The console script: errors of ours become one sentence and an exit code, never a traceback."""
    try:
        app()
    except (ConfigError, SchemaBehind, StoreDamaged) as error:
        _end(error.message, CONFIGURATION)
    except UsageError as error:
        _end(error.message, USAGE)
    except RegwatchError as error:
        _end(error.message, FAILED)
    except UnicodeEncodeError:
        if all(_is_text(word) for word in sys.argv):
            raise
        _end("what was typed holds bytes that are no UTF-8: type it anew", USAGE)
    except OverflowError:
        if not any(_LONG_NUMBER.fullmatch(word.rpartition("=")[2]) for word in sys.argv):
            raise
        _end("a number that was typed is larger than any here", USAGE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)


_LONG_NUMBER = re.compile(r"-?\d{10,}")
"""What may be more than a database or a date can hold."""


def _is_text(word: str) -> bool:
    """Whether an argument came as UTF-8: Python makes lone surrogates of other bytes (PEP 383); nothing stores them."""
    return word.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in word)


def _end(message: str, code: int) -> None:
    for line in message.splitlines():
        typer.echo(f"regwatch: {line}".encode("utf-8", "backslashreplace").decode(), err=True)
    sys.exit(code)
