"""A page that was read is freed at once, and what was read from it stays."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from regwatch.adapters.contract import Adapter
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import fragment, soup

URL = "https://example.org/"
DOCUMENT = Document(
    Source("s", "page", "Example", URL, ("topic",)), Request(URL), URL,
    b"<html><body><h1>Title</h1><p>Text <b>in bold</b></p></body></html>", "text/html",
    datetime(2026, 1, 1, tzinfo=UTC),
)  # fmt: skip
SEEN: list[weakref.ref[Any]] = []


def read(document: Document) -> Reading:
    page = soup(document)
    heading = page.find("h1")
    assert isinstance(heading, Tag)
    assert heading.string is not None
    SEEN[:] = [weakref.ref(page), *(weakref.ref(tag) for tag in page.find_all(True))]
    return Reading([Record(kind="page", key="page", title=heading.string, url=URL)])


ADAPTER = Adapter(name="page", authorities=(), request=lambda source: Request(source.url), read=read)


@pytest.fixture(autouse=True)
def without_collector() -> Any:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_tree_is_gone_when_its_page_has_been_read() -> None:
    found = ADAPTER.reading(DOCUMENT)
    assert found.records[0].title == "Title"
    assert len(SEEN) == 6
    assert not any(one() for one in SEEN)


def test_a_tree_outside_a_reading_stands() -> None:
    page = fragment("<p>Text</p>")
    ADAPTER.reading(DOCUMENT)
    assert isinstance(page, BeautifulSoup)
    assert page.text == "Text"
