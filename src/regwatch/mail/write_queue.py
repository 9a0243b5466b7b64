"""Writes to the database from several connections: those that come while one is committed share the next commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlmodel import Session

from regwatch.store.database import WritingSessions

T = TypeVar("T")

_Waiting = tuple[Callable[[Session], Any], bool, "asyncio.Future[Any]"]


class WriteQueue:
    """One transaction after the other, in the thread of the connections.

    `beside_lasting` is done first and last in each transaction that is to be lasting: what can wait for one is
    written there.
    """

    def __init__(self, sessions: WritingSessions, beside_lasting: Callable[[Session], None]) -> None:
        self._sessions, self._beside_lasting = sessions, beside_lasting
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def write(self, step: Callable[[Session], T], *, lasting: bool = True) -> T:
        """Do this in a transaction, and return its result when that is committed. Raises what the transaction raises.

        Others' steps may share the transaction, before it and after it; it is lasting if any of them is to be.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((step, lasting, done))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(0)  # whoever has heard from the server just now comes along
                taken, self._waiting = self._waiting, []
                try:
                    results = self._commit([one for one, _, _ in taken], lasting=any(one for _, one, _ in taken))
                except BaseException as error:  # noqa: BLE001  (it is raised where each of them waits)
                    for _, _, done in taken:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for (_, _, done), result in zip(taken, results, strict=True):
                        if not done.done():
                            done.set_result(result)
        finally:
            self._working = None

    def _commit(self, steps: Sequence[Callable[[Session], Any]], *, lasting: bool) -> list[Any]:
        with self._sessions(lasting=lasting) as session:
            if lasting:
                self._beside_lasting(session)
            results = [step(session) for step in steps]
            if lasting:
                self._beside_lasting(session)
            return results
