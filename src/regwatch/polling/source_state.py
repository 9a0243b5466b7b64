"""What is known of a source after a look at it: when it was read, what troubles it, when it is next due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from regwatch.errors import SourceTrouble
from regwatch.model import Source
from regwatch.polling.outcome import Outcome
from regwatch.polling.schedule import after_reading, after_trouble
from regwatch.polling.sighting import Look
from regwatch.store.tables import SourceState

_LONGEST_TEXT = 1000


def state_after_look(source: Source, state: SourceState, seen: Look, outcome: Outcome, now: datetime) -> SourceState:
    """The state of a source whose root page was read with this outcome. What is pending will be looked at again."""
    assert seen.manifest is not None
    new = SourceState(**state.model_dump())
    unsettled = outcome is Outcome.PENDING or seen.manifest.wanting()
    new.topics = state.topics if outcome is Outcome.PENDING else " ".join(sorted(source.topics))
    new.adapter, new.checked_at, new.answered_at = source.adapter, now, now
    new.read_at = now if seen.whole else state.read_at
    new.baselined_at = state.baselined_at or now
    new.changed_at = now if outcome is Outcome.CHANGED else state.changed_at
    new.again_at = now if unsettled else seen.manifest.again_at()
    if seen.gap:
        new.gap_at, new.gap_text = now, seen.gap
    new.next_due_at = after_reading(source, new, now, unsettled=unsettled)
    _settle_trouble(new, seen.troubles, now)
    return new


def state_after_trouble(source: Source, state: SourceState, trouble: SourceTrouble, now: datetime) -> SourceState:
    """The state of a source whose root page could not be read."""
    new = SourceState(**state.model_dump())
    new.adapter, new.checked_at = source.adapter, now
    new.failures = state.failures + 1
    new.trouble_since = state.trouble_since if state.failures and state.trouble_since else now
    new.trouble, new.trouble_text = trouble.kind, trouble.message[:_LONGEST_TEXT]
    new.next_due_at = after_trouble(source, new.failures, trouble, now)
    return new


def _settle_trouble(state: SourceState, parts: Sequence[tuple[str, SourceTrouble]], now: datetime) -> None:
    """The root was read: what trouble remains is that of further pages."""
    state.failures = 0
    if not parts:
        state.trouble, state.trouble_text, state.trouble_since = "", "", None
        return
    url, first = parts[0]
    text = f"{len(parts)} of the pages it leads to could not be read, first {url}: {first.message}"
    state.trouble, state.trouble_text = first.kind, text[:_LONGEST_TEXT]
    state.trouble_since = state.trouble_since or now
