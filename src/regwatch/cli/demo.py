"""`regwatch demo`: the worked example, from August 2024 to January 2026, in seconds and without any network."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from regwatch import wording
from regwatch.cli.output import called, print_line, say
from regwatch.cli.timeline import Format, History, print_timeline
from regwatch.demo.news_lines import news_lines
from regwatch.demo.story import Told, demo_settings, tell
from regwatch.ledger.entries import Expectation, ExpectationState


def demo(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line for every transition and expectation event.")
    ] = False,
    directory: Annotated[
        Path | None, typer.Option(help="Folder for the database and the mail; a new temporary one if left out.")
    ] = None,
) -> None:
    """Tell the story of one medicine: pages served on this machine, polled by the real pipeline as time goes by."""
    folder = (directory or Path(tempfile.mkdtemp(prefix="regwatch-demo-"))).absolute()
    told = asyncio.run(tell(folder, on_stop=_show_day))
    _show_day(None)
    if as_json:
        for line in news_lines(told.events):
            print_line(line)
    else:
        _print(told, folder)


def _show_day(instant: datetime | None) -> None:
    """The day that the clock has come to, on one line that is written over; nothing where nobody looks."""
    if sys.stderr.isatty():
        text = f"  {instant:%d %B %Y}" if instant else ""
        sys.stderr.write(f"\r{text:<24}" if text else f"\r{'':<24}\r")
        sys.stderr.flush()


def _print(told: Told, folder: Path) -> None:
    print_timeline(History(told.topic, told.history), Format.TABLE, told.at)
    for ahead in told.coming:
        say(_still_foreseen(ahead, told.at))
    say()
    say(f"{len(told.mails)} digests:")
    for mail in told.mails:
        say(f"  {mail.at:%Y-%m-%d}  {mail.subject}")
        say(f"              {mail.page}")
    say()
    say(f"Open them in a browser: {demo_settings(folder).mail_dir / 'index.html'}")
    name = called()
    say(f"Look further:           cd {folder}")
    say(f"                        {name} status")
    say(f"                        {name} timeline {told.topic.id} --format md")
    say(f"                        {name} explain 2")
    say(f"                        {name} web")


def _still_foreseen(ahead: Expectation, at: datetime) -> str:
    """As on the last day of the story, not as of today."""
    if ahead.state is ExpectationState.OVERDUE:
        return wording.overdue(ahead.authority, ahead.milestone, ahead.date, at)
    return wording.expected(ahead.authority, ahead.milestone, ahead.date, ahead.wording)
