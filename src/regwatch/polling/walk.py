"""The further pages of one look, breadth first: which are asked for, and what becomes of those that fail."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from regwatch.adapters.contract import Adapter
from regwatch.errors import Gone, SourceTrouble
from regwatch.fetch.client import Fetches, Validators
from regwatch.model import Follow, Request, Source
from regwatch.polling.diff import content, identity
from regwatch.polling.sighting import Look, believed
from regwatch.reading.names import names_any
from regwatch.store.manifest import Manifest, Part, again_due

FOLLOWS_AT_ONCE = 60


class Known(Protocol):
    """What is remembered of a source's pages."""

    def validators(self, source: str, url: str) -> Validators | None:
        """The validators of a page as last fetched."""
        ...


@dataclass
class Walk:
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
        try:
            fetched = await self.fetcher.fetch(self.source, follow.request, self._remembered(follow, old))
            self.found.validators[url] = fetched.validators
            if fetched.document is None:
                assert old is not None
                return _as_of(old, follow.version, self.now, whole=fetched.whole)
            reading = await asyncio.to_thread(self.adapter.reading, fetched.document)
            part = self.found.keep(follow.version, fetched.document, reading, old, self.now)
            part.baseline = self.baseline or (old is not None and _still_baseline(old, follow))
            return part
        except Gone:
            if old and old.state == "read":
                return _as_of(old, follow.version, self.now, whole=False)
            return Part(version=follow.version, url=url, read_at=self.now, state="gone")
        except SourceTrouble as trouble:
            self.found.troubles.append((url, trouble))
            if old:
                return old
            return Part(state="failed", url=url, baseline=self.baseline)

    def _remembered(self, follow: Follow, old: Part | None) -> Validators | None:
        """What to show the server of a page. Where its parent says that it has changed, no word of its own counts."""
        if old is None or old.state != "read":
            return None
        kept = self.known.validators(self.source.id, follow.request.url)
        read_at = old.read_at if old.version == follow.version else None
        return believed(kept, read_at, follow.again or self.source.every, self.now)

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


def _as_of(old: Part, version: str, now: datetime, *, whole: bool) -> Part:
    """The page as it was: it has come again and is the same, or that is only what its server says."""
    return (
        replace(old, version=version, read_at=now, asked_at=None)
        if whole
        else replace(old, version=version, asked_at=now)
    )
