"""The mails that one round has read ahead: few enough that what is urgent does not wait behind them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from regwatch.clock import Clock
from regwatch.mail import outbox_leases
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.transport import Transport
from regwatch.mail.write_queue import WriteQueue

MANY = 25
"""Mails read at once for each connection."""
_FRESH = timedelta(seconds=10)
"""After this time what is left is given back and the most urgent are read anew: a decision waits no longer."""


class ReadAhead:
    """A queue that fills itself from the outbox, until nothing is due."""

    def __init__(self, writes: WriteQueue, transport: Transport, clock: Clock, *, channels: bool) -> None:
        self.holder = outbox_leases.new_holder()
        self._writes, self._clock, self._pace, self._channels = writes, clock, transport.pace, channels
        self._most = self._pace.within(_FRESH.total_seconds(), MANY * transport.connections)
        self._queue: deque[OutgoingMail] = deque()
        self._read_at: datetime | None = None
        self._filling = asyncio.Lock()

    def at_once(self) -> OutgoingMail | None:
        """The next mail, if one lies ready and may leave now."""
        return self._pick()[0] if self._is_fresh() else None

    async def next(self, over: Callable[[], bool]) -> OutgoingMail | None:
        """The next mail, as soon as it may leave; None where nothing is due, or `over` says that this is the end."""
        async with self._filling:
            while not over():
                if not self._queue or not self._is_fresh():
                    await self._read()
                if not self._queue:
                    return None
                mail, seconds = self._pick()
                if mail is not None:
                    return mail
                await self._pace.nap(seconds)
        return None

    def put_back(self, mail: OutgoingMail) -> None:
        """It was not tried: it is the next one again."""
        self._queue.appendleft(mail)

    async def give_back(self) -> None:
        """Leave what was not sent to others."""
        if self._queue:
            left = self._take_all()
            await self._writes.write(lambda session: outbox_leases.give_back(session, left, self.holder))

    async def _read(self) -> None:
        left = self._take_all()
        self._queue.extend(await self._writes.write(lambda session: self._lease(session, left)))

    def _lease(self, session: Session, left: Sequence[int]) -> list[OutgoingMail]:
        self._read_at = now = self._clock.now()
        outbox_leases.give_back(session, left, self.holder)
        share = self._pace.within_domain(_FRESH.total_seconds())
        return outbox_leases.read_ahead(session, self.holder, now, self._most, channels=self._channels, share=share)

    def _take_all(self) -> list[int]:
        numbers = [mail.number for mail in self._queue]
        self._queue.clear()
        return numbers

    def _is_fresh(self) -> bool:
        return self._read_at is not None and self._clock.now() - self._read_at < _FRESH

    def _pick(self) -> tuple[OutgoingMail | None, float]:
        """The first mail that may leave now; else None, and the seconds until one may."""
        soonest = float("inf")
        for place, mail in enumerate(self._queue):
            if (seconds := self._pace.wait(mail.recipient)) <= 0:
                del self._queue[place]
                self._pace.take(mail.recipient)
                return mail, 0
            soonest = min(soonest, seconds)
        return None, soonest
