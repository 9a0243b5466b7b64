"""Recorded articles on the worked example, medicine pages and letters: read by a person, then by the classifier."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Finding, Treatment
from regwatch.vocabulary import Milestone, Mode

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
SEEDS = CAPTURES.parent / "seeds"
EPARS = CAPTURES / "ema" / "epar-md"
LETTERS = CAPTURES / "fda" / "openfda_crl_page_2026-08_abridged.json"
CHAPTER = CAPTURES / "nice" / "consultations" / "api-Chapter.json"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not EPARS.is_dir(), reason="no recorded pages")]
CABOZANTINIB = (Treatment("cabozantinib", ("Cabometyx", "Cometriq", "Cabozantinib Ipsen")),)

STATES = {
    "adstiladrin.authorised-conditional": "EC conditionally_approved",
    "blarcamesine-anavex.1-under-re-examination": "EMA opinion_negative",
    "blarcamesine-anavex.2-application-withdrawn": "EMA application_withdrawn",
    "cabometyx.2026-02-27": "EC approved",
    "daybu.1-under-re-examination": "EMA opinion_negative",
    "daybu.2-positive-opinion-after-re-examination": "EMA opinion_positive",
    "elevidys.refused": "EC refused",
    "enflonsia.2-authorised": "EC approved",
    "ibandronic-acid-sandoz.2-lapsed": "EC lapsed",
    "iloperidone-vanda-pharmaceuticals.1-under-re-examination": "EMA opinion_negative",
    "iloperidone-vanda-pharmaceuticals.3-refused": "EC refused",
    "inflectra.2-withdrawn": "EC authorisation_withdrawn",
    "kinselby.opinion-negative": "EMA opinion_negative",
    "ocaliva.revoked": "EC revoked",
    "oxbryta.suspended": "EC suspended",
    "rezurock.1-opinion-positive-after-re-examination": "EMA opinion_positive",
    "rezurock.2-authorised-conditional": "EC conditionally_approved",
    "xbonzy.2-authorised": "EC approved",
}


def said(finding: Finding) -> str:
    return f"{finding.authority} {finding.milestone.value}"


def seed(number: str, kind: str) -> list[Finding]:
    paths = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not paths:
        pytest.skip("no recorded articles")
    return classify_text(Announcement(number, kind, "", "", None, paths[0].read_text("utf-8")), CABOZANTINIB)


def by_mode(findings: list[Finding], mode: Mode) -> list[str]:
    return [said(f) for f in findings if f.mode is mode]


def test_the_blog_s_newest_entry_is_no_decision_and_its_chronology_is_history() -> None:
    findings = seed("000", "patient_blog")
    assert by_mode(findings, Mode.ANNOUNCED) == []
    dated = {(said(f), f.day.iso) for f in findings if f.mode is Mode.BACKGROUND and f.day}
    assert {
        ("MHRA approved", "2025-09-23"),
        ("EC approved", "2025-07-24"),
        ("FDA approved", "2025-03-26"),
        ("FDA goal_date_set", "2025-04-03"),
    } <= dated


def test_the_article_on_the_commission_announces_its_approval_alone() -> None:
    findings = seed("001", "trade_news")
    assert by_mode(findings, Mode.ANNOUNCED) == ["EC approved"]
    assert "FDA approved" in by_mode(findings, Mode.BACKGROUND)


def test_the_release_on_the_opinion_announces_it_and_expects_the_decision() -> None:
    findings = seed("002", "company_press_release")
    assert by_mode(findings, Mode.ANNOUNCED) == ["EMA opinion_positive"]
    assert [f.day.iso for f in findings if f.mode is Mode.ANNOUNCED and f.day] == ["2025-06-20"]
    expected = [f for f in findings if f.mode is Mode.EXPECTED]
    assert [said(f) for f in expected] == ["EC approved"]
    assert expected[0].window == "in the coming months"


def test_the_notice_on_the_american_approval_leaves_the_other_agencies_reviewing() -> None:
    findings = seed("003", "trade_news")
    assert by_mode(findings, Mode.ANNOUNCED) == ["FDA approved"]
    reviewing = {f.authority for f in findings if f.milestone is Milestone.ACCEPTED_FOR_REVIEW}
    assert reviewing == {"TGA", "Swissmedic"}


def test_the_press_article_announces_the_american_approval_alone() -> None:
    assert by_mode(seed("004", "trade_news"), Mode.ANNOUNCED) == ["FDA approved"]


@pytest.mark.parametrize("page", STATES)
def test_a_medicine_page_announces_the_state_it_shows(page: str) -> None:
    body = (EPARS / f"{page}.md").read_text("utf-8").split("---", 2)[2].strip()
    found = re.search(r"# (.+)", body)
    line = re.search(r"^(.+?)\s*\n?\s*Medicine Human", body, re.MULTILINE)
    assert found
    assert line
    watch = (Treatment(line[1].strip().lower(), (found[1].strip(),)),)
    announcement = Announcement(page, "regulator_status_page", "EMA", "", None, body)
    assert STATES[page] in by_mode(classify_text(announcement, watch), Mode.ANNOUNCED)
    decided = {"EC approved", "EC conditionally_approved", "EC refused", "EC revoked", "EC suspended"}
    wrong = decided - {STATES[page]}
    assert wrong.isdisjoint(by_mode(classify_text(announcement, watch), Mode.ANNOUNCED))


def test_letters_that_name_no_medicine_approve_nothing() -> None:
    for letter in json.loads(LETTERS.read_text("utf-8"))["results"]:
        announcement = Announcement("x", "regulator_notice", "FDA", "", None, letter.get("text") or "")
        assert "FDA approved" not in by_mode(classify_text(announcement, CABOZANTINIB), Mode.ANNOUNCED)


def test_a_guideline_chapter_appraises_no_medicine() -> None:
    text = re.sub(r"<[^>]+>", " ", json.loads(CHAPTER.read_text("utf-8"))["content"])
    watch = (Treatment("clopidogrel"), Treatment("aspirin"), Treatment("bivalirudin"))
    found = classify_text(Announcement("x", "hta_page", "NICE", "", None, text), watch)
    decided = {Milestone.HTA_RECOMMENDED, Milestone.HTA_NOT_RECOMMENDED, Milestone.HTA_MANAGED_ACCESS}
    assert [f for f in found if f.mode is Mode.ANNOUNCED and f.milestone in decided] == []
