"""The archive's server answers as publishers do, at the driven clock's time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from regwatch.clock import DrivenClock
from regwatch.demo.archive import ArchivedPage, DemoArchive, PageState
from regwatch.demo.archive_server import serving
from regwatch.errors import UsageError
from regwatch.fetch.loopback import LoopbackTransport

EARLY, LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)
PAGE = ArchivedPage(
    "https://example.org/news",
    (
        PageState(EARLY, 200, b"first", {"Content-Type": "text/html", "ETag": '"one"'}),
        PageState(LATE, 200, b"second", {"Content-Type": "text/html", "ETag": '"two"'}),
    ),
)
DOWN = ArchivedPage("https://example.org/down", (PageState(EARLY, 503, b"down", {"Content-Type": "text/html"}),))
LEFT = ArchivedPage("https://example.org/left", (PageState(EARLY, 200, b"here", {}), PageState(LATE, 404)))
SEARCH = ArchivedPage(
    "https://api.example.org/search.json", (PageState(EARLY, 200, b"{}", {"Last-Modified": "yesterday"}),)
)
ARCHIVE = DemoArchive((PAGE, DOWN, LEFT, SEARCH))


def ask(url: str, at: datetime, method: str = "GET", **headers: str) -> httpx.Response:
    async def one() -> httpx.Response:
        async with (
            serving(ARCHIVE, DrivenClock(at)) as base,
            httpx.AsyncClient(transport=LoopbackTransport(base)) as client,
        ):
            return await client.request(method, url, headers=headers)

    return asyncio.run(one())


def test_a_page_shows_the_state_of_its_time() -> None:
    assert ask(PAGE.url, EARLY).text == "first"
    assert ask(PAGE.url, LATE).text == "second"


def test_a_page_that_is_not_there_yet_or_not_any_more_is_missing() -> None:
    assert ask(PAGE.url, datetime(2024, 12, 31, tzinfo=UTC)).status_code == 404
    assert ask(LEFT.url, EARLY).status_code == 200
    assert ask(LEFT.url, LATE).status_code == 404
    assert ask("https://elsewhere.example/news", LATE).status_code == 404


def test_a_validator_of_the_present_state_gives_not_modified() -> None:
    answer = ask(PAGE.url, EARLY, **{"If-None-Match": '"one"'})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", '"one"')
    assert ask(PAGE.url, LATE, **{"If-None-Match": '"one"'}).text == "second"
    assert ask(SEARCH.url, LATE, **{"If-Modified-Since": "yesterday"}).status_code == 304


def test_a_page_kept_without_a_query_answers_for_every_query() -> None:
    assert ask(f"{SEARCH.url}?q=anything&order=-date", LATE).text == "{}"


def test_trouble_is_answered_with_its_own_status_and_page() -> None:
    answer = ask(DOWN.url, LATE)
    assert (answer.status_code, answer.text) == (503, "down")


def test_head_is_answered_without_a_body() -> None:
    answer = ask(PAGE.url, EARLY, method="HEAD")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "5")


def test_changes_are_every_instant_at_which_something_is_new() -> None:
    assert ARCHIVE.changes() == (EARLY, LATE)


def test_a_state_that_replaces_what_its_file_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from regwatch.demo import archive as module

    monkeypatch.setattr(
        module.tomllib,
        "loads",
        lambda text: {
            "page": [
                {
                    "url": "https://example.org/",
                    "state": [{"from": EARLY, "file": "robots_open.txt", "put": [["not in it", "x"]]}],
                }
            ]
        },
    )
    with pytest.raises(UsageError, match=r"robots_open\.txt does not hold 'not in it'"):
        module.load_archive()
