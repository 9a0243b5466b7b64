"""MHRA news: what identifies an item, and what is no news about a medicine."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from golden.cases import Case, cases, outcome
from regwatch.adapters.mhra.news import fallback, request
from regwatch.errors import BadDate
from regwatch.model import Reading, Source

CASES = {case.name: case for case in cases() if case.adapter_name == "mhra_news"}
SOURCE = Source("mhra", "mhra_news", "MHRA", "", ("t",))


def reading(case: Case, **changed: Any) -> Reading:
    body = json.dumps(json.loads(case.page.read_bytes()) | changed).encode() if changed else None
    found = outcome(case, body)
    assert isinstance(found, Reading), found
    return found


def test_the_search_asks_for_news_by_the_agency_newest_first() -> None:
    asked = parse_qs(urlsplit(request(SOURCE).url).query)
    assert asked["filter_content_store_document_type"] == ["press_release", "news_story"]
    assert asked["order"] == ["-public_timestamp"]
    assert asked["count"] == ["50"]


def test_the_fallback_is_the_feed_of_the_agency() -> None:
    assert fallback(SOURCE).url.endswith("/medicines-and-healthcare-products-regulatory-agency.atom")


def test_the_feed_asks_for_the_same_pages_in_the_same_versions_as_the_search() -> None:
    assert reading(CASES["feed"]).follows == reading(CASES["search"]).follows


def test_only_items_on_watched_medicines_are_read_again_each_day() -> None:
    assert [follow.again is not None for follow in reading(CASES["search"]).follows] == [True, False]


def test_writing_an_item_again_changes_nothing() -> None:
    assert reading(CASES["item_republished"]) == reading(CASES["item_news_story"])


def test_a_new_slug_keeps_the_key() -> None:
    first = reading(CASES["item_news_story"]).records[0]
    assert first.key == "11111111-2222-4333-8444-555555555555/en"


@pytest.mark.parametrize("name", ["item_withdrawn", "item_other_department", "item_redirect", "item_gone"])
def test_a_page_that_is_no_news_of_the_agency_is_not_read_for_claims(name: str) -> None:
    found = reading(CASES[name])
    assert not any(record.prose or record.claims for record in found.records)
    assert found.oddities


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2023-10-25T23:00:00Z", "2023-10-26"),
        ("2023-10-26T00:30:00.000+01:00", "2023-10-26"),
        ("2024-01-25T17:00:19Z", "2024-01-25"),
        ("2024-12-31T23:30:00+00:00", "2024-12-31"),
    ],
)
def test_the_day_is_the_london_day(instant: str, day: str) -> None:
    record = reading(CASES["item_news_story"], first_published_at=instant).records[0]
    assert record.published is not None
    assert record.published.iso == day


def test_a_time_that_cannot_be_read_is_trouble() -> None:
    case = CASES["item_news_story"]
    body = case.page.read_bytes().replace(b'"first_published_at": "2025', b'"first_published_at": "x')
    assert isinstance(outcome(case, body), BadDate)
