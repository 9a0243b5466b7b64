"""Everything that one poll writes, as one value, and the one place where it is written.

State and facts are committed together or not at all: what a poll was told is never lost, and never told twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, func, select

from regwatch.errors import SourceTrouble, StaleSnapshot, Unreadable
from regwatch.fetch.client import Validators
from regwatch.ledger.draft import Draft
from regwatch.model import Change, Finding
from regwatch.polling.outcome import Outcome
from regwatch.store import marks, snapshots
from regwatch.store.background_tables import BackgroundRow
from regwatch.store.manifest import Manifest
from regwatch.store.snapshots import Latest
from regwatch.store.source_book import write_cursor
from regwatch.store.tables import ChangeRow, FindingRow, OddityRow, Poll, Snapshot, SourceState

Counts = Counter[tuple[marks.Name, str]]


@dataclass(frozen=True)
class Commit:
    """What one poll writes.

    `poll`, `snapshot` and `manifest` are what was seen, and None where nothing was read; of one that says the same the
    snapshot is the newest. `bodies` by part are those that show something new, `before` the snapshots that they come
    after. `change_rows` stand with the snapshot that they were seen in, `finding_rows` with the change that they were
    found in; `draft` holds what they come to in the ledger, `background` what moves no status. `counts` are figures by
    name and label. `state` and `validators` are the cursor: from them the next poll starts. `changes`, `findings` and
    `events` (new lines of the log) tell the caller what was found.
    """

    outcome: Outcome
    state: SourceState
    validators: Mapping[str, Validators] = field(default_factory=dict)
    poll: Poll | None = None
    snapshot: Snapshot | None = None
    manifest: Manifest | None = None
    bodies: Mapping[str, bytes] = field(default_factory=dict)
    before: Latest = field(default_factory=Latest)
    change_rows: Sequence[tuple[ChangeRow, Snapshot]] = ()
    finding_rows: Sequence[tuple[FindingRow, ChangeRow]] = ()
    draft: Draft | None = None
    background: Sequence[BackgroundRow] = ()
    oddities: Sequence[OddityRow] = ()
    counts: Counts = field(default_factory=Counter)
    changes: Sequence[Change] = ()
    findings: Sequence[Finding] = ()
    events: int = 0


def must_be_newest(session: Session, state: SourceState, latest: Latest | None = None) -> None:
    """What is remembered of a source is what was last recorded of it, else `StaleSnapshot`.

    `regwatch poll` beside a daemon records looks that the daemon does not know of. To write what it remembers would
    take the baseline or the change back, and the next news would be taken for a first look. `latest` is what a look was
    compared with, if it was.
    """
    newest = select(func.max(Snapshot.id)).where(Snapshot.source == state.id, Snapshot.pending == 0)
    recorded = select(SourceState.baselined_at, SourceState.changed_at, newest.scalar_subquery())
    row = session.exec(recorded.where(col(SourceState.id) == state.id)).first()
    baselined_at, changed_at, snapshot = row or (None, None, None)
    compared = snapshot if latest is None else latest.settled_row.id if latest.settled_row else None
    if (baselined_at, changed_at, snapshot) != (state.baselined_at, state.changed_at, compared):
        raise StaleSnapshot(f"another poll of {state.id} was committed first")


def write(session: Session, commit: Commit) -> None:
    """Write everything that a poll found, in the caller's transaction and in this order.

    1. Records and bodies, the poll, and the oddities of the pages that were read. A snapshot that waited for this look
       goes.
    2. The snapshot.
    3. The changes.
    4. The findings, with the transitions and expectations that they come to, the lines of the log, and the background.
    5. The counts.
    6. The cursor: the state of the source and the validators of its pages.
    """
    new = commit.snapshot if commit.outcome is not Outcome.SAME else None
    if commit.manifest is not None and new is not None:
        snapshots.keep(session, new, commit.manifest, commit.bodies, commit.before)
    elif commit.manifest is not None and commit.snapshot is not None:
        snapshots.look_again(session, commit.snapshot, commit.manifest)
    if commit.before.pending_row is not None:
        snapshots.drop(session, commit.before.pending_row, new)
    session.add_all([*filter(None, [commit.poll]), *commit.oddities])
    session.flush()
    if commit.snapshot is not None:
        commit.snapshot.poll = (commit.poll.id or 0) if commit.poll else commit.snapshot.poll
        session.add(commit.snapshot)
    session.flush()
    for change, snapshot in commit.change_rows:
        change.snapshot = snapshot.id or 0
        session.add(change)
    session.flush()
    for finding, change in commit.finding_rows:
        finding.change = change.id or 0
    if commit.draft is not None:
        commit.draft.write()
    session.add_all(commit.background)
    for (name, label), number in commit.counts.items():
        marks.count(session, name, label, number)
    write_cursor(session, commit.state, commit.validators)


def unreadable(source: str, troubles: Iterable[SourceTrouble]) -> Counts:
    """The count of documents that came whole and that the adapter did not recognise."""
    number = sum(isinstance(trouble, Unreadable) for trouble in troubles)
    return Counter({(marks.Name.UNREADABLE, source): number}) if number else Counter()
