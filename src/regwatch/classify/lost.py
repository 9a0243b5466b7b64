"""Whether a page takes a statement back, or has only lost text: silence alone takes nothing back."""

from __future__ import annotations

from collections.abc import Sequence

from regwatch.model import Change, Record

LOST = "the page shows this no more and says nothing in its place: it may have lost a part"


def is_only_lost(change: Change, after: Sequence[Record]) -> bool:
    """Whether a record says nothing that it did not say before, or is gone together with all others of its kind."""
    before, now = change.before, change.after
    if before is None:
        return False
    if now is None:
        return not any(one.kind == before.kind for one in after)
    kept = set(now.fields) <= set(before.fields) and set(now.blocks) <= set(before.blocks)
    return kept and set(now.claims) <= set(before.claims)
