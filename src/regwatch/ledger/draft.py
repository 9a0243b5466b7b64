"""What one transaction reads of the ledger and what it adds to it: read once, folded in memory, written once.

New rows have no numbers until `write`, so that the lines of the log refer to them as objects until then.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from regwatch.ledger.entries import EventKind
from regwatch.ledger.witness import Witness
from regwatch.store.tables import EventRow, ExpectationRow, FindingRow, TransitionRow
from regwatch.vocabulary import Standing

Entry = TransitionRow | ExpectationRow


@dataclass(frozen=True)
class Said:
    """What one finding has said of an entry: by which source, in which word, and of which day."""

    source: str
    milestone: str
    official: bool
    date: str


@dataclass(frozen=True)
class _Line:
    """A line of the log whose numbers are not known yet."""

    row: EventRow
    entry: Entry
    finding: FindingRow | None


class Draft:
    """The entries of some topics as they stand, and those that this transaction adds.

    `topics` are those of all its findings: their entries are read together, when the first is asked for. Rows that are
    changed are written by the session as any other.
    """

    def __init__(self, session: Session, topics: Collection[str]) -> None:
        self._session = session
        self._topics = sorted(set(topics) - {""})
        self._transitions: list[TransitionRow] | None = None
        self._expectations: list[ExpectationRow] | None = None
        self._said: dict[int, list[Said]] = {}
        self._findings: list[tuple[FindingRow, TransitionRow | None, ExpectationRow | None]] = []
        self._met: list[tuple[ExpectationRow, TransitionRow]] = []
        self._lines: list[_Line] = []

    @property
    def lines(self) -> int:
        """How many lines of the log have been added."""
        return len(self._lines)

    def place(self, topic: str, *authorities: str) -> list[TransitionRow]:
        """The transitions of a topic at these authorities that stand, in the order in which they were entered."""
        return [
            row
            for row in self._all_transitions()
            if row.topic == topic and row.authority in authorities and row.standing != Standing.RETRACTED.value
        ]

    def expectations(self, topic: str, authority: str, states: Collection[str]) -> list[ExpectationRow]:
        """What is foreseen for a topic at an authority and in one of these states, in the order of entry."""
        return [
            row
            for row in self._all_expectations()
            if row.topic == topic and row.authority == authority and row.state in states
        ]

    def said(self, entry: Entry) -> Sequence[Said]:
        """What the findings behind an entry have said."""
        if id(entry) not in self._said:
            self._said[id(entry)] = self._stored(entry) if entry.id is not None else []
        return self._said[id(entry)]

    def add(self, entry: Entry) -> None:
        """A new entry."""
        if isinstance(entry, TransitionRow):
            self._all_transitions().append(entry)
        else:
            self._all_expectations().append(entry)

    def attach(
        self, finding: FindingRow, transition: TransitionRow | None = None, expectation: ExpectationRow | None = None
    ) -> None:
        """Keep a finding, behind the entry that it belongs to, if any."""
        self._findings.append((finding, transition, expectation))
        entry = transition or expectation
        if entry is not None:
            said = Said(finding.source, finding.milestone, finding.official, finding.date)
            self._said[id(entry)] = [*self.said(entry), said]

    def meet(self, expectation: ExpectationRow, transition: TransitionRow) -> None:
        """Note which transition an expectation came to."""
        self._met.append((expectation, transition))

    def met(self, transition: TransitionRow) -> list[ExpectationRow]:
        """The expectations that came to a transition, now or before."""
        stored = [row for row in self._all_expectations() if row.met_by is not None and row.met_by == transition.id]
        return [*stored, *(row for row, reached in self._met if reached is transition)]

    def log(self, kind: EventKind, witness: Witness, entry: Entry, *, note: str = "", quiet: bool = False) -> None:
        """Append one line to the log. `quiet` lines are kept and told to nobody, as baseline ones are."""
        row = EventRow(
            kind=kind.value,
            topic=entry.topic,
            authority=entry.authority,
            at=witness.at,
            baseline=witness.baseline or quiet,
            note=note,
        )
        self._lines.append(_Line(row, entry, witness.finding))

    def write(self) -> None:
        """Write everything, each kind in one go: what others refer to comes first, since it gets its number then."""
        session = self._session
        session.add_all(self._transitions or ())
        session.flush()
        for expectation, transition in self._met:
            expectation.met_by = transition.id
        session.add_all(self._expectations or ())
        session.flush()
        for finding, reached, foreseen in self._findings:
            finding.transition = reached.id if reached else None
            finding.expectation = foreseen.id if foreseen else None
            session.add(finding)
        session.flush()
        for line in self._lines:
            of_transition = isinstance(line.entry, TransitionRow)
            line.row.transition = line.entry.id if of_transition else None
            line.row.expectation = None if of_transition else line.entry.id
            line.row.finding = line.finding.id if line.finding else None
            session.add(line.row)
        session.flush()

    def _all_transitions(self) -> list[TransitionRow]:
        if self._transitions is None:
            query = select(TransitionRow).where(col(TransitionRow.topic).in_(self._topics))
            self._transitions = list(self._session.exec(query.order_by(col(TransitionRow.id))))
        return self._transitions

    def _all_expectations(self) -> list[ExpectationRow]:
        if self._expectations is None:
            query = select(ExpectationRow).where(col(ExpectationRow.topic).in_(self._topics))
            self._expectations = list(self._session.exec(query.order_by(col(ExpectationRow.id))))
        return self._expectations

    def _stored(self, entry: Entry) -> list[Said]:
        column = FindingRow.transition if isinstance(entry, TransitionRow) else FindingRow.expectation
        query = select(FindingRow.source, FindingRow.milestone, FindingRow.official, FindingRow.date)
        rows = self._session.exec(query.where(column == entry.id).order_by(col(FindingRow.id)))
        return [Said(*row) for row in rows]
