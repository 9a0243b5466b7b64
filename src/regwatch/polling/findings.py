"""What the changes of a source say of the topics that it serves, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from regwatch.classify.changes import Found, classify
from regwatch.model import Change, Record, Source, Topic
from regwatch.polling.degraded import uncertain
from regwatch.second_reader.agreement import reconcile
from regwatch.second_reader.asking import NOBODY, Asked
from regwatch.store import snapshots
from regwatch.store.manifest import Manifest
from regwatch.vocabulary import RANK, Mode


def findings_of(
    session: Session,
    changes: Sequence[Change],
    latest: snapshots.Latest,
    manifest: Manifest,
    source: Source,
    topics: Sequence[Topic],
    asked: Asked = NOBODY,
) -> list[Found]:
    """What the changes from `latest` to `manifest` say. What stands on a page is held against all that it showed."""

    def history() -> list[list[Record]]:
        return [_records(one) for one in snapshots.kept(session, latest)]

    before = _records(latest.settled) if latest.settled else []
    found = classify(changes, before, _records(manifest), source, topics, history)
    if asked.opinions:
        found = reconcile(found, changes, asked.opinions, [topic for topic in topics if topic.id in source.topics])
    return sorted(map(uncertain, found), key=_order)


def _records(manifest: Manifest) -> list[Record]:
    return [record for _, record in manifest.records()]


def _order(found: Found) -> tuple[str, int]:
    """Oldest announcement first; of one day the furthest step first, so that the steps before it are its history."""
    finding = found.finding
    day = finding.announced or found.change.record.published or finding.date
    return day.iso if day and finding.mode is not Mode.EXPECTED else "", -RANK.get(finding.milestone, -1)
