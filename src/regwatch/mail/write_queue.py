"""Writes to the database from several connections: those that come while one is committed share the next commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from regwatch.store.database import Database
from regwatch.store.prepared import Transaction, brief

T = TypeVar("T")


class WriteQueue:
    """One transaction after the other, in the thread of the connections.

    `beside_lasting` is done first and last in each transaction that is to be lasting: what can wait for one is
    written there.
    """

    def __init__(self, database: Database, beside_lasting: Callable[[Session], None]) -> None:
        self._database, self._beside_lasting = database, beside_lasting
        self._waiting: list[tuple[Callable[[Any], Any], bool]] = []
        self._next: asyncio.Task[list[Any]] | None = None

    async def write(self, step: Callable[[Session], T]) -> T:
        """Do this in a transaction, and return its result when that is committed. Raises what the transaction raises.

        Others' steps may share the transaction, before it and after it.
        """
        return await self._write(step, lasting=True)

    async def write_briefly(self, step: Callable[[Transaction], T]) -> T:
        """The same, without waiting for the disk, unless a step that shares the transaction is to be lasting."""
        return await self._write(step, lasting=False)

    async def _write(self, step: Callable[[Any], T], *, lasting: bool) -> T:
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

    def _commit(self, steps: Sequence[Callable[[Any], Any]], *, lasting: bool) -> list[Any]:
        if not lasting:
            with brief(self._database) as transaction:
                return [step(transaction) for step in steps]
        with self._database.session() as session:
            self._beside_lasting(session)
            results = [step(session) for step in steps]
            self._beside_lasting(session)
            return results
