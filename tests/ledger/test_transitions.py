"""One transition for each move, however many witnesses tell of it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.saying import TOPIC, Book
from regwatch.ledger import queries
from regwatch.ledger.witness import Route
from regwatch.store.database import Database


def test_a_first_approval_is_a_transition_from_nothing(book: Book) -> None:
    book.says("FDA", "approved", on="2025-03-26")
    assert book.log() == ["FDA transition approved 2025-03-26 confirmed"]


def test_a_company_reports_and_the_authority_confirms_with_its_own_date(book: Book) -> None:
    book.says("EC", "approved", announced="2025-07-24", by="company")
    book.wait(1)
    book.says("EC", "approved", on="2025-07-23", by="register")
    assert [line.split()[1] for line in book.log()] == ["transition", "confirmed", "dated"]
    with book.database.session() as session:
        (one,) = queries.transitions(session, [TOPIC])
    assert (one.date and one.date.iso, one.announced and one.announced.iso) == ("2025-07-23", "2025-07-24")
    assert one.standing.value == "confirmed"
    assert [piece.source for piece in one.evidence] == ["company", "register"]


def test_a_company_that_tells_later_adds_when_it_was_announced_and_no_news(book: Book) -> None:
    book.says("EMA", "opinion_positive", on="2025-06-19")
    book.says("EMA", "opinion_positive", on="2025-06-20", announced="2025-06-20", by="company")
    assert book.log() == ["EMA transition opinion_positive 2025-06-19 confirmed"]
    with book.database.session() as session:
        (one,) = queries.transitions(session, [TOPIC])
    assert one.announced is not None
    assert one.announced.iso == "2025-06-20"


def test_the_decision_of_the_commission_comes_from_the_opinion(book: Book) -> None:
    book.says("EMA", "opinion_positive", on="2025-06-19")
    book.says("EC", "approved", on="2025-07-23")
    with book.database.session() as session:
        last = queries.transitions(session, [TOPIC])[-1]
    assert last.before is not None
    assert last.before.value == "opinion_positive"


def test_an_earlier_step_told_late_is_history_and_no_news(book: Book) -> None:
    book.says("FDA", "approved", on="2025-03-26")
    book.says("FDA", "accepted_for_review", on="2024-08-06", by="company")
    assert book.log() == ["FDA transition approved 2025-03-26 confirmed"]
    assert len(book.log(baseline=True)) == 2


def test_a_results_release_that_repeats_an_approval_is_no_second_one(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-23", by="company", announced="2025-07-24")
    book.wait(8)
    book.says("EC", "approved", by="company", announced="2025-07-31")
    assert len(book.log()) == 1


def test_history_gives_the_legal_day_of_a_reported_decision(book: Book) -> None:
    book.says("EC", "approved", announced="2025-07-24", by="company")
    book.says("EC", "approved", mode="background", on="2025-07-23", by="company")
    with book.database.session() as session:
        (one,) = queries.transitions(session, [TOPIC])
    assert one.date is not None
    assert one.date.iso == "2025-07-23"


def test_an_appraisal_can_be_suspended_resumed_and_suspended_again(book: Book) -> None:
    for milestone in ("hta_in_progress", "hta_suspended", "hta_in_progress", "hta_suspended"):
        book.says("NICE", milestone)
        book.wait(30)
    assert [line.split()[2] for line in book.log()] == [
        "hta_in_progress", "hta_suspended", "hta_in_progress", "hta_suspended",
    ]  # fmt: skip


def test_a_final_draft_can_go_back_to_a_draft(book: Book) -> None:
    book.says("NICE", "hta_final_draft_recommended", on="2024-05-01")
    book.says("NICE", "hta_draft_not_recommended", on="2024-07-01")
    assert book.current("NICE") == "hta_draft_not_recommended"


def test_a_page_that_lags_does_not_take_back_what_a_company_reported(book: Book) -> None:
    book.says("NICE", "hta_final_draft_recommended", on="2024-10-22", by="company")
    book.says("NICE", "hta_committee", on="2024-10-01")
    assert book.log() == ["NICE transition hta_final_draft_recommended 2024-10-22 reported"]


def test_a_resubmission_after_a_complete_response_is_a_new_round(book: Book) -> None:
    book.says("FDA", "complete_response", on="2024-01-10", by="company")
    book.says("FDA", "accepted_for_review", on="2024-06-10", by="company")
    assert book.current("FDA") == "accepted_for_review"


def test_a_decision_dated_before_the_present_status_goes_to_the_operator(book: Book) -> None:
    book.says("FDA", "accepted_for_review", on="2024-08-06", by="company")
    assert book.says("FDA", "approved", on="2016-04-25", by="company") is Route.REVIEW
    assert book.current("FDA") == "accepted_for_review"


@pytest.mark.parametrize("confidence", ["medium", "low"])
def test_what_is_uncertain_goes_to_the_operator_and_to_nobody_else(book: Book, confidence: str) -> None:
    assert book.says("FDA", "approved", confidence=confidence) is Route.REVIEW
    assert book.log(baseline=True) == []


def test_another_indication_is_nobodys_news_here(book: Book) -> None:
    assert book.says("FDA", "approved", topic="") is Route.ELSEWHERE
    assert book.log(baseline=True) == []


@pytest.mark.parametrize("milestone", ["orphan_designation", "trial_positive", "launched", "breakthrough_designation"])
def test_evidence_is_kept_and_changes_no_status(book: Book, milestone: str) -> None:
    assert book.says("FDA", milestone, by="company") is Route.EVIDENCE
    assert book.log(baseline=True) == []


def test_a_baseline_is_recorded_and_told_to_nobody(book: Book) -> None:
    book.says("FDA", "approved", on="2016-04-25", baseline=True)
    assert book.log() == []
    assert book.current("FDA") == "approved"


def test_a_page_that_takes_its_statement_back_retracts_it(book: Book) -> None:
    book.says("MHRA", "approved", on="2025-09-22")
    assert book.says("MHRA", "approved", retracts=True) is Route.LEDGER
    assert [line.split()[1] for line in book.log()] == ["transition", "retracted"]
    assert book.current("MHRA") == ""


def test_a_statement_with_a_second_witness_is_not_retracted(book: Book) -> None:
    book.says("MHRA", "approved", on="2025-09-22")
    book.says("MHRA", "approved", on="2025-09-22", by="company")
    book.says("MHRA", "approved", retracts=True)
    assert book.current("MHRA") == "approved"


def test_the_authority_corrects_the_kind_of_approval_that_a_company_reported(book: Book) -> None:
    book.says("EC", "approved", on="2025-03-01", by="company")
    book.says("EC", "conditionally_approved", on="2025-03-01")
    assert [line.split()[1] for line in book.log()] == ["transition", "corrected"]
    assert book.current("EC") == "conditionally_approved"


def test_a_register_that_does_not_show_conditions_does_not_take_them_away(book: Book) -> None:
    book.says("EC", "approved", on="2025-03-01", by="register")
    book.says("EC", "conditionally_approved")
    book.says("EC", "approved", on="2025-03-01", by="register")
    assert [line.split()[1] for line in book.log()] == ["transition", "corrected"]
    assert book.current("EC") == "conditionally_approved"


def test_accelerated_then_full_approval_are_two_transitions(book: Book) -> None:
    book.says("FDA", "accelerated_approved", on="2021-05-21")
    book.says("FDA", "approved", on="2024-03-01")
    assert [line.split()[2] for line in book.log()] == ["accelerated_approved", "approved"]


def test_priority_review_granted_with_acceptance_is_part_of_it(book: Book) -> None:
    book.says("FDA", "accepted_for_review", on="2024-08-06", by="company")
    book.says("FDA", "priority_review", on="2024-08-06", by="company")
    assert [line.split()[2] for line in book.log()] == ["accepted_for_review"]


STORY = (
    ("FDA", "accepted_for_review", "2024-08-06", "company"),
    ("FDA", "approved", "2025-03-26", "authority"),
    ("FDA", "approved", "2025-03-26", "company"),
    ("EMA", "opinion_positive", "2025-06-19", "authority"),
    ("EMA", "opinion_positive", "2025-06-20", "company"),
    ("EC", "approved", "2025-07-23", "register"),
    ("EC", "approved", "2025-07-24", "company"),
    ("MHRA", "approved", "2025-09-22", "company"),
)


@given(order=st.permutations(range(len(STORY))), again=st.lists(st.integers(0, len(STORY) - 1), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_and_told_again_the_board_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], again: list[int]
) -> None:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('order') / 'ledger.db'}")

    book = Book(database, datetime(2026, 1, 1, tzinfo=UTC))
    for number in itertools.chain(order, again):
        authority, milestone, day, by = STORY[number]
        book.says(authority, milestone, on=day if by != "company" else "", announced=day, by=by)
    with database.session() as session:
        found = {(one.authority, one.milestone.value) for one in queries.transitions(session, [TOPIC])}
        dates = {one.authority: one.date and one.date.iso for one in queries.transitions(session, [TOPIC])
                 if one.milestone.value != "accepted_for_review"}  # fmt: skip
    assert found == {(authority, milestone) for authority, milestone, _, _ in STORY}
    assert dates == {"FDA": "2025-03-26", "EMA": "2025-06-19", "EC": "2025-07-23", "MHRA": None}
    news = [line for line in book.log() if " transition " in line]
    assert len(news) == len(set(news)) <= 5
    database.close()


def test_an_opinion_from_an_older_copy_of_a_page_is_no_news_after_the_decision(book: Book) -> None:
    book.says("EC", "approved", on="2026-04-15")
    book.says("EMA", "opinion_positive", on="2025-09-18")
    book.says("EMA", "opinion_positive", on="2025-09-18")
    assert book.log() == ["EC transition approved 2026-04-15 confirmed"]
    assert len(book.log(baseline=True)) == 2


def test_an_opinion_after_the_decision_is_news(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-23")
    book.says("EMA", "opinion_positive", on="2025-11-13")
    assert len(book.log()) == 2


def test_an_opinion_that_was_adopted_before_the_approval_was_seen_without_a_day_is_history(book: Book) -> None:
    book.says("EC", "approved")
    book.says("EMA", "opinion_positive", on="2020-01-01")
    assert len(book.log()) == 1


@pytest.mark.parametrize(
    ("now", "older"),
    [
        (("EMA", "application_withdrawn", "2026-03-25"), ("EMA", "opinion_negative", "2025-12-11")),
        (("EMA", "opinion_positive", "2026-06-25"), ("EMA", "opinion_negative", "2026-02-26")),
        (("EC", "authorisation_withdrawn", "2026-05-21"), ("EC", "approved", "")),
        (("EC", "lapsed", "2024-01-09"), ("EC", "approved", "")),
    ],
)
def test_a_page_served_from_an_older_copy_undoes_nothing(
    book: Book, now: tuple[str, str, str], older: tuple[str, str, str]
) -> None:
    for authority, milestone, day in (older, now, older, now, older):
        book.says(authority, milestone, on=day)
        book.wait(1)
    assert len(book.log()) == 2


def test_a_suspension_that_is_lifted_is_news(book: Book) -> None:
    for milestone in ("approved", "suspended", "approved"):
        book.says("EC", milestone)
        book.wait(30)
    assert len(book.log()) == 3


def test_what_was_only_seen_stands_in_the_timeline_below_the_move_that_followed_it(book: Book) -> None:
    book.says("FDA", "approved", by="company")
    book.wait(1)
    book.says("FDA", "revoked", announced=(book.now - timedelta(days=3)).date().isoformat(), by="company")
    with book.database.session() as session:
        told = [one.milestone.value for one in queries.timeline(session, TOPIC)]
    assert told == ["revoked", "approved"]


ADULTS = "treatment of melanoma in adults"
CHILDREN = "treatment of melanoma in adults and children aged 2 years and older"
INFANTS = "treatment of melanoma in patients of all ages"


def test_each_use_that_is_widened_is_a_move_of_its_own(book: Book) -> None:
    book.says("EC", "approved", on="2023-11-09", indication=ADULTS)
    book.wait(200)
    book.says("EC", "use_widened", indication=CHILDREN)
    book.wait(200)
    book.says("EC", "use_widened", indication=INFANTS)
    assert [line.split()[1:3] for line in book.log()] == [
        ["transition", "approved"], ["transition", "use_widened"], ["transition", "use_widened"],
    ]  # fmt: skip


def test_a_widening_that_another_source_or_the_same_one_tells_again_is_no_second_one(book: Book) -> None:
    book.says("EC", "approved", on="2023-11-09", indication=ADULTS)
    book.says("EC", "use_widened", indication=CHILDREN, by="register")
    book.wait(40)
    book.says("EC", "use_widened", indication="melanoma from the age of 2 years", by="page")
    book.says("EC", "use_widened", indication=CHILDREN, by="page")
    book.says("EC", "approved", on="2023-11-09", indication=ADULTS, by="company")
    assert len(book.log()) == 2


def test_that_a_widened_use_is_approved_is_no_news(book: Book) -> None:
    book.says("EC", "use_widened", indication=CHILDREN)
    book.says("EC", "approved", on="2026-01-09", indication=CHILDREN, by="company")
    assert [line.split()[2] for line in book.log()] == ["use_widened"]


def test_a_page_that_called_an_approval_conditional_can_say_that_it_was_converted(book: Book) -> None:
    book.says("EC", "conditionally_approved", by="page")
    book.says("EC", "approved", by="register")
    book.wait(100)
    book.says("EC", "approved", on="2026-05-11", by="page")
    book.says("EC", "approved", on="2026-05-11", by="page")
    assert [line.split()[1:4] for line in book.log()][-1] == ["transition", "approved", "2026-05-11"]
    assert len(book.log()) == 2


def test_a_conversion_that_a_page_tells_in_words_needs_no_day(book: Book) -> None:
    book.says("EC", "conditionally_approved", on="2023-11-09", by="page")
    book.says("EC", "approved", by="page")
    assert len(book.log()) == 1
    book.says("EC", "approved", by="page", rule="ema.converted")
    book.says("EC", "approved", by="page", rule="ema.converted")
    assert [line.split()[1:3] for line in book.log()] == [
        ["transition", "conditionally_approved"],
        ["transition", "approved"],
    ]
