"""Nothing is published on a day to come or on one before its publisher, and no act is done in a far year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.dates import from_iso
from regwatch.model import Claim, Finding, Listed, Reading, Record
from regwatch.reading.impossible_days import without_future_day, without_impossible_days
from regwatch.vocabulary import Confidence, Milestone, Mode

NOW = datetime(2025, 11, 4, 12, 0, tzinfo=UTC)


def finding(mode: Mode, date: str, announced: str = "2025-11-04") -> Finding:
    return Finding(
        "FDA", Milestone.APPROVED, mode, "x", "y", "Approved.", "r", Confidence.HIGH,
        date=from_iso(date), announced=from_iso(announced),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "kept"), [("2025-11-04", True), ("2025-11-05", True), ("2025-11-06", False), ("2099", False)]
)
def test_a_day_of_publication_after_tomorrow_is_left_out_and_told(day: str, kept: bool) -> None:
    effect = from_iso("2026-01-01")
    claim = Claim("FDA", Milestone.APPROVED, Mode.ANNOUNCED, "q", "r", date=effect, announced=from_iso(day))
    record = Record("item", "1", "Approved", "https://x.org/1", from_iso(day), claims=(claim,), prose=True)
    reading = without_impossible_days(Reading([record], listed=[Listed("1", from_iso(day))]), NOW)
    [found] = reading.records
    told = from_iso(day) if kept else None
    assert (found.published, found.claims[0].announced, reading.listed[0].published) == (told, told, told)
    assert found.claims[0].date == effect
    assert [oddity.url for oddity in reading.oddities] == ([] if kept else ["https://x.org/1"])


@pytest.mark.parametrize("day", ["0001-01-01", "0025-11-04", "1899-12-30", "1900-01-01", "1969-12-31", "1970-01-01"])
def test_a_day_that_a_program_writes_for_want_of_one_is_left_out_and_told(day: str) -> None:
    record = Record("item", "1", "Approved", "https://x.org/1", from_iso(day))
    reading = without_impossible_days(Reading([record], listed=[Listed("1", from_iso(day))]), NOW)
    assert (reading.records[0].published, reading.listed[0].published) == (None, None)
    [oddity] = reading.oddities
    assert day in oddity.text
    assert "for want of one" in oddity.what


@pytest.mark.parametrize("day", ["1939-06-01", "1970", "1970-01-02", "1999-12-31"])
def test_a_day_of_an_old_register_stands(day: str) -> None:
    reading = without_impossible_days(Reading([Record("item", "1", published=from_iso(day))]), NOW)
    assert (reading.records[0].published, reading.oddities) == (from_iso(day), [])


def test_what_is_foreseen_may_lie_ahead() -> None:
    foreseen = finding(Mode.EXPECTED, "2031-01-01")
    assert without_future_day(foreseen, NOW) == foreseen


def test_an_act_may_take_effect_within_a_year() -> None:
    told = finding(Mode.ANNOUNCED, "2026-09-01")
    assert without_future_day(told, NOW) == told


def test_a_fact_of_a_far_day_waits_for_a_person() -> None:
    told = without_future_day(finding(Mode.ANNOUNCED, "2099-11-04", announced="2099-11-04"), NOW)
    assert (told.date, told.announced, told.confidence) == (None, None, Confidence.MEDIUM)
    assert "2099-11-04" in told.reason
