"""robots.txt is asked first, kept for a day, and obeyed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from fetch.site import NOON, SOURCE, Behaviour, Site, packed, policy, raw, reply, sent_on, visit
from regwatch.clock import DrivenClock
from regwatch.errors import Disallowed, RateLimited, ServerError, SourceTrouble, TimedOut, Truncated, Unreachable
from regwatch.fetch.client import Fetcher
from regwatch.model import Request


def rules(text: str, status: int = 200) -> Behaviour:
    return reply(status, text.encode(), "text/plain")


def try_page(rules_file: Behaviour, path: str = "/page", **changes: object) -> Site:
    async def story() -> Site:
        async with Site({"/robots.txt": rules_file, "/page": reply(), "/page?all=1": reply()}) as site:
            await visit(site, path, **changes)  # type: ignore[arg-type]
            return site

    return asyncio.run(story())


ALLOWING = {
    "empty file": rules(""),
    "another robot is barred": rules("User-agent: other\nDisallow: /"),
    "a robot whose name holds ours": rules("User-agent: notregwatch\nDisallow: /"),
    "the longer rule allows": rules("User-agent: *\nDisallow: /\nAllow: /page"),
    "our own group wins": rules("User-agent: *\nDisallow: /\n\nUser-agent: Regwatch\nDisallow: /private"),
    "not a robots file": rules("<!doctype html><title>Not found</title>"),
    "not text": reply(200, bytes(range(256)), "text/plain"),
    "404": rules("Disallow: /", 404),
    "403": rules("User-agent: *\nDisallow: /", 403),
    "moved elsewhere": sent_on("/robots.txt?x"),
    "a pattern that another page matches": rules("User-agent: *\nDisallow: /*/print$"),
    "a redirect to nowhere": reply(302, b"", ""),
    "a redirect to no address": sent_on("http://x:y/"),
    "a redirect out of the web": sent_on("ftp://example.org/robots.txt"),
    "a redirect to where we do not go": sent_on("http://user:pass@example.org/robots.txt"),
    "packed as we cannot read it": reply(body=b"User-agent: *\nDisallow: /", Content_Encoding="br"),
    "called packed and not": reply(body=b"User-agent: *\nDisallow: /", Content_Encoding="gzip"),
    "packed and damaged": reply(body=b"\x1f\x8b\x08nonsense", Content_Encoding="gzip"),
    "nothing but remarks, and too many": rules("# remark\n" * 200_000),
}


@pytest.mark.parametrize("robots", ALLOWING.values(), ids=ALLOWING.keys())
def test_it_allows(robots: Behaviour) -> None:
    assert try_page(robots).paths[-1] == "/page"


FORBIDDING = {
    "everybody": rules("User-agent: *\nDisallow: /"),
    "us by name": rules("User-agent: regwatch\nDisallow: /page\n\nUser-agent: *\nAllow: /"),
    "us in capitals": rules("User-Agent: REGWATCH\nDisallow: /"),
    "a pattern": rules("User-agent: *\nDisallow: /*age$"),
    "byte order mark": rules("\ufeffUser-agent: *\r\nDisallow: /page\r\n"),
    "old Mac line ends": rules("User-agent: *\rDisallow: /page\r"),
    "UTF-16": reply(body="User-agent: *\nDisallow: /page\n".encode("utf-16"), kind="text/plain"),
    "packed": packed(b"User-agent: *\nDisallow: /page\n"),
    "longer than has to be read": rules("User-agent: *\nDisallow: /page\n" + "# remark\n" * 200_000),
}


@pytest.mark.parametrize("robots", FORBIDDING.values(), ids=FORBIDDING.keys())
def test_it_forbids(robots: Behaviour) -> None:
    with pytest.raises(Disallowed, match=r"robots\.txt") as caught:
        try_page(robots)
    assert not caught.value.retry


def test_the_query_counts() -> None:
    robots = rules("User-agent: *\nDisallow: /page?")
    assert try_page(robots).paths == ["/page"]
    with pytest.raises(Disallowed):
        try_page(robots, "/page?all=1")


def test_it_can_be_switched_off() -> None:
    site = try_page(rules("User-agent: *\nDisallow: /"), robots=False)
    assert [asked.path for asked in site.asked] == ["/page"]


@pytest.mark.parametrize(
    ("robots", "trouble"),
    [
        (rules("", 500), ServerError),
        (rules("", 503), ServerError),
        (rules("", 429), RateLimited),
        (raw(close=True), Unreachable),
        (raw(b"HTTP/1.1 200 OK\r\n", pause=0.2), TimedOut),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *\n", close=True), Truncated),
    ],
)
def test_while_it_cannot_be_read_nothing_is_asked_for(robots: Behaviour, trouble: type[SourceTrouble]) -> None:
    """It is the trouble of reading it that is told, and it may pass: unlike a rule that forbids."""

    async def story() -> None:
        async with Site({"/robots.txt": robots, "/page": reply()}) as site:
            with pytest.raises(trouble, match=r"/page was not asked for.*robots\.txt") as caught:
                await visit(site, read_timeout=0.05)
            assert caught.value.retry
            assert site.paths == []

    asyncio.run(story())


def test_endless_redirects_count_as_no_file() -> None:
    assert try_page(sent_on("/robots.txt")).paths == ["/page"]


@pytest.mark.parametrize("robots", [rules("", 404), sent_on("/robots.txt")])
def test_that_there_is_none_is_remembered(robots: Behaviour) -> None:
    async def story() -> None:
        async with (
            Site({"/robots.txt": robots, "/page": reply()}) as site,
            Fetcher(policy(), DrivenClock(NOON)) as fetcher,
        ):
            await fetcher.fetch(SOURCE, Request(site.url()))
            before = len(site.asked)
            await fetcher.fetch(SOURCE, Request(site.url()))
            assert len(site.asked) == before + 1

    asyncio.run(story())


def test_it_is_read_once_for_all_pages_and_again_after_a_day() -> None:
    async def story() -> None:
        clock = DrivenClock(NOON)
        async with (
            Site({"/robots.txt": rules("User-agent: *\nDisallow: /x"), "/page": reply()}) as site,
            Fetcher(policy(), clock) as fetcher,
        ):
            await asyncio.gather(*(fetcher.fetch(SOURCE, Request(site.url())) for _ in range(4)))
            clock.set(NOON + timedelta(hours=23))
            await fetcher.fetch(SOURCE, Request(site.url()))
            assert sum(asked.path == "/robots.txt" for asked in site.asked) == 1
            site.pages["/robots.txt"] = rules("User-agent: *\nDisallow: /page")
            clock.set(NOON + timedelta(hours=24))
            with pytest.raises(Disallowed):
                await fetcher.fetch(SOURCE, Request(site.url()))

    asyncio.run(story())


def test_an_old_copy_serves_while_a_new_one_cannot_be_read() -> None:
    async def story() -> None:
        clock = DrivenClock(NOON)
        async with (
            Site({"/robots.txt": rules("User-agent: *\nDisallow: /x"), "/page": reply()}) as site,
            Fetcher(policy(), clock) as fetcher,
        ):
            await fetcher.fetch(SOURCE, Request(site.url()))
            site.pages["/robots.txt"] = rules("", 500)
            clock.set(NOON + timedelta(hours=25))
            await fetcher.fetch(SOURCE, Request(site.url()))
            with pytest.raises(Disallowed):
                await fetcher.fetch(SOURCE, Request(site.url("/x")))

    asyncio.run(story())


def test_crawl_delay_is_kept_between_all_requests() -> None:
    class Clock(DrivenClock):
        waited = 0.0

        async def sleep(self, seconds: float) -> None:
            self.waited += seconds
            await super().sleep(seconds)

    async def story() -> float:
        clock = Clock(NOON)
        robots = rules("User-agent: *\nCrawl-delay: 30")
        async with (
            Site({"/robots.txt": robots, "/page": reply()}) as site,
            Fetcher(policy(gap=2.0), clock) as fetcher,
        ):
            for _ in range(3):
                await fetcher.fetch(SOURCE, Request(site.url()))
        return clock.waited

    assert asyncio.run(story()) == 2.0 + 30.0 + 30.0


def test_a_redirect_to_another_host_asks_that_host_first() -> None:
    async def story() -> None:
        pages = {"/robots.txt": rules("User-agent: *\nDisallow: /"), "/page": reply()}
        async with Site(pages) as other, Site({"/page": sent_on(other.url())}) as site:
            with pytest.raises(Disallowed):
                await visit(site)
            assert other.paths == []

    asyncio.run(story())
