"""What waits for a person however probable it is: figures of speech, false bodies."""

from __future__ import annotations

from datetime import date

from classify.corpus import WATCH
from regwatch.classify.authority import find_authorities
from regwatch.classify.language import classify_text
from regwatch.classify.text import read_text
from regwatch.model import Announcement, Finding
from regwatch.vocabulary import Confidence, Milestone, Mode


def news(text: str, kind: str = "trade_news", publisher: str = "") -> list[Finding]:
    announcement = Announcement("d", kind, publisher, "", date(2026, 11, 20), text)
    return [one for one in classify_text(announcement, WATCH) if one.mode is Mode.ANNOUNCED]


def test_a_figure_of_speech_reaches_no_subscriber() -> None:
    found = news("FDA opens the door to Velmora\nThe FDA has opened the door to Velmora (zelanib) in lupus.")
    assert found
    assert all(one.confidence is not Confidence.HIGH for one in found)


def test_a_company_named_after_a_place_is_no_authority() -> None:
    text = read_text("Norvane Europe has cancelled the licence; in March Europe has approved Lumenta")
    assert [body.start for body in find_authorities(text, 0, len(text.low))] == [text.low.rindex("europe")]


def test_europe_in_a_headline_may_be_its_committee() -> None:
    found = news("EU spurns Velmora\nThe EMA's committee has adopted a negative opinion on Velmora (zelanib).")
    decided = [one for one in found if one.milestone is Milestone.REFUSED]
    assert all(one.confidence is not Confidence.HIGH for one in decided)
