"""`regwatch db`: upgrade the schema, make a whole backup while the daemon runs, and put one back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from regwatch import wording
from regwatch.cli.output import say
from regwatch.clock import SystemClock
from regwatch.errors import UsageError
from regwatch.service import restore as restoring
from regwatch.settings import load_settings
from regwatch.store import database, marks, pruning
from regwatch.store.backup import backup as whole_copy
from regwatch.store.backup import verify
from regwatch.subscribers.link_handles import key_of

app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None, add_completion=False)

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


def prune(
    only_count: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Let old versions of pages that nothing rests on thin out, after the days of `REGWATCH_HISTORY_DAYS`."""
    settings = load_settings()
    if not settings.history_days:
        say("everything is kept for ever: REGWATCH_HISTORY_DAYS is 0")
        return
    opened = database.Database(settings.database)
    try:
        gone = pruning.prune(
            opened.session, SystemClock().now(), timedelta(days=settings.history_days), only_count=only_count
        )
        if gone.snapshots and not only_count and not database.compact(opened.engine):
            say("the file cannot be made smaller now, for want of room on the disk or because it is in use;")
            say("what is free in it is used again")
    finally:
        opened.close()
    would = "would go" if only_count else "went"
    say(f"{gone.snapshots} versions and {gone.changes} changes older than {settings.history_days} days {would}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, which must not exist yet; or a folder.")],
    keep: Annotated[int, typer.Option(min=0, help="With a folder: how many copies to keep there; 0 keeps all.")] = 0,
) -> None:
    """Write a whole, checked copy of the SQLite database, also while the daemon runs."""
    settings, now, folder = load_settings(), SystemClock().now(), file if file.is_dir() else None
    if folder:
        file = folder / f"regwatch-{now:%Y%m%dT%H%M%SZ}.db"
    elif keep:
        raise UsageError(f"--keep needs a folder that is there, and {file} is none")
    opened = database.Database(settings.database)
    try:
        whole_copy(opened, file, key_of(settings, opened).secret, now)
        with opened.session() as session:
            marks.note(session, marks.Name.BACKUP, at=now)
        if opened.journal is not None:
            opened.journal.shorten(now)
    finally:
        opened.close()
    say(f"{file} is a whole copy of the database, with the key of the links: keep it where others cannot read it")
    if folder and keep:
        verify(file)
        for old in sorted(folder.glob(COPIES))[:-keep]:
            old.unlink()


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `regwatch db backup` wrote.")],
    journal: Annotated[
        Path | None, typer.Option(help="The journal.txt of the lost database, if it is not beside this one.")
    ] = None,
    mail_log: Annotated[
        list[Path] | None,
        typer.Option(help="Log of the mail server since the copy, also .gz; - for stdin."),
    ] = None,
) -> None:
    """Put a copy in the place of the database. Stop regwatch first. Mails wait until `regwatch db release`."""
    done = restoring.restore(load_settings(), file, SystemClock().now(), journal, mail_log or ())
    if done.kept:
        say(f"what was there is kept as {done.kept}")
    _tell(done)


@app.command()
def release(
    drop: Annotated[bool, typer.Option("--drop", help="Send none of the mails that wait now.")] = False,
) -> None:
    """After a copy was put back: let mails leave again, when you have looked at what waits."""
    settings, now = load_settings(), SystemClock().now()
    opened = database.Database(settings.database)
    try:
        if restoring.is_copy(opened):
            _tell(restoring.adopt(settings, opened, now))
        number = restoring.release(opened, now, drop=drop)
    finally:
        opened.close()
    say(
        f"{wording.count(number, 'mail')} dropped"
        if drop
        else f"mails leave again; {wording.count(number, 'mail')} waiting"
    )


@app.command()
def pause() -> None:
    """Let no mail leave until `regwatch db release`, as after another program put a copy of the database back."""
    opened = database.Database(load_settings().database)
    try:
        with opened.session() as session:
            marks.note(session, marks.Name.PAUSED, number=1)
    finally:
        opened.close()
    say("mails wait until `regwatch db release`")


def _tell(done: restoring.Restored) -> None:
    """What the operator has to know before mails leave again."""
    say(f"the copy was made at {done.made_at:%Y-%m-%d %H:%M} UTC, and its key is in place")
    if done.lines is None:
        say("there is no journal: who left since then, and what was sent, is not known;")
        say("if there is a copy of it elsewhere, restore once more with --journal")
    else:
        last = f"its last line is of {done.last:%Y-%m-%d %H:%M} UTC" if done.last else "nothing stands in it"
        left, erased = wording.count(done.left, "departure"), wording.count(done.erased, "erasure")
        say(f"since then, by the journal: {left} and {erased}, done again; {last}")
        if not done.reaches:
            say("the journal does not know of this copy: it may be another one's, or begin or end too early")
    say(f"of the mails that waited in it, {done.sent} are known to have been sent since; {done.waiting} still wait")
    if done.unheard_of:
        say(
            f"the mail log has {wording.count(done.unheard_of, 'mail')} that neither the copy nor the journal knows: "
            "what they told is not known, and will be told again"
        )
    say("start regwatch: it reads all sources, and mails nothing before `regwatch db release` (or --drop)")
