"""Recorded answers of the GOV.UK Content and Search APIs and of its feeds read without error."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regwatch.adapters.mhra.news import ADAPTER, TYPES
from regwatch.model import Document, Reading, Request, Source

ROOT = Path(os.environ.get("REGWATCH_CAPTURES", Path(__file__).parents[3] / "shared" / "captures")) / "govuk"
ITEMS = sorted((ROOT / "content_api").glob("*.json"))
NEWS = [path for path in ITEMS if json.loads(path.read_bytes())["document_type"] in TYPES]
STORIES = sorted((ROOT / "synthetic").glob("content_news_story_*.json"))
OTHERS = [path for path in ITEMS if path not in NEWS]
pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ROOT.is_dir(), reason="the recorded pages are not beside the repository"),
]
SOURCE = Source("mhra", "mhra_news", "MHRA", "https://www.gov.uk", ("t",), watch=("examplinib",))


def read(path: Path, request: Request) -> Reading:
    kind = "application/atom+xml" if path.suffix == ".atom" else "application/json"
    return ADAPTER.read(Document(SOURCE, request, request.url, path.read_bytes(), kind, datetime.now(UTC)))


def item(path: Path) -> Reading:
    base = json.loads(path.read_bytes())["base_path"]
    return read(path, Request(f"https://www.gov.uk/api/content{base}", f"item{base}"))


@pytest.mark.parametrize("path", NEWS, ids=lambda path: path.stem)
def test_recorded_news_is_read_and_only_the_agency_is_believed(path: Path) -> None:
    found = item(path)
    assert len(found.records) == 1
    assert found.records[0].blocks
    assert not found.records[0].prose
    assert found.oddities


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_recorded_items_of_other_types_give_no_news(path: Path) -> None:
    found = item(path)
    assert not found.records
    assert found.oddities


def test_edits_of_one_story_keep_its_key_and_day() -> None:
    records = [item(path).records[0] for path in STORIES]
    assert len({(record.key, record.published) for record in records}) == 1
    assert [record.prose for record in records].count(False) == 1


def test_search_and_feed_name_the_same_story() -> None:
    search = read(ROOT / "synthetic" / "search_mhra_news.json", ADAPTER.request(SOURCE))
    assert ADAPTER.fallback is not None
    feed = read(ROOT / "synthetic" / "org_feed.atom", ADAPTER.fallback(SOURCE))
    assert feed.follows[0] in search.follows
