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
from regwatch.store.tables import ChangeRow, EventRow, ExpectationRow, FindingRow, TransitionRow

_LONGEST_LINE = 400
_FEW_BLOCKS = 4
_ENOUGH = 40
"""Characters by which words are known again."""
_MOST_LINES = 24


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence with the record it was found in.

    `before` and `after` are lines of the record: its fields, and of its text what surrounds the quote.
    """

    evidence: Evidence
    before: tuple[str, ...]
    after: tuple[str, ...]


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


def lines_around(stored: dict[str, Any] | None, quote: str) -> tuple[str, ...]:
    """A stored record as lines: its title and fields, and its text, of a long one what the quote is from."""
    if stored is None:
        return ()
    record = record_from_json(stored)
    fields = [f"{name}: {value}" for name, value in record.fields]
    blocks = list(record.blocks)
    if len(blocks) > _FEW_BLOCKS - 1:
        blocks = [block for block in blocks if _is_from(quote, block)]
    found = [" ".join(line.split())[:_LONGEST_LINE] for line in (*fields, record.title, *blocks) if line.strip()]
    return tuple(dict.fromkeys(found))[:_MOST_LINES]


def _exhibit(session: Session, piece: Evidence) -> Exhibit:
    row = session.get(FindingRow, piece.finding)
    change = session.get(ChangeRow, row.change) if row else None
    before, after = ChangeTexts(session).of(change) if change else (None, None)
    return Exhibit(evidence=piece, before=lines_around(before, piece.quote), after=lines_around(after, piece.quote))


def _is_from(quote: str, block: str) -> bool:
    """Whether the quote begins in the block, or holds it: that of a register names the status first."""
    return bool(quote[:_ENOUGH] and quote[:_ENOUGH] in block) or bool(block[:_ENOUGH] and block[:_ENOUGH] in quote)
