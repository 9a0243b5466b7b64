"""Where a topic stands at every authority, in one small table: the picture behind the news of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regwatch import plain
from regwatch.digest.entry import Scene, in_order
from regwatch.digest.outages import Silence, caveat
from regwatch.ledger.entries import ExpectationState, Standpoint, Transition
from regwatch.ledger.since import decided_since
from regwatch.safe_text import one_line
from regwatch.vocabulary import Standing
from regwatch.wording import Tone


@dataclass(frozen=True)
class OverviewRow:
    """One authority: the status with its date, and what is foreseen, each in a few words or "".

    `mark` is a shape for the eye that says the same as the status, in the colour of `tone`. `caveat` says since when a
    page that would show the status has not been read, "" if it has.
    """

    authority: str
    where: str
    status: str
    next: str
    mark: str = ""
    tone: Tone = Tone.PLAIN
    caveat: str = ""


_MARKS = {Tone.GOOD: "\N{BLACK CIRCLE}", Tone.BAD: "\N{BLACK SQUARE}", Tone.WAIT: "\N{BLACK UP-POINTING TRIANGLE}"}
_HALF, _OPEN = "\N{CIRCLE WITH LEFT HALF BLACK}", "\N{WHITE CIRCLE}"
"""Shapes as on the board: half filled is what only others report, open is what is on its way."""


def overview(scene: Scene, silences: Sequence[Silence] = ()) -> tuple[OverviewRow, ...]:
    """The rows of the scene's topic, in the order of the board; authorities of which nothing is known are left out."""
    rows = (_row(cell, scene, silences) for cell in scene.board if cell.topic == scene.topic.id)
    return tuple(row for row in rows if row.status or row.next)


def _row(cell: Standpoint, scene: Scene, silences: Sequence[Silence]) -> OverviewRow:
    mark, tone = _mark(cell.transition, scene) if cell.transition else ("", Tone.PLAIN)
    return OverviewRow(
        authority=plain.short_name(cell.authority),
        where=plain.place(cell.authority).removeprefix("the "),
        status=_status(cell.transition, scene) if cell.transition else "",
        next="; ".join(_steps(cell, scene)),
        mark=mark,
        tone=tone,
        caveat=caveat(silences, cell.topic, cell.authority, scene.zone),
    )


def _status(stands: Transition, scene: Scene) -> str:
    day = stands.date or stands.announced
    reported = " (reported)" if _is_reported(stands) else ""
    words = plain.status(stands.milestone)
    shown = f"{words[:1].upper()}{words[1:]}{reported}{f', {day.plain}' if day else ''}"
    then = decided_since(stands, scene.board)
    if then is None:
        return shown
    return f"{shown}. {plain.decided_since(then.authority, then.milestone, reported=_is_reported(then))}"


def _mark(stands: Transition, scene: Scene) -> tuple[str, Tone]:
    tone = plain.tone(stands.milestone) if decided_since(stands, scene.board) is None else Tone.PLAIN
    if _is_reported(stands) and tone is not Tone.PLAIN:
        return _HALF, tone
    return _MARKS.get(tone, _OPEN), tone


def _is_reported(moved: Transition) -> bool:
    return moved.standing is Standing.REPORTED


def _steps(cell: Standpoint, scene: Scene) -> Sequence[str]:
    steps = []
    for one in in_order(cell.expected):
        step = plain.due(one.authority, one.milestone, one.date, one_line(one.wording, 80))
        overdue = one.state is ExpectationState.OVERDUE
        overrun = plain.late(one.authority, one.date, scene.now) or "overdue"
        steps.append(f"{step}, {overrun}" if overdue else step)
    return steps
