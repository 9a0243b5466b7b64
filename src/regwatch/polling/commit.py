"""What one look means, written down: changes, findings and the ledger, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from regwatch.classify.changes import Found, classify
from regwatch.errors import StaleSnapshot
from regwatch.ledger import review, transitions
from regwatch.ledger.queries import has_reached, last_seq
from regwatch.ledger.witness import Route, Witness
from regwatch.model import Change, Finding, Oddity, Record, Source, Topic
from regwatch.polling.compare import changes_of, looks_left
from regwatch.polling.diff import identity, was_there
from regwatch.polling.rows import change_row, finding_row
from regwatch.polling.sighting import Look
from regwatch.reading.future import without_future_day
from regwatch.second_reader.asking import NOBODY, Asked
from regwatch.second_reader.reconcile import reconcile
from regwatch.store import marks, snapshots
from regwatch.store.manifest import Manifest
from regwatch.store.tables import ChangeRow, OddityRow, Poll, Snapshot
from regwatch.vocabulary import RANK, Mode, Verdict


@dataclass
class Recorded:
    """What was written. `events` counts the new lines of the ledger's log that are news."""

    outcome: str
    changes: Sequence[Change] = ()
    findings: list[Finding] = field(default_factory=list)
    events: int = 0


def record_look(
    session: Session,
    source: Source,
    topics: Sequence[Topic],
    seen: Look,
    latest: snapshots.Latest,
    now: datetime,
    *,
    baseline: bool,
    fresh: Collection[str] = (),
    since: datetime | None = None,
    asked: Asked = NOBODY,
) -> Recorded:
    """Write down one look. The snapshot that it was compared with must still be the newest, else `StaleSnapshot`.

    `fresh` are topics that the source serves since now: what it said of them until then, and what is seen for the first
    time only because it now counts, is their baseline. So is what a new address of the source shows for the first time.
    What was published from `since` on, when the source was last read, is news all the same. `asked`: the second reader.
    """
    manifest = seen.manifest
    assert manifest is not None
    added, topics = _parted(topics, fresh if not baseline else ())
    _must_be_newest(session, source, latest)
    _note_oddities(session, source, seen.oddities, now)
    changes = changes_of(latest.settled, manifest)
    if not changes and not baseline:
        _write_baseline(session, source, added, latest, now)
        return _settle_unchanged(session, latest, manifest)
    row = _keep(session, source, seen, latest, now, baseline=baseline)
    if row.pending:
        return Recorded("pending", changes)
    _write_baseline(session, source, added, latest, now)
    first = last_seq(session)
    standing = [change for change in changes if was_there(change, since)]
    found = _classified(session, changes, latest, manifest, source, topics, asked)
    old = changes if baseline else standing if seen.moved else _read_at_last(changes, latest.settled)
    _write(session, source, row, changes, found, manifest, now, old=old)
    of_added = _classified(session, changes, latest, manifest, source, added) if added else []
    _write_told(session, source, row, changes, of_added, manifest, now, old=standing)
    return _recorded(changes, [*found, *of_added], 0 if baseline else last_seq(session) - first, baseline=baseline)


def _read_at_last(changes: Sequence[Change], settled: Manifest | None) -> list[Change]:
    """Records that stood on a page before and could not be read until now: this is their first look."""
    parts = settled.parts if settled else {}
    return [
        change
        for change in changes
        if change.before is None and change.part in parts and identity(change.record) in parts[change.part].unread
    ]


def _parted(topics: Sequence[Topic], fresh: Collection[str]) -> tuple[list[Topic], list[Topic]]:
    """Topics that the source serves since now, and those it served before."""
    return [one for one in topics if one.id in fresh], [one for one in topics if one.id not in fresh]


def _recorded(changes: Sequence[Change], found: Sequence[Found], news: int, *, baseline: bool) -> Recorded:
    return Recorded("baseline" if baseline else "changed", changes, [one.finding for one in found], news)


def _keep(
    session: Session, source: Source, seen: Look, latest: snapshots.Latest, now: datetime, *, baseline: bool
) -> Snapshot:
    """Keep what was seen as a snapshot: at once, or pending until further looks have seen the same."""
    assert seen.manifest is not None
    left = 0 if baseline or seen.moved else looks_left(source, latest, seen.manifest)
    outcome = "baseline" if baseline else "pending" if left else "changed"
    poll = Poll(source=source.id, at=now, outcome=outcome)
    session.add(poll)
    session.flush()
    snapshots.keep_bodies(session, seen.bodies)
    if latest.pending_row is not None:
        session.delete(latest.pending_row)
    return snapshots.add(
        session,
        source.id,
        seen.manifest,
        poll=poll.id or 0,
        at=now,
        before=latest.settled_row,
        pending=left,
    )


def _must_be_newest(session: Session, source: Source, latest: snapshots.Latest) -> None:
    newest = session.exec(
        select(Snapshot.id).where(Snapshot.source == source.id, Snapshot.pending == 0).order_by(col(Snapshot.id).desc())
    ).first()
    if newest != (latest.settled_row.id if latest.settled_row else None):
        raise StaleSnapshot(f"another poll of {source.id} was committed first")


