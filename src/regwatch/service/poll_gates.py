"""How many polls are under way at once: what waits holds no page in memory, and a slow host holds up no other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

MOST = 32
MOST_OF_A_HOST = 2
"""A host with a long pause between requests keeps its polls waiting, in these places and in no more."""


class PollGates:
    """The places of one daemon."""

    def __init__(self, most: int = MOST, of_a_host: int = MOST_OF_A_HOST) -> None:
        self._every = asyncio.Semaphore(most)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(of_a_host))

    @asynccontextmanager
    async def place(self, url: str) -> AsyncIterator[None]:
        """Wait for a place for a poll of this address, and hold it while the block lasts."""
        async with self._hosts[urlsplit(url).hostname or ""], self._every:
            yield
