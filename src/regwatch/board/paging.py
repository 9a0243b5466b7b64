"""Long lists in pages, so that no address costs more than a page of it: what is left out is one link away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import HTTPException

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Portion(Generic[_Item]):
    """The page `number` of `last`, from 1; `total` counts the items of all pages, and `first` those before this one."""

    items: Sequence[_Item]
    number: int
    last: int
    total: int
    first: int


def portion(every: Sequence[_Item], number: int, size: int) -> Portion[_Item]:
    """One page of a list. Raises 404 for a number that no page has; an empty list has one empty page."""
    last = max(1, -(-len(every) // size))
    if not 1 <= number <= last:
        raise HTTPException(404)
    first = (number - 1) * size
    return Portion(every[first : first + size], number, last, len(every), first)


def path_of(base: str, number: int, further: str = "") -> str:
    """The path of a page: the first has the list's own address, each other its number after `further` or the base."""
    return base if number == 1 else f"{(further or base).rstrip('/')}/{number}"
