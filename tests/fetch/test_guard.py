"""No page and no name can send us into a private network."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetch.site import SOURCE, Site, policy, reply, sent_on, visit
from regwatch.clock import SystemClock
from regwatch.errors import Disallowed, Moved
from regwatch.fetch.client import Fetcher
from regwatch.fetch.guard import CheckedTransport, is_public
from regwatch.model import Request

PRIVATE = [
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.2.0/24 192.168.0.0/16",
    "198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
    "::/128 ::1/128 fc00::/7 fe80::/10 fec0::/10 ff00::/8 2001:db8::/32 100::/64",
]
NETWORKS = [ipaddress.ip_network(text) for line in PRIVATE for text in line.split()]
V4 = [network for network in NETWORKS if network.version == 4]


@st.composite
def inside(draw: st.DrawFn, networks: list[Any]) -> Any:
    network = draw(st.sampled_from(networks))
    return network[draw(st.integers(0, network.num_addresses - 1))]


@given(inside(NETWORKS))
def test_no_address_of_a_private_or_reserved_network_is_public(address: Any) -> None:
    assert not is_public(str(address))


@given(inside(V4))
def test_no_private_address_is_public_inside_an_ipv6_address(address: Any) -> None:
    bits = int(address)
    carriers = {
        "mapped": (0xFFFF << 32) | bits,
        "nat64": (0x0064_FF9B << 96) | bits,
        "6to4": (0x2002 << 112) | (bits << 80),
        "teredo": (0x2001_0000 << 96) | (bits ^ 0xFFFF_FFFF),
    }
    for carrier in carriers.values():
        assert not is_public(str(ipaddress.IPv6Address(carrier)))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_public_unless_a_network_is_listed_that_holds_it(address: Any) -> None:
    if is_public(str(address)):
        assert not any(address in network for network in V4)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2a00:1450:4009::1", "64:ff9b::808:808"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "localhost", "fe80::1%eth0", "1.2.3", "999.1.1.1"])
def test_what_is_no_plain_address_is_not_public(address: str) -> None:
    assert not is_public(address)


LOCAL_SPELLINGS = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "0", "[::1]"]


@pytest.mark.parametrize("host", LOCAL_SPELLINGS)
def test_this_machine_is_refused_however_it_is_spelt(host: str) -> None:
    async def story() -> None:
        async with Site({"/page": reply()}) as site:
            with pytest.raises(Disallowed, match="not on the open Internet") as caught:
                await visit(site, site.url(host=host), allow_private=False)
            assert "/page" in caught.value.message
            assert site.asked == []

    asyncio.run(story())


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://x/",
        "//example.org/x",
        "/page",
        "",
        "http://",
        "x y",
        "http://a:b@example.org/",
        "http://example.org/" + "x" * 9000,
    ],
)
def test_only_web_addresses_are_asked_for(url: str) -> None:
    async def story() -> None:
        async with Fetcher(policy(), SystemClock()) as fetcher:
            with pytest.raises(Disallowed):
                await fetcher.fetch(SOURCE, Request(url))

    asyncio.run(story())


def resolving(monkeypatch: pytest.MonkeyPatch, answers: dict[str, list[list[str]]]) -> list[str]:
    """Let names resolve to these addresses, one list for each look-up; returns the names looked up."""
    looked_up: list[str] = []
    real = asyncio.BaseEventLoop.getaddrinfo

    async def getaddrinfo(self: Any, host: str, port: int, **kwargs: Any) -> Any:
        if host not in answers:
            return await real(self, host, port, **kwargs)
        looked_up.append(host)
        found = answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return looked_up


def test_a_public_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {"www.example.org": [["10.0.0.7", "127.0.0.1"]]})

    async def story() -> None:
        async with Site({"/page": reply()}) as site:
            with pytest.raises(Disallowed, match=r"10\.0\.0\.7"):
                await visit(site, site.url(host="www.example.org"), allow_private=False)
            assert site.asked == []

    asyncio.run(story())


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once for a connection: there is no second answer that could differ."""
    looked_up = resolving(monkeypatch, {"www.example.org": [["127.0.0.1"]]})
    monkeypatch.setattr("regwatch.fetch.guard.is_public", lambda address: address == "127.0.0.1")

    async def story() -> None:
        async with Site({"/page": reply()}) as site:
            got = await visit(site, site.url(host="www.example.org"), allow_private=False)
            assert got.document is not None
            assert site.asked[-1].headers["host"] == f"www.example.org:{site.port}"

    asyncio.run(story())
    assert looked_up == ["www.example.org"]


def test_the_next_address_is_tried_when_the_first_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, {"www.example.org": [["127.0.0.9", "127.0.0.1"]]})

    async def story() -> None:
        async with Site({"/page": reply()}) as site:
            assert (await visit(site, site.url(host="www.example.org"))).document is not None

    asyncio.run(story())


def test_every_hop_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first host is public; it sends us to one that is not."""
    resolving(monkeypatch, {"public.example.org": [["127.0.0.1"]], "inside.example.org": [["127.0.0.2"]]})
    monkeypatch.setattr("regwatch.fetch.guard.is_public", lambda address: address == "127.0.0.1")

    async def story() -> None:
        async with Site({"/secret": reply()}) as site:
            site.pages["/page"] = sent_on(site.url("/secret", "inside.example.org"))
            with pytest.raises(Disallowed, match="inside"):
                await visit(site, site.url(host="public.example.org"), allow_private=False)
            assert site.paths == ["/page"]

    asyncio.run(story())


def test_connections_of_many_hosts_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = [f"h{n}.example.org" for n in range(150)]
    resolving(monkeypatch, {host: [["127.0.0.1"]] for host in hosts})

    async def story() -> None:
        async with Site({"/page": reply()}) as site:
            transport = CheckedTransport(policy())
            async with Fetcher(policy(robots=False), SystemClock(), transport) as fetcher:
                for host in hosts:
                    await fetcher.fetch(SOURCE, Request(site.url(host=host)))
                assert 1 < transport.hosts_kept <= 64
            assert transport.hosts_kept == 0

    asyncio.run(story())


def test_a_redirect_from_https_to_http_is_not_followed() -> None:
    import httpx

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": "http://www.example.org/page"})

    async def story() -> None:
        fetcher = Fetcher(policy(robots=False), SystemClock(), httpx.MockTransport(answer))
        with pytest.raises(Moved, match="https to http") as caught:
            await fetcher.fetch(SOURCE, Request("https://www.example.org/page"))
        assert caught.value.to == "http://www.example.org/page"

    asyncio.run(story())
