"""Lists: items under a heading, verdicts at the end of a line, and what a sentence has only counted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from regwatch.classify.labelled import read_treatments
from regwatch.classify.language import classify_text
from regwatch.model import Announcement
from regwatch.vocabulary import Confidence, Mode

WATCH = read_treatments(Path(__file__).parent / "labelled" / "watch.yaml")

HEADED = """New approvals in May
FDA: Ovrenta (kidney cancer, 6 May); Marqeva (ovarian cancer, 12 May)
MHRA: Zeltryna (glioma, 19 May)"""
VERDICTS = """CHMP May meeting: who got what
Ovrenta (brenaltinib), Kestrel - kidney cancer - positive
Marqeva (quelisertib), Quell - ovarian cancer - negative"""
COUNTED = """Japan's year-end approvals
Japan's health ministry on Monday handed out approvals for nine new drugs. The list takes in Quell's Marqeva
(quelisertib) for ovarian cancer and Zeltryna (zeltorafenib) for glioma."""
FOR_A_TIME = """Swissmedic: new authorisations, May
Ovrenta, tablets (brenaltinib), Kestrel, kidney cancer (temporary authorisation)
Marqeva, capsules (quelisertib), Quell, ovarian cancer"""
ENDED = """New approvals in May
FDA: Ovrenta (kidney cancer)
Other news of the month
Marqeva (ovarian cancer): a trial has begun"""


def found(text: str, kind: str = "trade_news") -> dict[str, Confidence]:
    """What a text announces, and how sure the classifier is."""
    announcement = Announcement("a", kind, "PharmaDaily", "", date(2026, 5, 29), text)
    return {
        f"{one.treatment} {one.authority} {one.milestone}": one.confidence
        for one in classify_text(announcement, WATCH)
        if one.mode is Mode.ANNOUNCED
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEADED, {"brenaltinib FDA approved", "quelisertib FDA approved", "zeltorafenib MHRA approved"}),
        (VERDICTS, {"brenaltinib EMA opinion_positive", "quelisertib EMA opinion_negative"}),
        (COUNTED, {"quelisertib MHLW approved", "zeltorafenib MHLW approved"}),
        (FOR_A_TIME, {"brenaltinib Swissmedic conditionally_approved", "quelisertib Swissmedic approved"}),
        (ENDED, {"brenaltinib FDA approved"}),
    ],
    ids=["headed", "verdicts", "counted", "for a time", "ended"],
)
def test_an_item_has_reached_what_its_heading_says(text: str, told: set[str]) -> None:
    assert set(found(text)) == told


def test_an_item_that_only_a_heading_speaks_for_waits_for_a_person() -> None:
    assert Confidence.HIGH not in found(HEADED).values()
