"""Writes to the database from several connections: those that come while one is committed share the next commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from regwatch.store.database import WritingSessions

T = TypeVar("T")


class WriteQueue:
    """One transaction after the other, in the thread of the connections.

    `beside_lasting` is done first and last in each transaction that is to be lasting: what can wait for one is
    written there.
    """

    def __init__(self, sessions: WritingSessions, beside_lasting: Callable[[Session], None]) -> None:
        self._sessions, self._beside_lasting = sessions, beside_lasting
        self._waiting: list[tuple[Callable[[Session], Any], bool]] = []
        self._next: asyncio.Task[list[Any]] | None = None

    async def write(self, step: Callable[[Session], T], *, lasting: bool = True) -> T:
        """Do this in a transaction, and return its result when that is committed. Raises what the transaction raises.

        Others' steps may share the transaction, before it and after it; it is lasting if any of them is to be.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._commit_together())
        place, ours = len(self._waiting), self._next
        self._waiting.append((step, lasting))
        result: T = (await asyncio.shield(ours))[place]
        return result

    async def _commit_together(self) -> list[Any]:
        await asyncio.sleep(0)  # whoever has heard from the server just now comes along
        taken, self._waiting, self._next = self._waiting, [], None
        return self._commit([step for step, _ in taken], lasting=any(lasting for _, lasting in taken))

    def _commit(self, steps: Sequence[Callable[[Session], Any]], *, lasting: bool) -> list[Any]:
        with self._sessions(lasting=lasting) as session:
            if lasting:
                self._beside_lasting(session)
            results = [step(session) for step in steps]
            if lasting:
                self._beside_lasting(session)
            return results
