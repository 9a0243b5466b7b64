"""The language rules over one announcement: text in, findings out. Pure, and linear in the length of the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from regwatch.classify.attribution import WIDE
from regwatch.classify.document import Prose
from regwatch.classify.langid import NAMES
from regwatch.classify.page_formulas import read_formulas
from regwatch.classify.pages import Page, read_page
from regwatch.classify.products import Watch
from regwatch.classify.reader import read_candidates
from regwatch.classify.reconcile import Judged, judge
from regwatch.classify.segment import cut_text, unwrap
from regwatch.classify.sentence_spans import TextReading
from regwatch.classify.telling import Telling
from regwatch.classify.text import read_text
from regwatch.classify.topics import names_indication
from regwatch.classify.weights import Weights, weights
from regwatch.dates import PartialDate, Precision
from regwatch.model import Announcement, Finding, Indication, Treatment
from regwatch.reasons import Rival, Weighing
from regwatch.vocabulary import AUTHORITIES, Confidence, Mode

QUOTE_MOST = 600
"""Characters of a quoted sentence."""


@lru_cache(maxsize=16)
def prepared(treatments: tuple[Treatment, ...]) -> Watch:
    """The watch list made ready, kept for the next text."""
    return Watch(treatments)


def classify_text(
    announcement: Announcement, treatments: Sequence[Treatment], indications: Sequence[Indication] = ()
) -> list[Finding]:
    """Everything that the text says of the watched treatments: announced, background and expected, in text order."""
    published = PartialDate.of_day(announcement.published) if announcement.published else None
    return classify_prepared(announcement, prepared(tuple(treatments)), tuple(indications), published)


def classify_prepared(
    announcement: Announcement, watch: Watch, indications: tuple[Indication, ...], published: PartialDate | None
) -> list[Finding]:
    """The same with a watch list made ready, and a date of publication that may be a month or a year only."""
    return understand(announcement, watch, indications, published).findings


@dataclass(frozen=True)
class Understood:
    """One document with all that was made of it: what it says, and the readings that were rejected."""

    prose: Prose
    reading: TextReading
    findings: list[Finding]


def understand(
    announcement: Announcement, watch: Watch, indications: tuple[Indication, ...], published: PartialDate | None
) -> Understood:
    """The findings of a document, with what an explanation needs."""
    prose = read_prose(announcement, watch, indications, published)
    reading = read_candidates(prose)
    return Understood(prose, reading, findings(prose, reading, weights()))


def findings(prose: Prose, reading: TextReading, learned: Weights) -> list[Finding]:
    """What a document says, by the weights given."""
    judged = judge(Telling(prose, tuple(reading.candidates)), learned)
    page = Page(prose.text, prose.named, prose.focus, prose.house, prose.layout.anchor, prose.indication())
    return read_formulas(prose, page, read_page(page, [_finding(prose, c) for c in judged]))


def read_prose(
    announcement: Announcement, watch: Watch, indications: tuple[Indication, ...], published: PartialDate | None
) -> Prose:
    """One document made ready for the stages."""
    text = unwrap(read_text(announcement.text))
    layout = cut_text(text, announcement.kind, published)
    return Prose(text, layout, watch.mentions(text), announcement, indications)


def _finding(prose: Prose, c: Judged) -> Finding:
    """The frame as the rest of the product knows it."""
    f, anchor = c.candidate, prose.layout.anchor
    quote, offset = prose.text.quote(f.sentence.start, min(f.sentence.end, f.sentence.start + QUOTE_MOST))
    confidence, reason = _in_tongue(prose.tongue, c)
    dated = anchor is not None and anchor.precision is Precision.DAY and c.mode is Mode.ANNOUNCED
    told = f.date if f.of_telling and c.mode is not Mode.EXPECTED else None
    announced = anchor if anchor and dated and (told is None or told.contains(anchor)) else told
    return Finding(
        authority=f.code,
        milestone=f.milestone,
        mode=c.mode,
        treatment=f.treatment,
        indication=_in_known_words(prose, f.indication),
        quote=quote,
        rule=f.action.rule.id,
        confidence=confidence,
        brand=f.brand,
        jurisdiction=AUTHORITIES[f.code].jurisdiction if f.code in AUTHORITIES else "",
        date=None if told else f.date,
        announced=announced,
        window=f.window,
        offset=offset,
        cues=tuple(f.cues),
        reason=reason,
        weighing=_weighing(c),
    )


def _weighing(c: Judged) -> Weighing | None:
    """What a person is told of the weighing; None for steps that the text only foresees."""
    if c.mode is Mode.EXPECTED:
        return None
    f = c.candidate
    return Weighing(
        round(c.probability, 3),
        tuple((name, round(share, 2)) for name, share in c.told),
        Rival(f.body_runner_up, int(f.body_margin)) if f.body_runner_up and f.body_margin < WIDE else None,
        Rival(f.product_runner_up, int(f.product_margin)) if f.product_runner_up and f.product_margin < WIDE else None,
        round(c.start, 2),
        round(c.rest, 2),
    )


def _in_known_words(prose: Prose, phrase: str) -> str:
    """The disease phrase; none where another language has it in words that name no watched indication."""
    if prose.tongue == "en" or not prose.indications:
        return phrase
    return phrase if any(names_indication(phrase, one) for one in prose.indications) else ""


def _in_tongue(tongue: str, c: Judged) -> tuple[Confidence, str]:
    """Confidence and reason; text in another language goes to a person."""
    if tongue == "en":
        return c.confidence, c.reason
    high = tongue == "fr" and c.confidence is Confidence.HIGH
    return Confidence.MEDIUM if high else Confidence.LOW, f"text is in {NAMES[tongue]}; {c.reason}"
