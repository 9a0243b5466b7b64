"""What the operator asks of the daemon, which is another process: look at a source now, or let it rest.

A wish is a mark by the source's id. The daemon reads them with every sweep.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from regwatch.store import marks


@dataclass(frozen=True)
class Wishes:
    """Ids of sources: to be looked at `now`, and those that rest, with until when (UTC)."""

    now: frozenset[str]
    resting: dict[str, datetime]

    def rests(self, source: str, at: datetime) -> bool:
        """Whether the source is to be left alone at that time."""
        return source in self.resting and at < self.resting[source]


def look_now(session: Session, source: str) -> None:
    """The daemon is to look at a source within seconds; a source that rests is looked at once and rests on."""
    marks.count(session, marks.Name.POLL_NOW, source)


def rest(session: Session, source: str, until: datetime) -> None:
    """No look at a source until then (UTC)."""
    marks.note(session, marks.Name.RESTING, label=source, at=until)


def wake(session: Session, source: str) -> None:
    """Look at a source again as usual."""
    marks.clear(session, marks.Name.RESTING, labels=[source])


def wishes(session: Session) -> Wishes:
    """All that is wished for now."""
    resting = {row.label: row.at for row in marks.labelled(session, marks.Name.RESTING) if row.at is not None}
    return Wishes(frozenset(marks.counts(session, marks.Name.POLL_NOW)), resting)


def looked(session: Session, sources: Iterable[str]) -> None:
    """The looks that were wished for begin, in one statement for all of them."""
    marks.clear(session, marks.Name.POLL_NOW, labels=sources)
