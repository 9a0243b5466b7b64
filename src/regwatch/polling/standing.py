"""What a page stated, where it can no longer be read: a word that nobody knows takes no statement back, nor does a page
that is another one.
"""

from __future__ import annotations

from regwatch.errors import UnknownTerm, WrongIdentity
from regwatch.model import Document, Reading, Record
from regwatch.reading.names import names_any
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


def must_be_the_page(document: Document, reading: Reading, before: Part | None) -> None:
    """Raises `WrongIdentity` where another page has answered in place of one that is read as a single text.

    Walls, notices and logins can have any shape. One is told by all of this together: the watched medicine is named no
    more, no paragraph is left of those that there were, and there is less than half of the text.
    """
    if before is None or len(before.records) != 1 or len(reading.records) != 1:
        return
    old, new = before.records[0], reading.records[0]
    if (
        not old.blocks
        or (old.kind, old.key, new.claims) != (new.kind, new.key, ())
        or 2 * len(new.text) >= len(old.text)
    ):
        return
    watch = document.source.watch
    if names_any(old.text, watch) and not names_any(new.text, watch) and {*old.blocks}.isdisjoint(new.blocks):
        raise WrongIdentity(
            f"{document.final_url} has nothing left of what it said and names no watched medicine: another page "
            f"answered, {new.text[:80]!r}"
        )


def _states(record: Record) -> bool:
    return any(one.mode is not Mode.EXPECTED for one in record.claims)
