from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from digest.story import TOPIC
from regwatch import wording
from regwatch.dates import from_iso
from regwatch.vocabulary import AUTHORITIES, EVIDENCE, GOAL_DATES, LICENSED, Milestone
from regwatch.wording_tables import MEANING, NEXT, WORDS

EVERY = [(a, m) for a in ("FDA", "EMA", "EC", "MHRA", "NICE", "SMC", "TGA", "G-BA", "HAS") for m in Milestone]


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[.:;])\s+", text) if s]


def test_every_milestone_has_words() -> None:
    assert set(WORDS) == set(Milestone)
    assert all(m in MEANING for m in set(Milestone) - GOAL_DATES)


def test_every_authority_has_a_name_and_a_place() -> None:
    for code in AUTHORITIES:
        assert wording.authority_name(code)
        assert wording.place(code)
        assert len(wording.short_name(code)) <= 20


@pytest.mark.parametrize(("authority", "milestone"), EVERY)
def test_sentences_are_short_and_filled(authority: str, milestone: Milestone) -> None:
    day = from_iso("2025-07-23")
    changed = wording.what_changed(authority, milestone, TOPIC, day)
    for text in (changed, wording.meaning(authority, milestone), wording.usually_next(authority, milestone)):
        assert "{" not in text
        assert all(len(s.split()) <= 25 for s in sentences(text)), text
    assert changed.endswith("on 23 July 2025.")
    assert changed[0].isupper() or changed.startswith("cabo")


def test_the_meaning_of_a_licence_in_the_uk_names_nice() -> None:
    text = wording.meaning("MHRA", Milestone.APPROVED)
    assert "does not yet mean it can be prescribed on the NHS: NICE decides that" in text


def test_an_opinion_is_not_an_approval() -> None:
    assert "not yet approved in the EU: the European Commission decides" in wording.meaning(
        "EMA", Milestone.OPINION_POSITIVE
    )
    assert "usually within about two months" in wording.usually_next("EMA", Milestone.OPINION_POSITIVE)


@pytest.mark.parametrize("milestone", [m for m in Milestone if "draft" in m.value])
def test_a_draft_is_never_called_final(milestone: Milestone) -> None:
    assert "draft" in wording.status(milestone)
    assert "draft" in wording.headline(milestone)
    assert "not final" in wording.meaning("NICE", milestone) or "nearly final" in wording.meaning("NICE", milestone)


def test_only_authorisations_are_called_approved() -> None:
    for milestone in Milestone:
        words = wording.status(milestone)
        if words.startswith("approved"):
            assert milestone in LICENSED


@pytest.mark.parametrize("milestone", sorted(EVIDENCE))
def test_evidence_never_sounds_like_a_decision(milestone: Milestone) -> None:
    assert re.search(r"not an approval|not by itself|who pays", wording.meaning("FDA", milestone))


def test_an_overdue_date_says_by_how_long_on_the_authority_s_calendar() -> None:
    late = datetime(2026, 1, 21, 0, 30, tzinfo=UTC)
    text = wording.overdue("NICE", Milestone.HTA_RECOMMENDED, from_iso("2025-11-19"), late)
    assert text == (
        "Final guidance from NICE was expected by 19 November 2025. "
        "That date has passed, and we have not seen it on the page yet (63 days late)."
    )
    in_washington = wording.overdue("FDA", Milestone.APPROVED, from_iso("2025-11-19"), late)
    assert "(62 days late)" in in_washington


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2025-11-19", "by 19 November 2025"),
        ("2025-11", "in November 2025"),
        ("2025-Q3", "in the third quarter of 2025"),
        ("2025", "in 2025"),
    ],
)
def test_a_vague_date_is_never_made_exact(iso: str, words: str) -> None:
    assert wording.expected("NICE", Milestone.HTA_RECOMMENDED, from_iso(iso)).endswith(f"is expected {words}.")


def test_a_foreseen_step_without_a_date_quotes_the_source() -> None:
    text = wording.expected("EC", Milestone.APPROVED, None, "in the coming months")
    assert text == (
        "A decision from the European Commission is expected, but no date is given. "
        'The source says: "in the coming months".'
    )


def test_early_late_and_on_time_are_told_apart() -> None:
    day = from_iso("2025-04-03")
    assert wording.met(day, -8) == "This came 8 days early: it was expected by 3 April 2025."
    assert wording.met(day, 1) == "This came 1 day late: it was expected by 3 April 2025."
    assert wording.met(from_iso("2025-Q2"), -40) == "This came when it was expected (second quarter of 2025)."
    assert wording.met(None, None) == ""


def test_usual_next_steps_exist_for_every_step_before_a_decision() -> None:
    assert Milestone.HTA_DRAFT_NOT_RECOMMENDED in NEXT
    assert Milestone.ACCEPTED_FOR_REVIEW in NEXT
