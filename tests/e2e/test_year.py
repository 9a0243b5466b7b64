"""The daemon's own work over weeks of a made-up year: every event is told once, and nothing that did not happen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from e2e.publishing_year import PublishingYear
from e2e.year_lived import live
from regwatch.clock import DrivenClock
from regwatch.demo.story import demo_settings
from regwatch.store.database import Database
from regwatch.store.tables import TransitionRow

BEGIN = datetime(2025, 3, 10, tzinfo=UTC)  # the FDA's approval and NICE's first word lie in the weeks after
STORY = {("FDA", "approved"), ("NICE", "hta_in_progress")}


def test_weeks_of_faults_tell_every_event_once_and_invent_none(tmp_path: Path) -> None:
    clock = DrivenClock(BEGIN)
    year = PublishingYear(BEGIN, BEGIN + timedelta(days=28), clock, rooms=3, news_a_day=0.2)
    lived = asyncio.run(live(tmp_path, year, clock))
    assert len(year.events) >= 5
    assert len(set(year.answers) - {"200", "304", "404"}) >= 4
    assert not lived.missed(year.events)
    assert not lived.repeated(year.events)
    assert not lived.empty()
    with Database(demo_settings(tmp_path).database).session() as session:
        found = session.exec(select(TransitionRow.topic, TransitionRow.authority, TransitionRow.milestone)).all()
    assert {topic for topic, _, _ in found} - {"cabozantinib-net"} == set(year.events)
    assert {(authority, status) for topic, authority, status in found if topic == "cabozantinib-net"} >= STORY
