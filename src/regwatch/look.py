"""One look at a source: its root page and the further pages that the reading asks for, as a new manifest.

Nothing is stored here. A followed page that fails keeps its old records and is tried again; only the root's trouble
makes the whole look fail.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from regwatch.adapters.contract import Adapter
from regwatch.dates import PartialDate
from regwatch.diff import content, identity
from regwatch.errors import Gone, SourceTrouble
from regwatch.fetch.client import Fetches, Validators
from regwatch.listing import catch_up, days_told, names, renamed
from regwatch.model import Document, Follow, Oddity, Reading, Request, Source
from regwatch.reading.names import names_any
from regwatch.store.codec import digest
from regwatch.store.manifest import Manifest, Part, again_due
from regwatch.store.tables import SourceState

FOLLOWS_AT_ONCE = 60
FALLBACK_AFTER = 3
LARGEST_KEPT = 1024 * 1024
"""Bytes of a body that is worth keeping raw. Of a report on every medicine there is, the records are what counts."""


@dataclass
class Look:
    """What one look found. `manifest` is None where the root was unchanged and nothing else was due.

    `validators` by URL and `bodies` (by hash, with the hash of the version before) are what is worth keeping of the
    fetches; `oddities` those of each part that was read; `troubles` the further pages that failed; `gap` the evidence
    that the list has turned over since the last look; `moved` that the root was never read at this address before.
    """

    manifest: Manifest | None = None
    validators: dict[str, Validators] = field(default_factory=dict)
    bodies: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    oddities: dict[str, list[Oddity]] = field(default_factory=dict)
    troubles: list[tuple[str, SourceTrouble]] = field(default_factory=list)
    gap: str = ""
    moved: bool = False


class Known(Protocol):
    """What is remembered of a source's pages."""

    def validators(self, source: str, url: str) -> Validators | None:
        """The validators of a page as last fetched."""
        ...


def new_topics(source: Source, state: SourceState) -> set[str]:
    """The topics of a source that it has not been read for yet."""
    return set(source.topics) - set(state.topics.split())


def _more_is_due(source: Source, state: SourceState, now: datetime) -> bool:
    """Whether further pages want reading although the root is unchanged."""
    return (state.again_at is not None and now >= state.again_at) or bool(new_topics(source, state))


async def look(
    source: Source,
    adapter: Adapter,
    *,
    fetcher: Fetches,
    known: Known,
    load: Callable[[], Awaitable[Manifest | None]],
    state: SourceState,
    now: datetime,
) -> Look:
    """Look once. Raises the root page's `SourceTrouble`; a page that may be absent is then an empty reading.

    `load` gives the manifest of the last look and is called only if there is something to compare with it.
    """
    found = Look()
    first = state.baselined_at is None
    request = _root_request(source, adapter, state)
    try:
        fetched = await fetcher.fetch(source, request, None if first else known.validators(source.id, request.url))
    except Gone:
        if not _may_be_gone(adapter, await load()):
            raise
        found.manifest = Manifest(parts={"": Part(read_at=now)}) if first else None
        return found
    found.validators[request.url] = fetched.validators
    if fetched.document is None and not _more_is_due(source, state, now):
        return found
    previous = await load()
    root = previous.parts.get("") if previous else None
    found.moved = bool(root and root.url) and known.validators(source.id, request.url) is None
    days: list[PartialDate | None] = []
    if fetched.document is not None:
        root, days = await _read_root(source, adapter, fetcher, fetched.document, root, found, now)
    assert root is not None
    widened = bool(new_topics(source, state))
    manifest = await _Walk(source, adapter, fetcher, known, previous, first, widened, now, found).follow(root)
    manifest.days = days_told(previous, days, manifest)
    return found


async def _read_root(
    source: Source,
    adapter: Adapter,
    fetcher: Fetches,
    document: Document,
    before: Part | None,
    found: Look,
    now: datetime,
) -> tuple[Part, list[PartialDate | None]]:
    """The root page as read, with what a list that has turned over holds further on, and the days it gives."""
    reading = await asyncio.to_thread(adapter.reading, document)
    days = [one.published for one in reading.listed]
    if before is not None:
        found.gap, failed = await catch_up(source, adapter, fetcher, reading, before)
        found.troubles += failed
        reading.oddities += renamed(before, reading)
    root = _part(found, "", document, reading, before, now)
    root.listed = names(reading)
    return root, days


def _root_request(source: Source, adapter: Adapter, state: SourceState) -> Request:
    """The root page, or a poorer one after failures in a row."""
    poorer = adapter.fallback if state.failures >= FALLBACK_AFTER else None
    return (poorer or adapter.request)(source)


