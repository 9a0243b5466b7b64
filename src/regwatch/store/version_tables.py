"""The tables of what pages said over time: snapshots, their compressed bytes, and the changes between them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from regwatch.store.columns import Table
from regwatch.store.columns import time_column as _time


class Blob(Table, table=True):
    """Bytes, zstd-compressed, against the row `base` where there is one; `depth` counts the rows up to a whole one."""

    __tablename__ = "content"
    id: int | None = Field(default=None, primary_key=True)
    size: int
    base: int | None = None
    depth: int = 0
    packed: bytes = Field(sa_type=LargeBinary)


class Snapshot(Table, table=True):
    """The records of one source at one time. A pending one waits for a second look.

    `records` is their blob and `manifest` its SHA-256; `bodies` the blobs of those pages whose records were new then,
    as JSON by part.
    """

    __tablename__ = "snapshot"
    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    poll: int
    at: datetime = _time()
    previous: int | None = None
    manifest: str
    pending: int = 0
    records: int | None = None
    bodies: str = "{}"


class CrawlState(Table, table=True):
    """What is needed to look again at a source, beside the records of its newest snapshot: compressed JSON.

    `waits` is that of the snapshot which waits for a second look. It has a table of its own because it is written anew
    at each look, while snapshots stay as they are.
    """

    __tablename__ = "crawl"
    source: str = Field(primary_key=True)
    waits: bool = Field(primary_key=True)
    packed: bytes = Field(sa_type=LargeBinary)


class ChangeRow(Table, table=True):
    """One record that differs between two snapshots. `packed` is the record before and after, as JSON, compressed
    against the records of the snapshot.
    """

    __tablename__ = "change"
    id: int | None = Field(default=None, primary_key=True)
    snapshot: int = Field(index=True)
    source: str
    at: datetime = _time()
    part: str = ""
    kind: str
    key: str = ""
    title: str = ""
    url: str = ""
    baseline: bool = False
    packed: bytes = Field(default=b"", sa_type=LargeBinary)
