"""What one look means, as one value that holds everything there is to write: nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.classify.changes import Found, left_unread
from regwatch.errors import SourceTrouble
from regwatch.ledger import review, transitions
from regwatch.ledger.draft import Draft
from regwatch.ledger.witness import Route, Witness
from regwatch.model import Change, Finding, Oddity, Source, Topic
from regwatch.polling.background_rows import background_rows
from regwatch.polling.commit import Commit, Counts, unreadable
from regwatch.polling.compare import changes_of, looks_left, read_at_last
from regwatch.polling.crawl import new_topics
from regwatch.polling.diff import was_there
from regwatch.polling.findings import findings_of
from regwatch.polling.long_past import without_long_past
from regwatch.polling.outcome import Outcome
from regwatch.polling.pacing import FIXED, Pacing
from regwatch.polling.rows import change_row, finding_row, oddity_rows
from regwatch.polling.sighting import Look
from regwatch.polling.source_state import state_after_look
from regwatch.reading.impossible_days import without_future_day
from regwatch.second_reader.asking import Asked
from regwatch.store import marks, snapshots
from regwatch.store.background_tables import BackgroundRow
from regwatch.store.codec import digest
from regwatch.store.manifest import Manifest, records_to_bytes
from regwatch.store.tables import ChangeRow, FindingRow, OddityRow, Poll, Snapshot, SourceState
from regwatch.vocabulary import Verdict


@dataclass(frozen=True)
class Observation:
    """A look that has read something, and what it is held against: `state` and `latest` are those before the look.

    `topics` are all that are watched; `asked` is what the second reader says of the text.
    """

    source: Source
    topics: Sequence[Topic]
    state: SourceState
    seen: Look
    latest: snapshots.Latest
    asked: Asked
    now: datetime
    pacing: Pacing = FIXED

    @property
    def manifest(self) -> Manifest:
        """What was read."""
        assert self.seen.manifest is not None
        return self.seen.manifest

    @property
    def oddities(self) -> dict[str, list[Oddity]]:
        """What the adapter did not understand, by part, and the announcements that are not read to their end."""
        found = dict(self.seen.oddities)
        for part in found.keys() & self.manifest.parts.keys():
            cut = (left_unread(record, self.topics) for record in self.manifest.parts[part].records)
            found[part] = [*found[part], *filter(None, cut)]
        return found

    @property
    def is_first(self) -> bool:
        """Whether the source was never read before: all of it is the baseline."""
        return self.state.baselined_at is None

    def parted(self) -> tuple[list[Topic], list[Topic]]:
        """Topics that the source serves since now, of which what was there until now is no news, and the others."""
        fresh = set() if self.is_first else new_topics(self.source, self.state)
        return [one for one in self.topics if one.id in fresh], [one for one in self.topics if one.id not in fresh]


@dataclass(frozen=True)
class Share:
    """Changes that are kept, what was found in them, and which of them are `old`: part of a baseline and no news.

    `records` are those of the snapshot, as they are kept.
    """

    snapshot: Snapshot
    manifest: Manifest
    records: bytes
    changes: Sequence[Change]
    found: Sequence[Found]
    old: Collection[Change]

    @property
    def told(self) -> Share:
        """What was found of topics, and of the changes only those that tell of one."""
        of_topic = [one for one in self.found if one.finding.topic]
        told = [change for change in self.changes if any(one.change is change for one in of_topic)]
        return replace(self, changes=told, found=of_topic)


@dataclass
class Folded:
    """What the shares came to: rows with what they belong to, and what was counted. `events` are lines of the log."""

    draft: Draft
    changes: list[tuple[ChangeRow, Snapshot]] = field(default_factory=list)
    findings: list[tuple[FindingRow, ChangeRow]] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)
    background: list[BackgroundRow] = field(default_factory=list)
    events: int = 0


def build(session: Session, one: Observation) -> Commit:
    """Everything that a look at a source has to write.

    1. What has changed since the newest snapshot, whether that counts yet, and the snapshot that is kept.
    2. What the changes say of the topics, and where topics new to the source stand by what was stored of it.
    3. What each finding comes to in the ledger.
    4. The oddities, and the state of the source from which its next poll starts.
    """
    changes = changes_of(one.latest.settled, one.manifest)
    left = looks_left(one.source, one.latest, one.manifest) if changes and not (one.is_first or one.seen.moved) else 0
    outcome = _outcome(one, changes, left)
    records = records_to_bytes(one.manifest)
    bodies = _new_bodies(one, outcome)
    snapshot = _snapshot(one, outcome, digest(records), left)
    shares = _shares(session, one, changes, outcome, snapshot, records)
    folded = _fold(session, one, shares, snapshot)
    new = outcome is not Outcome.SAME
    return Commit(
        outcome=outcome,
        state=state_after_look(one.source, one.state, one.seen, outcome, one.now, one.pacing),
        validators=one.seen.validators,
        poll=Poll(source=one.source.id, at=one.now, outcome=outcome.value) if new else None,
        snapshot=snapshot,
        manifest=one.manifest,
        bodies=bodies,
        before=one.latest,
        change_rows=folded.changes,
        finding_rows=folded.findings,
        draft=folded.draft,
        background=folded.background,
        oddities=oddity_rows(one.source, one.oddities, _open_oddities(session, one), one.now),
        counts=folded.counts + unreadable(one.source.id, _troubles(one.seen)),
        changes=changes if new else (),
        findings=[found.finding for share in shares if share.snapshot is snapshot and new for found in share.found],
        events=folded.events,
    )


def _outcome(one: Observation, changes: Sequence[Change], left: int) -> Outcome:
    if one.is_first:
        return Outcome.BASELINE
    if not changes:
        return Outcome.SAME
    return Outcome.PENDING if left else Outcome.CHANGED


def _snapshot(one: Observation, outcome: Outcome, manifest: str, left: int) -> Snapshot | None:
    """A new snapshot, or the newest one with what is needed to look again where its records are the same."""
    before = one.latest.settled_row
    if outcome is Outcome.SAME:
        return before
    number = before.id if before else None
    return Snapshot(source=one.source.id, poll=0, at=one.now, previous=number, manifest=manifest, pending=left)


def _new_bodies(one: Observation, outcome: Outcome) -> dict[str, bytes]:
    """The bodies that show something new. A part whose records are as before keeps the body that they were read from.

    So other bytes that say the same leave nothing behind, and the body that the next one is held against is there.
    """
    settled = one.latest.settled.parts if one.latest.settled else {}
    found: dict[str, bytes] = {}
    for name, part in one.manifest.parts.items():
        before = settled.get(name)
        if outcome is Outcome.SAME or (before is not None and before.raw and part.records == before.records):
            part.raw = before.raw if before else 0
        elif name in one.seen.bodies:
            found[name] = one.seen.bodies[name]
    return found


def _shares(
    session: Session,
    one: Observation,
    changes: Sequence[Change],
    outcome: Outcome,
    snapshot: Snapshot | None,
    records: bytes,
) -> list[Share]:
    """What is written: of topics that are new to the source first where they stood, then what has changed."""
    if outcome is Outcome.PENDING or snapshot is None:
        return []
    added, served = one.parted()
    shares = [_stored(session, one, added)] if added and one.latest.settled else []
    if outcome is Outcome.SAME:
        return shares
    standing = [change for change in changes if was_there(change, one.state.read_at)]
    old = changes if one.is_first else standing if one.seen.moved else read_at_last(changes, one.latest.settled)
    found = findings_of(session, changes, one.latest, one.manifest, one.source, served, one.asked)
    shares.append(Share(snapshot, one.manifest, records, changes, found, old))
    if added:
        found = findings_of(session, changes, one.latest, one.manifest, one.source, added)
        shares.append(Share(snapshot, one.manifest, records, changes, found, standing).told)
    return shares


def _stored(session: Session, one: Observation, topics: Sequence[Topic]) -> Share:
    """Where topics stand by what has been stored of the source already."""
    settled, row = one.latest.settled, one.latest.settled_row
    assert settled is not None
    assert row is not None
    records = one.latest.records.body if one.latest.records else b""
    changes = [Change(part, None, record) for part, record in settled.records()]
    found = findings_of(session, changes, snapshots.Latest(), settled, one.source, topics)
    return Share(row, settled, records, changes, found, changes).told


def _fold(session: Session, one: Observation, shares: Sequence[Share], snapshot: Snapshot | None) -> Folded:
    """Fold the findings of all shares into the ledger. What was stored already is no news, nor is a first look."""
    folded = Folded(Draft(session, {found.finding.topic for share in shares for found in share.found}))
    for share in shares:
        known, rows = {id(change) for change in share.old}, {}
        before = folded.draft.lines
        for change in share.changes:
            baseline = id(change) in known or share.manifest.parts[change.part].baseline
            rows[id(change)] = change_row(change, one.source, share.records, one.now, baseline=baseline)
            folded.changes.append((rows[id(change)], share.snapshot))
        for found in share.found:
            _enter(folded, one, found, rows[id(found.change)])
        old = {number for number, row in rows.items() if row.baseline}
        folded.background += background_rows(
            session, share.changes, share.found, old, one.source, one.parted()[1], one.now
        )  # fmt: skip
        if share.snapshot is snapshot and not one.is_first:
            folded.events += folded.draft.lines - before
    return folded


def _enter(folded: Folded, one: Observation, found: Found, change: ChangeRow) -> None:
    finding = without_future_day(found.finding, one.now)
    if not change.baseline:
        finding = without_long_past(folded.draft, finding, found.change, one.state.baselined_at)
    row = finding_row(replace(found, finding=finding), one.source, change, one.now)
    folded.findings.append((row, change))
    if finding.second is not None:
        folded.counts[marks.Name.SECOND_READER_EVENTS, finding.second.verdict.value] += 1
    if one.source.options.get("status") == "no":
        row.route = (Route.EVIDENCE if finding.topic else Route.ELSEWHERE).value
        folded.draft.attach(row)
        return
    if _is_known(folded.draft, finding):
        row.route = Route.BACKGROUND.value
        folded.draft.attach(row)
        return
    witness = Witness(
        finding=row,
        source=one.source.id,
        official=row.official,
        structured=not found.change.record.prose,
        baseline=change.baseline,
        at=one.now,
    )
    route = transitions.record(folded.draft, finding, witness)
    if route is Route.REVIEW and change.baseline:
        route = Route.BACKGROUND
    row.route = route.value
    row.review = review.OPEN if route is Route.REVIEW else ""


def _is_known(draft: Draft, finding: Finding) -> bool:
    """Whether the second reader alone tells of what the ledger knows: that is for nobody to review."""
    alone = finding.second is not None and finding.second.verdict is Verdict.ALONE
    return alone and transitions.has_reached(draft, finding)


def _troubles(seen: Look) -> list[SourceTrouble]:
    """What could not be read as its adapter reads it: the root, further pages."""
    return [*([seen.degraded] if seen.degraded else []), *(trouble for _, trouble in seen.troubles)]


def _open_oddities(session: Session, one: Observation) -> Sequence[OddityRow]:
    """The oddities of the parts that were read, as far as they are open."""
    if not one.seen.oddities:
        return ()
    query = select(OddityRow).where(OddityRow.source == one.source.id, col(OddityRow.resolved_at).is_(None))
    return session.exec(query.where(col(OddityRow.part).in_(one.seen.oddities))).all()
