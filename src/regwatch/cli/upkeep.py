"""`regwatch db`: upgrade the schema, and make a whole backup while the daemon runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from regwatch.cli.output import fail, say
from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.settings import load_settings
from regwatch.store import database, marks

app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)

COPIES = "regwatch-????????T??????Z.db"
"""The names that backups into a folder get: only these are ever taken away again."""


@app.command()
def upgrade() -> None:
    """Bring the database to the schema of this version. Stop the daemon and make a backup first."""
    settings = load_settings()
    engine = database.open_engine(settings.database)
    database.upgrade(engine)
    engine.dispose()
    say(f"the database has schema {database.head()}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, which must not exist yet; or a folder.")],
    keep: Annotated[int, typer.Option(min=0, help="With a folder: how many copies to keep there; 0 keeps all.")] = 0,
) -> None:
    """Write a whole, checked copy of the SQLite database, also while the daemon runs."""
    settings, folder = load_settings(), file if file.is_dir() else None
    if folder:
        file = folder / f"regwatch-{SystemClock().now():%Y%m%dT%H%M%SZ}.db"
    elif keep:
        raise UsageError(f"--keep needs a folder that is there, and {file} is none")
    if file.exists():
        fail(f"{file} is there already: name a file that is not")
    opened = database.Database(settings.database)
    try:
        database.backup(opened, file)
        with opened.session() as session:
            marks.note(session, marks.Name.BACKUP, at=SystemClock().now())
    finally:
        opened.close()
    say(f"{file} is a whole copy of the database")
    if folder and keep:
        for old in sorted(folder.glob(COPIES))[:-keep]:
            old.unlink()
