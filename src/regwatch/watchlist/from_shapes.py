"""The parts of a watchlist, made of entries whose shape is right."""

from __future__ import annotations

from datetime import timedelta

from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.vocabulary import Authority, Kind
from regwatch.watchlist.adapter_facts import AdapterFacts
from regwatch.watchlist.shape import (
    MINUTES,
    AuthoritySection,
    IndicationShape,
    SourceSection,
    TopicSection,
    TreatmentShape,
)


def authority_of(shape: AuthoritySection) -> Authority:
    """The authority that an entry names."""
    pathway = shape.pathway or shape.jurisdiction
    return Authority(shape.code, shape.name, shape.jurisdiction, Kind(shape.kind), pathway, shape.zone)


def treatment_of(shape: TreatmentShape) -> Treatment:
    """The medicine of an entry."""
    return Treatment(shape.inn, tuple(shape.brands), tuple(shape.codes))


def indication_of(shape: IndicationShape) -> Indication:
    """The disease of an entry."""
    return Indication(shape.name, tuple(shape.terms), tuple(shape.look_alikes))


def topic_of(shape: TopicSection) -> Topic:
    """The topic of an entry."""
    return Topic(
        id=shape.id,
        title=shape.title,
        treatment=treatment_of(shape.treatment),
        indication=indication_of(shape.indication),
        ids=dict(shape.ids),
        links=tuple((one.title, one.url) for one in shape.links),
    )


def source_of(
    shape: SourceSection, adapter: AdapterFacts, topics: list[Topic], ids: dict[str, str], options: dict[str, str]
) -> Source:
    """The source of an entry: what it leaves out comes from its adapter."""
    every = shape.every or f"{adapter.minutes}m"
    official = adapter.authorities if shape.official_for is None else tuple(shape.official_for)
    return Source(
        id=shape.id,
        adapter=shape.adapter,
        publisher=shape.publisher or adapter.publisher,
        url=shape.url or "",
        topics=tuple(shape.topics),
        ids=ids,
        options=options,
        official_for=official,
        watch=tuple(dict.fromkeys(name for topic in topics for name in topic.treatment.names)),
        every=timedelta(minutes=int(every[:-1]) * MINUTES[every[-1]]),
        confirm=adapter.confirm if shape.confirm is None else shape.confirm,
    )
