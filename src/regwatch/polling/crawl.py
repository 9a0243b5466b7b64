"""One look at a source: its root page and the further pages that the reading asks for, as a new manifest.

Nothing is stored here. A followed page that fails keeps its old records and is tried again; only the root's trouble
makes the whole look fail.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from regwatch.adapters.contract import Adapter
from regwatch.errors import Gone, Unreadable
from regwatch.fetch.client import Fetches, Validators
from regwatch.model import Document, Record, Request, Source
from regwatch.polling.degraded import degrade
from regwatch.polling.diff import diff
from regwatch.polling.listing import catch_up, days_told, names, renamed, shrunken
from regwatch.polling.sighting import Look, believed
from regwatch.polling.walk import Known, Walk
from regwatch.reading.moves import MOVED, moved_to
from regwatch.store.manifest import Manifest, Part
from regwatch.store.tables import SourceState

FALLBACK_AFTER = 3
_HIDDEN = "the server had called the page unmodified although it had changed: news of it comes up to a day late"


def new_topics(source: Source, state: SourceState) -> set[str]:
    """The topics of a source that it has not been read for yet."""
    return set(source.topics) - set(state.topics.split())


def _more_is_due(source: Source, state: SourceState, now: datetime) -> bool:
    """Whether further pages want reading although the root is unchanged."""
    return (state.again_at is not None and now >= state.again_at) or bool(new_topics(source, state))


def _hidden(kept: Validators | None, new: Validators, state: SourceState) -> bool:
    """Whether the server has said "not modified" since the page was read, by validators that it still gives out."""
    asked = state.read_at is not None and state.answered_at is not None and state.answered_at > state.read_at
    same = kept is not None and (kept.etag, kept.last_modified) == (new.etag, new.last_modified)
    return asked and same and (new.etag, new.last_modified) != (None, None)


def _placed(records: list[Record]) -> list[tuple[str, Record]]:
    return [("", record) for record in records]


async def look(
    source: Source,
    adapter: Adapter,
    *,
    fetcher: Fetches,
    known: Known,
    load: Callable[[], Awaitable[Manifest | None]],
    state: SourceState,
    now: datetime,
    whole: bool = False,
) -> Look:
    """Look once. `load` gives the manifest of the last look, to compare. `whole`: whatever the server says, the root is
    asked for. Raises the root page's `SourceTrouble`; a page that may be absent is then an empty reading.
    """
    first, request = state.baselined_at is None, _root_request(source, adapter, state)
    kept = None if first else known.validators(source.id, request.url)
    try:
        known_since = None if whole else state.read_at
        fetched = await fetcher.fetch(source, request, believed(kept, known_since, source.every, now))
    except Gone:
        if not _may_be_gone(adapter, await load()):
            raise
        return Look(Manifest(parts={"": Part(read_at=now)}) if first else None)
    found = Look(validators={request.url: fetched.validators}, whole=fetched.whole)
    if fetched.document is None and not _more_is_due(source, state, now):
        return found
    previous = await load()
    root = previous.parts.get("") if previous else None
    found.moved = bool(root and root.url) and known.validators(source.id, request.url) is None
    if fetched.document is not None:
        try:
            hidden = _hidden(kept, fetched.validators, state)
            root = await _read_root(source, adapter, fetcher, fetched.document, root, found, now, hidden=hidden)
        except Unreadable as trouble:
            return await _prose_or_raise(fetched.document, trouble, state, previous, found, now)
    assert root is not None
    widened = bool(new_topics(source, state))
    manifest = await Walk(source, adapter, fetcher, known, previous, first, widened, now, found).follow(root)
    manifest.days = days_told(previous, found.days, manifest)
    return found


async def _prose_or_raise(
    document: Document, trouble: Unreadable, state: SourceState, previous: Manifest | None, found: Look, now: datetime
) -> Look:
    """The look with the prose of a root page whose layout is not known. Raises the trouble where there is none."""
    if not await asyncio.to_thread(degrade, document, trouble, state, previous, found, now):
        raise trouble
    return found


async def _read_root(
    source: Source,
    adapter: Adapter,
    fetcher: Fetches,
    document: Document,
    before: Part | None,
    found: Look,
    now: datetime,
    *,
    hidden: bool,
) -> Part:
    """The root page as read, with what a list that has turned over holds further on."""
    reading = await asyncio.to_thread(adapter.reading, document)
    found.days = [one.published for one in reading.listed]
    if before is not None:
        found.gap, failed = await catch_up(source, adapter, fetcher, reading, before)
        found.troubles += failed
        reading.oddities += [*renamed(before, reading), *shrunken(before, reading)]
        if hidden and diff(_placed(before.records), _placed(reading.records)):
            reading.odd(_HIDDEN, document.request.url, document.request.url)
    if document.request.url == source.url and (there := moved_to(document)):
        reading.odd(MOVED, f"{there} instead of {source.url}", there)
    root = found.keep("", document, reading, before, now)
    root.listed = names(reading)
    return root


def _root_request(source: Source, adapter: Adapter, state: SourceState) -> Request:
    """The root page, or a poorer one after failures in a row."""
    poorer = adapter.fallback if state.failures >= FALLBACK_AFTER else None
    return (poorer or adapter.request)(source)


def _may_be_gone(adapter: Adapter, previous: Manifest | None) -> bool:
    """Whether a missing page is no trouble: it has not come yet, or it was taken down when its matter was settled."""
    told = previous is not None and any(part.records for part in previous.parts.values())
    return adapter.may_leave if told else adapter.absent_is_empty
