"""What must be known of an adapter to check a source that uses it: the watchlist stands below the adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from regwatch.model import Request, Source


class AdapterFacts(Protocol):
    """What must be known of an adapter to check a source that uses it."""

    @property
    def authorities(self) -> tuple[str, ...]:
        """Codes of the authorities whose own word its pages are."""
        ...

    @property
    def publisher(self) -> str:
        """Who publishes its pages; empty if anybody may."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Identifiers that the source or its topics must carry."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """Names of the options it understands, with help."""
        ...

    def option(self, name: str, value: str) -> str:
        """The value of an option as the adapter expects it; raises `ValueError` with what to write."""
        ...

    @property
    def confirm(self) -> int:
        """How many further polls a change must hold."""
        ...

    @property
    def minutes(self) -> int:
        """The usual interval between polls."""
        ...

    @property
    def request(self) -> Callable[[Source], Request]:
        """The root page of a source; raises `SourceTrouble` if something that it needs is not there."""
        ...
