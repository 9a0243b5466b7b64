"""From `sources.yaml` to a watchlist, or to every fault in it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from regwatch.addresses import lost_or_repeated, web_address
from regwatch.errors import ConfigError, Fault, MissingPart, SourceTrouble
from regwatch.model import Source, Topic
from regwatch.vocabulary import AUTHORITIES, Authority, Kind, forget_named, name_authority
from regwatch.watchlist.adapter_facts import AdapterFacts
from regwatch.watchlist.fault_wording import near, sentence, unknown_key
from regwatch.watchlist.from_shapes import authority_of, source_of, topic_of
from regwatch.watchlist.identifiers import IDENTIFIERS, fault_of
from regwatch.watchlist.shape import (
    AuthoritySection,
    RecipientShape,
    SourceSection,
    TopicSection,
    WatchlistShape,
    Weekday,
    without_faults,
)
from regwatch.watchlist.tree import Loc, Tree, read_tree
from regwatch.watchlist.watched import Cadence, Recipient, Watchlist

_WEEKDAYS: tuple[str, ...] = Weekday.__args__  # type: ignore[attr-defined]
_SHAPE = TypeVar("_SHAPE", bound=BaseModel)


def load_watchlist(path: Path, known: Mapping[str, AdapterFacts]) -> Watchlist:
    """Read and check `sources.yaml` against the adapters that are installed.

    Raises `ConfigError` with every fault in the file, in the order of its lines.
    """
    tree = read_tree(path)
    reading = _Reading(tree, known, list(tree.faults))
    watchlist = reading.watchlist()
    if reading.faults:
        faults = {(fault.line, fault.column, fault.path): fault for fault in reversed(reading.faults)}
        raise ConfigError([faults[place] for place in sorted(faults)])
    return watchlist


@dataclass
class _Reading:
    """One reading of one file. What has the right shape is checked further, so that all faults show at once.

    An item in `partial` is looked at without what is wrong in it: what it lacks then is no fault of its own.
    """

    tree: Tree
    known: Mapping[str, AdapterFacts]
    faults: list[Fault]
    topics: dict[str, Topic] = field(default_factory=dict)
    partial: set[Loc] = field(default_factory=set)

    def watchlist(self) -> Watchlist:
        self.name_authorities()
        self.check_places_of_options()
        try:
            WatchlistShape.model_validate(self.tree.value)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                if one["loc"] not in self.tree.refused:
                    self.fault(one["loc"], sentence(one), at_key=one["type"] == "extra_forbidden")
        self.check_names_used()
        shapes = self.each(TopicSection, ("topics",))
        self.topics = {shape.id: topic_of(shape) for _, shape in shapes}
        sources = self.each(SourceSection, ("sources",))
        recipients = self.each(RecipientShape, ("digest", "recipients"))
        self.check_ids_of_topics(shapes, [shape for _, shape in sources])
        return Watchlist(
            topics=tuple(self.topics.values()),
            sources=tuple(s for loc, shape in sources if (s := self.source(loc, shape)) and shape.enabled),
            recipients=tuple(self.recipient(loc, shape) for loc, shape in recipients),
        )

    def name_authorities(self) -> None:
        """First, because sources may speak for them: also those with faults of their own, which are told later."""
        forget_named()
        for loc, item in self.items(("authorities",)):
            try:
                name_authority(authority_of(AuthoritySection.model_validate(item)))
            except ValidationError:
                code = str(item.get("code"))
                if code not in AUTHORITIES:
                    name_authority(Authority(code, code, code, Kind.LICENSING, code, "UTC"))
            except ValueError as error:
                self.fault((*loc, "code"), str(error))

    def fault(self, loc: Loc, message: str, *, at_key: bool = False) -> None:
        self.faults.append(self.tree.fault(loc, message, at_key=at_key))

    def items(self, loc: Loc) -> list[tuple[Loc, dict[str, Any]]]:
        value = self.tree.value
        for part in loc:
            value = value.get(part) if isinstance(value, dict) else None
        listed = value if isinstance(value, list) else []
        return [((*loc, index), item) for index, item in enumerate(listed) if isinstance(item, dict)]

    def each(self, shape: type[_SHAPE], loc: Loc) -> list[tuple[Loc, _SHAPE]]:
        good = []
        for place, item in self.items(loc):
            try:
                good.append((place, shape.model_validate(item)))
            except ValidationError as error:
                self.partial.add(place)
                good += [(place, one) for one in without_faults(shape, item, error)]
        return good

    def check_names_used(self) -> None:
        """Ids that are taken twice, topics and adapters that do not exist: also in parts that have other faults."""
        topics, sources = self.items(("topics",)), self.items(("sources",))
        named = dict.fromkeys(str(item.get("id")) for _, item in topics)
        for listed in (topics, sources):
            self.check_unique(listed)
        for loc, item in (*sources, *self.items(("digest", "recipients"))):
            given = item.get("topics")
            for index, name in enumerate(given if isinstance(given, list) else []):
                if isinstance(name, str) and name not in named:
                    self.fault((*loc, "topics", index), f"there is no topic {name}{near(name, named)}")
        for loc, item in sources:
            name = item.get("adapter")
            if isinstance(name, str) and name not in self.known:
                self.fault((*loc, "adapter"), f"there is no adapter {name}{near(name, self.known)}")

    def check_places_of_options(self) -> None:
        """An option that stands beside `options`, as if it were a key of every source."""
        for loc, item in self.items(("sources",)):
            adapter = self.known.get(str(item.get("adapter")))
            for name in set(adapter.options if adapter else ()) & set(item) - set(SourceSection.model_fields):
                self.fault((*loc, name), "is an option of the adapter: write it under `options`", at_key=True)

    def check_unique(self, listed: list[tuple[Loc, dict[str, Any]]]) -> None:
        first: dict[str, Loc] = {}
        for loc, item in listed:
            name = item.get("id")
            if not isinstance(name, str):
                continue
            if name in first:
                line = self.tree.values[(*first[name], "id")][0]
                self.fault((*loc, "id"), f"the id {name} is taken: it stands in line {line} already")
            first.setdefault(name, loc)

    def check_ids_of_topics(self, topics: list[tuple[Loc, TopicSection]], sources: list[SourceSection]) -> None:
        used = {source.adapter for source in sources if source.adapter in self.known}
        names = {need for adapter in used for need in self.known[adapter].needs} | set(IDENTIFIERS)
        for loc, topic in topics:
            self.check_names((*loc, "ids"), topic.ids, names)
            self.check_values((*loc, "ids"), topic.ids)

    def check_names(self, loc: Loc, given: Mapping[str, str], names: set[str]) -> None:
        for name in given:
            if name not in names:
                self.fault((*loc, name), unknown_key(name, names), at_key=True)

    def check_values(self, loc: Loc, given: Mapping[str, str]) -> None:
        for name, value in given.items():
            if wrong := fault_of(name, value):
                self.fault((*loc, name), wrong)

    def options(self, loc: Loc, given: Mapping[str, str], adapter: AdapterFacts) -> dict[str, str]:
        """The options as the adapter expects them; what is wrong with one stands at its line."""
        good = {}
        for name, value in given.items():
            if name not in adapter.options:
                continue
            try:
                good[name] = adapter.option(name, value)
            except ValueError as error:
                self.fault((*loc, name), str(error))
        return good

    def source(self, loc: Loc, shape: SourceSection) -> Source | None:
        if shape.adapter not in self.known:
            return None
        adapter = self.known[shape.adapter]
        before = len(self.faults)
        self.check_names((*loc, "options"), shape.options, set(adapter.options))
        self.check_names((*loc, "ids"), shape.ids, set(adapter.needs) | set(IDENTIFIERS))
        self.check_values((*loc, "ids"), shape.ids)
        options = self.options((*loc, "options"), shape.options, adapter)
        self.check_overrides(loc, shape, adapter)
        if not shape.publisher and not adapter.publisher and loc not in self.partial:
            self.fault((*loc, "publisher"), "is missing: say who publishes this, as the digests shall name them")
        topics = [self.topics[name] for name in shape.topics if name in self.topics]
        source = source_of(shape, adapter, topics, self.ids(loc, shape, adapter, topics), options)
        faulty = loc in self.partial or len(self.faults) > before
        faulty = faulty or any(fault_of(name, value) for name, value in source.ids.items())
        whole = not faulty and all(name in source.ids for name in adapter.needs)
        return self.addressed(loc, source, adapter) if whole else None

    def check_overrides(self, loc: Loc, shape: SourceSection, adapter: AdapterFacts) -> None:
        """What the adapter knows better: whose own word its pages are, and how old the copies of their caches are."""
        if shape.official_for is not None and adapter.authorities:
            message = f"{shape.adapter} knows itself that it is {' and '.join(adapter.authorities)}'s own word"
            self.fault((*loc, "official_for"), f"{message}: take this out")
        if shape.confirm is not None and shape.confirm < adapter.confirm:
            message = (
                f"must be {adapter.confirm} or more, not {shape.confirm}: this publisher's caches serve old copies"
            )
            self.fault((*loc, "confirm"), message)

    def ids(self, loc: Loc, shape: SourceSection, adapter: AdapterFacts, topics: list[Topic]) -> dict[str, str]:
        ids = dict(shape.ids)
        for name in {name for topic in topics for name in topic.ids} - set(shape.ids):
            values = sorted({topic.ids[name] for topic in topics if name in topic.ids})
            if len(values) == 1:
                ids[name] = values[0]
            elif name in adapter.needs:
                message = f"its topics have different {name} ({', '.join(values)}): write the one that is meant here"
                self.fault((*loc, "ids", name), message)
                ids[name] = values[0]
        clear = loc not in self.partial and not any(place[0] == "topics" for place in self.partial)
        complete = clear and all(name in self.topics for name in shape.topics)
        for name in adapter.needs:
            if name not in ids and complete:
                example = f" ({IDENTIFIERS[name].help})" if name in IDENTIFIERS else ""
                self.fault((*loc, "ids", name), f"is missing: {shape.adapter} needs it here or in the topic{example}")
        return ids

    def addressed(self, loc: Loc, source: Source, adapter: AdapterFacts) -> Source | None:
        try:
            return replace(source, url=web_address(adapter.request(source).url))
        except (SourceTrouble, ValueError) as error:
            needed = error.what if isinstance(error, MissingPart) else ""
            message = f"{source.adapter} needs the {needed}" if needed else str(error)
            self.fault(self.culprit(loc, source, message), message)
            return None

    def culprit(self, loc: Loc, source: Source, message: str) -> Loc:
        """Where the value stands that a complaint names: an address, an identifier, an option; else the source."""
        for part, names in (("options", source.options), ("ids", source.ids)):
            for name in names:
                if re.search(rf"\b{re.escape(name)}\b", message) and (*loc, part, name) in self.tree.values:
                    return (*loc, part, name)
        return (*loc, "url") if source.url and "address" in message else loc

    def recipient(self, loc: Loc, shape: RecipientShape) -> Recipient:
        if shape.cadence == "immediately" and shape.at:
            self.fault((*loc, "at"), "has no meaning with cadence immediately: take it out")
        if shape.weekday and shape.cadence != "weekly":
            self.fault((*loc, "weekday"), f"has no meaning with cadence {shape.cadence}: take it out")
        at = time.fromisoformat(shape.at or "08:30")
        if lost_or_repeated(at, shape.zone):
            change = f"is skipped or repeated when the clocks change in {shape.zone}"
            self.fault((*loc, "at"), f"{change}: write another hour, such as 08:30")
        return Recipient(
            address=shape.address,
            topics=tuple(self.topics if shape.topics is None else shape.topics),
            name=shape.name or "",
            cadence=Cadence(shape.cadence),
            at=at,
            zone=shape.zone,
            weekday=_WEEKDAYS.index(shape.weekday or "monday"),
            background=shape.background,
        )
