"""What an adapter is: three facts, two pure functions and the limits of a sane page.

An adapter has no network, clock, store or log: a document goes in, a reading comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from regwatch.adapters.option_values import SHARED, Check, anything
from regwatch.errors import CountOutOfRange, Crashed, RegwatchError
from regwatch.model import Document, Reading, Request, Source
from regwatch.reading.felling import felled
from regwatch.reading.impossible_days import without_impossible_days
from regwatch.vocabulary import Authority


@dataclass(frozen=True)
class Limits:
    """How many records a whole page of this kind can have, both ends included."""

    least: int = 1
    most: int = 10_000

    def check(self, reading: Reading) -> None:
        """Raises `CountOutOfRange` if the reading of a root page has too few or too many records and follows."""
        count = len(reading.records) + len(reading.follows)
        if not self.least <= count <= self.most:
            raise CountOutOfRange(f"the page gave {count} records; between {self.least} and {self.most} are usual")


@dataclass(frozen=True)
class Adapter:
    """The code that turns one publisher's pages into records.

    `name`             `<authority>_<page kind>`, as `adapter:` in sources.yaml names it
    `authorities`      codes of the authorities whose own word these pages are; empty for a company or a paper
    `request`          the root page of a source; raises `MissingPart` if the source lacks an identifier it needs
    `read`             one document (root or followed page, told apart by `document.request.part`) to a reading
    `needs`            identifiers that the source or its topic must carry, such as `nice_gid`
    `options`          names of the settings it understands, each with one sentence of help
    `values`           checks of what an option may be set to, where it has one that other adapters do not share
    `brings`           authorities that regwatch does not ship, for packages with adapters of their own
    `fallback`         a poorer root page, asked for after three failures in a row of the first
    `confirm`          how many further polls a change must hold before it counts (caches serve old copies)
    `absent_is_empty`  the page exists only from the event on: 404 before that means "nothing yet"
    `may_leave`        the page is taken down once its matter is settled: its end is no trouble and takes nothing back
    `experimental`     it could not be checked against a real page: `check` and the docs say so
    `minutes`          the usual interval between polls
    `publisher`        who publishes the page, for mails and boards
    """

    name: str
    authorities: tuple[str, ...]
    request: Callable[[Source], Request]
    read: Callable[[Document], Reading]
    publisher: str = ""
    needs: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    values: Mapping[str, Check] = field(default_factory=dict)
    brings: tuple[Authority, ...] = ()
    limits: Limits = Limits()
    fallback: Callable[[Source], Request] | None = None
    confirm: int = 0
    absent_is_empty: bool = False
    may_leave: bool = False
    experimental: bool = False
    minutes: int = 360

    def option(self, name: str, value: str) -> str:
        """The value of an option as the adapter expects it. Raises `ValueError` with one sentence on what to write."""
        return self.values.get(name, SHARED.get(name, anything))(value)

    def reading(self, document: Document) -> Reading:
        """What it makes of a document, held against what can be.

        Raises what `read` raises on purpose, `CountOutOfRange`, and `Crashed` for everything else: a page that nobody
        foresaw fails alone, as one that could not be read.
        """
        try:
            with felled():
                found = self.read(document)
        except RegwatchError:
            raise
        except Exception as error:  # whatever an adapter raises ends one reading, not the round
            raise Crashed.by(error) from error
        if not document.request.part:
            self.limits.check(found)
        return without_impossible_days(found, document.fetched_at)
