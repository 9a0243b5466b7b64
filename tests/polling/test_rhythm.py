"""The publisher's week: polls lie where the news does, no hour is left out, and no more are spent than before."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.polling.rhythm import HOURS, Rhythm, rhythm_of

MONDAY = datetime(2025, 6, 2, tzinfo=UTC)
AUTHORITIES = ((), ("FDA",), ("EMA",), ("EC",), ("NICE",), ("MHRA",), ("TGA",), ("nobody knows it",))
instants = st.integers(0, 1460 * 1440).map(lambda later: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=later))
intervals = st.timedeltas(timedelta(minutes=15), timedelta(days=3))


def polls(rhythm: Rhythm, begin: datetime, interval: timedelta, span: timedelta) -> list[datetime]:
    found, at = [], begin
    while (at := rhythm.after(at, interval)) < begin + span:
        found.append(at)
    return found


@given(st.sampled_from(AUTHORITIES), instants, intervals)
def test_the_next_poll_lies_ahead_and_every_hour_has_some_news(
    authority: tuple[str, ...], now: datetime, interval: timedelta
) -> None:
    rhythm = rhythm_of(authority)
    assert now < rhythm.after(now, interval) <= now + 8 * interval + timedelta(days=7)
    assert min(rhythm.density) > 0.02
    assert math.isclose(sum(rhythm.news), 1)
    assert math.isclose(sum(rhythm.density), HOURS)


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize("hours", [0.5, 1, 6, 24])
def test_a_week_has_as_many_polls_as_at_equal_intervals(authority: tuple[str, ...], hours: float) -> None:
    span, interval = timedelta(days=28), timedelta(hours=hours)
    assert abs(len(polls(rhythm_of(authority), MONDAY, interval, span)) - span / interval) <= 1 + 0.02 * span / interval


def test_the_committees_friday_has_more_polls_than_any_other_day() -> None:
    found = polls(rhythm_of(("EMA",)), MONDAY, timedelta(hours=6), timedelta(days=70))
    days = [sum(one.weekday() == day for one in found) for day in range(7)]
    assert max(days) == days[4]
    assert min(days[:5]) > max(days[5:])


def test_a_source_teaches_its_own_hours() -> None:
    before = rhythm_of(())
    nights = [(MONDAY + timedelta(days=day, hours=3), timedelta(hours=1)) for day in range(0, 350, 7)]
    after = before.learned(nights)
    assert after.seen == 50
    assert after.news[3] > 3 * before.news[3]
    assert after.news[2 * 24 + 12] < before.news[2 * 24 + 12]
    assert before.learned([]) == before


@given(st.lists(st.tuples(instants, intervals), max_size=30))
def test_whatever_is_learned_stays_a_week(changes: list[tuple[datetime, timedelta]]) -> None:
    learned = rhythm_of(("FDA",)).learned(changes)
    assert math.isclose(sum(learned.news), 1)
    assert min(learned.density) > 0.02
