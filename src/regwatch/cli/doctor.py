"""`regwatch doctor`: whether everything that regwatch needs is there and in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regwatch.cli.output import USAGE, fail, print_json, say
from regwatch.cli.story_clock import clock_of
from regwatch.clock import Clock, DrivenClock, SystemClock
from regwatch.errors import RegwatchError
from regwatch.settings import load_settings


def doctor(
    mail: Annotated[
        bool, typer.Option("--mail", help="Also look at how the mail looks to those who receive it.")
    ] = False,
    received: Annotated[
        Path | None, typer.Option(help="A digest as it arrived, with all its headers: tells how the mail server signs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Look at settings, database, disk, clock, mail server and mail, each line OK, WARN or FAIL with what to do.

    Nothing is changed and nothing is sent. Exit code 0 if all is well, 1 with warnings, 2 with failures.
    """
    from regwatch.doctor.examine import examine  # the daemon must not load what signatures are checked with
    from regwatch.doctor.lookup import Dns

    raw = None
    if received is not None:
        try:
            raw = received.read_bytes()
        except OSError as error:
            fail(f"{received} cannot be read: {error.strerror}", USAGE)
    lines, clock = [], _clock()
    if isinstance(clock, DrivenClock) and not as_json:
        say(f"This is the demo's story, looked at as of {clock.now():%-d %B %Y}: nothing here is of today.")
    for line in examine(clock, Dns() if mail or received else None, raw):
        lines.append(line)
        if not as_json:
            say(f"{line.grade.name:<4}  {line.about}: {line.seen}")
            if line.remedy:
                say(f"      {line.remedy}")
    if as_json:
        print_json([{**vars(line), "grade": line.grade.name} for line in lines])
    raise typer.Exit(max(line.grade for line in lines))


def _clock() -> Clock:
    """The story's in a folder of the demo, else the machine's: also where the settings are what is wrong."""
    try:
        return clock_of(load_settings())
    except RegwatchError:
        return SystemClock()
