"""What a replay found, held against what is known to have happened: found, missed and spurious, per adapter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regwatch.dates import PartialDate, from_iso
from regwatch.errors import BadDate, UsageError
from regwatch.file_faults import why_unreadable
from regwatch.ledger.entries import EventKind
from regwatch.replay.playing import Played, adapter_of
from regwatch.replay.report_lines import ReplayLine, lines
from regwatch.vocabulary import AUTHORITIES, Milestone

NEAR = 14
"""Days by which a found date may differ from that of its label: of a report and of the decision it reports."""


@dataclass(frozen=True)
class Label:
    """One transition that happened: the series that must show it, authority, milestone, and the day if it is known."""

    series: str
    authority: str
    milestone: str
    date: PartialDate | None = None

    def __str__(self) -> str:
        return f"{self.series}: {self.authority} {self.milestone} {self.date or ''}".rstrip()

    def as_json(self) -> dict[str, Any]:
        """The label as a line of its file."""
        day = self.date.iso if self.date else None
        return {"series": self.series, "authority": self.authority, "milestone": self.milestone, "date": day}


@dataclass
class Score:
    """The count of one adapter, with what was missed and what is spurious. Trouble is counted apart."""

    found: list[ReplayLine] = field(default_factory=list)
    missed: list[Label] = field(default_factory=list)
    spurious: list[ReplayLine] = field(default_factory=list)
    troubles: int = 0


def read_labels(path: Path) -> list[Label]:
    """A labels file: JSON lines with `series`, `authority`, `milestone` and, where known, `date`. Raises `UsageError`.

    Empty lines and lines that begin with # are passed over.
    """
    try:
        rows = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the labels {path} cannot be read: {why_unreadable(error)}") from error
    return [_label(row, f"{path}:{n}") for n, row in enumerate(rows, 1) if row.strip() and not row.startswith("#")]


def _label(row: str, where: str) -> Label:
    try:
        value: Any = json.loads(row)
        label = Label(
            str(value["series"]),
            str(value["authority"]),
            Milestone(value["milestone"]).value,
            from_iso(value["date"]) if value.get("date") else None,
        )
    except (ValueError, KeyError, TypeError, BadDate, RecursionError) as error:
        raise UsageError(f"{where}: no label: write series, authority, milestone and date ({error})") from error
    if label.authority not in AUTHORITIES:
        raise UsageError(f"{where}: {label.authority!r} is not an authority")
    return label


def score(played: Iterable[Played], labels: Sequence[Label]) -> dict[str, Score]:
    """The scores by adapter. A label of a series that the archive does not hold is missed, under no adapter ("")."""
    scores: dict[str, Score] = {}
    left = Counter(labels)
    for one in played:
        mine = scores.setdefault(adapter_of(one), Score())
        mine.troubles += sum(1 for seen in one.states if seen.trouble is not None)
        for line in lines(one):
            if line.event != EventKind.TRANSITION.value:
                continue
            label = next((label for label in +left if _fits(line, label)), None)
            if label is None:
                mine.spurious.append(line)
            else:
                left[label] -= 1
                mine.found.append(line)
        mine.missed += [label for label in (+left).elements() if label.series == one.series.name]
        left = Counter({label: count for label, count in (+left).items() if label.series != one.series.name})
    if left:
        scores.setdefault("", Score()).missed += list(left.elements())
    return scores


def _fits(line: ReplayLine, label: Label) -> bool:
    if (line.series, line.authority, line.milestone) != (label.series, label.authority, label.milestone):
        return False
    day = line.date or line.announced
    if label.date is None or day is None:
        return True
    told = from_iso(day)
    return (told.first - label.date.last).days <= NEAR and (label.date.first - told.last).days <= NEAR
