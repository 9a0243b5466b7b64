"""What both say is surer, what they say differently is for a person, what the reader alone says is for review only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polling.pages import OTHER, TOPIC
from regwatch.classify.changes import Found
from regwatch.dates import from_iso
from regwatch.model import Change, Finding, Record
from regwatch.second_reader.agreement import reconcile
from regwatch.second_reader.asking import SecondOpinion
from regwatch.second_reader.verification import VerifiedStep
from regwatch.vocabulary import Confidence, Milestone, Mode, Verdict

TEXT = "The European Commission said something about Cabometyx in neuroendocrine tumours."
RECORD = Record("item", "1", title=TEXT, published=from_iso("2025-06-01"), prose=True)
CHANGE = Change("", None, RECORD)
FINDING = Finding("EC", Milestone.APPROVED, Mode.ANNOUNCED, "cabozantinib", "neuroendocrine tumours", TEXT, "a.rule",
                  Confidence.MEDIUM, topic="cabo-net", reason="told as done in the body")  # fmt: skip
READING = VerifiedStep("cabozantinib", "EC", Milestone.APPROVED, Mode.ANNOUNCED, "neuroendocrine tumours", TEXT, 0)


def weighed(
    findings: list[Finding], *readings: VerifiedStep, change: Change = CHANGE, discounted: str = ""
) -> list[Finding]:
    """The findings of one text after the reader has read it."""
    opinion = SecondOpinion(readings, "m", discounted)
    found = reconcile([Found(change, one) for one in findings], [change], {TEXT: opinion}, [TOPIC, OTHER])
    assert all(one.change is change for one in found)
    return [one.finding for one in found]


def verdict(finding: Finding) -> Verdict | None:
    return finding.second.verdict if finding.second else None


def test_where_both_agree_what_was_nearly_sure_is_sure() -> None:
    (one,) = weighed([FINDING], READING)
    assert (one.confidence, verdict(one)) == (Confidence.HIGH, Verdict.AGREES)
    assert one.second is not None
    assert (one.second.quote, one.second.model) == (TEXT, "m")
    assert replace(one, confidence=Confidence.MEDIUM, second=None) == FINDING


@pytest.mark.parametrize("finding", [
    replace(FINDING, confidence=Confidence.LOW),
    replace(FINDING, reason="told as done in the lede; reports that are denied"),
    replace(FINDING, reason="text is in French; told as done in the title"),
    replace(FINDING, reason="told as done in the title; the text names no watched indication"),
])  # fmt: skip
def test_what_is_in_doubt_stays_in_review_and_shows_that_the_reader_agrees(finding: Finding) -> None:
    (one,) = weighed([finding], READING)
    assert one.confidence is finding.confidence
    assert verdict(one) is Verdict.AGREES


def test_an_opinion_that_is_discounted_makes_nothing_surer_and_takes_nothing_back() -> None:
    (one,) = weighed([FINDING], READING, discounted="why")
    assert one.confidence is Confidence.MEDIUM
    sure = replace(FINDING, confidence=Confidence.HIGH)
    (one,) = weighed([sure], replace(READING, milestone=Milestone.REFUSED), discounted="why")
    assert (one.confidence, verdict(one)) == (Confidence.HIGH, Verdict.DIFFERS)


def test_history_is_not_told_because_the_reader_agrees_that_it_is_history() -> None:
    past = replace(FINDING, mode=Mode.BACKGROUND)
    (one,) = weighed([past], replace(READING, mode=Mode.BACKGROUND))
    assert one.confidence is Confidence.MEDIUM


@pytest.mark.parametrize("confidence", Confidence)
@pytest.mark.parametrize("other", [
    replace(READING, mode=Mode.BACKGROUND),
    replace(READING, mode=Mode.EXPECTED),
    replace(READING, milestone=Milestone.REFUSED),
    replace(READING, milestone=Milestone.CONDITIONALLY_APPROVED),
    replace(READING, authority="EMA", milestone=Milestone.OPINION_POSITIVE),
])  # fmt: skip
def test_what_they_say_differently_is_one_matter_for_a_person_with_both_readings(
    other: VerifiedStep, confidence: Confidence
) -> None:
    (one,) = weighed([replace(FINDING, confidence=confidence)], other)
    assert one.confidence is (Confidence.MEDIUM if confidence is Confidence.HIGH else confidence)
    assert one.milestone is Milestone.APPROVED
    assert one.second is not None
    assert one.second.verdict is Verdict.DIFFERS
    assert (one.second.authority, one.second.milestone) == (other.authority, other.milestone)
    assert one.reason.endswith("; the second reader reads it otherwise")


@pytest.mark.parametrize("readings", [
    (),
    (replace(READING, authority="FDA", mode=Mode.BACKGROUND),),
    (replace(READING, authority="EMA", milestone=Milestone.OPINION_POSITIVE, mode=Mode.BACKGROUND),),
    (replace(READING, treatment="otherinib", mode=Mode.BACKGROUND),),
    (replace(READING, indication="kidney cancer", mode=Mode.BACKGROUND),),
])  # fmt: skip
def test_silence_and_what_is_about_something_else_take_nothing_from_the_rules(
    readings: tuple[VerifiedStep, ...],
) -> None:
    sure = replace(FINDING, confidence=Confidence.HIGH)
    assert weighed([sure], *readings) == [sure]


def test_two_steps_of_one_application_are_no_contradiction() -> None:
    filed = replace(FINDING, authority="FDA", milestone=Milestone.SUBMITTED, confidence=Confidence.HIGH)
    accepted = replace(READING, authority="FDA", milestone=Milestone.ACCEPTED_FOR_REVIEW)
    first, second = weighed([filed], accepted)
    assert first == filed
    assert (second.milestone, verdict(second)) == (Milestone.ACCEPTED_FOR_REVIEW, Verdict.ALONE)


def test_a_date_for_a_decision_is_the_same_whether_it_is_called_news_or_foreseen() -> None:
    goal = replace(FINDING, authority="FDA", milestone=Milestone.GOAL_DATE_SET)
    (one,) = weighed([goal], replace(READING, authority="FDA", milestone=Milestone.GOAL_DATE_SET, mode=Mode.EXPECTED))
    assert (one.confidence, verdict(one)) == (Confidence.HIGH, Verdict.AGREES)


def test_results_of_trials_are_not_the_readers_matter() -> None:
    trial = replace(FINDING, milestone=Milestone.TRIAL_POSITIVE, confidence=Confidence.HIGH)
    first, second = weighed([trial], READING)
    assert first == trial
    assert verdict(second) is Verdict.ALONE


def test_a_statement_taken_back_by_the_page_that_the_reader_still_sees_is_for_a_person() -> None:
    gone = replace(FINDING, retracts=True, confidence=Confidence.HIGH)
    (one,) = weighed([gone], READING)
    assert (one.confidence, verdict(one)) == (Confidence.MEDIUM, Verdict.DIFFERS)
    assert weighed([gone], replace(READING, mode=Mode.BACKGROUND)) == [gone]


def test_what_the_reader_alone_says_is_low_and_marked_as_its_own() -> None:
    (one,) = weighed([], READING)
    assert (one.rule, one.confidence, one.topic) == ("second_reader", Confidence.LOW, "cabo-net")
    assert (one.quote, one.offset, one.date, one.announced) == (TEXT, 0, None, RECORD.published)
    assert one.reason == "only the second reader says so"


def test_what_it_takes_for_news_and_the_rules_for_history_says_so() -> None:
    past = replace(FINDING, mode=Mode.BACKGROUND, reason="dated 2023, long before the document")
    first, second = weighed([past], READING)
    assert first == past
    assert "the rules take it for background: dated 2023, long before the document" in second.reason


def test_history_and_expectations_that_it_alone_names_are_no_matter_for_review() -> None:
    assert weighed([], replace(READING, mode=Mode.BACKGROUND), replace(READING, mode=Mode.EXPECTED)) == []


def test_what_is_about_another_disease_is_nobodys_news() -> None:
    assert weighed([], replace(READING, indication="kidney cancer")) == []


def test_without_a_disease_it_is_a_matter_for_each_topic_of_the_medicine() -> None:
    (one,) = weighed([], replace(READING, indication=""))
    assert one.topic == "cabo-net"


def test_words_that_stood_there_before_are_nothing_new() -> None:
    before = replace(RECORD, title=f"Maker writes.  {TEXT} More.")
    assert weighed([], READING, change=Change("", before, RECORD)) == []
    other = replace(RECORD, title="Maker writes about something else.")
    assert len(weighed([], READING, change=Change("", other, RECORD))) == 1


def test_each_of_two_medicines_is_weighed_by_itself() -> None:
    second = replace(FINDING, treatment="otherinib", topic="other-net", confidence=Confidence.HIGH)
    wrong = replace(READING, treatment="otherinib", milestone=Milestone.REFUSED)
    one, other = weighed([FINDING, second], READING, wrong)
    assert (one.confidence, verdict(one)) == (Confidence.HIGH, Verdict.AGREES)
    assert (other.confidence, verdict(other)) == (Confidence.MEDIUM, Verdict.DIFFERS)


def test_a_combination_is_the_medicine_too() -> None:
    (one,) = weighed([replace(FINDING, treatment="cabozantinib+nivolumab")], READING)
    assert one.confidence is Confidence.HIGH


def test_a_text_without_an_opinion_is_as_the_rules_have_it() -> None:
    found = [Found(CHANGE, FINDING)]
    assert reconcile(found, [CHANGE], {"another text": SecondOpinion((READING,), "m")}, [TOPIC]) == found


MODES, AUTHORITIES = st.sampled_from(Mode), st.sampled_from(["EC", "EMA", "FDA"])
STEPS = st.sampled_from([
    Milestone.APPROVED, Milestone.REFUSED, Milestone.OPINION_POSITIVE, Milestone.GOAL_DATE_SET,
    Milestone.TRIAL_POSITIVE,
])  # fmt: skip
FINDINGS = st.builds(
    lambda authority, step, mode, confidence, reason, retracts: replace(
        FINDING, authority=authority, milestone=step, mode=mode, confidence=confidence, reason=reason, retracts=retracts
    ),
    AUTHORITIES, STEPS, MODES, st.sampled_from(Confidence), st.sampled_from(["news", "news; a doubt"]), st.booleans(),
)  # fmt: skip
READINGS = st.builds(
    lambda authority, step, mode: replace(READING, authority=authority, milestone=step, mode=mode),
    AUTHORITIES, STEPS, MODES,
)  # fmt: skip


@given(st.lists(FINDINGS, max_size=5), st.lists(READINGS, max_size=5), st.sampled_from(["", "why"]))
def test_whatever_the_reader_says(findings: list[Finding], readings: list[VerifiedStep], discounted: str) -> None:
    weighed_ones = weighed(findings, *readings, discounted=discounted)
    for before, after in zip(findings, weighed_ones, strict=False):
        same = replace(after, confidence=before.confidence, reason=before.reason, second=None)
        assert same == before, "it adds its word and changes nothing else"
        if after.confidence is not before.confidence:
            assert not discounted
            rose = (before.confidence, after.confidence) == (Confidence.MEDIUM, Confidence.HIGH)
            fell = (before.confidence, after.confidence) == (Confidence.HIGH, Confidence.MEDIUM)
            assert rose or fell, "by one step"
            assert verdict(after) is (Verdict.AGREES if rose else Verdict.DIFFERS)
            assert not (rose and (";" in before.reason or before.mode is Mode.BACKGROUND or before.retracts))
    for alone in weighed_ones[len(findings) :]:
        assert (alone.confidence, verdict(alone), alone.rule) == (Confidence.LOW, Verdict.ALONE, "second_reader")
        assert alone.mode is Mode.ANNOUNCED
