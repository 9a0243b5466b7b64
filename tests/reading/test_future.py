"""What has not come yet is no fact: not the day of a publication, nor that of an act."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.dates import from_iso
from regwatch.model import Claim, Finding, Listed, Reading, Record
from regwatch.reading.future import without_future, without_future_day
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
    reading = without_future(Reading([record], listed=[Listed("1", from_iso(day))]), NOW)
    [found] = reading.records
    told = from_iso(day) if kept else None
    assert (found.published, found.claims[0].announced, reading.listed[0].published) == (told, told, told)
    assert found.claims[0].date == effect
    assert [oddity.url for oddity in reading.oddities] == ([] if kept else ["https://x.org/1"])


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
