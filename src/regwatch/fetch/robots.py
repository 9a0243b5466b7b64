"""robots.txt, as RFC 9309 has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from protego import Protego

from regwatch.characters import decode
from regwatch.clock import Clock
from regwatch.errors import Disallowed, FetchFailed, Moved, NotThePage, RateLimited, SourceTrouble, TooManyRedirects
from regwatch.fetch.policy import ROBOT, Policy

_VERDICTS_KEPT = 10_000
_SOON = timedelta(hours=1)


@dataclass
class Rules:
    """The rules of one origin for us. `rules` None: everything is allowed."""

    rules: Protego | None = None
    good_until: datetime | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    verdicts: dict[str, bool] = field(default_factory=dict)

    @property
    def crawl_delay(self) -> float:
        """Seconds between requests that the site asks of us, 0 where it asks nothing."""
        return (self.rules.crawl_delay(ROBOT) or 0.0) if self.rules else 0.0

    def replace(self, rules: Protego | None, good_until: datetime) -> None:
        """Take over what was read."""
        self.rules, self.good_until = rules, good_until
        self.verdicts.clear()

    def allows(self, url: str) -> bool:
        """Whether we may ask for this URL."""
        if self.rules is None:
            return True
        verdict = self.verdicts.get(url)
        if verdict is None:
            if len(self.verdicts) >= _VERDICTS_KEPT:
                self.verdicts.clear()
            verdict = self.verdicts[url] = self.rules.can_fetch(url, ROBOT)
        return verdict


class Robots:
    """The robots.txt files of all origins, each read once a day.

    `get` asks for a URL, follows redirects, and raises what went wrong; it gives status and body.
    """

    def __init__(self, policy: Policy, clock: Clock, get: Callable[[str], Awaitable[tuple[int, bytes]]]) -> None:
        self._ttl = timedelta(seconds=policy.robots_ttl)
        self._clock = clock
        self._get = get
        self._origins: dict[str, Rules] = {}

    async def check(self, origin: str, url: str) -> float:
        """Return the site's crawl delay in seconds (0: none). Raises `Disallowed` if we may not ask for this URL.

        While its server fails or does not answer nothing of an origin is asked for (RFC 9309 section 2.3.1.4): that
        trouble is raised, unless an earlier copy is at hand. A 4xx answer (2.3.1.3), redirects that lead nowhere, to
        where we do not go or round in circles (2.3.1.2), and a file that cannot be unpacked (2.3.1.5) hold no rules.
        """
        rules = self._origins.get(origin)
        if rules is None:
            rules = self._origins[origin] = Rules()
        if rules.good_until is None or rules.good_until <= self._clock.now():
            async with rules.lock:
                if rules.good_until is None or rules.good_until <= self._clock.now():
                    await self._renew(origin, rules, url)
        if not rules.allows(url):
            raise Disallowed(f"robots.txt of {origin} does not allow {ROBOT} to ask for {url}")
        return rules.crawl_delay

    async def _renew(self, origin: str, rules: Rules, url: str) -> None:
        address = f"{origin}/robots.txt"
        try:
            status, body = await self._get(address)
        except (TooManyRedirects, Moved):
            rules.replace(None, self._clock.now() + self._ttl)
        except (FetchFailed, NotThePage) as trouble:
            if rules.good_until is None or isinstance(trouble, (Disallowed, RateLimited)):
                raise _explained(trouble, url) from trouble
            rules.good_until = self._clock.now() + _SOON
        else:
            found = Protego.parse(decode(body)) if status < 300 else None
            rules.replace(found, self._clock.now() + self._ttl)


def _explained(trouble: SourceTrouble, url: str) -> SourceTrouble:
    text = f"{url} was not asked for, because the robots.txt of its site cannot be read: {trouble.message}"
    if isinstance(trouble, RateLimited):
        return RateLimited(text, after=trouble.after)
    return type(trouble)(text)
