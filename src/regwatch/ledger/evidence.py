"""What a transition rests on: the page before and after, for those who want to check it themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from regwatch.ledger.entries import Event, EventKind, Evidence, Expectation
from regwatch.ledger.entry_reader import EntryReader, Publisher
from regwatch.ledger.queries import transition
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.codec import record_from_json
from regwatch.store.tables import ChangeRow, EventRow, ExpectationRow, FindingRow, Snapshot, TransitionRow

_LONGEST_LINE = 400
_FEW_BLOCKS = 4
_MOST_LINES = 24


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence with the record it was found in.

    `before` and `after` are lines of the record: its fields, and of its text what surrounds the quote. `snapshot` is
    the number of the stored copy, `sha256` its content's hash, "" where it is no longer kept.
    """

    evidence: Evidence
    before: tuple[str, ...]
    after: tuple[str, ...]
    snapshot: int
    sha256: str


def exhibits(session: Session, number: int, publisher: Publisher = str) -> tuple[Exhibit, ...]:
    """Every piece of evidence of a transition, in the order in which it was found."""
    one = transition(session, number, publisher)
    return tuple(_exhibit(session, piece) for piece in one.evidence) if one else ()


def log_of(session: Session, number: int, publisher: Publisher = str) -> list[Event]:
    """What happened to one transition, oldest first: entered, confirmed, corrected, taken back."""
    row = session.get(TransitionRow, number)
    if row is None:
        return []
    query = select(EventRow).where(
        EventRow.topic == row.topic, EventRow.transition == number, EventRow.kind != EventKind.WITNESSED.value
    )
    return EntryReader(session, publisher).events(session.exec(query.order_by(col(EventRow.seq))).all())


def fulfilled(session: Session, topic: str, publisher: Publisher = str) -> dict[int, Expectation]:
    """The expectation that each transition of a topic met, by the transition's number."""
    query = select(ExpectationRow).where(ExpectationRow.topic == topic, col(ExpectationRow.met_by).is_not(None))
    rows = session.exec(query.order_by(col(ExpectationRow.id))).all()
    met = EntryReader(session, publisher).expectations(rows)
    return {row.met_by: one for row, one in zip(rows, met, strict=True) if row.met_by is not None}


def _exhibit(session: Session, piece: Evidence) -> Exhibit:
    row = session.get(FindingRow, piece.finding)
    change = session.get(ChangeRow, row.change) if row else None
    snapshot = session.get(Snapshot, change.snapshot) if change else None
    before, after = ChangeTexts(session).of(change) if change else (None, None)
    return Exhibit(
        evidence=piece,
        before=_lines(before, piece.quote),
        after=_lines(after, piece.quote),
        snapshot=snapshot.id or 0 if snapshot else 0,
        sha256=snapshot.manifest if snapshot else "",
    )


def _lines(stored: dict[str, Any] | None, quote: str) -> tuple[str, ...]:
    if stored is None:
        return ()
    record = record_from_json(stored)
    fields = [f"{name}: {value}" for name, value in record.fields]
    blocks = [record.title, *record.blocks]
    if len(blocks) > _FEW_BLOCKS:
        blocks = [record.title, *(block for block in record.blocks if quote[:40] and quote[:40] in block)]
    found = [" ".join(line.split())[:_LONGEST_LINE] for line in (*fields, *blocks) if line.strip()]
    return tuple(dict.fromkeys(found))[:_MOST_LINES]
