"""Web addresses taken apart once, where a redirect leads, and the cookies that are kept on the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import httpx

from regwatch.errors import Disallowed, Moved

_LONGEST_ADDRESS = 8000
_LONGEST_COOKIES = 4096
"""Bytes of cookies that are taken in with one answer and sent with one request."""


@dataclass(frozen=True)
class Address:
    """A URL taken apart once."""

    url: httpx.URL
    text: str
    origin: str
    host: str
    secure: bool


@lru_cache(maxsize=8192)
def address(text: str) -> Address:
    """The address of that text, without what stands behind `#`. Raises `Disallowed` for anything but a plain web
    address.
    """
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise Disallowed(f"{text[:200]!r} is not a web address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host or len(text) > _LONGEST_ADDRESS:
        raise Disallowed(f"{text[:200]!r} is no http or https address: it is not asked for")
    if url.userinfo:
        raise Disallowed(f"an address at {url.host} holds a user name or password: it is not asked for")
    if url.fragment:
        url = url.copy_with(fragment=None)
    origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
    return Address(url, str(url), origin, url.host.lower(), url.scheme == "https")


def target(here: Address, headers: httpx.Headers, *, downgrade: bool = False) -> Address:
    """Where a redirect leads. Raises `Moved` for one to nowhere or from https to http, and `Disallowed` for one that
    leaves the web. With `downgrade` http is good enough, and `Moved` is all that is raised.
    """
    location = headers.get("location", "").strip()
    if not location:
        raise Moved(f"{here.text} redirects without saying where to")
    try:
        there = address(str(here.url.join(location)))
    except (httpx.InvalidURL, ValueError) as error:
        raise Moved(f"{here.text} redirects to {location[:200]!r}, which is no address", to=location[:2000]) from error
    except Disallowed as error:
        raise (Moved(error.message) if downgrade else error) from error
    if here.secure and not there.secure and not downgrade:
        raise Moved(f"{here.text} redirects from https to http ({there.text}): not followed", to=there.text)
    return there


class Cookies:
    """The cookies of one fetch, from one redirect to the next: some sites ask for one before they show a page. They are
    forgotten with it.
    """

    def __init__(self) -> None:
        self._jar = httpx.Cookies()

    def take(self, here: Address, headers: httpx.Headers) -> None:
        """Take in what an answer sets, as far as it is plain and of a usual size."""
        given = [("set-cookie", one) for one in headers.get_list("set-cookie") if one.isascii()]
        if given and sum(len(one) for _, one in given) <= _LONGEST_COOKIES:
            request = httpx.Request("GET", here.url)
            self._jar.extract_cookies(httpx.Response(302, headers=given, request=request))

    def header(self, here: Address) -> list[tuple[bytes, bytes]]:
        """The header that brings them to an address; none where there is nothing to bring."""
        request = httpx.Request("GET", here.url)
        self._jar.set_cookie_header(request)
        value = request.headers.get("cookie", "")
        return [(b"Cookie", value.encode("latin-1", "replace"))] if 0 < len(value) <= _LONGEST_COOKIES else []
