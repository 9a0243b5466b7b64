"""The operator's notes in a digest: those that are new to its reader, and those on what it tells."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from regwatch.digest.entry import Chain
from regwatch.ledger.notes import LONGEST, Note, NoteKind
from regwatch.safe_text import one_line

MOST = 5
"""Notes of one topic in a mail; what is left out is counted, and stands on the board."""


@dataclass(frozen=True)
class NoteLine:
    """One note as a mail shows it. `label` says that it is new or was corrected since the last digest, else ""."""

    label: str
    head: str
    text: str


@dataclass(frozen=True)
class NoteLines:
    """The notes of one topic, the new ones first, and how many more there are."""

    lines: tuple[NoteLine, ...] = ()
    more: int = 0

    @property
    def left_out(self) -> NoteLines:
        """The same without any of them, for a mail that has no room."""
        return NoteLines((), self.more + len(self.lines))


NO_NOTES = NoteLines()


def note_lines(
    notes: Sequence[Note], told: Sequence[Chain], stands: Container[str], since: datetime | None, now: datetime
) -> NoteLines:  # fmt: skip
    """The notes on one topic for a digest that tells these chains, composed at `now`; the one before was at `since`.

    Shown are those that are new or were put right, on whatever of the topic, and the older ones on the steps and
    authorities that are in the news. A note on access is shown beside the status at its authority, where the mail shows
    that: `stands` are those authorities.
    """
    moves = {chain.transition.id for chain in told if chain.transition}
    places = {chain.place[1] for chain in told}
    found: list[tuple[bool, NoteLine]] = []
    for note in notes:
        label = _label(note, since, now)
        near = note.transition in moves if note.transition else note.authority in places
        if note.kind is NoteKind.ACCESS:
            near = note.authority not in stands
        if label or near:
            found.append((not label, NoteLine(label, note.head, one_line(note.text, LONGEST))))
    found.sort(key=lambda one: one[0])
    return NoteLines(tuple(line for _, line in found[:MOST]), max(0, len(found) - MOST))


def is_fresh(note: Note, since: datetime | None, now: datetime) -> bool:
    """Whether the note was written or put right after the digest before."""
    return since is not None and since < note.changed <= now


def _label(note: Note, since: datetime | None, now: datetime) -> str:
    if since is None or not is_fresh(note, since, now):
        return ""
    return "New" if note.at > since else "Corrected"
