"""The language rules over one announcement: text in, findings out. Pure, and linear in the length of the text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from regwatch.classify.choose import choose
from regwatch.classify.history import Chosen
from regwatch.classify.pages import Page, read_page
from regwatch.classify.products import Watch
from regwatch.classify.reader import read_frames
from regwatch.classify.segment import cut_text, unwrap
from regwatch.classify.setting import Setting
from regwatch.classify.text import read_text
from regwatch.classify.tongue import NAMES
from regwatch.classify.topics import names_indication
from regwatch.dates import PartialDate, Precision
from regwatch.model import Announcement, Finding, Indication, Treatment
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
    text = unwrap(read_text(announcement.text))
    layout = cut_text(text, announcement.kind, published)
    setting = Setting(text, layout, watch.mentions(text), announcement, indications)
    chosen = choose(text, layout, read_frames(setting), announcement.kind, setting.house)
    page = Page(text, setting.named, setting.focus, setting.house, layout.anchor, setting.indication())
    return read_page(page, [_finding(setting, c) for c in chosen])


def _finding(setting: Setting, c: Chosen) -> Finding:
    """The frame as the rest of the product knows it."""
    f, anchor = c.frame, setting.layout.anchor
    quote, offset = setting.text.quote(f.sentence.start, min(f.sentence.end, f.sentence.start + QUOTE_MOST))
    confidence, reason = _in_tongue(setting.tongue, c)
    dated = anchor is not None and anchor.precision is Precision.DAY and c.mode is Mode.ANNOUNCED
    return Finding(
        authority=f.code,
        milestone=f.milestone,
        mode=c.mode,
        treatment=f.treatment,
        indication=_in_known_words(setting, f.indication),
        quote=quote,
        rule=f.action.rule.id,
        confidence=confidence,
        brand=f.brand,
        jurisdiction=AUTHORITIES[f.code].jurisdiction if f.code in AUTHORITIES else "",
        date=f.date,
        announced=anchor if dated else None,
        window=f.window,
        offset=offset,
        cues=tuple(f.cues),
        reason="; ".join([reason, *f.notes]),
    )


def _in_known_words(setting: Setting, phrase: str) -> str:
    """The disease phrase; none where another language has it in words that name no watched indication."""
    if setting.tongue == "en" or not setting.indications:
        return phrase
    return phrase if any(names_indication(phrase, one) for one in setting.indications) else ""


def _in_tongue(tongue: str, c: Chosen) -> tuple[Confidence, str]:
    """Confidence and reason; text in another language goes to a person."""
    if tongue == "en":
        return c.confidence, c.reason
    high = tongue == "fr" and c.confidence is Confidence.HIGH
    return Confidence.MEDIUM if high else Confidence.LOW, f"text is in {NAMES[tongue]}; {c.reason}"
