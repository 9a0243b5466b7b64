"""The real client, over real HTTP, against a server of ours that plays the publishers."""

from __future__ import annotations

import asyncio

import pytest

from fetch.site import NOON, SOURCE, Asked, Site, policy, reply, sent_on
from regwatch.clock import DrivenClock
from regwatch.errors import Unreachable
from regwatch.fetch.client import Fetcher
from regwatch.fetch.loopback import LoopbackTransport
from regwatch.model import Request

NICE = "https://www.nice.org.uk/guidance/indevelopment/gid-ta11613"


def test_any_host_is_played_and_keeps_its_name() -> None:
    async def story() -> Asked:
        async with Site({"/guidance/indevelopment/gid-ta11613": reply()}) as site:
            transport = LoopbackTransport(site.url(""))
            async with Fetcher(policy(allow_private=False), DrivenClock(NOON), transport) as fetcher:
                got = await fetcher.fetch(SOURCE, Request(NICE))
            assert got.document is not None
            assert got.document.final_url == NICE
            return site.asked[-1]

    assert asyncio.run(story()).headers["host"] == "www.nice.org.uk"


def test_a_redirect_between_hosts_stays_inside() -> None:
    async def story() -> None:
        async with Site({"/new?a=b": reply()}) as new, Site({"/page": sent_on("https://b.example.org/new?a=b")}) as old:
            routes = {"a.example.org": old.url(""), "b.example.org": new.url("")}
            async with Fetcher(policy(), DrivenClock(NOON), LoopbackTransport(routes)) as fetcher:
                got = await fetcher.fetch(SOURCE, Request("https://a.example.org/page"))
            assert got.document is not None
            assert got.document.hops == ("https://b.example.org/new?a=b",)
            assert new.asked[-1].headers["host"] == "b.example.org"

    asyncio.run(story())


def test_a_host_without_a_route_cannot_be_reached() -> None:
    async def story() -> None:
        async with Fetcher(policy(), DrivenClock(NOON), LoopbackTransport({})) as fetcher:
            with pytest.raises(Unreachable, match=r"www\.nice\.org\.uk"):
                await fetcher.fetch(SOURCE, Request(NICE))

    asyncio.run(story())
