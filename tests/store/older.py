"""Databases as earlier versions of regwatch left them: their schema, and in it what a newer one holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import Session, select

from regwatch.store import blobs, database
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.codec import digest, dumps
from regwatch.store.tables import ChangeRow, CrawlState, Snapshot, Table

WHOLE = "0009"
"""The last schema in which snapshots and changes hold whole records."""
TEXTS_APART = "0014"
"""The first schema in which the text of a mail has a table of its own."""
REVISIONS = sorted(path.name[:4] for path in (Path(database.__file__).parent / "migrations/versions").glob("0*.py"))

Rows = dict[str, list[dict[str, Any]]]


def rows_of(session: Session) -> Rows:
    """All that a database of this version holds, by table."""
    connection = session.connection()
    return {
        table.name: [dict(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
        for table in Table.metadata.sorted_tables
    }


def make_older(url: str, revision: str, session: Session) -> dict[str, set[str]]:
    """Make a database of an earlier schema that holds what `session` shows. Gives the columns that tables had then."""
    engine = database.open_engine(url)
    config, rows = Config(), rows_of(session)
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    if revision <= WHOLE:
        rows |= _whole(session) | {"content": [], "crawl": []}
    if revision < TEXTS_APART:
        texts = {row["message"]: row["raw"] for row in rows["message_text"]}
        rows["message"] = [row | {"raw": texts.get(row["id"], b"")} for row in rows["message"]]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        tables = {name: _table(connection, name) for name in names}
        for name, table in tables.items():
            if rows[name]:
                fitting = [{key: row[key] for key in row if key in table.c} for row in rows[name]]
                connection.execute(table.insert(), fitting)
        _count_on(connection, names)
    engine.dispose()
    return {name: set(table.c.keys()) for name, table in tables.items()}


def _table(connection: sa.Connection, name: str) -> sa.Table:
    """A table with the columns that it has there, of the types that they have today where they still exist."""
    today: Any = Table.metadata.tables[name].c if name in Table.metadata.tables else {}
    there = sa.inspect(connection).get_columns(name)
    return sa.Table(
        name,
        sa.MetaData(),
        *(sa.Column(one["name"], today[one["name"]].type if one["name"] in today else one["type"]) for one in there),
    )


def _count_on(connection: sa.Connection, names: Iterable[str]) -> None:
    """Let PostgreSQL count on where the rows end."""
    if connection.dialect.name != "sqlite":
        for name in names:
            column = Table.metadata.tables[name].autoincrement_column if name in Table.metadata.tables else None
            if column is not None:
                last = connection.execute(sa.text(f"SELECT max({column.name}) FROM {name}")).scalar() or 0
                counter = sa.text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', '{column.name}'), {last + 1}, false)"
                )
                connection.execute(counter)


def _whole(session: Session) -> Rows:
    """Snapshots and changes as they were kept up to `WHOLE`: manifests and bodies by hash, records before and after."""
    kept: dict[str, bytes] = {}
    crawls = {(row.source, row.waits): row for row in session.exec(select(CrawlState))}
    snapshots, bodies = [], dict[str, dict[str, str]]()
    for row in session.exec(select(Snapshot).order_by(Snapshot.id)):  # type: ignore[arg-type]
        own = {part: blobs.get(session, number) for part, number in json.loads(row.bodies).items()}
        kept |= {digest(body): body for body in own.values()}
        raw = bodies.get(row.source, {}) | {part: digest(body) for part, body in own.items()}
        if not row.pending:
            bodies[row.source] = raw
        manifest = json.loads(blobs.inflate(crawls[row.source, row.pending > 0].packed))
        records = dict(json.loads(blobs.get(session, row.records or 0)))
        for part in manifest["parts"]:
            part |= {"raw": raw.get(part["part"], ""), "records": records.get(part["part"], [])}
        body = dumps(manifest).encode()
        kept[digest(body)] = body
        snapshots.append(row.model_dump() | {"manifest": digest(body), "records": None, "bodies": None})
    texts, changes = ChangeTexts(session), []
    for change in session.exec(select(ChangeRow)):
        before, after = (dumps(side) if side else "" for side in texts.of(change))
        changes.append(change.model_dump() | {"before": before, "after": after, "packed": None})
    blob = [
        {"sha256": name, "size": len(body), "base": None, "depth": 0, "packed": blobs.deflate(body)}
        for name, body in kept.items()
    ]
    return {"snapshot": snapshots, "change": changes, "blob": blob}
