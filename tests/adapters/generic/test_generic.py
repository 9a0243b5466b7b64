"""The generic adapters: settings that cannot work are refused, wrong answers are trouble."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regwatch.adapters.contract import Adapter
from regwatch.adapters.generic import feed, page
from regwatch.adapters.generic import json as json_adapter
from regwatch.errors import WrongIdentity
from regwatch.model import Document, Reading, Request, Source
from regwatch.polling.diff import diff

SOURCE = Source("s", "feed", "Example", "https://example.org/x", ("t",), watch=("cabozantinib",))


def read(adapter: Adapter, body: str, content_type: str, **options: str) -> Reading:
    source = replace(SOURCE, options=options)
    request = adapter.request(source)
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    return adapter.read(Document(source, request, request.url, body.encode(), content_type, fetched))


@pytest.mark.parametrize(
    ("adapter", "options", "words"),
    [
        (page.ADAPTER, {}, "`select`"),
        (json_adapter.ADAPTER, {}, "`key`"),
    ],
)
def test_a_setting_that_is_missing_is_asked_for_at_once(adapter: Adapter, options: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        adapter.request(replace(SOURCE, options=options))


@pytest.mark.parametrize(
    ("adapter", "name", "value", "words"),
    [
        (page.ADAPTER, "select", "p[[", "must be a CSS selector"),
        (page.ADAPTER, "drop", ">", "must be a CSS selector"),
        (page.ADAPTER, "prose", "perhaps", "must be yes or no, not 'perhaps'"),
        (page.ADAPTER, "status", "nope", "must be yes or no"),
        (page.ADAPTER, "kind", "blog", "must be company_press_release or"),
        (json_adapter.ADAPTER, "order", "ymd", "must be dmy or mdy"),
        (feed.ADAPTER, "match", "sometimes", "must be watched or all, not 'sometimes'"),
        (feed.ADAPTER, "zone", "Mars", "'Mars' is not a time zone"),
        (feed.ADAPTER, "language", "eng", "two letters"),
        (feed.ADAPTER, "empty", "yes", "must be allowed"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_once(adapter: Adapter, name: str, value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        adapter.option(name, value)


@pytest.mark.parametrize("word", ["no", "false"])
def test_evidence_without_a_status_is_asked_for_in_either_word(word: str) -> None:
    assert feed.ADAPTER.option("status", word) == "no"


@pytest.mark.parametrize("adapter", [feed.ADAPTER, page.ADAPTER, json_adapter.ADAPTER], ids=lambda a: a.name)
def test_a_generic_source_needs_an_address(adapter: Adapter) -> None:
    with pytest.raises(ValueError, match="`url`"):
        adapter.request(replace(SOURCE, url="", options={"select": "p", "key": "id"}))


def rss(*items: tuple[str, str, str]) -> str:
    cells = "".join(
        f"<item><title>{title}</title><link>{link}</link><pubDate>{day}</pubDate></item>" for title, link, day in items
    )
    return f"<rss><channel>{cells}</channel></rss>"


def test_an_item_that_is_redated_or_retitled_by_signs_or_case_is_no_change() -> None:
    day, later = "Thu, 24 Jul 2025 05:00 GMT", "Fri, 25 Jul 2025 05:00 GMT"
    one = read(feed.ADAPTER, rss(("Cabozantinib news", "http://example.org/a", day)), "text/xml")
    title = "CABOZANTINIB&#174; News"
    other = read(feed.ADAPTER, rss((title, "https://www.example.org/a/?utm_source=x", later)), "text/xml")
    assert diff([("", r) for r in one.records], [("", r) for r in other.records]) == []


def test_an_item_told_twice_in_one_feed_is_one_record() -> None:
    day = "Thu, 24 Jul 2025 05:00 GMT"
    item = ("Cabozantinib", "https://example.org/a", day)
    assert len(read(feed.ADAPTER, rss(item, item), "text/xml").records) == 1


def test_only_items_that_name_a_watched_treatment_are_taken_unless_all_are_asked_for() -> None:
    items = rss(("Cabozantinib", "https://example.org/a", ""), ("A bake sale", "https://example.org/b", ""))
    assert [record.title for record in read(feed.ADAPTER, items, "text/xml").records] == ["Cabozantinib"]
    assert len(read(feed.ADAPTER, items, "text/xml", match="all").records) == 2


def test_blocks_in_another_order_are_the_same_blocks() -> None:
    options = {"select": ".b", "record": "block"}
    one = read(page.ADAPTER, '<p class="b">One</p><p class="b">Two</p>', "text/html", **options)
    other = read(page.ADAPTER, '<div><p class="b"> Two </p></div><p class="b x">One</p>', "text/html", **options)
    assert diff([("", r) for r in one.records], [("", r) for r in other.records]) == []


def test_items_in_another_order_and_new_fields_are_no_change() -> None:
    items = [{"id": 1, "state": "open", "at": 5}, {"id": 2, "state": "closed", "at": 6}]
    options = {"key": "id", "fields": "state", "match": "all"}
    one = read(json_adapter.ADAPTER, json.dumps(items), "application/json", **options)
    turned = [{**item, "at": 9, "new": []} for item in reversed(items)]
    other = read(json_adapter.ADAPTER, json.dumps(turned), "application/json", **options)
    assert diff([("", r) for r in one.records], [("", r) for r in other.records]) == []


@pytest.mark.parametrize("adapter", [feed.ADAPTER, page.ADAPTER, json_adapter.ADAPTER], ids=lambda a: a.name)
def test_every_option_is_described_where_the_adapter_is(adapter: Adapter) -> None:
    text = (Path(__file__).parents[3] / "docs" / "sources" / "generic.md").read_text("utf-8")
    section = text.split(f"\n## `{adapter.name}`")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(adapter.options)


def test_two_items_with_one_key_are_one_record_and_an_oddity() -> None:
    items = [{"id": 1, "state": "open"}, {"id": 1, "state": "closed"}]
    reading = read(json_adapter.ADAPTER, json.dumps(items), "application/json", key="id", fields="state", match="all")
    assert [record.fields for record in reading.records] == [(("state", "open"),)]
    assert [oddity.what for oddity in reading.oddities] == ["two items have the same key"]


def test_an_article_that_leads_to_the_front_page_is_refused() -> None:
    url = "https://example.org/news/1"
    body = (
        b"<html><body><main><h1>Welcome</h1><p>All about cabozantinib, and much more than that, every day of the year."
    )
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    document = Document(SOURCE, Request(url, "item/1"), "https://example.org/", body, "text/html", fetched)
    with pytest.raises(WrongIdentity, match="front page"):
        feed.ADAPTER.read(document)


@pytest.mark.parametrize("name", ["p", "li", "section", "h2", "main"])
def test_a_name_alone_chooses_what_it_chooses_as_part_of_a_selector(name: str) -> None:
    html = (
        "<main><h2>Guidance</h2><section><p>One <b>two</b></p><section><p>Three</p></section></section>"
        "<svg><p>Four</p></svg><ul><li>Five<ul><li>Six</li></ul></li></ul></main>"
    )
    alone, matched = (read(page.ADAPTER, html, "text/html", select=one) for one in (name, f"{name}, {name}"))
    assert alone.records == matched.records
    assert alone.records[0].blocks or alone.records[0].title
