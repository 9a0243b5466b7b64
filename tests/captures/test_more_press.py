"""Recorded releases and listings of the wires: one release is known by one number, editions by their language."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from regwatch.adapters.wires import businesswire as businesswire_company
from regwatch.adapters.wires import globenewswire as globenewswire_org
from regwatch.adapters.wires import prnewswire as prnewswire_news
from regwatch.errors import MissingPart
from regwatch.model import Document, Request, Source
from regwatch.reading.links import canonical, edition, identity

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
PRESS = CAPTURES / "press"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not PRESS.is_dir(), reason="no recorded releases")]
FETCHED = datetime(2026, 1, 12, tzinfo=UTC)


def feed(adapter: str, issuer: str, items: list[tuple[str, str, str]]) -> Document:
    rows = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link><description>{escape(text)}</description></item>"
        for title, link, text in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{rows}</channel></rss>'.encode()
    source = Source("s", adapter, "x", "https://wire.example/feed", ("t",), options={"issuer": issuer})
    return Document(source, Request(source.url), source.url, body, "application/rss+xml", FETCHED)


def globenewswire() -> list[dict[str, str]]:
    text = (PRESS / "releases" / "globenewswire_items.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def businesswire() -> list[dict[str, str]]:
    with (PRESS / "businesswire" / "listing_2021-10-02.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_recorded_globenewswire_item_is_a_release_with_a_number_and_a_language() -> None:
    rows = globenewswire()
    numbers = [identity(row["link"]) for row in rows]
    assert all(number.startswith("globenewswire:") for number in numbers)
    languages = Counter(edition(canonical(row["link"])) for row in rows)
    assert languages == {"en": 390, "de": 4, "fr": 4, "is": 1, "nl": 1}
    reading = globenewswire_org.read(
        feed("globenewswire_org", "x", [(row["title"], row["link"], row.get("summary", "")) for row in rows])
    )
    assert reading.oddities == []
    assert len(reading.records) == len(set(numbers)) < len(rows)


def test_every_edition_of_a_recorded_business_wire_listing_has_its_language() -> None:
    rows = businesswire()
    languages = Counter(edition(canonical(row["Urls"])) for row in rows)
    assert languages == {
        "en": 180, "fr": 14, "ja": 11, "de": 10, "es": 10, "it": 7, "nl": 7, "zh": 6, "pt": 3, "cs": 1, "pl": 1,
    }  # fmt: skip


def test_only_the_english_editions_of_the_issuer_are_announcements() -> None:
    items = [(row["Title"], row["Urls"], "") for row in businesswire()]
    reading = businesswire_company.read(feed("businesswire_company", "Incyte", items))
    languages = {record.url.split("/")[6]: (record.kind, record.prose) for record in reading.records}
    assert languages["en"] == ("item", True)
    assert {languages[code] for code in languages if code != "en"} == {("translation", False)}
    assert len(languages) > 2
    assert reading.oddities == []


def test_a_recorded_pr_newswire_listing_names_its_releases_by_number() -> None:
    text = (PRESS / "prnewswire" / "general-business-latest-news__licensing-list.md").read_text("utf-8")
    links = {word for part in text.split("](")[1:] if (word := part.split(")")[0]).endswith(".html")}
    releases = [(f"Firm {link}", f"https://www.prnewswire.com{link}", "Firm") for link in links if link[0] == "/"]
    reading = prnewswire_news.read(feed("prnewswire_news", "Firm", releases))
    assert len(reading.follows) > 10
    assert all(follow.request.part.startswith("release/prnewswire:") for follow in reading.follows)


@pytest.mark.parametrize(
    "adapter", [globenewswire_org, businesswire_company, prnewswire_news], ids=lambda m: m.__name__
)
def test_recorded_block_pages_are_no_releases(adapter) -> None:
    text = (PRESS / "newsrooms" / "akamai_access_denied.jsonl").read_text("utf-8")
    for line in text.splitlines():
        words = escape(json.dumps(json.loads(line)))
        body = (
            f"<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>{words}</p></body></html>"
        )
        source = Source("s", adapter.ADAPTER.name, "x", "https://w/", ("t",), options={"issuer": "AbbVie"})
        url = "https://www.globenewswire.com/news-release/2025/06/20/3102345/0/en/x.html"
        page = Document(source, Request(url, "release/x"), url, body.encode(), "text/html", FETCHED)
        with pytest.raises(MissingPart, match="text of the release"):
            adapter.read(page)
