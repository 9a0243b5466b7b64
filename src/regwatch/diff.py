"""The difference between two readings of a source, record by record: never of bytes, order or rendering."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from regwatch.model import Change, Record

SHORTEST_LIST, HARDLY_ANY = 3, 0.1
Placed = tuple[str, Record]


def identity(record: Record) -> str:
    """What makes a record the same one in two readings: its kind and key, or its content where it has no key."""
    return f"{record.kind}\0{record.key}" if record.key else f"{record.kind}\0\0{content(record)}"


def content(record: Record) -> str:
    """A short hash of what a record says.

    An announcement is its words, letter case aside: a new date, address or trade-mark sign is no new announcement.
    """
    if record.prose:
        said: object = (record.title.casefold(), tuple(block.casefold() for block in record.blocks))
    else:
        said = (record.title, record.fields, record.blocks, record.claims, record.published)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def turned_over(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a list, newest first, has turned over since the last look, so that items may never have been seen.

    That is so where its last item is new and hardly any other is known: an old item that was only updated comes to the
    top again and proves nothing. Lists of less than three items say nothing: they may have been cleared.
    """
    if min(len(before), len(after)) < SHORTEST_LIST or after[-1] in before:
        return False
    return len(set(before) & set(after)) <= HARDLY_ANY * len(after)


def diff(before: Iterable[Placed], after: Iterable[Placed], seen: Mapping[str, str] | None = None) -> list[Change]:
    """Records added, changed and removed, in the order of the new reading, removals last.

    `seen` maps the identity of announcements that were there earlier to their content: one that comes back unchanged is
    no change. Records without a key are compared as a multiset.
    """
    old: dict[str, list[Placed]] = {}
    for part, record in before:
        old.setdefault(identity(record), []).append((part, record))
    changes: list[Change] = []
    told: Counter[str] = Counter()
    for part, record in after:
        name = identity(record)
        earlier = old.get(name)
        if earlier and told[name] < len(earlier):
            previous = earlier[told[name]][1]
            told[name] += 1
            if content(previous) != content(record):
                changes.append(Change(part, previous, record))
        elif not (seen and record.prose and seen.get(name) == content(record)):
            changes.append(Change(part, None, record))
    for name, earlier in old.items():
        changes.extend(Change(part, record, None) for part, record in earlier[told[name] :])
    return changes


def was_there(change: Change, since: datetime | None) -> bool:
    """Whether a record seen for the first time may be old: facts of the page, and news of days before `since`."""
    if change.before is not None or change.after is None:
        return False
    published = change.after.published if change.after.prose else None
    return published is None or since is None or published.last < since.date()
