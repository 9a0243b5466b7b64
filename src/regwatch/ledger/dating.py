"""The day of a transition: set by the first who gives it, put right by the authority, and told when it changes."""

from __future__ import annotations

from datetime import timedelta

from regwatch.dates import PartialDate
from regwatch.ledger import expectations
from regwatch.ledger.draft import Draft
from regwatch.ledger.entries import EventKind
from regwatch.ledger.witness import Witness
from regwatch.store.codec import uniso
from regwatch.store.tables import TransitionRow

_ANNOUNCED_WITHIN = timedelta(days=60)
"""How long after an act it is announced at the latest."""


def better_date(draft: Draft, row: TransitionRow, told: PartialDate, witness: Witness) -> bool:
    """Whether a date is to stand in place of what is known: the first, a more exact one, or the authority's first."""
    known = uniso(row.date)
    if witness.official and known != told and not _officially_dated(draft, row):
        return True
    return _fits(row, told) if known is None else known.contains(told) and known != told


def set_date(draft: Draft, row: TransitionRow, day: PartialDate, witness: Witness) -> None:
    """Set the day of the act. Whoever was told another day, or of an announcement on another day, is told of it."""
    was, row.date = row.date, day.iso
    expectations.time_again(draft, row)
    if (was or row.announced) not in ("", day.iso):
        draft.log(EventKind.DATED, witness, row, note=was, quiet=row.history or row.baseline)


def note_announcement(row: TransitionRow, told: PartialDate | None) -> None:
    """Keep the first day on which it was made public; nobody announces an act before it is done."""
    known, done = uniso(row.announced), uniso(row.date)
    first = told is not None and (known is None or told.first < known.first)
    if told is not None and first and (done is None or told.last >= done.first):
        row.announced = told.iso


def _fits(row: TransitionRow, told: PartialDate) -> bool:
    """Whether a day can be that of an act that was announced: not after it, and not so long before that it is another.

    A day's grace is for those who announce it on the other side of the world.
    """
    known = uniso(row.announced)
    return known is None or -timedelta(days=1) <= known.last - told.first <= _ANNOUNCED_WITHIN


def _officially_dated(draft: Draft, row: TransitionRow) -> bool:
    """Whether an authority's own page has given a date already."""
    return any(said.official and said.date for said in draft.said(row))
