"""The shapes of the JSON interface, from which its OpenAPI description is made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from regwatch.ledger.as_json import note_json
from regwatch.ledger.entries import Transition
from regwatch.ledger.notes import Note


def _day(value: Any) -> Any:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
        raise ValueError("write a day as 2025-07-23")
    return value


Day = Annotated[date, BeforeValidator(_day)]
"""A day as an address gives it: ISO and nothing else, where pydantic alone takes a number for seconds since 1970."""


class Shape(BaseModel):
    """The base: immutable, and named as in JSON."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class TopicShape(Shape):
    """A treatment in an indication."""

    id: str
    title: str
    treatment: str = Field(description="International nonproprietary name.")
    brands: list[str]
    indication: str
    page: str = Field(description="Address of its page.")


class AuthorityShape(Shape):
    """A body that decides, gives an opinion or appraises."""

    code: str
    slug: str = Field(description="Its name in addresses.")
    name: str
    jurisdiction: str
    kind: str = Field(description="opinion, licensing or hta")


class ForWhomShape(Shape):
    """For whom a status is. What the words do not say beyond doubt is null or missing."""

    words: str = Field(description="The source's own words.")
    age: str | None
    earlier_treatments: str | None
    tumour_types: list[str]


class TransitionShape(Shape):
    """A topic's move to a milestone at an authority. Dates are ISO, or `2025-Q3`, `2025-H2` where less is known."""

    id: int
    topic: str
    authority: str
    milestone: str
    before: str | None = Field(alias="from", description="The milestone before, null for the first.")
    date: str | None = Field(description="When it took effect.")
    announced: str | None = Field(description="When it was made public.")
    standing: str = Field(description="reported, confirmed, corrected or retracted")
    detected_at: datetime
    source: str | None
    url: str | None
    quote: str | None
    page: str = Field(description="Address of its page.")
    sentence: str = Field(description="What happened, as people are told it.")
    meaning: str | None = Field(description="What it means for patients.")
    announced_by: str | None = Field(description="Who made it public on the day of `announced`.")
    for_whom: ForWhomShape | None = Field(description="Null where no source says more than the topic.")


class EvidenceShape(Shape):
    """One piece of evidence."""

    source: str
    publisher: str
    url: str
    quote: str
    rule: str
    official: bool = Field(description="Whether it is the authority's own word.")
    seen_at: datetime
    published: str | None


class NoteShape(Shape):
    """Words of those who run this installation, and not of a source: they count as no news and no evidence."""

    number: int
    kind: str = Field(description="note, or access: how the medicine can be got there")
    topic: str
    authority: str | None = Field(description="What it is about, null for the whole topic.")
    transition: int | None
    at: datetime
    corrected_at: datetime | None
    text: str


class TransitionDetail(TransitionShape):
    """A transition with everything it rests on."""

    evidence: list[EvidenceShape]
    notes: list[NoteShape]

    @classmethod
    def of(cls, one: Transition, shape: TransitionShape, notes: Sequence[Note]) -> TransitionDetail:
        """The transition, told as `shape`, with its evidence and the notes on it."""
        pieces = [
            EvidenceShape(
                source=piece.source,
                publisher=piece.publisher,
                url=piece.url,
                quote=piece.quote,
                rule=piece.rule,
                official=piece.official,
                seen_at=piece.seen_at,
                published=piece.published.iso if piece.published else None,
            )
            for piece in one.evidence
        ]
        noted = [NoteShape.model_validate(note_json(note)) for note in notes]
        return cls(**shape.model_dump(by_alias=False), evidence=pieces, notes=noted)


class ExpectationShape(Shape):
    """A foreseen milestone; `approved` and `hta_recommended` stand for a decision, whatever its outcome."""

    topic: str
    authority: str
    milestone: str
    date: str | None
    wording: str | None = Field(description="The source's words where it gives no date.")
    was: str | None = Field(description="The date before it moved.")
    state: str = Field(description="open or overdue")
    detected_at: datetime
    source: str | None


class CellShape(Shape):
    """Where a topic stands at an authority."""

    topic: str
    authority: str
    milestone: str | None
    date: str | None
    announced: str | None
    standing: str | None
    expected: list[ExpectationShape]
    overdue: bool
    for_whom: ForWhomShape | None


class BoardShape(Shape):
    """The board, by pages of topics: ask for the next with `after`; `next_after` is null on the last."""

    as_of: datetime
    cells: list[CellShape]
    next_after: str | None


class BackgroundShape(Shape):
    """Something told of a medicine that changes no status: show it apart from what does."""

    id: int
    topic: str
    kind: str = Field(description="trial, congress, guideline, designation, supply or other_use")
    publisher: str
    title: str
    url: str
    quote: str | None
    published: str | None
    detected_at: datetime


class TopicDetail(Shape):
    """One topic with its board, its newest history (newest first) and what is expected of it.

    `history_total` counts what there is of history: all of it is at `/transitions?topic=`.
    """

    topic: TopicShape
    board: list[CellShape]
    history: list[TransitionShape]
    history_total: int
    expected: list[ExpectationShape]
    notes: list[NoteShape]
    background: list[BackgroundShape] = Field(description="The newest 50 items: none of them changes a status.")


class TransitionPage(Shape):
    """One page of transitions. Ask for the next with `after`; `next_after` is null on the last."""

    items: list[TransitionShape]
    next_after: int | None


class SourceShape(Shape):
    """A page, feed or data file that is read."""

    id: str
    publisher: str
    url: str
    topics: list[str]
    official_for: list[str]
    read_at: datetime | None
    changed_at: datetime | None
    stale: bool = Field(description="Not read for three of its intervals.")
    trouble: str | None
