"""The queues in front of hosts that the workers of one database share: a row a host, in PostgreSQL.

Whichever worker asks, a host gets one request at a time, at the distance that it is owed, and none while it asked to be
left alone. All times are those of the database's machine, for the workers' clocks may differ.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from regwatch.clock import Clock
from regwatch.fetch.policy import Policy
from regwatch.fetch.politeness import LONGEST_GAP, left_alone

TABLE = """
CREATE TABLE host_turn (
    host text PRIMARY KEY,
    holder text NOT NULL,
    held_until timestamptz NOT NULL,
    free_at timestamptz NOT NULL DEFAULT 'epoch',
    left_alone_until timestamptz NOT NULL DEFAULT 'epoch'
)
"""
"""`holder` has the turn until `held_until`, so that one who dies with it keeps nobody waiting for ever."""

_TAKE = """
INSERT INTO host_turn AS turn (host, holder, held_until) VALUES (%(host)s, %(holder)s, clock_timestamp() + %(lease)s)
ON CONFLICT (host) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
WHERE greatest(turn.held_until, turn.free_at, turn.left_alone_until) <= clock_timestamp()
RETURNING true
"""
_WAIT = """
SELECT left_alone_until - clock_timestamp(), greatest(held_until, free_at) - clock_timestamp()
FROM host_turn WHERE host = %(host)s
"""
_LEAVE = """
UPDATE host_turn SET holder = '', held_until = 'epoch', free_at = clock_timestamp() + %(gap)s
WHERE host = %(host)s AND holder = %(holder)s
"""
_HOLD = """
INSERT INTO host_turn AS turn (host, holder, held_until, left_alone_until)
VALUES (%(host)s, '', 'epoch', clock_timestamp() + %(wait)s)
ON CONFLICT (host) DO UPDATE SET left_alone_until = excluded.left_alone_until
"""

_LONGEST_NAP = timedelta(seconds=1)
"""A turn may end long before its lease: we look again after that at the latest."""

Pool = Callable[[], AsyncConnectionPool[AsyncConnection]]


class HostQueue:
    """The queue in front of one host, as `fetch.politeness.Queue` has it."""

    def __init__(self, host: str, gap: float, policy: Policy, clock: Clock, pool: Pool) -> None:
        self._host = host
        self._gap = gap
        self._lease = timedelta(seconds=policy.deadline)
        self._clock = clock
        self._pool = pool

    def widen_gap(self, seconds: float) -> None:
        """Keep at least this distance from now on; every worker reads the host's robots.txt for itself."""
        self._gap = max(self._gap, min(seconds, LONGEST_GAP))

    async def hold(self, wait: timedelta) -> None:
        """Leave the host alone for that long, whichever worker is asked."""
        async with self._pool().connection() as connection:
            await connection.execute(_HOLD, {"host": self._host, "wait": wait})

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for our turn among all workers, and take it. Raises `RateLimited` while the host is left alone."""
        mine = {"host": self._host, "holder": uuid.uuid4().hex, "lease": self._lease}
        while (wait := await self._take(mine)) is not None:
            await self._clock.sleep(min(wait, _LONGEST_NAP).total_seconds())
        try:
            yield
        finally:
            async with self._pool().connection() as connection:
                await connection.execute(_LEAVE, {**mine, "gap": timedelta(seconds=self._gap)})

    async def _take(self, mine: dict[str, object]) -> timedelta | None:
        """None where the turn is ours, else how long to wait before trying again."""
        async with self._pool().connection() as connection:
            if await (await connection.execute(_TAKE, mine)).fetchone():
                return None
            row = await (await connection.execute(_WAIT, mine)).fetchone()
        alone: timedelta = row[0] if row else timedelta()
        others: timedelta = row[1] if row else timedelta()
        if alone > timedelta():
            raise left_alone(self._host, alone)
        return max(others, timedelta(milliseconds=20))


class HostQueues:
    """One queue for each host, made when it is first asked for. `pool` gives the connections once they are open."""

    def __init__(self, policy: Policy, clock: Clock, pool: Pool) -> None:
        self._policy = policy
        self._clock = clock
        self._pool = pool
        self._queues: dict[str, HostQueue] = {}

    def of(self, host: str) -> HostQueue:
        """The queue of this host, whatever the port."""
        queue = self._queues.get(host)
        if queue is None:
            gap = self._policy.gap_for(host)
            queue = self._queues[host] = HostQueue(host, gap, self._policy, self._clock, self._pool)
        return queue
