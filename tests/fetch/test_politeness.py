"""One host is asked slowly and by one at a time; when it says later, it is later."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch.site import NOON, SOURCE, Asked, Behaviour, Site, look, policy, raw, reply
from regwatch.clock import DrivenClock, SystemClock
from regwatch.errors import Maintenance, RateLimited, ServerError
from regwatch.fetch.client import Fetcher
from regwatch.fetch.policy import Policy
from regwatch.fetch.politeness import LONGEST_WAIT, Lane, retry_after
from regwatch.model import Request

INSTANTS = st.integers(min_value=10**9, max_value=4 * 10**9).map(lambda second: datetime.fromtimestamp(second, UTC))


class NotingClock(DrivenClock):
    """A driven clock that keeps the waits."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        await super().sleep(seconds)


async def fetch_all(site: Site, clock: DrivenClock, urls: list[str], **changes: object) -> None:
    async with Fetcher(policy(robots=False, **changes), clock) as fetcher:
        await asyncio.gather(*(fetcher.fetch(SOURCE, Request(url)) for url in urls))


def waits(hosts: list[str], **changes: object) -> list[float]:
    async def story() -> list[float]:
        clock = NotingClock()
        async with Site({"/page": reply()}) as site:
            await fetch_all(site, clock, [site.url(host=host) for host in hosts], **changes)
        return clock.waits

    return asyncio.run(story())


def test_requests_to_one_host_keep_their_distance() -> None:
    assert waits(["127.0.0.1"] * 3, gap=2.0) == [2.0, 2.0]


def test_two_hundred_requests_at_once_reach_a_host_one_by_one_and_apart() -> None:
    async def story() -> tuple[int, int, list[float]]:
        clock = NotingClock()
        async with Site({"/page": busy(0.0)}) as site:
            await fetch_all(site, clock, [site.url()] * 200, gap=2.0)
            return site.busiest, len(site.asked), clock.waits

    busiest, asked, waited = asyncio.run(story())
    assert (busiest, asked) == (1, 200)
    assert waited == [2.0] * 199


def test_a_host_can_be_given_a_longer_distance() -> None:
    assert waits(["127.0.0.1"] * 2, gap=2.0, host_gaps={"127.0.0.1": 30.0}) == [30.0]


def test_hosts_do_not_wait_for_each_other() -> None:
    assert waits(["127.0.0.1", "localhost"], gap=2.0) == []


def test_a_host_that_waits_its_turn_takes_no_place_from_others() -> None:
    """With one place in all, the second host is served while the first keeps its distance."""
    assert waits(["127.0.0.1", "127.0.0.1", "localhost"], gap=2.0, total=1) == [2.0]


def busy(moment: float = 0.02) -> Behaviour:
    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(moment)
        await reply()(asked, writer)

    return behave


@pytest.mark.parametrize(("per_host", "total", "most"), [(1, 8, 1), (2, 8, 2), (8, 3, 3)])
def test_no_more_than_so_many_at_the_same_time(per_host: int, total: int, most: int) -> None:
    async def story() -> int:
        async with Site({"/page": busy()}) as site:
            await fetch_all(site, SystemClock(), [site.url()] * 6, per_host=per_host, total=total)  # type: ignore[arg-type]
            return site.busiest

    assert asyncio.run(story()) == most


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("said", ["120", format_datetime(NOON + timedelta(seconds=120), usegmt=True)])
def test_retry_after_is_told_in_both_of_its_forms(status: int, said: str) -> None:
    with pytest.raises(RateLimited) as caught:
        look(reply(status, b"slow down", "text/plain", Retry_After=said))
    assert caught.value.after == timedelta(seconds=120)


def test_too_many_requests_without_a_time_is_told_without_one() -> None:
    with pytest.raises(RateLimited) as caught:
        look(reply(429, b"", "text/plain"))
    assert caught.value.after is None


def test_a_server_error_without_a_time_is_a_server_error() -> None:
    with pytest.raises(ServerError):
        look(reply(503, b"", "text/plain", Retry_After="soon"))


def test_a_host_that_said_later_is_not_asked_before() -> None:
    async def story() -> None:
        clock = DrivenClock(NOON)
        async with (
            Site({"/page": reply(), "/limited": reply(429, b"", Retry_After="120")}) as site,
            Fetcher(policy(robots=False), clock) as fetcher,
        ):
            with pytest.raises(RateLimited):
                await fetcher.fetch(SOURCE, Request(site.url("/limited")))
            clock.set(NOON + timedelta(seconds=100))
            with pytest.raises(RateLimited, match="20 s") as caught:
                await fetcher.fetch(SOURCE, Request(site.url()))
            assert caught.value.after == timedelta(seconds=20)
            assert site.paths == ["/limited"]
            clock.set(NOON + timedelta(seconds=120))
            assert (await fetcher.fetch(SOURCE, Request(site.url()))).document is not None

    asyncio.run(story())


