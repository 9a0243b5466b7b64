"""What is background: never a text that may tell of a decision for the topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regwatch.classify.background_kinds import BackgroundFound, BackgroundKind, background_of
from regwatch.model import Change, Finding, Indication, Record, Topic, Treatment
from regwatch.vocabulary import Confidence, Milestone, Mode

TOPIC = Topic(
    "cabozantinib-net", "Cabozantinib in NETs", Treatment("cabozantinib", ("Cabometyx",)),
    Indication("neuroendocrine tumours (NETs)", ("neuroendocrine tumour", "pNET"), ("neuroendocrine carcinoma",)),
)  # fmt: skip
LEAD = "The company shows data on cabozantinib in neuroendocrine tumours."


def finding(milestone: str, topic: str = TOPIC.id, mode: str = "announced", confidence: str = "high") -> Finding:
    return Finding(
        "FDA", Milestone(milestone), Mode(mode), "cabozantinib", "", "The page's words.", "rule",
        Confidence(confidence), topic,
    )  # fmt: skip


def told(title: str, *findings: Finding, lead: str = LEAD, below: str = "") -> list[BackgroundKind]:
    record = Record("news", "1", title, blocks=(lead, "About it.", below), prose=True)
    return [one.kind for one in background_of(Change("", None, record), findings, [TOPIC])]


@pytest.mark.parametrize(("title", "kind"), [
    ("Results from CABINET phase 3 trial in neuroendocrine tumours", BackgroundKind.TRIAL),
    ("First patient enrolled in a phase II study", BackgroundKind.TRIAL),
    ("Subgroup analysis presented at ESMO 2025", BackgroundKind.CONGRESS),
    ("NCCN guidelines list cabozantinib as a preferred regimen", BackgroundKind.GUIDELINE),
    ("ESMO clinical practice guideline recommends cabozantinib", BackgroundKind.GUIDELINE),
])  # fmt: skip
def test_what_an_announcement_is_about_is_told_by_its_first_words(title: str, kind: BackgroundKind) -> None:
    assert told(title) == [kind]
    assert told(title, finding("approved", mode="background")) == [kind], "history retold moves nothing"


@pytest.mark.parametrize("title", [
    "FDA approves cabozantinib in phase 3 trial population: results",
    "Company receives CHMP opinion, data at ESMO",
    "NICE does not recommend cabozantinib; trial results in question",
    "Application submitted on phase 3 study results",
    "Marketing authorisation granted after the CABINET trial results",
])  # fmt: skip
def test_what_may_tell_of_a_decision_is_no_background_even_where_nothing_was_found(title: str) -> None:
    assert told(title) == []


@pytest.mark.parametrize("confidence", list(Confidence))
@pytest.mark.parametrize("mode", ["announced", "expected"])
@pytest.mark.parametrize("topic", [TOPIC.id, ""])
def test_what_moves_a_status_or_waits_for_a_person_is_no_background(topic: str, mode: str, confidence: str) -> None:
    moved = finding("approved", topic, mode, confidence)
    assert told("Results of a phase 3 trial", moved) == []
    assert told("Results of a phase 3 trial", finding("goal_date_set", topic, mode, confidence)) == []


def test_another_use_is_told_as_such_and_only_where_the_text_is_about_the_medicine() -> None:
    kidney = "The company shows data on cabozantinib in kidney cancer."
    assert told("Results of a phase 3 trial", lead=kidney) == [BackgroundKind.OTHER_USE]
    assert told("A decision in kidney cancer", finding("approved", ""), lead=kidney) == [BackgroundKind.OTHER_USE]
    assert told("Nothing in particular", lead=kidney) == []
    assert told("Results of a phase 3 trial", lead="Another medicine.", below="Cabozantinib is ours.") == []
    assert told("Results of a phase 3 trial in neuroendocrine tumours", lead=kidney) == [BackgroundKind.TRIAL]


def test_a_text_that_was_there_before_tells_nothing_new() -> None:
    record = Record("news", "1", "Results of a phase 3 trial", blocks=(LEAD,), prose=True)
    assert background_of(Change("", record, replace(record, blocks=(LEAD, "more"))), [], [TOPIC]) == []
    assert background_of(Change("", record, None), [], [TOPIC]) == []


def test_a_registered_trial_says_from_what_to_what_it_moved() -> None:
    was = Record("study", "NCT1", "A trial", fields=(("status", "recruiting"), ("results", "none"), ("enrolment", "3")))
    now = replace(was, fields=(("status", "completed"), ("results", "none"), ("enrolment", "4")))
    assert background_of(Change("", was, now), [], [TOPIC]) == [
        BackgroundFound(TOPIC.id, BackgroundKind.TRIAL, "status: completed, was: recruiting")
    ]
    assert background_of(Change("", was, replace(was, fields=(*was.fields[:2], ("enrolment", "4")))), [], [TOPIC]) == []
    assert background_of(Change("", None, now), [], [TOPIC]) == []


def test_a_page_states_a_designation_or_another_use_only_where_it_is_sure() -> None:
    page = Record("row", "1", "Cabometyx", fields=(("Status", "Designated"),))
    change = Change("", page, page)
    assert [one.kind for one in background_of(change, [finding("orphan_designation")], [TOPIC])] == [
        BackgroundKind.DESIGNATION
    ]
    assert background_of(change, [finding("orphan_designation", confidence="medium")], [TOPIC]) == []
    other = finding("approved", "")
    assert [one.kind for one in background_of(change, [other], [TOPIC])] == [BackgroundKind.OTHER_USE]
    assert background_of(change, [replace(other, treatment="sunitinib")], [TOPIC]) == []
    assert background_of(change, [replace(other, quote="Approved for pNET.")], [TOPIC]) == []
    assert background_of(change, [other, finding("approved")], [TOPIC]) == []
