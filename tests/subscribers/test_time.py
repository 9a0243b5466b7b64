"""When mails are composed: one digest for each local day or week, by day, in every zone, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from digest.story import OTHER, TOPIC
from regwatch.digest.due_digests import _is_due, period_of
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import DigestCursor, MessageEvent
from regwatch.subscribers import account, lifecycle
from regwatch.subscribers.choices import Choice, Choices
from regwatch.subscribers.streams import MailStream
from regwatch.watchlist import Cadence, Recipient
from subscribers.desk import MARK, House

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",  # a quarter of an hour beside the others
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",  # fourteen hours ahead
    "Africa/Casablanca",
    "Asia/Tehran",
)
MOMENTS = (
    datetime(2026, 10, 24, tzinfo=UTC),  # Europe goes back on the 25th
    datetime(2026, 10, 31, tzinfo=UTC),  # America goes back on 1 November
    datetime(2027, 3, 12, tzinfo=UTC),  # America goes forward on the 14th
    datetime(2027, 3, 27, tzinfo=UTC),  # Europe goes forward on the 28th
    datetime(2027, 4, 3, tzinfo=UTC),  # Lord Howe goes back on the 4th
    datetime(2026, 12, 31, tzinfo=UTC),
)
HOURS = st.times(time(7, 0), time(20, 59)).map(lambda at: at.replace(second=0, microsecond=0))


def ticks(start: datetime, days: int, every: timedelta) -> Iterator[datetime]:
    return (start + n * every for n in range(int(days * DAY / every)))


def told(recipient: Recipient, moments: Iterator[datetime]) -> list[datetime]:
    """When a digest is composed for somebody who always has news, in their local time."""
    reader, cursor = MailStream("r", recipient), DigestCursor(recipient="r")
    zone, found = ZoneInfo(recipient.zone), []
    for now in moments:
        if _is_due(cursor, reader, 1, now):
            cursor.period = period_of(recipient, now) or ""
            found.append(now.astimezone(zone))
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", MOMENTS, ids=lambda start: f"{start:%Y-%m-%d}")
def test_every_local_day_has_one_digest_at_its_time(zone: str, start: datetime) -> None:
    at = time(8, 30)
    found = told(Recipient(MARK, (TOPIC.id,), at=at, zone=zone), ticks(start, 4, MINUTE))
    days = [moment.date() for moment in found]
    assert len(days) == len(set(days))
    assert all(moment.time() == at for moment in found[1:])
    here, end = ZoneInfo(zone), start + 4 * DAY
    dates = [start.astimezone(here).date() + n * DAY for n in range(6)]
    whole = {one for one in dates if start < datetime.combine(one, at, here).astimezone(UTC) < end}
    assert whole <= set(days)


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 240 * 24 * 60).map(lambda minutes: datetime(2026, 9, 1, tzinfo=UTC) + minutes * MINUTE),
    at=HOURS,
    cadence=st.sampled_from([Cadence.DAILY, Cadence.WEEKLY]),
    weekday=st.integers(0, 6),
    gaps=st.lists(st.integers(1, 60 * 24 * 4), min_size=20, max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_however_the_daemon_comes_and_goes_there_is_one_digest_a_period_and_none_at_night(
    zone: str, start: datetime, at: time, cadence: Cadence, weekday: int, gaps: list[int]
) -> None:
    recipient = Recipient(MARK, (TOPIC.id,), "", cadence, at, zone, weekday)
    moments = [start + timedelta(minutes=sum(gaps[:n])) for n in range(len(gaps))]
    found = told(recipient, iter(moments))
    assert all(7 <= moment.hour < 22 for moment in found)
    assert all(moment.time() >= at or cadence is Cadence.WEEKLY for moment in found)
    periods = [_period(moment, cadence, weekday, at) for moment in found]
    assert len(periods) == len(set(periods))
    awake = [one.astimezone(ZoneInfo(zone)) for one in moments]
    due = {_period(one, cadence, weekday, at) for one in awake if 7 <= one.hour < 22 and one.time() >= at}
    assert due <= set(periods), "no period in which the daemon was there by day is passed over"


def _period(local: datetime, cadence: Cadence, weekday: int, at: time) -> date:
    if cadence is Cadence.DAILY:
        return local.date()
    begun = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    return begun if local.date() > begun or local.time() >= at else begun - timedelta(days=7)


def joined(house: House, zone: str, cadence: str = "daily", **more: object) -> int:
    choices = Choices((Choice(TOPIC.id, cadence=cadence),), zone=zone, alerts=False, **more)  # type: ignore[arg-type]
    with house.database.session() as session:
        return lifecycle.add(session, MARK, choices, "test", house.clock.now()).id or 0


@pytest.mark.parametrize("zone", ["Europe/London", "Australia/Lord_Howe", "Pacific/Apia"])
@pytest.mark.parametrize("start", [MOMENTS[0], MOMENTS[3], MOMENTS[5]], ids=lambda start: f"{start:%Y-%m-%d}")
def test_a_daemon_that_was_off_for_three_days_sends_one_late_digest_of_all_of_it(
    house: House, zone: str, start: datetime
) -> None:
    house.clock.set(start)
    joined(house, zone)
    mails = []
    for now in ticks(start, 6, 19 * MINUTE):
        house.clock.set(now)
        day, first = divmod(now - start, DAY)
        if first < 19 * MINUTE:
            house.news(milestone=("approved", "suspended")[day % 2])
        if day in (0, 4, 5) or (day == 1 and first < 19 * MINUTE):
            mails += [mail.created_at.astimezone(ZoneInfo(zone)) for mail in house.compose()]
    days = [moment.date() for moment in mails]
    assert len(days) == len(set(days))
    assert max(later - earlier for earlier, later in pairwise(days)) >= timedelta(days=3)
    assert all(7 <= moment.hour < 22 for moment in mails)
    assert events_told(house) == list(range(1, last_told(house) + 1)), "nothing is missing and nothing told twice"
    assert last_told(house) >= 5


def events_told(house: House) -> list[int]:
    with house.database.session() as session:
        return sorted(session.exec(select(MessageEvent.event)))


def last_told(house: House) -> int:
    return max(events_told(house), default=0)


def test_a_digest_that_is_late_at_night_waits_for_the_morning(house: House) -> None:
    house.clock.set(datetime(2026, 9, 1, 6, 0, tzinfo=UTC))
    joined(house, "Europe/London")
    house.compose()
    house.news()
    house.clock.set(datetime(2026, 9, 1, 21, 30, tzinfo=UTC))  # 22:30 in London
    assert house.compose() == []
    house.clock.set(datetime(2026, 9, 2, 5, 59, tzinfo=UTC))
    assert house.compose() == []
    house.clock.set(datetime(2026, 9, 2, 7, 30, tzinfo=UTC))
    assert len(house.compose()) == 1


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kathmandu", "America/Sao_Paulo"])
def test_quiet_hours_hold_immediate_mails_and_let_them_go_afterwards(house: House, zone: str) -> None:
    here = ZoneInfo(zone)
    house.clock.set(datetime(2026, 10, 24, 12, 0, tzinfo=here))
    joined(house, zone, "immediately", quiet="21-8")
    house.compose()
    sent = []
    for number, now in enumerate(ticks(datetime(2026, 10, 24, 18, 0, tzinfo=here).astimezone(UTC), 2, 10 * MINUTE)):
        house.clock.set(now)
        if number % 18 == 0:
            house.news(milestone=("approved", "suspended")[number % 36 // 18])
        sent += [mail.created_at.astimezone(here) for mail in house.compose()]
    assert [moment.hour for moment in sent if not 8 <= moment.hour < 21] == []
    assert {moment.date() for moment in sent if moment.hour == 8} == {date(2026, 10, 25), date(2026, 10, 26)}
    assert events_told(house) == list(range(1, 17))


@pytest.mark.parametrize(
    ("first", "then"),
    [("weekly", "daily"), ("daily", "weekly"), ("daily", "immediately"), ("immediately", "weekly")],
)
@pytest.mark.parametrize("other", ["daily", "weekly"])
def test_a_topic_that_changes_streams_takes_along_what_is_not_told_yet(
    house: House, first: str, then: str, other: str
) -> None:
    choices = Choices((Choice(TOPIC.id, cadence=first), Choice(OTHER.id, cadence=other)), alerts=False, quiet="")
    with house.database.session() as session:
        person = lifecycle.add(session, MARK, choices, "test", house.clock.now())
    house.compose()
    for _ in range(7):
        house.clock.set(house.clock.now() + timedelta(hours=17))
        house.news(topic=TOPIC.id)
        house.compose()
        house.news(topic=OTHER.id)
        house.compose()
    changed = Choices((Choice(TOPIC.id, cadence=then), Choice(OTHER.id, cadence=other)), alerts=False, quiet="")
    with house.database.session() as session:
        account.change(session, session.merge(person), changed, house.clock.now())
    for _ in range(16):
        house.compose(timedelta(hours=12))
    assert events_told(house) == list(range(1, 15))


def test_a_move_to_another_zone_neither_loses_nor_repeats(house: House) -> None:
    number = joined(house, "Pacific/Apia")
    house.compose()
    for zone in ("Pacific/Honolulu", "Pacific/Apia", "Europe/London", "Pacific/Kiritimati", "America/New_York"):
        for _ in range(5):
            house.clock.set(house.clock.now() + timedelta(hours=5))
            house.news()
            house.compose()
        with house.database.session() as session:
            person = session.get_one(Subscriber, number)
            account.change(session, person, Choices((Choice(TOPIC.id),), zone=zone, alerts=False), house.clock.now())
    house.compose(DAY)
    house.compose(DAY)
    assert events_told(house) == list(range(1, 26))
