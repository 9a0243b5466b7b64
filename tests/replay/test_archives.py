"""Archives in every form: which series they hold, in which order, and what is written comes back."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from regwatch.clock import DrivenClock
from regwatch.errors import UsageError
from regwatch.fetch.client import Fetcher, Policy
from regwatch.model import Request, Source
from regwatch.replay.folder import read_archive
from regwatch.replay.recording import RecordingTransport
from regwatch.replay.rendering import rss_of
from regwatch.replay.warc import WarcFile

NOW = datetime(2025, 9, 22, 10, 0, tzinfo=UTC)


def write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<html><body>{name}</body></html>", "utf-8")


def held(folder: Path) -> dict[str, list[str]]:
    return {one.name: [capture.label for capture in one.captures] for one in read_archive(folder).series}


@pytest.mark.parametrize(
    ("names", "series"),
    [
        (("a.2-b.html", "a.1-x.html", "a.10-c.html"), {"a": ["1-x", "2-b", "10-c"]}),
        (("a/2-b.html", "a/1.html"), {"a": ["1", "2-b"]}),
        (("a.2025-12-29.html", "a.2025-12-02.html"), {"a": ["2025-12-02", "2025-12-29"]}),
        (("a_2025-12-29.html", "a_2025-11-30.html"), {"a": ["2025-11-30", "2025-12-29"]}),
        (("a/2025-12-29.html", "a/2025-12-02T05-04.html"), {"a": ["2025-12-02T05-04", "2025-12-29"]}),
        (("2025-12-29/a.html", "2025-12-02/a.html"), {"a": ["2025-12-02", "2025-12-29"]}),
        (("a.20251202050401.html",), {"a": ["20251202050401"]}),
        (("a.refused.html", "README.md", "a.1-b.exe"), {"a": ["refused"]}),
    ],
)
def test_a_folder_gives_its_series_in_order(
    tmp_path: Path, names: tuple[str, ...], series: dict[str, list[str]]
) -> None:
    write(tmp_path, *names)
    assert held(tmp_path) == series


def test_a_folder_without_captures_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "README.md")
    with pytest.raises(UsageError, match="SERIES"):
        read_archive(tmp_path)


def test_time_never_goes_back_within_a_series(tmp_path: Path) -> None:
    for number, day in ((1, "2026-02-27"), (2, "2025-12-02")):
        head = f"---\ndocument_datetime: {day} 12:00:00\ndocument_pathfilename: www.example.org/x.html\n---\n"
        (tmp_path / f"a.{number}-s.md").write_text(f"{head}# Title\n", "utf-8")
    [series] = read_archive(tmp_path).series
    assert series.captures[0].at < series.captures[1].at
    assert series.url == "https://www.example.org/x"


def test_a_day_of_items_becomes_a_feed() -> None:
    feed = rss_of(b'[{"title": "A & B", "url": "https://x.org/?a=1&b=2", "published_at": "Tue, 14 Apr 2026"}]')
    assert b"<title>A &amp; B</title><link>https://x.org/?a=1&amp;b=2</link>" in feed


class Site(httpx.AsyncBaseTransport):
    """Answers with pages that name the hour; robots.txt is not there."""

    def __init__(self, clock: DrivenClock) -> None:
        self.clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(404, stream=Body(b"none"), request=request)
        body = f"<html><head><title>News</title></head><body><p>{self.clock.now():%H} h</p></body></html>".encode()
        headers = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "id=1", "Content-Length": str(len(body))}
        return httpx.Response(200, headers=headers, stream=Body(body), request=request)


class Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body


async def record(file: Path) -> None:
    clock = DrivenClock(NOW)
    archive = WarcFile(file)
    source = Source("s", "page", "x", "https://www.example.org/news", ("t",))
    policy = Policy("https://example.org/contact", allow_private=True)
    async with Fetcher(policy, clock, RecordingTransport(Site(clock), archive, clock)) as fetcher:
        for hour in (10, 11):
            clock.set(NOW.replace(hour=hour))
            await fetcher.fetch(source, Request(source.url))
    archive.close()


def test_what_was_recorded_is_replayed_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "live.warc.gz"
    asyncio.run(record(file))
    [series] = read_archive(tmp_path).series
    assert series.url == "https://www.example.org/news"
    assert [capture.at.hour for capture in series.captures] == [10, 11]
    assert [b"10 h" in series.captures[0].body, b"11 h" in series.captures[1].body] == [True, True]


def test_an_archive_keeps_neither_cookies_nor_who_asked(tmp_path: Path) -> None:
    file = tmp_path / "live.warc.gz"
    asyncio.run(record(file))
    plain = gzip.decompress(file.read_bytes()).lower()
    assert b"http/1.1 200" in plain
    assert b"set-cookie" not in plain
    assert b"example.org/contact" not in plain


def test_an_answer_that_a_page_is_unchanged_is_no_state(tmp_path: Path) -> None:
    archive = WarcFile(tmp_path / "a.warc")
    archive.add("https://x.org/a", NOW, "200 OK", [("Content-Type", "text/html")], b"<html>1</html>")
    archive.add("https://x.org/a", NOW.replace(hour=12), "304 Not Modified", [], b"")
    archive.close()
    [series] = read_archive(tmp_path).series
    assert [capture.status for capture in series.captures] == [200]


def test_a_file_that_is_no_web_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"<html>no archive</html>")
    with pytest.raises(UsageError, match="cannot be read as a web archive"):
        read_archive(tmp_path)
