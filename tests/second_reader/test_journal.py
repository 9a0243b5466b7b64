"""Budget, answers and pauses are in the database: a restart forgets none of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from regwatch.errors import (
    SecondReaderLate,
    SecondReaderMalformed,
    SecondReaderOverBudget,
    SecondReaderPaused,
    SecondReaderRefused,
    SecondReaderTrouble,
)
from regwatch.second_reader.journal import ANSWERS_KEPT, LONGEST_PAUSE, Budget, Journal, state_of, today
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.store.second_reader_tables import SecondReaderAnswer

NOW = datetime(2025, 6, 1, 22, 0, tzinfo=UTC)
NAME = "http://127.0.0.1/v1 m"


def journal(database: Database, requests: int = 3, characters: int = 100, name: str = NAME) -> Journal:
    """A new one each time, as after a restart."""
    return Journal(database, name, Budget(requests, characters))


def documents(database: Database) -> dict[str, int]:
    with database.session() as session:
        return marks.counts(session, marks.Name.SECOND_READER_DOCUMENTS)


def test_no_more_requests_than_a_day_allows(database: Database) -> None:
    for _ in range(3):
        assert journal(database).admit("k", 10, NOW) is None
    with pytest.raises(SecondReaderOverBudget, match="3 requests, 30 characters"):
        journal(database).admit("k", 10, NOW)
    with pytest.raises(SecondReaderOverBudget):
        journal(database).pay(10, NOW)
    assert journal(database).admit("k", 10, NOW + timedelta(hours=2)) is None


def test_no_more_characters_than_a_day_allows(database: Database) -> None:
    assert journal(database).admit("k", 60, NOW) is None
    with pytest.raises(SecondReaderOverBudget):
        journal(database).admit("k", 60, NOW)
    assert journal(database).admit("k", 40, NOW) is None
    with database.session() as session:
        assert (today(session, NOW).requests, today(session, NOW).characters) == (2, 100)


def test_a_budget_of_nothing_asks_nothing(database: Database) -> None:
    with pytest.raises(SecondReaderOverBudget):
        journal(database, requests=0).admit("k", 1, NOW)


def test_many_at_once_ask_no_more_than_one_after_the_other_may(database: Database) -> None:
    def ask(number: int) -> bool:
        try:
            return journal(database, requests=5, characters=10_000).admit(f"k{number}", 10, NOW) is None
        except SecondReaderOverBudget:
            return False

    with ThreadPoolExecutor(8) as several:
        assert sum(several.map(ask, range(24))) == 5


def test_an_answer_that_is_known_costs_nothing_even_over_budget_or_in_a_pause(database: Database) -> None:
    journal(database).answered("k", '{"events":[]}', 0, NOW)
    journal(database).troubled(SecondReaderLate(), 1, NOW)
    assert journal(database, requests=0).admit("k", 10, NOW) == '{"events":[]}'
    assert documents(database) == {"answered": 1, "late": 1, "known": 1}
    with database.session() as session:
        assert today(session, NOW).requests == 0


def test_old_answers_are_forgotten_once_a_day(database: Database) -> None:
    journal(database).answered("old", "{}", 0, NOW - ANSWERS_KEPT - timedelta(minutes=1))
    journal(database).answered("new", "{}", 0, NOW - ANSWERS_KEPT + timedelta(hours=1))
    journal(database).admit("k", 1, NOW)
    with database.session() as session:
        assert session.exec(select(SecondReaderAnswer.question)).all() == ["new"]


def test_a_reader_that_fails_is_left_alone_longer_each_time_and_forgiven_with_the_first_answer(
    database: Database,
) -> None:
    now, pauses = NOW, []
    for _ in range(9):
        journal(database).troubled(SecondReaderLate("no answer"), 1, now)
        with pytest.raises(SecondReaderPaused, match="no answer"):
            journal(database).admit("k", 1, now)
        with database.session() as session:
            until = state_of(session, NAME).until
            assert until is not None
            pauses.append(until - now)
            now = until
    minutes = [pause.total_seconds() / 60 for pause in pauses]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(pauses) == LONGEST_PAUSE
    with database.session() as session:
        assert (state_of(session, NAME).failures, state_of(session, NAME).failing_since) == (9, NOW)
    journal(database).answered("k", "{}", 0, now)
    with database.session() as session:
        state = state_of(session, NAME)
        assert (state.failures, state.failing_since, state.until, state.answered_at) == (0, None, None, now)


def test_another_model_has_a_clean_slate(database: Database) -> None:
    journal(database).troubled(SecondReaderLate(), 1, NOW)
    assert journal(database, name="another").admit("k", 1, NOW) is None


def test_who_says_when_to_come_back_is_not_asked_before(database: Database) -> None:
    journal(database).troubled(SecondReaderRefused("busy", after=timedelta(hours=5)), 1, NOW)
    with database.session() as session:
        assert state_of(session, NAME).until == NOW + timedelta(hours=5)


def test_one_answer_out_of_form_is_no_reason_to_leave_it_alone_three_in_a_row_are(database: Database) -> None:
    for _ in range(2):
        journal(database).troubled(SecondReaderMalformed(), 1, NOW)
        assert journal(database).admit("k", 1, NOW) is None
    journal(database).troubled(SecondReaderMalformed(), 1, NOW)
    with pytest.raises(SecondReaderPaused):
        journal(database).admit("k", 1, NOW)


@pytest.mark.parametrize("trouble", [SecondReaderPaused(), SecondReaderOverBudget()])
def test_what_is_our_own_restraint_is_counted_and_is_no_failure(
    database: Database, trouble: SecondReaderTrouble
) -> None:
    journal(database).troubled(trouble, 2, NOW)
    assert documents(database) == {trouble.kind: 2}
    with database.session() as session:
        assert state_of(session, NAME).failures == 0
