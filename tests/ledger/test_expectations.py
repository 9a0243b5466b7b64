"""Foreseen milestones: set, made precise, moved, met, withdrawn, overdue once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ledger.saying import TOPIC, Book
from regwatch.ledger import queries
from regwatch.ledger.witness import Route
from regwatch.model import Indication, Topic, Treatment


def expects(book: Book, authority: str, milestone: str, on: str = "", **more: object) -> Route:
    return book.says(authority, milestone, mode="expected", on=on, **more)  # type: ignore[arg-type]


def test_a_goal_date_is_an_expected_decision(book: Book) -> None:
    book.says("FDA", "goal_date_set", on="2025-04-03", by="company")
    assert book.log() == ["FDA expected approved 2025-04-03"]


def test_a_decision_eight_days_early_meets_its_goal_date(book: Book) -> None:
    book.says("FDA", "goal_date_set", on="2025-04-03", by="company")
    book.says("FDA", "approved", on="2025-03-26")
    assert book.log() == [
        "FDA expected approved 2025-04-03 -8",
        "FDA transition approved 2025-03-26 confirmed",
        "FDA met approved 2025-04-03 -8",
    ]


def test_any_outcome_meets_a_foreseen_decision(book: Book) -> None:
    book.says("FDA", "goal_date_set", on="2025-04-03", by="company")
    book.says("FDA", "complete_response", on="2025-04-03", by="company")
    assert book.log()[-1] == "FDA met approved 2025-04-03 +0"


def test_an_extended_goal_date_moves_the_expectation(book: Book) -> None:
    book.says("FDA", "goal_date_set", on="2014-10-24", by="company")
    book.says("FDA", "goal_date_extended", on="2015-01-24", by="company")
    assert [line.split()[1] for line in book.log()] == ["expected", "moved"]
    (_, event) = book.events()
    assert event.expectation is not None
    assert (event.expectation.was and event.expectation.was.iso) == "2014-10-24"


def test_a_vaguer_window_later_changes_nothing(book: Book) -> None:
    expects(book, "EC", "approved", "2025-Q3", by="company")
    expects(book, "EC", "approved", window="in the coming months", by="company")
    expects(book, "EC", "approved", "2025", by="company")
    assert book.log() == ["EC expected approved 2025-Q3"]


def test_a_day_within_the_window_makes_it_precise(book: Book) -> None:
    expects(book, "EC", "approved", window="in the coming months", by="company")
    expects(book, "EC", "approved", "2025-Q3", by="company")
    expects(book, "EC", "approved", "2025-08-20", by="company")
    assert [line.split()[1] for line in book.log()] == ["expected", "expected"]
    assert book.events()[-1].note == "made precise"


def test_a_passed_publication_date_is_overdue_once(book: Book) -> None:
    expects(book, "NICE", "hta_recommended", "2025-11-19")
    book.now = datetime(2025, 11, 19, 23, 30, tzinfo=UTC)
    book.tick()
    assert len(book.log()) == 1
    book.now = datetime(2025, 11, 20, 0, 30, tzinfo=UTC)
    for _ in range(3):
        book.tick()
        book.wait(10)
    assert [line.split()[1] for line in book.log()] == ["expected", "overdue"]


def test_the_day_is_the_authoritys_own(book: Book) -> None:
    book.says("FDA", "goal_date_set", on="2025-04-03", by="company")
    book.now = datetime(2025, 4, 4, 3, 0, tzinfo=UTC)
    book.tick()
    assert len(book.log()) == 1, "it is still 3 April in Washington"
    book.now = datetime(2025, 4, 4, 5, 0, tzinfo=UTC)
    book.tick()
    assert [line.split()[1] for line in book.log()] == ["expected", "overdue"]


@pytest.mark.parametrize(("window", "still_open", "late"), [
    ("2025-11", datetime(2025, 11, 30, 12, tzinfo=UTC), datetime(2025, 12, 1, 12, tzinfo=UTC)),
    ("2025-Q3", datetime(2025, 9, 30, 12, tzinfo=UTC), datetime(2025, 10, 1, 12, tzinfo=UTC)),
    ("2025-H2", datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)),
    ("2025", datetime(2025, 12, 31, 12, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)),
])  # fmt: skip
def test_a_window_is_late_after_its_last_day(book: Book, window: str, still_open: datetime, late: datetime) -> None:
    expects(book, "EC", "approved", window, by="company")
    book.now = still_open
    book.tick()
    assert len(book.log()) == 1
    book.now = late
    book.tick()
    assert len(book.log()) == 2


def test_a_meeting_whose_day_has_passed_is_no_news(book: Book) -> None:
    expects(book, "NICE", "hta_committee", "2025-09-10")
    book.wait(200)
    book.tick()
    assert book.log() == ["NICE expected hta_committee 2025-09-10"]


def unanswered(book: Book) -> list[str]:
    about = Topic(TOPIC, TOPIC, Treatment("cabozantinib"), Indication("NETs"))
    with book.database.session() as session:
        found = [cell.unanswered for cell in queries.board(session, [about])]
    return [one.date.iso for one in found if one and one.date]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("hta_in_progress", "", ["2025-12-03"]),
        ("hta_draft_not_recommended", "", ["2025-12-03"]),
        ("hta_in_progress", "hta_draft_recommended", []),
        ("hta_in_progress", "hta_recommended", []),
    ],
)
def test_the_last_meeting_of_which_nothing_came_is_told_until_a_later_step(
    book: Book, before: str, after: str, told: list[str]
) -> None:
    book.says("NICE", before, on="2025-08-01")
    expects(book, "NICE", "hta_committee", "2025-09-10")
    expects(book, "NICE", "hta_committee", "2025-12-03")
    assert unanswered(book) == []
    book.now = datetime(2025, 12, 4, 12, tzinfo=UTC)
    book.tick()
    if after:
        book.says("NICE", after, on="2026-01-08")
    assert unanswered(book) == told


def test_the_end_of_a_consultation_is_over_and_not_unanswered(book: Book) -> None:
    expects(book, "NICE", "hta_consultation_closes", "2025-10-30")
    book.now = datetime(2025, 11, 1, 12, tzinfo=UTC)
    book.tick()
    assert unanswered(book) == []


def test_an_overdue_date_that_gets_a_new_one_has_moved(book: Book) -> None:
    expects(book, "NICE", "hta_recommended", "2025-11-19")
    book.now = datetime(2026, 1, 7, 12, tzinfo=UTC)
    book.tick()
    expects(book, "NICE", "hta_recommended", "2026-03-26", was="2025-11-19")
    assert [line.split()[1] for line in book.log()] == ["expected", "overdue", "moved"]


def test_a_date_that_the_page_no_longer_gives_is_withdrawn(book: Book) -> None:
    expects(book, "NICE", "hta_recommended", "2025-11-19")
    expects(book, "NICE", "hta_recommended", "2025-11-19", retracts=True)
    assert [line.split()[1] for line in book.log()] == ["expected", "withdrawn"]


def test_a_second_meeting_is_an_expectation_of_its_own_and_a_moved_one_is_not(book: Book) -> None:
    expects(book, "NICE", "hta_committee", "2025-09-10")
    expects(book, "NICE", "hta_committee", "2025-12-03")
    expects(book, "NICE", "hta_committee", "2025-12-10", was="2025-12-03")
    assert book.log()[0] == "NICE expected hta_committee 2025-09-10"
    assert [line.split()[1] for line in book.log()] == ["expected", "expected", "moved"]


def test_a_company_does_not_move_a_date_that_the_authority_gave(book: Book) -> None:
    expects(book, "NICE", "hta_recommended", "2025-11-19")
    assert expects(book, "NICE", "hta_recommended", "2026-02-01", by="company") is Route.REVIEW


def test_a_decision_that_has_come_is_not_foreseen_again(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-23")
    assert expects(book, "EC", "approved", "2025-Q3", by="company") is Route.BACKGROUND
    assert len(book.log(baseline=True)) == 1


def test_an_unsure_forecast_of_what_has_come_bothers_nobody(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-23")
    assert expects(book, "EC", "approved", by="company", confidence="low") is Route.BACKGROUND
    assert expects(book, "EC", "submitted", by="company", confidence="low") is Route.REVIEW


def test_what_was_late_before_we_looked_is_shown_and_mailed_to_nobody(book: Book) -> None:
    book.now = datetime(2026, 1, 7, 12, tzinfo=UTC)
    expects(book, "NICE", "hta_recommended", "2025-11-19", baseline=True)
    book.tick()
    assert book.log() == []
    assert [line.split()[1] for line in book.log(baseline=True)] == ["expected", "overdue"]


def test_a_suspended_appraisal_has_no_expected_date(book: Book) -> None:
    expects(book, "NICE", "hta_recommended", "2025-11-19")
    book.says("NICE", "hta_in_progress")
    book.says("NICE", "hta_suspended", on="2025-08-01")
    book.wait(400)
    book.tick()
    assert "NICE overdue" not in " ".join(book.log())


def closes(book: Book, on: str, **more: object) -> Route:
    return expects(book, "NICE", "hta_consultation_closes", on, **more)


def test_the_last_day_for_comments_is_foreseen_and_passes_in_silence(book: Book) -> None:
    closes(book, "2025-10-30")
    book.now = datetime(2025, 10, 31, 12, tzinfo=UTC)
    for _ in range(3):
        book.tick()
        book.wait(30)
    assert book.log(baseline=True) == ["NICE expected hta_consultation_closes 2025-10-30"]


def test_a_last_day_that_has_passed_already_is_neither_told_nor_shown(book: Book) -> None:
    book.now = datetime(2025, 10, 31, 12, tzinfo=UTC)
    assert closes(book, "2025-10-30") is Route.BACKGROUND
    assert closes(book, "2025-10-31") is Route.LEDGER
    assert len(book.log(baseline=True)) == 1


def test_more_time_for_comments_is_a_date_that_moved_and_a_second_round_is_not(book: Book) -> None:
    book.now = datetime(2025, 10, 9, 12, tzinfo=UTC)
    closes(book, "2025-10-30")
    closes(book, "2025-11-13", was="2025-10-30")
    closes(book, "2025-12-18")
    assert [line.split()[1] for line in book.log()] == ["expected", "moved", "expected"]


@pytest.mark.parametrize(("day", "told"), [(29, True), (30, False), (31, False)])
def test_a_last_day_that_the_page_takes_down_when_it_has_come_is_no_news(book: Book, day: int, told: bool) -> None:
    book.now = datetime(2025, 10, 9, 12, tzinfo=UTC)
    closes(book, "2025-10-30")
    book.now = datetime(2025, 10, day, 17, 30, tzinfo=UTC)
    closes(book, "2025-10-30", retracts=True)
    book.tick()
    assert [line.split()[1] for line in book.log()] == ["expected", *(["withdrawn"] if told else [])]


def test_comments_that_are_over_change_no_status(book: Book) -> None:
    book.says("NICE", "hta_consultation_open", on="2025-10-09")
    assert book.says("NICE", "hta_consultation_closes", on="2025-10-30") is Route.EVIDENCE
    assert book.current("NICE") == "hta_consultation_open"
