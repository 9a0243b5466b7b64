"""A manifest: the records of every page of one source at one time, and what is needed to look again cheaply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regwatch.model import Follow, Record
from regwatch.store.codec import dumps, follow_from_json, follow_to_json, record_from_json, record_to_json

SEEN_LIMIT = 5_000


@dataclass
class Part:
    """One page of a source. `raw` is the blob of the body whose records these are, 0 where none is kept.

    `state` is `read`; `skipped` (at the baseline its hint named nothing watched); or `failed` (wanted, not yet read).
    `baseline` marks a page whose first reading still counts as the baseline. `listed` is what stood on a list, by key;
    `unread` are records, by identity, that stood there and have never been read. `read_at` is when it last came whole,
    `asked_at` when the server last said that it is still the same.
    """

    version: str = ""
    url: str = ""
    raw: int = 0
    read_at: datetime | None = None
    state: str = "read"
    baseline: bool = False
    records: list[Record] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    asked_at: datetime | None = None
    unread: list[str] = field(default_factory=list)

    @property
    def known_at(self) -> datetime | None:
        """When it was last known to be as it is kept, by itself or by the server's word."""
        return max(filter(None, (self.read_at, self.asked_at)), default=None)


@dataclass
class Manifest:
    """All parts of a source by name ("" is the root), and what has been seen and has since left the publisher's list.

    `seen` maps a left-over page or announcement to its version, oldest first, so that one which comes back is not news.
    `days` are the last days on which the publisher put something on the list, oldest first, as ISO 8601.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    days: list[str] = field(default_factory=list)

    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with the name of its part, in page order, root first."""
        for name, part in self.parts.items():
            for record in part.records:
                yield name, record

    def again_at(self) -> datetime | None:
        """When the first page is due to be read again although its parent has not changed; None for never."""
        due: list[datetime] = []
        for part in self.parts.values():
            for follow in part.follows:
                child = self.parts.get(follow.request.part)
                if child is not None and child.known_at is not None and follow.again is not None:
                    due.append(child.known_at + follow.again)
        return min(due, default=None)

    def wanting(self) -> bool:
        """Whether a page is wanted that could not be read yet."""
        return any(part.state == "failed" for part in self.parts.values())


def again_due(part: Part, again: timedelta | None, now: datetime) -> bool:
    """Whether a followed page must be read again at this instant although its version is unchanged."""
    return again is not None and part.known_at is not None and now >= part.known_at + again


def records_to_bytes(manifest: Manifest) -> bytes:
    """The records of each part as they are kept for ever: JSON, the same records always the same bytes."""
    return dumps(
        [[name, [record_to_json(one) for one in part.records]] for name, part in manifest.parts.items()]
    ).encode()


def crawl_to_bytes(manifest: Manifest) -> bytes:
    """All that is needed to look again, beside the records: JSON, the same manifest always the same bytes."""
    return dumps(
        {
            "parts": [_part_to_json(name, part) for name, part in manifest.parts.items()],
            "seen": list(manifest.seen.items())[-SEEN_LIMIT:],
            "days": manifest.days,
        }
    ).encode()


def manifest_from_bytes(records: bytes, crawl: bytes = b"") -> Manifest:
    """The inverse of both. An earlier snapshot has no `crawl` any more: its parts are records and nothing else."""
    kept = {name: [record_from_json(one) for one in several] for name, several in json.loads(records)}
    if not crawl:
        return Manifest({name: Part(records=several) for name, several in kept.items()})
    found = json.loads(crawl)
    parts = dict(_part_from_json(part) for part in found["parts"])
    for name, part in parts.items():
        part.records = kept.get(name, [])
    return Manifest(parts, dict(found["seen"]), found["days"])


def _part_to_json(name: str, part: Part) -> dict[str, Any]:
    return {
        "part": name,
        "version": part.version,
        "url": part.url,
        "raw": part.raw,
        "read_at": part.read_at.isoformat() if part.read_at else "",
        "state": part.state,
        "baseline": part.baseline,
        "follows": [follow_to_json(follow) for follow in part.follows],
        "listed": part.listed,
        "asked_at": part.asked_at.isoformat() if part.asked_at else "",
        "unread": part.unread,
    }


def _part_from_json(found: dict[str, Any]) -> tuple[str, Part]:
    return found["part"], Part(
        version=found["version"],
        url=found["url"],
        raw=found["raw"],
        read_at=datetime.fromisoformat(found["read_at"]) if found["read_at"] else None,
        state=found["state"],
        baseline=found["baseline"],
        follows=[follow_from_json(follow) for follow in found["follows"]],
        listed=found["listed"],
        asked_at=datetime.fromisoformat(found["asked_at"]) if found.get("asked_at") else None,
        unread=found.get("unread", []),
    )
