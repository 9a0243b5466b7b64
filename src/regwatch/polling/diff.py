"""The difference between two readings of a source, record by record: never of bytes, order or rendering."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from regwatch.model import Change, Record
from regwatch.reading.links import same_place

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
        said = (
            record.title,
            record.fields,
            record.blocks,
            record.claims,
            record.published,
            record.mentions,
            record.signs,
        )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def turned_over(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a list, newest first, has turned over since the last look, so that items may never have been seen.

    That is so where its last item is new and hardly any other is known: an old item that was only updated comes to the
    top again and proves nothing. Lists of less than three items say nothing: they may have been cleared. An item is
    known by any of its names, which stand in lines of their own.
    """
    if min(len(before), len(after)) < SHORTEST_LIST or still_listed(before, after[-1:]):
        return False
    return still_listed(before, after) <= HARDLY_ANY * len(after)


def still_listed(before: Iterable[str], after: Iterable[str]) -> int:
    """How many items of a list stood there before under one of their names."""
    names = {name for item in before for name in item.splitlines()}
    return sum(1 for item in after if not names.isdisjoint(item.splitlines()))


def diff(before: Iterable[Placed], after: Iterable[Placed], seen: Mapping[str, str] | None = None) -> list[Change]:
    """Records added, changed and removed, in the order of the new reading, removals last.

    `seen` maps the identity of announcements that were there earlier to their content: one that comes back unchanged is
    no change; neither is one that only goes by another key now. Records without a key are compared as a multiset.
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
    gone = [Change(part, record, None) for name, earlier in old.items() for part, record in earlier[told[name] :]]
    return _without_new_names(changes, gone)


def _without_new_names(changes: Sequence[Change], gone: Sequence[Change]) -> list[Change]:
    """The changes and removals without those that are one record under another key.

    Feeds give their items new identities, some at every look. The same words of another day at another address may be
    another announcement.
    """
    alike: dict[tuple[str, str], list[Change]] = {}
    for one in gone:
        alike.setdefault((one.record.kind, content(one.record)), []).append(one)
    renamed: set[int] = set()
    kept: list[Change] = []
    for change in changes:
        new = change.record
        others = alike.get((new.kind, content(new)), []) if change.before is None and alike else []
        old = next((one for one in others if id(one) not in renamed and _same_place(one.record, new)), None)
        if old is None:
            kept.append(change)
        else:
            renamed.add(id(old))
    return [*kept, *(one for one in gone if id(one) not in renamed)]


def _same_place(one: Record, other: Record) -> bool:
    """Whether two records are of one day, or lead to one page."""
    return one.published == other.published or (one.url != "" and same_place(one.url) == same_place(other.url))


def was_there(change: Change, since: datetime | None) -> bool:
    """Whether a record seen for the first time may be old: facts of the page, and news of days before `since`."""
    if change.before is not None or change.after is None:
        return False
    published = change.after.published if change.after.prose else None
    return published is None or since is None or published.last < since.date()
