"""What a page stated, where it can no longer be read: a word that nobody knows takes no statement back."""

from __future__ import annotations

from regwatch.errors import UnknownTerm
from regwatch.model import Reading, Record
from regwatch.store.manifest import Part
from regwatch.vocabulary import Mode


def hold_unread(reading: Reading, before: Part | None) -> None:
    """Mark the records as unread that stated something before and state nothing now, on a page not understood whole.

    So the last readable state of each stays the one that is compared with. Raises `UnknownTerm` where nothing is left
    of all that the page stated: then it could not be read at all.
    """
    if before is None or not reading.oddities:
        return
    stated = {(one.kind, one.key) for one in before.records if one.key and _states(one)}
    unread = [one for one in reading.records if (one.kind, one.key) in stated and not one.claims]
    if not unread:
        return
    if not any(map(_states, reading.records)):
        odd = reading.oddities[0]
        raise UnknownTerm(f"the page states nothing any more that it stated before: {odd.what}: {odd.text[:200]!r}")
    names = {(one.kind, one.key) for one in unread}
    reading.records = [one for one in reading.records if (one.kind, one.key) not in names]
    reading.unread += sorted(names - set(reading.unread))


def _states(record: Record) -> bool:
    return any(one.mode is not Mode.EXPECTED for one in record.claims)
