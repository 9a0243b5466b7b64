"""Trees of pages are taken apart when they have been read, without waiting for the garbage collector.

Every node of a tree holds its neighbours, so only the collector can free it. It goes through each tree several times,
and through all else that is in memory for every tenth, which costs more than building them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_standing: ContextVar[list[Any] | None] = ContextVar("standing", default=None)


def stands(page: Any) -> None:
    """Note a Beautiful Soup that was built: where `felled` is around it, it lives as long as that."""
    if (trees := _standing.get()) is not None:
        trees.append(page)


@contextmanager
def felled() -> Iterator[None]:
    """Take apart at the end whatever trees were built inside. Nobody may look at their nodes after that."""
    trees: list[Any] = []
    mark = _standing.set(trees)
    try:
        yield
    finally:
        _standing.reset(mark)
        for page in trees:
            for node in [*page.descendants, page]:
                vars(node).clear()
