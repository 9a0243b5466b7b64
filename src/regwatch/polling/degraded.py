"""A page whose layout its adapter does not know any more: what its prose says of the watched medicines.

Without it a redesign would make a source blind until a release. What is found so is never sure: a person decides. The
last good records stand beside it, so that the page is compared with them once it is understood again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from regwatch.classify.changes import Found
from regwatch.errors import SourceTrouble, Unreadable
from regwatch.model import Document, Record
from regwatch.polling.sighting import LARGEST_KEPT, Look
from regwatch.reading.html import paragraphs, soup, text_of
from regwatch.reading.names import names_any
from regwatch.store.manifest import Manifest, Part
from regwatch.store.tables import SourceState
from regwatch.vocabulary import Confidence

DEGRADED = "degraded"
"""The part of a manifest, and the kind of its one record, that hold such prose."""


def degrade(
    document: Document,
    trouble: SourceTrouble,
    state: SourceState,
    previous: Manifest | None,
    found: Look,
    now: datetime,
) -> bool:
    """Read the prose of a page that its adapter has not known twice in a row; False where there is none to read.

    It must be a whole HTML page that names a watched medicine, of a source that has been read before.
    """
    if not isinstance(trouble, Unreadable) or not state.failures or previous is None or "" not in previous.parts:
        return False
    record = _prose(document)
    if record is None:
        return False
    before = previous.parts.get(DEGRADED)
    part = Part(url=document.final_url, read_at=now, records=[record])
    if len(document.body) <= LARGEST_KEPT:
        part.raw = before.raw if before else 0
        found.bodies[DEGRADED] = document.body
    found.manifest = Manifest({**previous.parts, DEGRADED: part}, dict(previous.seen), list(previous.days))
    found.validators.clear()
    found.degraded, found.whole = trouble, False
    return True


def uncertain(found: Found) -> Found:
    """A finding in such prose, for a person to decide; any other as it is."""
    if found.change.record.kind != DEGRADED:
        return found
    why = "the page has a layout that its adapter does not know: read as prose"
    return replace(found, finding=replace(found.finding, confidence=Confidence.LOW, reason=why))


def _prose(document: Document) -> Record | None:
    """The paragraphs of an HTML page that name a watched medicine; None where it is none, or names none."""
    try:
        page = soup(document)
    except SourceTrouble:
        return None
    heading = text_of(page.find("h1"))[:300]
    told = [words for words in paragraphs(page.body or page) if names_any(words, document.source.watch)]
    blocks = tuple(words for words in told if words != heading)
    named = bool(blocks) or names_any(heading, document.source.watch)
    return Record(DEGRADED, "page", heading, document.final_url, blocks=blocks, prose=True) if named else None
