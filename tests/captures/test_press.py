"""Recorded releases, wire items and block pages."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from regwatch.adapters.contract import Adapter
from regwatch.adapters.generic import feed
from regwatch.adapters.rooms import exelixis as exelixis_news
from regwatch.adapters.rooms import ipsen as ipsen_news
from regwatch.adapters.rooms import ipsen_uk as ipsen_uk_news
from regwatch.errors import SourceTrouble
from regwatch.model import Document, Request, Source
from regwatch.reading.feeds import identity
from regwatch.reading.html import clean
from regwatch.reading.release import dateline, read_release

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
PRESS = CAPTURES / "press"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not PRESS.is_dir(), reason="no recorded releases")]
FETCHED = datetime(2026, 1, 12, tzinfo=UTC)


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (PRESS / name).read_text("utf-8").splitlines()]


def document(body: str, url: str, part: str = "", content_type: str = "text/html") -> Document:
    source = Source("s", "x", "x", url, ("t",), options={"match": "all", "zone": "America/New_York"})
    return Document(source, Request(url, part), url, body.encode(), content_type, FETCHED)


@pytest.mark.parametrize("adapter", [ipsen_news, ipsen_uk_news, exelixis_news, feed], ids=lambda m: m.ADAPTER.name)
def test_an_edge_block_is_trouble_as_root_and_as_release(adapter: Any) -> None:
    read: Adapter = adapter.ADAPTER
    for block in lines("newsrooms/akamai_access_denied.jsonl"):
        text = "".join(f"<p>{escape(words)}</p>" for words in block["article_text"].splitlines())
        body = f"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>{text}</body></html>"
        for part in ("", "release/3121353"):
            with pytest.raises(SourceTrouble):
                read.read(document(body, "https://www.ipsen.com/press-releases/a-b-3121353/", part))


def test_datelines_of_wire_items_give_the_day_of_their_release() -> None:
    dated = 0
    for item in lines("releases/globenewswire_items.jsonl"):
        summary = clean(item.get("summary") or "")
        day = dateline(summary)
        if "(GLOBE NEWSWIRE)" in summary[:90] and summary[0].isalpha():
            assert day is not None, summary[:120]
        if day is not None:
            dated += 1
            stamped = date.fromisoformat(item["published_eastern"][:10])
            assert stamped <= day.first <= stamped + timedelta(days=1), summary[:120]
    assert dated > 190


def test_wire_items_are_known_by_the_number_of_their_release() -> None:
    items = lines("releases/globenewswire_items.jsonl")
    cells = "".join(
        f"<item><title>{escape(item['title'])}</title><link>{escape(item['link'])}</link>"
        f"<dc:language>{item.get('language', '')}</dc:language><pubDate>{item['published_eastern']}</pubDate></item>"
        for item in items
    )
    head = '<rss version="2.0" xmlns:dc="http://dublincore.org/documents/dcmi-namespace/"><channel>'
    reading = feed.ADAPTER.read(document(f"{head}{cells}</channel></rss>", "https://example.org/rss", "", "text/xml"))
    assert reading.oddities == []
    assert all(record.key.startswith("globenewswire:") for record in reading.records)
    assert {record.key for record in reading.records} == {identity(item["link"]) for item in items}
    eastern = {identity(item["link"]): item["published_eastern"][:10] for item in reversed(items)}
    assert sum(str(record.published) == eastern[record.key] for record in reading.records) >= len(reading.records) - 4


def test_business_wire_listings_give_one_identity_per_edition() -> None:
    with (PRESS / "businesswire" / "listing_2021-10-02.csv").open(encoding="utf-8") as file:
        urls = [row["Urls"] for row in csv.DictReader(file)]
    found = [identity(url) for url in urls]
    assert len(urls) == len(set(found)) == 250
    assert all(name.startswith("businesswire:2021") for name in found)


def test_full_releases_keep_their_text_and_their_day() -> None:
    dated = 0
    for item in lines("newsrooms/jnj_abbvie_releases.jsonl"):
        paragraphs = [clean(words) for words in item["article_text"].splitlines() if clean(words)]
        text = "".join(f"<p>{escape(words)}</p>" for words in paragraphs)
        page = document(f"<html><body><main><h1>Title</h1>{text}</main></body></html>", item["url"])
        release = read_release(feed.soup(page), zone="America/New_York")
        assert list(release.paragraphs) == paragraphs
        dated += release.published is not None
    assert dated >= 9


def test_a_correction_is_read_whole_with_the_original_beside_it() -> None:
    for name in ("article_2019_20.json", "article_2019_4.json"):
        item = json.loads((PRESS / "businesswire" / name).read_text("utf-8"))
        text = "".join(f"<p>{escape(words)}</p>" for words in item["body"].split("\n\n"))
        page = document(f"<html><body><div><h1>T</h1><div>{text}</div></div></body></html>", item["url"])
        release = read_release(feed.soup(page), zone="America/New_York")
        assert clean(item["body"].split("\n\n")[-1])[:80] in release.paragraphs[-1]
        assert release.published is None