def test_a_host_that_did_not_say_when_is_left_alone_for_a_while() -> None:
    async def story() -> None:
        clock = DrivenClock(NOON)
        async with (
            Site({"/page": reply(), "/limited": reply(429, b"")}) as site,
            Fetcher(policy(robots=False, hold=60.0), clock) as fetcher,
        ):
            for path in ("/limited", "/page"):
                with pytest.raises(RateLimited):
                    await fetcher.fetch(SOURCE, Request(site.url(path)))
            assert site.paths == ["/limited"]
            clock.set(NOON + timedelta(seconds=61))
            assert (await fetcher.fetch(SOURCE, Request(site.url()))).document is not None

    asyncio.run(story())


def test_maintenance_with_a_time_holds_the_host_too() -> None:
    notice = b"<html><title>Scheduled maintenance</title><p>We will be back soon.</p></html>"

    async def story() -> None:
        async with (
            Site({"/page": reply(), "/down": reply(503, notice, Retry_After="600")}) as site,
            Fetcher(policy(robots=False), DrivenClock(NOON)) as fetcher,
        ):
            with pytest.raises(Maintenance):
                await fetcher.fetch(SOURCE, Request(site.url("/down")))
            with pytest.raises(RateLimited):
                await fetcher.fetch(SOURCE, Request(site.url()))

    asyncio.run(story())


def test_those_in_the_queue_are_sent_away_when_the_host_says_later() -> None:
    async def story() -> list[type[BaseException]]:
        async with (
            Site({"/page": reply(429, b"", Retry_After="9")}) as site,
            Fetcher(policy(robots=False, gap=1.0), DrivenClock(NOON)) as fetcher,
        ):
            every = [fetcher.fetch(SOURCE, Request(site.url())) for _ in range(3)]
            outcomes = await asyncio.gather(*every, return_exceptions=True)
            assert site.paths == ["/page"]
            return [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)]

    assert asyncio.run(story()) == [RateLimited] * 3


@given(seconds=st.integers(min_value=0, max_value=10**30), now=INSTANTS)
def test_seconds_are_read_and_capped_at_a_day(seconds: int, now: datetime) -> None:
    wait = retry_after(str(seconds), now)
    assert wait == (timedelta(seconds=seconds) if seconds < 86_400 else LONGEST_WAIT)


@given(ahead=st.integers(min_value=-(10**8), max_value=10**8), now=INSTANTS)
def test_dates_are_read_against_now_and_never_negative(ahead: int, now: datetime) -> None:
    now = now.replace(microsecond=0)
    wait = retry_after(format_datetime(now + timedelta(seconds=ahead), usegmt=True), now)
    assert wait == min(max(timedelta(seconds=ahead), timedelta()), LONGEST_WAIT)


@given(text=st.text(max_size=60), now=INSTANTS)
def test_nonsense_never_breaks_and_never_sends_us_away_for_long(text: str, now: datetime) -> None:
    wait = retry_after(text, now)
    assert wait is None or timedelta() <= wait <= LONGEST_WAIT


def test_a_date_without_a_zone_is_in_utc() -> None:
    assert retry_after("Mon, 22 Sep 2025 12:02:00 -0000", NOON) == timedelta(minutes=2)


@pytest.mark.parametrize("text", [None, "", "soon", "-5", "1.5", "\u0661\u0662", "Fri, 99 Foo 2025 25:61:00 GMT"])
def test_a_time_that_makes_no_sense_is_none(text: str | None) -> None:
    assert retry_after(text, NOON) is None


def test_a_gap_only_ever_grows_and_has_an_end() -> None:
    lane = Lane("example.org", 2.0, 1, DrivenClock(NOON))
    lane.widen_gap(1.0)
    assert lane.gap == 2.0
    lane.widen_gap(10.0)
    assert lane.gap == 10.0
    lane.widen_gap(1e9)
    assert lane.gap == 300.0


@pytest.mark.parametrize("contact", ["", "  ", "a@b\r\nX-Injected: 1", "caf\u00e9@example.org"])
def test_a_contact_that_cannot_stand_in_a_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="contact"):
        Policy(contact=contact)


def test_waiting_for_a_turn_does_not_count_against_the_deadline() -> None:
    async def story() -> None:
        async with Site({"/page": busy(0.03)}) as site:
            await fetch_all(site, SystemClock(), [site.url()] * 5, deadline=0.1)  # type: ignore[arg-type]

    asyncio.run(story())


def test_a_fetch_that_is_cancelled_gives_its_turn_back() -> None:
    async def story() -> None:
        async with (
            Site({"/page": reply(), "/slow": raw(b"HTTP/1.1 200 OK\r\n", pause=5.0)}) as site,
            Fetcher(policy(robots=False, total=1), SystemClock()) as fetcher,
        ):
            slow = asyncio.create_task(fetcher.fetch(SOURCE, Request(site.url("/slow"))))
            await asyncio.sleep(0.05)
            slow.cancel()
            with pytest.raises(asyncio.CancelledError):
                await slow
            assert (await asyncio.wait_for(fetcher.fetch(SOURCE, Request(site.url())), 1)).document is not None

    asyncio.run(story())
