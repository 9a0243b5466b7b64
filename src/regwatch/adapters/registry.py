"""All adapters, found through the entry-point group `regwatch.adapters`, so that other packages can ship their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points

from regwatch.adapters.contract import Adapter
from regwatch.errors import ConfigError, Fault
from regwatch.vocabulary import bring_authority

GROUP = "regwatch.adapters"


@cache
def names() -> tuple[str, ...]:
    """The names of all installed adapters, sorted. Loads none of them."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def adapter(name: str) -> Adapter:
    """The adapter of that name; loads only this one.

    Raises `KeyError` where there is none, and `ConfigError` if the package that brings it is broken.
    """
    for point in entry_points(group=GROUP, name=name):
        try:
            loaded = point.load()
        except (ImportError, AttributeError) as error:
            message = f"the adapter cannot be loaded from {point.value}: {error}"
            raise ConfigError([Fault("installation", 0, 0, name, message)]) from error
        if not isinstance(loaded, Adapter):
            raise TypeError(f"entry point {name!r} of {GROUP} is not an Adapter")
        for authority in loaded.brings:
            bring_authority(authority)
        return loaded
    raise KeyError(name)


class _Catalogue(Mapping[str, Adapter]):
    """Every installed adapter by its name; each is loaded when it is first looked up."""

    def __getitem__(self, name: str) -> Adapter:
        return adapter(name)

    def __iter__(self) -> Iterator[str]:
        return iter(names())

    def __len__(self) -> int:
        return len(names())

    def __contains__(self, name: object) -> bool:
        return name in names()


CATALOGUE: Mapping[str, Adapter] = _Catalogue()
"""Every installed adapter by its name, as `regwatch.watchlist.load_watchlist` is given them."""
