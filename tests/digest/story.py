"""Ledger events for the tests of this room: composed by us from published facts."""

from __future__ import annotations

from datetime import UTC, datetime, time

from regwatch.dates import from_iso
from regwatch.ledger.entries import (
    Event,
    EventKind,
    Evidence,
    Expectation,
    ExpectationState,
    Standpoint,
    Transition,
)
from regwatch.mail.sender import Sender
from regwatch.model import Indication, Topic, Treatment
from regwatch.vocabulary import Milestone, Standing
from regwatch.watchlist import Cadence, Recipient

TOPIC = Topic(
    "cabozantinib-net",
    "Cabozantinib in neuroendocrine tumours",
    Treatment("cabozantinib", ("Cabometyx",)),
    Indication("neuroendocrine tumours (NETs)", ("neuroendocrine tumour", "NETs", "pNET")),
)
OTHER = Topic(
    "lutetium-net",
    "Lutetium oxodotreotide in neuroendocrine tumours",
    Treatment("lutetium (177Lu) oxodotreotide", ("Lutathera",)),
    Indication("neuroendocrine tumours (NETs)", ("NETs",)),
)
TOPICS = {TOPIC.id: TOPIC, OTHER.id: OTHER}
ANA = Recipient("ana@example.org", (TOPIC.id,), "Ana", Cadence.DAILY, time(8, 30), "Europe/London")
SENDER = Sender("regwatch", "news@charity.example", "hello@charity.example")
NOW = datetime(2025, 7, 25, 7, 30, tzinfo=UTC)


def evidence(
    quote: str, *, source: str = "ec", publisher: str = "European Commission", url: str = "", official: bool = True
) -> Evidence:
    """One piece of evidence, seen a day before `NOW`."""
    return Evidence(
        finding=1,
        source=source,
        publisher=publisher,
        url=url or f"https://{source}.example/page",
        quote=quote,
        rule="test",
        official=official,
        seen_at=datetime(2025, 7, 24, 8, 12, tzinfo=UTC),
        published=from_iso("2025-07-24"),
    )


def transition(
    number: int = 1,
    authority: str = "EC",
    milestone: Milestone = Milestone.APPROVED,
    before: Milestone | None = Milestone.OPINION_POSITIVE,
    date: str = "2025-07-23",
    announced: str = "2025-07-24",
    standing: Standing = Standing.CONFIRMED,
    topic: str = TOPIC.id,
    proof: tuple[Evidence, ...] = (),
) -> Transition:
    """A transition; by default the Commission's approval."""
    return Transition(
        number,
        topic,
        authority,
        before,
        milestone,
        from_iso(date) if date else None,
        from_iso(announced) if announced else None,
        datetime(2025, 7, 24, 8, 12, tzinfo=UTC),
        standing,
        False,
        "",
        proof or (evidence("Commission Implementing Decision of 23 July 2025 on the change of use"),),
    )


def expectation(
    number: int = 1,
    authority: str = "NICE",
    milestone: Milestone = Milestone.HTA_RECOMMENDED,
    date: str = "2025-11-19",
    state: ExpectationState = ExpectationState.OPEN,
    was: str = "",
    days: int | None = None,
    wording: str = "",
    topic: str = TOPIC.id,
) -> Expectation:
    """A foreseen step; by default NICE's publication."""
    return Expectation(
        number,
        topic,
        authority,
        milestone,
        from_iso(date) if date else None,
        wording,
        state,
        datetime(2025, 7, 24, 8, 12, tzinfo=UTC),
        from_iso(was) if was else None,
        days,
        (evidence("Expected publication: 19 November 2025", source="nice", publisher="NICE"),),
    )


def event(
    seq: int,
    kind: EventKind = EventKind.TRANSITION,
    *,
    moved: Transition | None = None,
    foreseen: Expectation | None = None,
    baseline: bool = False,
    note: str = "",
) -> Event:
    """An event about a transition or an expectation."""
    about = moved or foreseen
    assert about is not None
    return Event(
        seq,
        kind,
        about.topic,
        about.authority,
        datetime(2025, 7, 24, 8, 12, tzinfo=UTC),
        baseline,
        moved,
        foreseen,
        note,
    )


def board(*foreseen: Expectation, moved: Transition | None = None) -> list[Standpoint]:
    """A board that holds these."""
    rows = [Standpoint(e.topic, e.authority, None, (e,)) for e in foreseen]
    return [*rows, *([Standpoint(moved.topic, moved.authority, moved)] if moved else [])]


def whole_story() -> list[Event]:
    """A digest with one of everything."""
    company = evidence(
        "Ipsen announced today that the UK MHRA has granted marketing authorisation for cabozantinib in adult patients "
        "with unresectable or metastatic, well differentiated pNETs and epNETs",
        source="ipsen-uk",
        publisher="Ipsen UK",
        url="https://www.ipsen.com/uk/press-release/cabometyx-mhra",
        official=False,
    )
    return [
        event(11, moved=transition(1)),
        event(12, EventKind.MET, foreseen=expectation(5, "EC", Milestone.APPROVED, "2025-08-26", days=-34)),
        event(13, EventKind.CONFIRMED, moved=transition(1)),
        event(14, moved=transition(2, "MHRA", before=None, date="", standing=Standing.REPORTED, proof=(company,))),
        event(15, EventKind.OVERDUE, foreseen=expectation(6, date="2025-07-02", state=ExpectationState.OVERDUE)),
        event(
            16,
            EventKind.MOVED,
            foreseen=expectation(7, "FDA", Milestone.APPROVED, "2025-10-03", ExpectationState.MOVED, "2025-07-03"),
        ),
        event(17, EventKind.RETRACTED, moved=transition(3, "SMC", Milestone.HTA_RECOMMENDED, None, "2025-07-07", "")),
        event(
            18,
            moved=transition(4, "NICE", Milestone.HTA_DRAFT_NOT_RECOMMENDED, Milestone.HTA_IN_PROGRESS, "2025-07-24"),
        ),
    ]
