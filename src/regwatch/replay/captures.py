"""Recorded answers and their order: what an archive holds, whatever its form on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from regwatch.fetch.answer import Answer

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 5


@dataclass(frozen=True)
class Capture:
    """One answer of a server as it was recorded. `at` is the instant of the recording, UTC; the body is decoded.

    `label` names the state within its series, as events show it.
    """

    url: str
    at: datetime
    body: bytes
    content_type: str = ""
    status: int = 200
    label: str = ""
    location: str = ""


@dataclass(frozen=True)
class Series:
    """One page over time, in the order in which its states are played."""

    name: str
    captures: tuple[Capture, ...]

    @property
    def url(self) -> str:
        """The address of the page."""
        return self.captures[0].url


@dataclass(frozen=True)
class Recordings:
    """All that was recorded: the series to play, and every page by its address, oldest state first.

    `by_address` is true where the addresses are those that were asked for (a WARC), false where files were only named.
    """

    series: tuple[Series, ...]
    pages: Mapping[str, Sequence[Capture]] = field(default_factory=dict)
    by_address: bool = False

    def page(self, url: str, until: datetime) -> Capture | None:
        """The newest state of a page that was recorded before an instant; redirects are followed in the archive."""
        for _ in range(MOST_HOPS + 1):
            found = [one for one in self.pages.get(plain(url), ()) if one.at < until]
            if not found:
                return None
            newest = found[-1]
            if newest.status not in REDIRECTS or not newest.location:
                return newest
            url = newest.location
        return None


def answer_of(capture: Capture, asked: str) -> Answer:
    """The capture as the fetch room sees an answer, to be judged by the same rules as a live one."""
    headers = httpx.Headers({"content-type": capture.content_type} if capture.content_type else {})
    hops = (capture.url,) if capture.url and plain(capture.url) != plain(asked) else ()
    return Answer(asked, capture.url if hops else asked, capture.status, headers, capture.body, hops)


def plain(url: str) -> str:
    """An address as archives are searched by it: without scheme, fragment and a slash at its end."""
    return url.partition("#")[0].partition("://")[2].removesuffix("/")