def _may_be_gone(adapter: Adapter, previous: Manifest | None) -> bool:
    """Whether a missing page is no trouble: it has not come yet, or it was taken down when its matter was settled."""
    told = previous is not None and any(part.records for part in previous.parts.values())
    return adapter.may_leave if told else adapter.absent_is_empty


def _part(found: Look, version: str, document: Document, reading: Reading, before: Part | None, now: datetime) -> Part:
    name = ""
    if len(document.body) <= LARGEST_KEPT:
        name = digest(document.body)
        found.bodies[name] = (document.body, before.raw if before else "")
    found.oddities[document.request.part] = reading.oddities
    return Part(version, document.final_url, name, now, "read", False, reading.records, reading.follows)


@dataclass
class _Walk:
    """The followed pages of one look, breadth first. `widened`: the source serves a topic that is new to it."""

    source: Source
    adapter: Adapter
    fetcher: Fetches
    known: Known
    previous: Manifest | None
    baseline: bool
    widened: bool
    now: datetime
    found: Look
    fetches: int = 0
    renamed: dict[str, str] = field(default_factory=dict)

    async def follow(self, root: Part) -> Manifest:
        """The manifest of the root and of every page that it leads to."""
        wanted = {follow.request.part for follow in root.follows}
        earlier = self.previous.parts.values() if self.previous else ()
        asked = (follow.request for part in earlier for follow in part.follows)
        self.renamed = {request.url: request.part for request in asked if request.part not in wanted}
        manifest = Manifest(parts={"": root}, seen=dict(self.previous.seen) if self.previous else {})
        queue = deque(root.follows)
        while queue:
            follow = queue.popleft()
            if follow.request.part in manifest.parts:
                continue
            part = await self._one(follow, manifest)
            if part is not None:
                manifest.parts[follow.request.part] = part
                queue.extend(part.follows)
        self._remember(manifest)
        self.found.manifest = manifest
        return manifest

    async def _one(self, follow: Follow, manifest: Manifest) -> Part | None:
        name = follow.request.part
        old = self._before(follow.request)
        if old is None and manifest.seen.get(f"part\0{name}") == follow.version and follow.version:
            return Part(version=follow.version, url=follow.request.url, state="skipped")
        named = not follow.hint or names_any(follow.hint, self.source.watch)
        wanted = old is not None and old.state == "skipped" and named and self.widened
        settled = old is not None and old.state != "failed" and old.version == follow.version and not wanted
        if old is not None and settled and not again_due(old, follow.again, self.now):
            return old
        if self.baseline and not named:
            return Part(version=follow.version, url=follow.request.url, state="skipped")
        if self.fetches >= FOLLOWS_AT_ONCE:
            return old or Part(state="failed", url=follow.request.url, baseline=self.baseline)
        self.fetches += 1
        return await self._fetch(follow, old)

    def _before(self, request: Request) -> Part | None:
        """The page as of the last look, also where its list gave it another name then."""
        parts = self.previous.parts if self.previous else {}
        return parts.get(request.part) or parts.get(self.renamed.get(request.url, request.part))

    async def _fetch(self, follow: Follow, old: Part | None) -> Part:
        url = follow.request.url
        remembered = self.known.validators(self.source.id, url) if old and old.state == "read" else None
        try:
            fetched = await self.fetcher.fetch(self.source, follow.request, remembered)
            self.found.validators[url] = fetched.validators
            if fetched.document is None:
                assert old is not None
                return _as_of(old, follow.version, self.now)
            reading = await asyncio.to_thread(self.adapter.reading, fetched.document)
            part = _part(self.found, follow.version, fetched.document, reading, old, self.now)
            part.baseline = self.baseline or (old is not None and _still_baseline(old, follow))
            return part
        except Gone:
            if old and old.state == "read":
                return _as_of(old, follow.version, self.now)
            return Part(version=follow.version, url=url, read_at=self.now, state="gone")
        except SourceTrouble as trouble:
            self.found.troubles.append((url, trouble))
            if old:
                return old
            return Part(state="failed", url=url, baseline=self.baseline)

    def _remember(self, manifest: Manifest) -> None:
        """Keep in mind the announcements and pages that have left the publisher's list."""
        if self.previous is None:
            return
        here = {identity(record) for _, record in manifest.records()}
        for name, part in self.previous.parts.items():
            if name not in manifest.parts and part.version:
                manifest.seen[f"part\0{name}"] = part.version
            for record in part.records:
                if record.prose and identity(record) not in here:
                    manifest.seen[identity(record)] = content(record)


def _still_baseline(old: Part, follow: Follow) -> bool:
    """Whether a page is read for the first time only now although it was there at the baseline."""
    return (old.state == "failed" and old.baseline) or (old.state == "skipped" and old.version == follow.version)


def _as_of(old: Part, version: str, now: datetime) -> Part:
    return Part(version, old.url, old.raw, now, old.state, old.baseline, old.records, old.follows)
