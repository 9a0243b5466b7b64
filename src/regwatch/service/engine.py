"""The seam between what is to be done and what runs it: one process by itself, or several that share the work.

Nothing outside the two engines knows which one it is. The truth about what is due lies in the database all the same; an
engine only says who does it now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from regwatch.model import Source

DRAIN_SECONDS = 60
"""How long what is in hand may take once everything is to stop, within the limit of the unit."""

Poll = Callable[[str, bool], Awaitable[None]]
"""Polls the source of that id here and now; the flag says that the operator asks for it, due or not."""


@dataclass(frozen=True)
class Periodic:
    """`work`, which raises nothing, every `seconds`.

    `everywhere` is what concerns one process, such as what it holds in memory; all else is done by one process of all
    that share the work, and by no two at a time.
    """

    name: str
    seconds: float
    work: Callable[[], Awaitable[None]]
    everywhere: bool = False


class Engine(Protocol):
    """Runs the daemon's work. `shares` says whether other processes may do the same work on the same database."""

    shares: bool

    @property
    def running(self) -> Collection[str]:
        """The ids of the sources that this process polls now."""
        ...

    def take(self, poll: Poll) -> None:
        """Poll like this. Before `start`."""
        ...

    async def start(self, periodic: Sequence[Periodic]) -> None:
        """Begin. Raises a `RegwatchError` where that cannot be."""
        ...

    async def dispatch(self, source: Source, *, asked: bool) -> None:
        """Have this source polled soon, here or elsewhere, unless that is under way."""
        ...

    async def stop(self, seconds: float) -> bool:
        """Begin nothing more, and finish what is in hand: false where that took longer, and was given up."""
        ...