def _settle_unchanged(session: Session, latest: snapshots.Latest, manifest: Manifest) -> Recorded:
    if latest.pending_row is not None:
        session.delete(latest.pending_row)
    if latest.settled_row is not None:
        snapshots.refresh(session, latest.settled_row, manifest)
    return Recorded("same")


def _classified(
    session: Session,
    changes: Sequence[Change],
    latest: snapshots.Latest,
    manifest: Manifest,
    source: Source,
    topics: Sequence[Topic],
    asked: Asked = NOBODY,
) -> list[Found]:
    before = [record for _, record in latest.settled.records()] if latest.settled else []
    after = [record for _, record in manifest.records()]

    def history() -> list[list[Record]]:
        return [[record for _, record in one.records()] for one in snapshots.kept(session, latest)]

    found = classify(changes, before, after, source, topics, history)
    if asked.opinions:
        found = reconcile(found, changes, asked.opinions, [topic for topic in topics if topic.id in source.topics])
    return sorted(found, key=_order)


def _order(found: Found) -> tuple[str, int]:
    """Oldest announcement first; of one day the furthest step first, so that the steps before it are its history."""
    finding = found.finding
    day = finding.announced or found.change.record.published or finding.date
    return day.iso if day and finding.mode is not Mode.EXPECTED else "", -RANK.get(finding.milestone, -1)


def _write_baseline(
    session: Session, source: Source, topics: Sequence[Topic], latest: snapshots.Latest, now: datetime
) -> None:
    """Record where new topics stand by what has been stored of the source already."""
    if not topics or latest.settled is None or latest.settled_row is None:
        return
    changes = [Change(part, None, record) for part, record in latest.settled.records()]
    found = _classified(session, changes, snapshots.Latest(), latest.settled, source, topics)
    _write_told(session, source, latest.settled_row, changes, found, latest.settled, now, old=changes)


def _write_told(
    session: Session,
    source: Source,
    snapshot: Snapshot,
    changes: Sequence[Change],
    found: Sequence[Found],
    manifest: Manifest,
    now: datetime,
    *,
    old: Collection[Change],
) -> None:
    """Write what was found of a topic, and of the changes only those that tell of it."""
    of_topic = [one for one in found if one.finding.topic]
    told = [change for change in changes if any(one.change is change for one in of_topic)]
    _write(session, source, snapshot, told, of_topic, manifest, now, old=old)


def _write(
    session: Session,
    source: Source,
    snapshot: Snapshot,
    changes: Sequence[Change],
    found: Sequence[Found],
    manifest: Manifest,
    now: datetime,
    *,
    old: Collection[Change],
) -> None:
    """Write changes and what was found in them. `old` changes are part of a baseline and no news."""
    known = {id(change) for change in old}
    rows: dict[int, ChangeRow] = {}
    for change in changes:
        baseline = id(change) in known or manifest.parts[change.part].baseline
        rows[id(change)] = change_row(change, source, snapshot, now, baseline=baseline)
        session.add(rows[id(change)])
    session.flush()
    for one in found:
        row = rows[id(one.change)]
        _enter(session, source, one, row, now)


def _enter(session: Session, source: Source, found: Found, change: ChangeRow, now: datetime) -> None:
    finding = without_future_day(found.finding, now)
    row = finding_row(replace(found, finding=finding), source, change, now)
    session.add(row)
    session.flush()
    if finding.second is not None:
        marks.count(session, marks.Name.SECOND_READER_EVENTS, finding.second.verdict.value)
    if source.options.get("status") == "no":
        row.route = (Route.EVIDENCE if finding.topic else Route.ELSEWHERE).value
        return
    if _is_known(session, finding):
        row.route = Route.BACKGROUND.value
        return
    witness = Witness(
        finding=row.id or 0,
        source=source.id,
        official=row.official,
        structured=not found.change.record.prose,
        baseline=change.baseline,
        at=now,
    )
    route, row.transition, row.expectation = transitions.record(session, finding, witness)
    if route is Route.REVIEW and change.baseline:
        route = Route.BACKGROUND
    row.route = route.value
    row.review = review.OPEN if route is Route.REVIEW else ""
    session.add(row)
    session.flush()


def _is_known(session: Session, finding: Finding) -> bool:
    """Whether the second reader alone tells of what the ledger knows: that is for nobody to review."""
    alone = finding.second is not None and finding.second.verdict is Verdict.ALONE
    return alone and has_reached(session, finding.topic, finding.authority, finding.milestone)


def _note_oddities(session: Session, source: Source, oddities: Mapping[str, Sequence[Oddity]], now: datetime) -> None:
    """Keep each oddity once, with when it was first and last seen; those that a part no longer shows are resolved."""
    open_rows = session.exec(
        select(OddityRow).where(
            OddityRow.source == source.id,
            col(OddityRow.resolved_at).is_(None),
            col(OddityRow.part).in_(oddities),
        )
    ).all()
    known = {(row.part, row.what, row.text): row for row in open_rows}
    found = {(part, one.what, one.text): one for part, several in oddities.items() for one in several}
    for key, oddity in found.items():
        row = known.pop(key, None) or OddityRow(
            source=source.id,
            part=key[0],
            what=oddity.what,
            text=oddity.text,
            url=oddity.url or source.url,
            first_seen=now,
            last_seen=now,
        )
        row.last_seen = now
        session.add(row)
    for row in known.values():
        row.resolved_at = now
        session.add(row)
