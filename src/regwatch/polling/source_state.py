"""What is known of a source after a look at it: when it was read, what troubles it, when it is next due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from regwatch.errors import SourceTrouble
from regwatch.model import Source
from regwatch.polling.outcome import Outcome
from regwatch.polling.pacing import Pacing
from regwatch.polling.schedule import after_reading, after_trouble
from regwatch.polling.sighting import Look
from regwatch.store.tables import SourceState

_LONGEST_TEXT = 1000
_PROSE_ONLY = "; until the adapter knows the page again its prose is read, and what that says waits for review"


def state_after_look(
    source: Source, state: SourceState, seen: Look, outcome: Outcome, now: datetime, pacing: Pacing
) -> SourceState:
    """The state of a source whose root page was read with this outcome. What is pending will be looked at again."""
    assert seen.manifest is not None
    new = SourceState(**state.model_dump())
    unsettled = outcome is Outcome.PENDING or seen.manifest.wanting()
    new.topics = state.topics if outcome is Outcome.PENDING else " ".join(sorted(source.topics))
    new.adapter, new.checked_at = source.adapter, now
    new.answered_at = state.answered_at if seen.degraded else now
    new.read_at = now if seen.whole else state.read_at
    new.baselined_at = state.baselined_at or now
    new.changed_at = now if outcome is Outcome.CHANGED else state.changed_at
    new.again_at = now if unsettled else seen.manifest.again_at()
    if seen.gap:
        new.gap_at, new.gap_text = now, seen.gap
    new.next_due_at = after_reading(source, new, now, unsettled=unsettled, pacing=pacing)
    if seen.degraded is not None:
        _note_trouble(new, state, seen.degraded.kind, f"{seen.degraded.message}{_PROSE_ONLY}", now)
    else:
        _settle_trouble(new, seen.troubles, now)
    return new


def state_after_trouble(source: Source, state: SourceState, trouble: SourceTrouble, now: datetime) -> SourceState:
    """The state of a source whose root page could not be read."""
    new = SourceState(**state.model_dump())
    new.adapter, new.checked_at = source.adapter, now
    _note_trouble(new, state, trouble.kind, trouble.message, now)
    new.next_due_at = after_trouble(source, new.failures, trouble, now)
    return new


def _note_trouble(new: SourceState, state: SourceState, kind: str, text: str, now: datetime) -> None:
    """The root was not read, or its prose only: one more failure in a row."""
    new.failures = state.failures + 1
    new.trouble_since = state.trouble_since if state.failures and state.trouble_since else now
    new.trouble, new.trouble_text = kind, _storable(text)


def _storable(text: str) -> str:
    """What trouble says can be a stranger's words: without what no database keeps, NUL and lone surrogates."""
    return text[:_LONGEST_TEXT].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _settle_trouble(state: SourceState, parts: Sequence[tuple[str, SourceTrouble]], now: datetime) -> None:
    """The root was read: what trouble remains is that of further pages."""
    state.failures = 0
    if not parts:
        state.trouble, state.trouble_text, state.trouble_since = "", "", None
        return
    url, first = parts[0]
    text = f"{len(parts)} of the pages it leads to could not be read, first {url}: {first.message}"
    state.trouble, state.trouble_text = first.kind, _storable(text)
    state.trouble_since = state.trouble_since or now
