"""Recorded block pages are recognised; recorded announcements and data files are not taken for one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import httpx
import pytest

from regwatch.errors import BlockedPage, SourceTrouble
from regwatch.fetch.answer import Answer
from regwatch.fetch.recognise import recognise

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES", Path(__file__).parents[2].parent / "shared" / "captures"))
HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
RATE_EXCEEDED = "block_rate_exceeded.html"
WANTED = {".json": "application/json", ".xml": "application/xml", ".atom": "application/atom+xml", ".html": HTML}

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded pages are not beside the repository"),
]


def judge(body: bytes, accept: str = HTML) -> SourceTrouble | None:
    return recognise(Answer("u", "u", 200, httpx.Headers({}), body), accept, datetime(2026, 1, 1, tzinfo=UTC))


def page(title: str, text: str) -> bytes:
    return f"<!doctype html><html><title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p>".encode()


def rows(path: str) -> Iterator[dict[str, str]]:
    for line in (CAPTURES / path).read_text("utf-8").splitlines():
        yield json.loads(line)


def test_every_recorded_block_page_is_blocked() -> None:
    for row in rows("press/newsrooms/akamai_access_denied.jsonl"):
        assert isinstance(judge(page(row["title_y"], row["article_text"])), BlockedPage)
        assert isinstance(judge(row["article_text"].encode()), BlockedPage)


def test_no_recorded_announcement_is_taken_for_anything_else_long_or_short() -> None:
    for path in ("press/newsrooms/jnj_abbvie_releases.jsonl", "press/releases/lilly_merck_releases.jsonl"):
        for row in rows(path):
            title = row.get("title_y") or row.get("title") or ""
            text = row.get("article_text") or row.get("text") or row.get("content") or ""
            assert judge(page(title, text)) is None
            assert judge(page(title, text[:150])) is None


def test_the_page_of_the_sec_for_too_many_requests_is_no_filing() -> None:
    assert isinstance(judge((CAPTURES / "live" / "sec" / RATE_EXCEEDED).read_bytes()), BlockedPage)


def test_no_recorded_page_or_data_file_is_taken_for_anything_else() -> None:
    files = [path for path in CAPTURES.rglob("*") if path.suffix in WANTED and path.name != RATE_EXCEEDED]
    assert files
    for path in files:
        assert judge(path.read_bytes(), WANTED[path.suffix]) is None, path.name
