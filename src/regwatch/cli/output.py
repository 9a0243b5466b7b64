"""How commands speak: tables that are plain text when nobody looks at a terminal, JSON on request, one-line errors."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import typer

FAILED, USAGE, TRY_AGAIN, CONFIGURATION = 1, 2, 75, 78
"""Exit codes; 0 is success. 75 is EX_TEMPFAIL and 78 EX_CONFIG of sysexits.h."""


def say(text: str = "") -> None:
    """One line to standard output."""
    typer.echo(text)


def called() -> str:
    """How to call regwatch as it was called now: by its name where that is found, else by its whole path."""
    typed = sys.argv[0]
    whole = Path(typed).absolute()
    return str(whole) if "/" in typed and whole.name == "regwatch" and not shutil.which("regwatch") else "regwatch"


def fail(message: str, code: int = FAILED) -> NoReturn:
    """One clear sentence to standard error, and the end."""
    typer.echo(f"regwatch: {message}", err=True)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """One JSON value, indented, non-ASCII characters as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_line(value: Any) -> None:
    """One JSON value on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """A table in aligned columns; in a terminal that is too narrow its cells are folded."""
    cells = [tuple(row) for row in rows]
    if title:
        typer.echo(title)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for name in headings:
            table.add_column(name, overflow="fold")
        for row in cells:
            table.add_row(*row)
        size = shutil.get_terminal_size()
        Console(width=size.columns, height=size.lines, markup=False, highlight=False).print(table)
        return
    widths = [max(len(row[i]) for row in [tuple(headings), *cells]) for i in range(len(headings))]
    for row in [tuple(headings), *cells]:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def local(instant: datetime | None, zone: str) -> str:
    """An instant in the operator's time zone, to the minute; `never` for None."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") if instant else "never"
