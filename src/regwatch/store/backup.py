"""A whole copy of a SQLite database in one file, with the key of the links, and putting it back.

A copy of the main file alone would lack what is still in the write-ahead log. The table `backup_part` of the copy holds
what belongs to it and is no table of the database. A copy is *paused*: whoever puts it back, by whatever means, sends
nothing before a person has said so.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from regwatch.errors import SchemaBehind, StoreDamaged, StoreUnwritable
from regwatch.folders import make_private
from regwatch.secret_key import SHORTEST_KEY
from regwatch.store import marks
from regwatch.store.database import Database, head

KEY = "links.key"
MADE = "made_at"


def backup(database: Database, file: Path, key: bytes, now: datetime) -> None:
    """Write a copy of a database that is in use, verified, for its owner only; it has its name once it is whole.

    Raises `StoreUnwritable`, also where the file is there already, and `StoreDamaged` where the copy is not sound.
    """
    source = database.file
    if source is None:
        raise StoreUnwritable("only a SQLite database is backed up by regwatch: use pg_dump for PostgreSQL")
    if file.exists():
        raise StoreUnwritable(f"{file} is there already: name a file that is not")
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        if database.journal is not None:
            database.journal.mark(now)
        with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(draft)) as copy:
            before.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            _add_parts(copy, {KEY: key, MADE: now.isoformat().encode()})
        verify(draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        if file.exists():
            raise StoreUnwritable(f"{file} is there already: name a file that is not")
        os.replace(draft, file)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnwritable(f"the backup {file} cannot be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def verify(file: Path) -> None:
    """Make sure that a copy is whole. Raises `StoreDamaged`, and `SchemaBehind` for one of a newer version."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA integrity_check").fetchone()
            loose = copy.execute("PRAGMA foreign_key_check").fetchone()
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            copy.execute("SELECT count(*) FROM source_state, event, message, subscriber, mark WHERE 0").fetchone()
            foreign = copy.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise StoreDamaged(f"{file} is no whole copy of a database of regwatch: {error}") from error
    if sound != ("ok",) or loose is not None:
        first = sound[0].splitlines()[0] if sound != ("ok",) else f"a row of {loose[0]} leads nowhere"
        raise StoreDamaged(f"{file} is damaged: {first}")
    if foreign is not None:
        raise StoreDamaged(f"{file} was changed by another program: regwatch makes nothing that is called {foreign[0]}")
    if revision > head():
        raise SchemaBehind(revision, head())


@dataclass(frozen=True)
class CopyParts:
    """What belongs to a copy: when it was made (UTC) and the key of the links."""

    made_at: datetime
    key: bytes


def parts_of(file: Path) -> CopyParts | None:
    """What belongs to a copy; None for a database that is none, or no longer. Raises `StoreDamaged`."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            there = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'backup_part'").fetchone()
            parts = dict(copy.execute("SELECT name, body FROM backup_part")) if there else {}
    except sqlite3.Error as error:
        raise StoreDamaged(f"{file} cannot be read: {error}") from error
    if not there:
        return None
    key = parts.get(KEY)
    try:
        made_at = datetime.fromisoformat(parts[MADE].decode())
    except (KeyError, ValueError, AttributeError) as error:
        raise StoreDamaged(f"{file} is damaged: it does not say when it was made") from error
    if made_at.tzinfo is None or not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
        raise StoreDamaged(f"{file} is damaged: its time has no zone, or its key of the links is not whole")
    return CopyParts(made_at, key)


def take_parts_out(file: Path) -> None:
    """From now on it is a database like any other."""
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("DROP TABLE IF EXISTS backup_part")
        copy.commit()


def put_in_place(copy: Path, target: Path, now: datetime) -> Path | None:
    """Let the copy take the place of the database; what was there is kept under another name, which is given.

    Raises `StoreUnwritable` where a program still has the database open.
    """
    kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S}")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        make_private(target.parent)
        if target.exists() and _is_open(target):
            raise StoreUnwritable(f"{target} is in use: stop regwatch and regwatch-web first")
        draft.touch(mode=0o600, exist_ok=False)
        with copy.open("rb") as old, draft.open("wb") as new:
            while piece := old.read(1 << 20):
                new.write(piece)
            new.flush()
            os.fsync(new.fileno())
        had = target.exists()
        for ending in ("", "-wal", "-shm"):
            if target.with_name(target.name + ending).exists():
                os.replace(target.with_name(target.name + ending), kept.with_name(kept.name + ending))
        os.replace(draft, target)
    except OSError as error:
        raise StoreUnwritable(f"{target} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
    return kept if had else None


def _is_open(file: Path) -> bool:
    """Whether another program has a database open: the last to close it removes what lies beside."""
    try:
        with closing(sqlite3.connect(file)) as ours:
            ours.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False  # damaged: whoever has it open cannot use it either
    return file.with_name(f"{file.name}-shm").exists()


def _add_parts(copy: sqlite3.Connection, parts: Mapping[str, bytes]) -> None:
    copy.execute("CREATE TABLE backup_part (name TEXT PRIMARY KEY, body BLOB NOT NULL)")
    copy.executemany("INSERT INTO backup_part VALUES (?, ?)", parts.items())
    copy.execute("DELETE FROM mark WHERE name = ?", (marks.Name.PAUSED.value,))
    copy.execute("INSERT INTO mark (name, label, number) VALUES (?, '', 1)", (marks.Name.PAUSED.value,))
    copy.commit()
