"""Redirects are followed by us, hop by hop, each one checked and recorded."""

from __future__ import annotations

import asyncio

import pytest

from fetch.site import PAGE, Asked, Behaviour, Site, reply, sent_on, visit
from regwatch.errors import (
    BlockedPage,
    Disallowed,
    Gone,
    Moved,
    Refused,
    SoftMissing,
    SourceTrouble,
    TooManyRedirects,
)
from regwatch.fetch.client import Fetched
from regwatch.model import Document


def walk(pages: dict[str, Behaviour], path: str = "/a/page", **changes: object) -> tuple[Fetched, Site]:
    async def story() -> tuple[Fetched, Site]:
        async with Site(pages) as site:
            return await visit(site, path, **changes), site  # type: ignore[arg-type]

    return asyncio.run(story())


def document(pages: dict[str, Behaviour], path: str = "/a/page") -> tuple[Document, Site]:
    got, site = walk(pages, path)
    assert got.document is not None
    return got.document, site


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_kind_of_redirect_is_followed_and_recorded(status: int) -> None:
    page, site = document({"/a/page": sent_on("/b/page?x=1", status), "/b/page?x=1": reply()})
    assert page.final_url == site.url("/b/page?x=1")
    assert page.hops == (site.url("/b/page?x=1"),)
    assert page.request.url == site.url("/a/page")


def test_relative_places_are_resolved_against_each_hop() -> None:
    page, site = document({"/a/page": sent_on("../b/"), "/b/": sent_on("c#part"), "/b/c": reply()})
    assert page.hops == (site.url("/b/"), site.url("/b/c"))


def test_another_host_is_allowed_and_recorded() -> None:
    async def story() -> None:
        async with Site({"/page": reply()}) as other, Site({"/page": sent_on(other.url(host="localhost"))}) as site:
            got = await visit(site)
            assert got.document is not None
            assert got.document.final_url == other.url(host="localhost")

    asyncio.run(story())


def test_a_loop_ends() -> None:
    with pytest.raises(TooManyRedirects, match="/a/page"):
        walk({"/a/page": sent_on("/b/page"), "/b/page": sent_on("/a/page")})


def test_the_limit_of_redirects_is_exact() -> None:
    pages = {f"/{n}": sent_on(f"/{n + 1}") for n in range(3)} | {"/3": reply()}
    assert walk(pages, "/0", max_redirects=3)[0].document is not None
    with pytest.raises(TooManyRedirects):
        walk(pages, "/0", max_redirects=2)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)"])
def test_a_redirect_out_of_the_web_is_not_followed(to: str) -> None:
    with pytest.raises((Disallowed, Moved)):
        walk({"/a/page": sent_on(to)})


@pytest.mark.parametrize("to", ["", "http://[broken", "http://a b/"])
def test_a_redirect_to_nowhere_is_told(to: str) -> None:
    with pytest.raises(SourceTrouble, match=r"/a/page|broken|a%20b"):
        walk({"/a/page": sent_on(to)})


def test_the_bot_wall_of_the_fda_is_not_taken_for_a_page_that_is_gone() -> None:
    """A refused client is sent to an address that answers 404: that is a block, not a removal."""
    wall = "/apology_objects/abuse-detection-apology.html"
    with pytest.raises(BlockedPage, match="abuse-detection-apology"):
        walk({"/a/page": sent_on(wall), wall: reply(404, b"Not found\n", "text/html")})


def test_the_bot_wall_is_found_behind_another_redirect() -> None:
    wall = "/apology_objects/excessive-requests-apology.html"
    with pytest.raises(BlockedPage):
        walk({"/a/page": sent_on("/b/page"), "/b/page": sent_on(wall), wall: reply()})


def test_nothing_at_the_end_of_a_redirect_elsewhere_does_not_mean_gone() -> None:
    with pytest.raises(Moved, match="/b/page") as caught:
        walk({"/a/page": sent_on("/b/page")})
    assert caught.value.to.endswith("/b/page")


@pytest.mark.parametrize("to", ["/a/page/", "/A/Page"])
def test_nothing_at_another_spelling_of_the_address_means_gone(to: str) -> None:
    with pytest.raises(Gone):
        walk({"/a/page": sent_on(to)})


@pytest.mark.parametrize(
    ("to", "trouble"),
    [
        ("/", SoftMissing),
        ("/errors/404", SoftMissing),
        ("/page-not-found?url=/a/page", SoftMissing),
        ("/user/login?next=/a/page", Refused),
    ],
)
def test_a_good_status_at_a_place_for_lost_visitors_is_no_page(to: str, trouble: type[SourceTrouble]) -> None:
    with pytest.raises(trouble):
        walk({"/a/page": sent_on(to), to: reply()})


def test_a_front_page_that_was_asked_for_is_a_page() -> None:
    page, _ = document({"/home": sent_on("/"), "/": reply()}, "/home")
    assert page.body == PAGE


def cookie_gate(name: str = "seen", to: str = "") -> Behaviour:
    """Shows the page to whom brings its cookie, and sends everybody else to fetch one."""

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if f"{name}=yes" in asked.headers.get("cookie", ""):
            await reply()(asked, writer)
        else:
            await reply(302, b"", "", Location=to or asked.path, Set_Cookie=f"{name}=yes; Path=/")(asked, writer)

    return behave


@pytest.mark.parametrize("to", ["", "/give"])
def test_a_cookie_that_a_site_asks_for_is_brought_on_the_way(to: str) -> None:
    async def story() -> None:
        give = reply(302, b"", "", Location="/page", Set_Cookie="seen=yes")
        async with Site({"/page": cookie_gate(to=to), "/give": give}) as site:
            assert (await visit(site)).document is not None

    asyncio.run(story())


def test_a_cookie_is_forgotten_with_its_fetch_and_is_no_other_hosts() -> None:
    async def story() -> None:
        async with Site({"/page": cookie_gate(), "/away": cookie_gate("away")}) as site:
            site.pages["/away"] = reply(302, b"", "", Location=site.url("/page", "localhost"), Set_Cookie="away=yes")
            await visit(site)
            await visit(site, "/away")
            assert [asked.headers.get("cookie", "") for asked in site.asked if asked.path != "/robots.txt"] == [
                *("", "seen=yes"),
                *("", "", "seen=yes"),
            ]

    asyncio.run(story())


@pytest.mark.parametrize(
    "cookie", ["x" * 5000 + "=1", "=", ";;;", "a=b; Domain=example.com", "a=\u00e9", "a=b; Expires=" + "9" * 4000]
)
def test_no_cookie_breaks_a_fetch(cookie: str) -> None:
    async def story() -> None:
        async with Site({"/page": reply(), "/give": reply(302, b"", "", Location="/page", Set_Cookie=cookie)}) as site:
            assert (await visit(site, "/give")).document is not None

    asyncio.run(story())
