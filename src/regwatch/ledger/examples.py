"""What a person decided in the review, as labelled documents: for measuring how right the classifier is, and to learn.

A document is an example once none of its findings waits any more. Its label has what was accepted or put right, and
what needed nobody; what was rejected is not among its events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from regwatch.classify.changes import announcement_of
from regwatch.ledger.review import OPEN, Decision
from regwatch.model import Source, Topic
from regwatch.store.change_texts import ChangeTexts
from regwatch.store.codec import record_from_json
from regwatch.store.tables import ChangeRow, FindingRow

ORIGIN = "reviewed"
"""The set that the labels name."""


@dataclass(frozen=True)
class Examples:
    """Documents and labels under the names that `regwatch evaluate` reads, and the watch list that they are read with.

    `waiting` counts documents that were left out because a finding of theirs still waits; `no_text` those of which a
    decision is about a structured page or a statement taken back, so that there is no text to learn from.
    """

    documents: tuple[dict[str, Any], ...]
    labels: tuple[dict[str, Any], ...]
    watch: dict[str, list[dict[str, Any]]]
    waiting: int
    no_text: int


def examples(session: Session, topics: Sequence[Topic], sources: Sequence[Source]) -> Examples:
    """Every decision so far, in the order of the changes it is about."""
    decided = select(FindingRow.change).where(col(FindingRow.review).in_([one.value for one in Decision])).distinct()
    known, by_id = {topic.id: topic for topic in topics}, {source.id: source for source in sources}
    documents, labels = [], []
    texts = ChangeTexts(session)
    waiting = no_text = 0
    for number in sorted(session.exec(decided)):
        change = session.get_one(ChangeRow, number)
        rows = session.exec(select(FindingRow).where(FindingRow.change == number).order_by(col(FindingRow.id))).all()
        read = [row for row in rows if not row.retracts]
        if any(row.review == OPEN for row in rows):
            waiting += 1
        elif document := _document(change, texts.of(change)[1], read, by_id.get(change.source)):
            documents.append(document)
            labels.append(_label(document, read, known))
        else:
            no_text += 1
    return Examples(tuple(documents), tuple(labels), _watch(topics, labels), waiting, no_text)


def _document(
    change: ChangeRow, after: dict[str, Any] | None, rows: Sequence[FindingRow], source: Source | None
) -> dict[str, Any] | None:
    """The text as it was classified; None where no decision is about one. A source may be watched no longer."""
    record = record_from_json(after) if after else None
    if record is None or not record.prose or not any(row.review for row in rows):
        return None
    official = tuple(row.authority for row in rows if row.official)
    gone = Source(change.source, "", change.source, change.url, (), official_for=official)
    announcement = announcement_of(record, source or gone)
    return {
        "id": f"{change.source}-{change.id}",
        "kind": announcement.kind,
        "publisher": announcement.publisher,
        "url": announcement.url,
        "published": announcement.published.isoformat() if announcement.published else None,
        "text": announcement.text,
    }


def _label(document: dict[str, Any], rows: Sequence[FindingRow], topics: dict[str, Topic]) -> dict[str, Any]:
    """What nobody had to decide is right as far as is known, and `acceptable` besides: nothing is learnt from it."""
    events: list[dict[str, Any]] = []
    acceptable: list[dict[str, Any]] = []
    decided = [_step(_event(row, topics.get(row.topic))) for row in rows if row.review]
    for row in rows:
        event = _event(row, topics.get(row.topic))
        if row.review == Decision.REJECT.value or event in events:
            continue
        events.append(event)
        if not row.review and _step(event) not in decided:
            acceptable.append(event)
    told = {"events": events, "acceptable": acceptable, "sure": True}
    return {"id": document["id"], "kind": document["kind"], "origin": ORIGIN, **told}


def _step(event: dict[str, Any]) -> tuple[Any, ...]:
    return event["treatment"], event["authority"], event["status"]


def _event(row: FindingRow, topic: Topic | None) -> dict[str, Any]:
    """What is right of a finding. A topic that a person corrected brings its own medicine and disease."""
    moved = topic is not None and not {*topic.treatment.inn.split("+")} & {*row.treatment.split("+")}
    return {
        "treatment": topic.treatment.inn if topic and moved else row.treatment,
        "brand": None if moved else row.brand or None,
        "indication": topic.indication.name if topic and moved else row.indication or None,
        "authority": row.authority or None,
        "status": row.milestone,
        "mode": row.mode,
        "date": row.date or None,
        "quote": row.quote,
    }


def _watch(topics: Sequence[Topic], labels: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The medicines and diseases of the topics, and medicines that are watched no longer by the name in the label."""
    treatments = {topic.treatment.inn: topic.treatment for topic in topics}
    named = {name for label in labels for event in label["events"] for name in event["treatment"].split("+")}
    known = {name.lower() for one in treatments.values() for name in one.names}
    return {
        "treatments": [
            *({"inn": one.inn, "brands": [*one.brands], "codes": [*one.codes]} for one in treatments.values()),
            *({"inn": name} for name in sorted(named) if name not in {*known, "unnamed"}),
        ],
        "indications": [
            {"name": one.name, "terms": [*one.terms], "look_alikes": [*one.look_alikes]}
            for one in {topic.indication.name: topic.indication for topic in topics}.values()
        ],
    }
