"""Days and times in every form that publishers' programs write: read right, or not at all."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regwatch.dates import PartialDate
from regwatch.reading.moments import MONTHS, read_time


@pytest.mark.parametrize(
    ("text", "zone", "day", "instant"),
    [
        ("Sat, 20 Feb 2021 15:53 GMT", "UTC", "2021-02-20", "2021-02-20T15:53:00+00:00"),
        ("Tue, 14 Apr 2026 22:45:22 EDT", "America/New_York", "2026-04-14", "2026-04-15T02:45:22+00:00"),
        ("Tue, 14 Jan 2025 22:45:22 EST", "America/New_York", "2025-01-14", "2025-01-15T03:45:22+00:00"),
        ("Thu, 31 Jul 2025 22:30:00 +0000", "Europe/Paris", "2025-08-01", "2025-07-31T22:30:00+00:00"),
        ("2026-04-14T23:45:22Z", "Europe/London", "2026-04-15", "2026-04-14T23:45:22+00:00"),
        ("2026-09-30T16:15:00", "America/New_York", "2026-09-30", "2026-09-30T20:15:00+00:00"),
        ("Tue, 14 Apr 2026 23:45:22 -0000", "Europe/London", "2026-04-15", "2026-04-14T23:45:22+00:00"),
    ],
)
def test_a_time_gives_the_publishers_day_and_the_instant(text: str, zone: str, day: str, instant: str) -> None:
    published, moment = read_time(text, zone)
    assert published is not None
    assert moment is not None
    assert (published.iso, moment.isoformat()) == (day, instant)


@pytest.mark.parametrize("text", ["24 July 2025", "July 24, 2025", "2025-07-24", "Thu, 24 Jul 2025 23:59:00 CEST"])
def test_a_day_without_a_usable_time_has_no_instant(text: str) -> None:
    published, moment = read_time(text, "UTC")
    assert published is not None
    assert (published.iso, moment) == ("2025-07-24", None)


@pytest.mark.parametrize("text", ["", "today", "Mon, 09/10/2026 - 10:15", "a: b", "0001-01-01T00:00:00+14:00", "31:12"])
def test_a_text_that_is_no_date_stays_unread(text: str) -> None:
    assert read_time(text, "UTC") == (None, None)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(text: str) -> None:
    day, moment = read_time(text, "Europe/London")
    assert moment is None or day is not None


@pytest.mark.parametrize(
    ("text", "day", "instant"),
    [
        ("2025-11-13 10:00:00 UTC", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("2025-11-13 10:00:00 +0000 UTC", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("2025/11/13 15:07:41", "2025-11-13", "2025-11-13T15:07:41+00:00"),
        ("2025.11.13 15:07", "2025-11-13", "2025-11-13T15:07:00+00:00"),
        ("20251113T100000Z", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("20251113100000", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("2025-11-13T10:00:00.123+0100", "2025-11-13", "2025-11-13T09:00:00+00:00"),
        ("2025-11-13T10:00:00 +01:00", "2025-11-13", "2025-11-13T09:00:00+00:00"),
        ("1763028000", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("1763028000123", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("13/11/2025 10:00", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("11/13/2025 10:00 AM", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("Mon, 09/14/2026 - 10:15", "2026-09-14", "2026-09-14T09:15:00+00:00"),
        ("Thu, 13 Sept 2025 10:00:00 GMT", "2025-09-13", "2025-09-13T10:00:00+00:00"),
        ("Thu,13 Nov 2025 10:00:00 Z", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("Thu, 13 Nov 25 10:00 GMT", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("13-Nov-2025 10:00", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("Thu Nov 13 10:00:00 2025", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("Thu Nov 13 10:00:00 UTC 2025", "2025-11-13", "2025-11-13T10:00:00+00:00"),
        ("November 13, 2025 12:30 p.m. EST", "2025-11-13", "2025-11-13T17:30:00+00:00"),
        ("Thursday, November 13, 2025 at 12:05am", "2025-11-13", "2025-11-13T00:05:00+00:00"),
        ("Thu, 13 Nov 2025 10:00:00 +0100 (CET)", "2025-11-13", "2025-11-13T09:00:00+00:00"),
        ("Fri, 14 Nov 2025 00:30:00 +02:00", "2025-11-13", "2025-11-13T22:30:00+00:00"),
        ("Fri, 14 Nov 2025 00:30:00 +02", "2025-11-13", "2025-11-13T22:30:00+00:00"),
        ("Thu, 13 Nov 2025 23:30:00 GMT-5", "2025-11-14", "2025-11-14T04:30:00+00:00"),
        ("Thu, 13 Nov 2025 23:30:00 UTC+05:30", "2025-11-13", "2025-11-13T18:00:00+00:00"),
        ("Thu, 13 Nov 2025 24:00:00 GMT", "2025-11-13", "2025-11-14T00:00:00+00:00"),
        ("2025-11-13T23:59:60Z", "2025-11-13", "2025-11-13T23:59:59+00:00"),
        ("jeu., 13 nov. 2025 10:00:00 +0100", "2025-11-13", "2025-11-13T09:00:00+00:00"),
        ("Donnerstag, 13. M\u00e4rz 2025 - 10:00", "2025-03-13", "2025-03-13T10:00:00+00:00"),
        ("13 ao\u00fbt 2025 10:00", "2025-08-13", "2025-08-13T09:00:00+00:00"),
        ("2025\u5e7411\u670813\u65e5 10:00", "2025-11-13", "2025-11-13T10:00:00+00:00"),
    ],
)
def test_every_form_of_the_wild_is_read(text: str, day: str, instant: str) -> None:
    published, moment = read_time(text, "Europe/London")
    assert published is not None
    assert moment is not None
    assert (published.iso, moment.isoformat()) == (day, instant)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thu, 13 Nov 2025", "2025-11-13"),
        ("13 de noviembre de 2025", "2025-11-13"),
        ("13. November 2025, 10:00 Uhr", "2025-11-13"),
        ("2025-11-13+01:00", "2025-11-13"),
        ("2025-11-13 24:30:00", "2025-11-13"),
        ("05/05/2025", "2025-05-05"),
        ("20251113", "2025-11-13"),
        ("Nov 2025", "2025-11"),
    ],
)
def test_a_day_alone_is_read_as_written(text: str, day: str) -> None:
    published, moment = read_time(text, "Europe/London")
    assert published is not None
    assert (published.iso, moment) == (day, None)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2025",
        "03.04.2025 10:00",
        "2025-13-13",
        "Thu, 31 Feb 2025 10:00:00 GMT",
        "Thu, 13 Nov 2025 25:00:00 GMT",
        "Thu, 13 Nov 2025 10:00:00 EST5EDT",
        "13 listopada 2025",
        "Thu, 13 Foo 2025 10:00:00 GMT",
        "99999999999999999999",
        "1 " * 60,
    ],
)
def test_what_could_be_two_days_or_is_none_stays_unread(text: str) -> None:
    assert read_time(text, "Europe/London") == (None, None)


def test_a_publishers_order_settles_a_day_in_figures() -> None:
    for order, day in (("dmy", "2025-04-03"), ("mdy", "2025-03-04")):
        published, _ = read_time("03/04/2025 10:00", "UTC", order)  # type: ignore[arg-type]
        assert published is not None
        assert published.iso == day


def test_no_name_of_a_month_means_two_of_them() -> None:
    assert [name for name, count in Counter(" ".join(MONTHS).split()).items() if count > 1] == []


SECONDS = st.integers(0, 2_800_000_000)
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
FORMS = st.sampled_from([
    "%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z", "%Y/%m/%d %H:%M:%S %z",
    "%d %B %Y %H:%M:%S %z", "%B %d, %Y %I:%M:%S %p %z", "%a %b %d %H:%M:%S %z %Y", "%Y%m%dT%H%M%S%z",
    "%a, %d %b %Y %H:%M:%S GMT%z",
])  # fmt: skip


@given(SECONDS, OFFSETS, FORMS, st.booleans())
def test_whatever_the_form_a_time_is_the_same_instant_and_day(
    seconds: int, offset: timezone, form: str, colon: bool
) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    text = moment.astimezone(offset).strftime(form)
    if colon and form.endswith("%z"):
        text = f"{text[:-2]}:{text[-2:]}"
    assert read_time(text, "UTC") == (PartialDate.of_day(moment.date()), moment)
