"""Recorded days of eight real feeds, rendered as RSS and read one after the other."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from regwatch.adapters.generic.feed import ADAPTER
from regwatch.model import Document, Reading, Record, Source
from regwatch.polling.diff import diff
from regwatch.reading.feeds import same_page

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
FEEDS = sorted(path for path in (CAPTURES / "feeds").glob("*") if path.is_dir())
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not FEEDS, reason="no recorded feeds beside the repository")]

Item = dict[str, str]


def days(feed: Path) -> list[list[Item]]:
    return [json.loads(day.read_text("utf-8")) for day in sorted(feed.glob("*.json"))]


def rendered(items: list[Item]) -> bytes:
    cells = "".join(
        f"<item><title>{escape(item['title'])}</title><link>{escape(item['url'])}</link>"
        f"<description>{escape(item['summary'])}</description><pubDate>{escape(item['published_at'])}</pubDate></item>\n"
        for item in items
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{cells}</channel></rss>'.encode()


def read(items: list[Item]) -> Reading:
    source = Source("s", "feed", "x", "https://example.org/rss", ("t",), options={"match": "all", "empty": "allowed"})
    request = ADAPTER.request(source)
    fetched = datetime(2026, 5, 1, tzinfo=UTC)
    return ADAPTER.read(Document(source, request, request.url, rendered(items), "text/xml", fetched))


def placed(reading: Reading) -> list[tuple[str, Record]]:
    return [("", record) for record in reading.records]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.name)
def test_every_item_of_every_day_is_read_with_its_date(feed: Path) -> None:
    for items in days(feed):
        reading = read(items)
        assert reading.oddities == []
        assert len(reading.records) == len({same_page(item["url"]) for item in items})
        assert all(record.published for record in reading.records)
        assert all(record.title for record in reading.records)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.name)
def test_new_items_of_a_day_are_exactly_its_new_addresses(feed: Path) -> None:
    series = days(feed)
    for yesterday, today in pairwise(series):
        added = [c.record.key for c in diff(placed(read(yesterday)), placed(read(today))) if c.before is None]
        known = {same_page(item["url"]) for item in yesterday}
        wanted = [url for item in today if (url := same_page(item["url"])) not in known]
        assert added == list(dict.fromkeys(wanted))


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.name)
def test_a_day_read_twice_is_no_change(feed: Path) -> None:
    for items in days(feed):
        assert diff(placed(read(items)), placed(read(items))) == []
