"""A page that has not changed is not fetched again, and one that has changed is never missed."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

import pytest

from fetch.site import NOON, PAGE, Site, conditional, look, raw, reply, sent_on, visit
from regwatch.errors import ServerError
from regwatch.fetch.client import Validators

SHA = hashlib.sha256(PAGE).hexdigest()


def test_a_first_fetch_gives_the_page_and_its_validators() -> None:
    got = look(reply(ETag='"v1"', Last_Modified="Mon, 22 Sep 2025 09:00:00 GMT"))
    assert got.document is not None
    assert not got.not_modified
    assert got.document.body == PAGE
    assert got.document.content_type == "text/html"
    assert got.document.charset == "utf-8"
    assert got.document.fetched_at == NOON
    assert got.document.hops == ()
    assert got.validators == Validators('"v1"', "Mon, 22 Sep 2025 09:00:00 GMT", SHA)


@pytest.mark.parametrize(
    ("etag", "last_modified"),
    [
        ('"v1"', "Mon, 22 Sep 2025 09:00:00 GMT"),
        ('W/"weak, with commas"', ""),
        ("unquoted-tag", ""),
        ('"caf\u00e9"', ""),
        ("", "Monday, 22-Sep-25 9:00:00 GMT+1"),
    ],
)
def test_validators_come_back_byte_for_byte(etag: str, last_modified: str) -> None:
    page = conditional(etag=etag, last_modified=last_modified)

    async def story() -> tuple[bool, bool, Validators, Validators]:
        async with Site({"/page": page}) as site:
            first = await visit(site)
            second = await visit(site, known=first.validators)
            return first.not_modified, second.not_modified, first.validators, second.validators

    first, second, kept, again = asyncio.run(story())
    assert (first, second) == (False, True)
    assert kept == again


def test_an_unchanged_page_has_no_document() -> None:
    assert look(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Validators('"v1"', None, SHA)).document is None


def test_the_same_bytes_with_status_200_count_as_unchanged() -> None:
    got = look(reply(ETag='"v2"'), Validators('"v1"', None, SHA))
    assert got.not_modified
    assert got.document is None
    assert got.validators == Validators('"v2"', None, SHA)


def test_a_back_dated_page_is_not_missed() -> None:
    """Its Last-Modified is older than our last look: a clock of ours in If-Modified-Since would get 304."""
    page = conditional(last_modified="Mon, 01 Jan 2024 00:00:00 GMT")
    got = look(page, Validators(None, "Mon, 22 Sep 2025 09:00:00 GMT", "0" * 64))
    assert got.document is not None


def test_without_a_body_seen_before_nothing_conditional_is_asked() -> None:
    got = look(conditional(etag='"v1"'), Validators('"v1"', None, ""))
    assert got.document is not None


def test_not_modified_without_having_been_asked_is_a_server_fault() -> None:
    with pytest.raises(ServerError, match="no page"):
        look(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"))


def test_another_page_cannot_answer_that_the_first_is_unchanged() -> None:
    """Only the address that our validators were shown to may answer with 304."""

    async def story() -> None:
        pages = {"/page": sent_on("/new"), "/new": raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")}
        async with Site(pages) as site:
            with pytest.raises(ServerError):
                await visit(site, known=Validators('"v1"', None, SHA))

    asyncio.run(story())


@pytest.mark.parametrize("path", ["", "/page?q=a b|c", "/page#part", "/p\u00e4ge"])
def test_a_page_that_was_not_redirected_keeps_the_address_that_was_asked_for(path: str) -> None:
    async def story() -> None:
        async with Site() as site:
            site.pages = dict.fromkeys(("/", "/page", "/p%C3%A4ge", "/page?q=a%20b|c", "/page?q=a%20b%7Cc"), reply())
            got = await visit(site, site.url(path))
            assert got.document is not None
            assert got.document.final_url == got.document.request.url == site.url(path)

    asyncio.run(story())


def test_validators_of_another_page_are_neither_kept_nor_shown_to_it() -> None:
    """A page that moved must not be answered with 304 because of the validators of its old address."""

    async def story() -> None:
        async with Site({"/page": sent_on("/new"), "/new": conditional(etag='"v1"')}) as site:
            first = await visit(site, known=Validators('"v1"', None, "0" * 64))
            assert first.document is not None
            assert first.validators == Validators(None, None, SHA)
            assert site.asked[-2].headers["if-none-match"] == '"v1"'
            assert "if-none-match" not in site.asked[-1].headers
            again = await visit(site, known=first.validators)
            assert again.not_modified

    asyncio.run(story())


def test_the_request_says_honestly_who_asks() -> None:
    async def story() -> dict[str, str]:
        async with Site({"/page": reply()}) as site:
            await visit(site, contact="https://example.org/regwatch", accept="text/html")
            return site.asked[-1].headers

    headers = asyncio.run(story())
    assert headers["user-agent"].startswith("regwatch/")
    assert headers["user-agent"].endswith(" (+https://example.org/regwatch)")
    assert headers["accept"] == "text/html"
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"].startswith("127.0.0.1:")
    assert "cookie" not in headers


def test_times_are_aware_and_utc() -> None:
    got = look(reply())
    assert got.document is not None
    assert got.document.fetched_at == datetime(2025, 9, 22, 12, 0, tzinfo=UTC)
    assert got.document.fetched_at.tzinfo is UTC


def test_a_time_of_change_that_is_still_to_come_is_not_shown_to_the_server_again() -> None:
    got = look(reply(ETag='"v1"', Last_Modified="Sat, 16 Nov 2041 19:11:00 GMT"))
    assert got.validators == Validators('"v1"', None, SHA)


def test_only_a_page_that_came_is_whole() -> None:
    page = conditional(etag='"v1"')

    async def story() -> list[bool]:
        async with Site({"/page": page, "/plain": reply()}) as site:
            first = await visit(site)
            second = await visit(site, known=first.validators)
            plain = await visit(site, "/plain", known=Validators(sha256=SHA))
            return [first.whole, second.whole, plain.whole]

    assert asyncio.run(story()) == [True, False, True]
