"""Where a topic stands at every authority, in one small table: the picture behind the news of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regwatch import wording
from regwatch.digest.ahead import NO_NEWS
from regwatch.digest.entry import EntryContext, in_order
from regwatch.digest.outages import Silence, caveat
from regwatch.digest.transition_view import TransitionView, transition_view
from regwatch.ledger.entries import ExpectationState, Standpoint
from regwatch.ledger.notes import Note, on_access
from regwatch.ledger.since import decided_since
from regwatch.safe_text import one_line
from regwatch.wording_tables import Tone

_MOST_ON_ACCESS, _ON_ACCESS = 2, 1200
"""Notes on access beside one status, and characters of each with whose it is."""


@dataclass(frozen=True)
class OverviewRow:
    """One authority: the status with its date, and what is foreseen, each in a few words or "".

    `mark` is a shape for the eye that says the same as the status, in the colour of `tone`. `caveat` says since when a
    page that would show the status has not been read, "" if it has. `access` are the operator's notes on access there.
    """

    authority: str
    where: str
    status: str
    next: str
    mark: str = ""
    tone: Tone = Tone.PLAIN
    caveat: str = ""
    access: tuple[str, ...] = ()


def overview(
    scene: EntryContext, silences: Sequence[Silence] = (), notes: Sequence[Note] = ()
) -> tuple[OverviewRow, ...]:  # fmt: skip
    """The rows of the scene's topic, in the order of the board; authorities of which nothing is known are left out.

    `notes` are the operator's on the topic.
    """
    rows = (_row(cell, scene, silences, notes) for cell in scene.board if cell.topic == scene.topic.id)
    return tuple(row for row in rows if row.status or row.next or row.access)


def _row(
    cell: Standpoint, scene: EntryContext, silences: Sequence[Silence], notes: Sequence[Note]
) -> OverviewRow:  # fmt: skip
    one = cell.transition
    shown = transition_view(one, scene.topic, scene.zone, decided_since(one, scene.board)) if one else None
    return OverviewRow(
        authority=wording.short_name(cell.authority),
        where=wording.where(cell.authority),
        status=_status(shown, dated=one.day is not None) if shown and one else "",
        next="; ".join(_steps(cell, scene)),
        mark=shown.mark if shown else "",
        tone=shown.tone if shown else Tone.PLAIN,
        caveat=caveat(silences, cell.topic, cell.authority, scene.zone),
        access=tuple(one_line(note.words, _ON_ACCESS) for note in on_access(notes, cell.authority)[:_MOST_ON_ACCESS]),
    )


def _status(shown: TransitionView, *, dated: bool) -> str:
    words = f"{shown.status}{shown.reported}{f', {shown.when.told}' if dated else ''}"
    return f"{words}. {shown.since}" if shown.since else words


def _steps(cell: Standpoint, scene: EntryContext) -> Sequence[str]:
    steps = (
        [f"{wording.due(gone.authority, gone.milestone, gone.date)}, {NO_NEWS}"] if (gone := cell.unanswered) else []
    )
    for one in in_order(cell.expected):
        step = wording.due(one.authority, one.milestone, one.date, one_line(one.wording, 80))
        overdue = one.state is ExpectationState.OVERDUE
        overrun = wording.late(one.authority, one.date, scene.now) or "overdue"
        steps.append(f"{step}, {overrun}" if overdue else step)
    return steps
