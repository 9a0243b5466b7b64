"""Whom the requests go to: shares spend the budget and no more, waits keep their bounds, foreseen days hurry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.dates import PartialDate
from regwatch.model import Source
from regwatch.polling.outcome import Outcome
from regwatch.polling.pacing import (
    FIXED,
    FORESEEN,
    LEAST,
    LONGEST,
    MOST,
    SHORTEST,
    LearnedPacing,
    learn,
    rate,
    shares,
)
from regwatch.store.codec import iso
from regwatch.store.database import Database
from regwatch.store.tables import ExpectationRow, Poll

NOW = datetime(2025, 11, 19, 9, tzinfo=UTC)  # a Wednesday
NICE = Source("nice", "nice_project", "NICE", "https://www.nice.org.uk/x", ("t",), official_for=("NICE",))
PRESS = Source("press", "feed", "Company", "https://c.example.org/feed", ("t",), every=timedelta(hours=1))


@given(st.lists(st.tuples(st.floats(0.01, 100), st.integers(1, 96)), min_size=1, max_size=20))
def test_the_shares_spend_the_budget_and_no_more(given_rates: list[tuple[float, int]]) -> None:
    sources = [
        Source(f"s{n}", "feed", "P", "https://e.example.org", ("t",), every=timedelta(minutes=15 * quarters))
        for n, (_, quarters) in enumerate(given_rates)
    ]
    got = shares(sources, {f"s{n}": news for n, (news, _) in enumerate(given_rates)})
    budget = sum(1 / one.every.total_seconds() for one in sources)
    spent = sum(got[one.id] / one.every.total_seconds() for one in sources)
    assert spent == pytest.approx(budget, rel=1e-6) or (spent < budget and min(got.values()) == MOST)
    assert all(LEAST <= share <= MOST for share in got.values())


@given(st.integers(0, 1096 * 1440), st.integers(15, 5760))
def test_every_wait_keeps_the_bounds_of_the_interval(later: int, minutes: int) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=later)
    interval = timedelta(minutes=minutes)
    for pacing in (LearnedPacing(), LearnedPacing(shares={"nice": MOST}, foreseen={"nice": frozenset([now.date()])})):
        wait = pacing.next(NICE, interval, now) - now
        assert min(interval, timedelta(hours=1)) <= wait
        assert interval * SHORTEST <= wait <= interval * LONGEST


def test_more_news_gets_more_polls() -> None:
    got = shares([NICE, PRESS], {"nice": 20.0, "press": 0.1})
    assert got["nice"] > 1 > got["press"]
    assert rate(0, timedelta(0)) == 0.5
    assert rate(1, timedelta(days=-300)) == 0.75, "a clock that was wrong teaches no less than no time"
    assert rate(28, timedelta(days=28)) > 3
    assert rate(0, timedelta(days=365)) < 0.1, "silence teaches too"


def test_a_foreseen_day_hurries_the_sources_that_may_tell_and_no_other(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/r.db")
    fda = Source("fda", "fda_drugsfda", "FDA", "https://api.fda.gov/x", ("t",), official_for=("FDA",))
    with database.session() as session:
        session.add(
            ExpectationRow(
                topic="t", authority="NICE", milestone="hta_recommended", state="open", detected_at=NOW,
                date=iso(PartialDate.of_day(date(2025, 11, 19))),
            )
        )  # fmt: skip
        session.add(Poll(source="press", at=NOW - timedelta(days=3), outcome=Outcome.CHANGED.value))
        session.add(Poll(source="press", at=NOW - timedelta(days=2), outcome=Outcome.TROUBLE.value))
    with database.reading() as session:
        pacing = learn(session, [NICE, PRESS, fda], NOW)
    database.close()
    assert {name for name, days in pacing.foreseen.items() if NOW.date() in days} == {"nice", "press"}
    assert pacing.rhythms["press"].seen == 1
    interval = timedelta(hours=6)
    calm = LearnedPacing(pacing.rhythms, pacing.shares).next(NICE, interval, NOW) - NOW
    assert pacing.next(NICE, interval, NOW) - NOW < calm / (FORESEEN / 2)
    assert "foreseen today" in pacing.why(NICE, NOW)
    assert "foreseen" not in pacing.why(fda, NOW)
    assert "equal intervals" in pacing.why(PRESS, NOW)


def test_a_foreseen_day_begins_with_the_publishers_morning_and_not_when_the_last_poll_ends() -> None:
    ema = Source("ema", "ema_medicine", "EMA", "https://www.ema.europa.eu/x", ("t",), official_for=("EMA",))
    evening = datetime(2025, 6, 18, 20, tzinfo=UTC)
    aware = LearnedPacing(foreseen={"ema": frozenset([date(2025, 6, 19)])})
    interval = timedelta(hours=24)
    assert LearnedPacing().next(ema, interval, evening) > datetime(2025, 6, 19, 10, tzinfo=UTC)
    assert aware.next(ema, interval, evening) < datetime(2025, 6, 19, 9, tzinfo=UTC)


def test_an_hourly_source_is_never_asked_more_often() -> None:
    eager = LearnedPacing(shares={"press": MOST}, foreseen={"press": frozenset([NOW.date()])})
    assert eager.next(PRESS, PRESS.every, NOW) == NOW + PRESS.every


def test_equal_intervals_stay_equal() -> None:
    assert FIXED.next(NICE, timedelta(hours=6), NOW) == NOW + timedelta(hours=6)
