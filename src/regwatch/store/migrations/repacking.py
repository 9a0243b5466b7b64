"""Between the schemas 0009 and 0010: whole records and blobs by hash become what differs, some snapshots at a time.

Each step is a transaction of its own and says by itself what is left to do (`records` is empty), so that it may be
stopped at any point and goes on from there. Nothing old is removed before all of it is done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from regwatch.store import blobs
from regwatch.store.blobs import Kept
from regwatch.store.codec import digest, dumps

AT_ONCE = 50
"""Snapshots of one transaction."""

_LEFT = text(
    "SELECT id, manifest, pending FROM snapshot WHERE source = :source AND records IS NULL"
    " ORDER BY pending > 0, id LIMIT :most"
)
_DONE = text(
    "SELECT id, records, bodies FROM snapshot WHERE source = :source AND records IS NOT NULL AND pending = 0"
    " ORDER BY id"
)
_NEWEST = text("SELECT max(id) FROM snapshot WHERE source = :source AND pending = 0")
_FILL_SNAPSHOT = text("UPDATE snapshot SET records = :records, manifest = :hash, bodies = :bodies WHERE id = :id")
_OLD_BLOB = text("SELECT size, base, packed FROM blob WHERE sha256 = :name")
_CHANGES = text('SELECT id, "before", "after" FROM change WHERE snapshot = :snapshot')
_CHANGES_ALONE = text('SELECT id, "before", "after" FROM change WHERE packed IS NULL LIMIT :most')
_KEEP_CRAWL = text("INSERT INTO crawl (source, waits, packed) VALUES (:source, :waits, :packed)")
_FILL_CHANGE = text("UPDATE change SET packed = :packed WHERE id = :id")


def repack(engine: Engine) -> None:
    """Convert all that is still to be converted."""
    with engine.connect() as connection:
        sources = connection.execute(text("SELECT DISTINCT source FROM snapshot WHERE records IS NULL")).scalars().all()
    for source in sources:
        while _some_of(engine, source):
            pass
    while _changes_without_snapshot(engine):
        pass


def _some_of(engine: Engine, source: str) -> int:
    """Convert the next snapshots of a source, oldest first, one that waits last. Gives how many there were."""
    with Session(engine) as session, session.begin():
        rows = session.connection().execute(_LEFT, {"source": source, "most": AT_ONCE}).all()
        if rows:
            history = _History(session, source)
            for number, manifest, pending in rows:
                history.convert(number, manifest, waits=pending > 0)
        return len(rows)


class _History:
    """The versions of one source that are converted, and where the next ones go on."""

    def __init__(self, session: Session, source: str) -> None:
        self._session, self._connection, self._source = session, session.connection(), source
        done = self._connection.execute(_DONE, {"source": source}).all()
        self._newest = self._connection.execute(_NEWEST, {"source": source}).scalar()
        self._records = blobs.read(session, [done[-1].records])[done[-1].records] if done else None
        owned: dict[str, int] = {}
        for row in done:
            owned.update(json.loads(row.bodies))
        kept = blobs.read(session, list(owned.values()))
        self._bodies = {part: kept[number] for part, number in owned.items()}

    def convert(self, number: int, manifest: str, *, waits: bool) -> None:
        """One snapshot with its changes."""
        old = json.loads(_old_blob(self._connection, manifest) or b'{"parts":[],"seen":[],"days":[]}')
        new = {part["part"]: body for part in old["parts"] if (body := self._new_body(part))}
        bodies = {**self._bodies, **new}
        found = dumps([[part["part"], part.get("records", [])] for part in old["parts"]]).encode()
        like = self._records or max(new.values(), key=lambda one: len(one.body), default=None)
        records = self._keep(found, like)
        if waits or number == self._newest:
            for part in old["parts"]:
                part.pop("records", None)
                part["raw"] = bodies[part["part"]].id if part["part"] in bodies else 0
            crawl = {"source": self._source, "waits": waits, "packed": blobs.deflate(dumps(old).encode())}
            self._connection.execute(_KEEP_CRAWL, crawl)
        names = json.dumps({part: one.id for part, one in new.items()}, separators=(",", ":"))
        filled = {"records": records.id, "hash": digest(found), "bodies": names, "id": number}
        self._connection.execute(_FILL_SNAPSHOT, filled)
        _pack(self._connection, self._connection.execute(_CHANGES, {"snapshot": number}).all(), found)
        if not waits:
            self._records, self._bodies = records, bodies

    def _new_body(self, part: dict[str, Any]) -> Kept | None:
        """The body of a part, where it is another one than in the snapshot before and is still kept."""
        before = self._bodies.get(part["part"])
        if not part["raw"] or (before is not None and digest(before.body) == part["raw"]):
            return None
        body = _old_blob(self._connection, part["raw"])
        return self._keep(body, before) if body else None

    def _keep(self, body: bytes, like: Kept | None) -> Kept:
        row = blobs.packed(body, like)
        self._session.add(row)
        self._session.flush()
        return Kept(row.id or 0, row.depth, body)


def _old_blob(connection: Connection, name: str) -> bytes:
    """The bytes of a hash in the table that goes; b"" where they were never kept."""
    way: list[Any] = []
    while name:
        row = connection.execute(_OLD_BLOB, {"name": name}).first()
        if row is None:
            return b""
        way.append(row)
        name = row.base or ""
    body = b""
    for row in reversed(way):
        body = blobs.inflate(row.packed, body, max(row.size, 1))
    return body


def _changes_without_snapshot(engine: Engine) -> int:
    """Convert some changes whose snapshot is not kept: they stand for themselves. Gives how many there were."""
    with engine.begin() as connection:
        rows = connection.execute(_CHANGES_ALONE, {"most": AT_ONCE}).all()
        _pack(connection, rows, b"")
        return len(rows)


def _pack(connection: Connection, changes: Sequence[Any], records: bytes) -> None:
    for row in changes:
        sides = f"[{row.before or 'null'},{row.after or 'null'}]".encode()
        connection.execute(_FILL_CHANGE, {"packed": blobs.deflate(sides, records), "id": row.id})
