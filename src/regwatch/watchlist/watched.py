"""What is watched, and who is told: what everybody else knows of `sources.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from functools import cached_property

from regwatch.model import Source, Topic


class Cadence(StrEnum):
    """When a recipient is told."""

    IMMEDIATELY = "immediately"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def words(self) -> str:
        """How often, in words that follow "we write"."""
        return {
            Cadence.IMMEDIATELY: "as soon as we see a change",
            Cadence.DAILY: "once a day, if there is news",
            Cadence.WEEKLY: "once a week, if there is news",
        }[self]


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets digests of some topics. `at` is a time of day in `zone`; `weekday` counts from Monday, 0.

    `background`: what changes no status is told, too.
    """

    address: str
    topics: tuple[str, ...]
    name: str = ""
    cadence: Cadence = Cadence.DAILY
    at: time = time(8, 30)
    zone: str = "Europe/London"
    weekday: int = 0
    background: bool = False


@dataclass(frozen=True)
class Watchlist:
    """What is watched, and who is told. Sources that are switched off are not in it."""

    topics: tuple[Topic, ...]
    sources: tuple[Source, ...]
    recipients: tuple[Recipient, ...] = ()

    def publisher(self, source: str) -> str:
        """The name of a source's publisher, by the source's id; the id where it is no longer watched."""
        return self._publishers.get(source, source)

    def topic(self, name: str) -> Topic | None:
        """The topic of that id."""
        return self._topics.get(name)

    @cached_property
    def official(self) -> Mapping[tuple[str, str], tuple[Source, ...]]:
        """By topic id and authority code, the sources that are the authority's own word on the topic."""
        found: dict[tuple[str, str], tuple[Source, ...]] = {}
        for source in self.sources:
            for topic in dict.fromkeys(source.topics):
                for code in dict.fromkeys(source.official_for):
                    found[topic, code] = (*found.get((topic, code), ()), source)
        return found

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {topic.id: topic for topic in self.topics}

    @cached_property
    def _publishers(self) -> dict[str, str]:
        return {source.id: source.publisher or source.id for source in self.sources}
