"""YAML text as plain values, with the line and column of every key and value.

Only the plain part of YAML is understood: mappings, lists and scalars. Anchors, aliases, merge keys and tags are
refused, so that a small file cannot unfold into a huge one and a value is what it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaml import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    ScalarNode,
    SequenceEndEvent,
    StreamEndEvent,
    YAMLError,
)

from regwatch.errors import ConfigError, Fault
from regwatch.yaml_core import CoreLoader

LONGEST_FILE = 8_000_000
"""Bytes. The shipped file has about seven thousand; ten thousand sources have about three million."""

_PLAIN = "tag:yaml.org,2002:"
_DEEPEST = 12

Place = tuple[int, int]
Loc = tuple[str | int, ...]


@dataclass
class Tree:
    """A configuration file: `value` holds dicts, lists and scalars; `keys` and `values` say where each one stands.

    What stands at the places in `refused` was not read: `faults` says why, so that nothing more need be said of it.
    """

    file: str
    value: Any = None
    keys: dict[Loc, Place] = field(default_factory=dict)
    values: dict[Loc, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    refused: set[Loc] = field(default_factory=set)

    def fault(self, loc: Loc, message: str, *, at_key: bool = False) -> Fault:
        """The fault of the value (or its key) at `loc`, or of the nearest part around it that is in the file."""
        known = loc
        while known and known not in self.values:
            known = known[:-1]
        places = self.keys if at_key and known == loc else self.values
        line, column = places.get(known, self.values.get(known, (1, 1)))
        return Fault(self.file, line, column, dotted(loc), message)


def dotted(loc: Loc) -> str:
    """A path as faults show it: `sources[2].every`, counted from 0."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return path.removeprefix(".")


BEGIN = "`regwatch init` writes one to start from"


def read_tree(path: Path, begin: str = BEGIN) -> Tree:
    """Read a YAML file. Doubtful parts are listed in `faults`; a file that is no YAML at all raises `ConfigError`.

    `begin` says what to do where the file is missing or empty.
    """
    tree = Tree(str(path))
    text = _text(path, begin)
    try:
        loader = CoreLoader(text)
        try:
            _document(tree, loader, begin)
        finally:
            loader.dispose()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError([Fault(str(path), line, column, "", _why(error, text))]) from error
    except YAMLError as error:
        line, column = _line_and_column(text[: getattr(error, "position", 0)])
        raise ConfigError([Fault(str(path), line, column, "", _unprintable(error))]) from error
    return tree


def _document(tree: Tree, loader: CoreLoader, begin: str) -> None:
    loader.get_event()
    if loader.check_event(StreamEndEvent):
        raise ConfigError([Fault(tree.file, 1, 1, "", f"the file is empty: {begin}")])
    loader.get_event()
    tree.value = _Walk(tree, loader).value(())
    loader.get_event()
    if not loader.check_event(StreamEndEvent):
        line, column = _place(loader.get_event())
        message = "there is a second YAML document in the file: take out the line `---`"
        raise ConfigError([Fault(tree.file, line, column, "", message)])


def _text(path: Path, begin: str) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except FileNotFoundError as error:
        raise ConfigError([Fault(str(path), 0, 0, "", f"there is no such file: {begin}")]) from error
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, 0, "", f"cannot be read: {error.strerror}")]) from error
    if len(raw) > LONGEST_FILE:
        raise ConfigError([Fault(str(path), 0, 0, "", f"is larger than {LONGEST_FILE} bytes")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _line_and_column(raw[: error.start].decode("utf-8"))
        raise ConfigError(
            [Fault(str(path), line, column, "", "this is not UTF-8 text: save the file as UTF-8")]
        ) from error


def _line_and_column(before: str) -> Place:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _why(error: MarkedYAMLError, text: str) -> str:
    problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
    mark = error.problem_mark
    line = text.split("\n")[mark.line : mark.line + 1] if mark else []
    if mark and line and line[0][mark.column : mark.column + 1] == "\t":
        return "this is not YAML: indent with spaces, not with a tab"
    if problem.startswith("mapping values are not allowed"):
        return "this is not YAML: a colon cannot stand here; put a text that has one in quotes"
    begun = f" (it begins in line {error.context_mark.line + 1})" if error.context and error.context_mark else ""
    return f"this is not YAML: {' '.join(str(error.context or '').split())}{begun}: {problem}".replace(": : ", ": ")


def _unprintable(error: YAMLError) -> str:
    return f"this is not YAML: {str(error).splitlines()[0]}"


class _Walk:
    """Turns the parser's events into values and notes their places. What is nested without end is refused."""

    def __init__(self, tree: Tree, loader: CoreLoader) -> None:
        self.tree = tree
        self.loader = loader
        self.anchors: set[str] = set()

    def value(self, loc: Loc) -> Any:
        event = self.loader.get_event()
        self.tree.values[loc] = _place(event)
        if isinstance(event, AliasEvent):
            if event.anchor not in self.anchors:
                raise MarkedYAMLError(None, None, f"found undefined alias {event.anchor!r}", event.start_mark)
            return self.tree.refused.add(loc)
        if event.anchor:
            self.anchors.add(event.anchor)
            self.skip(event, len(loc))
            return self.refuse(loc, "anchors (&) and aliases (*) are not read here: write the value out")
        if isinstance(event, ScalarEvent):
            return self.scalar(event, loc)
        self.bound(event, len(loc))
        kind = "map" if isinstance(event, MappingStartEvent) else "seq"
        if event.tag not in (None, "!", _PLAIN + kind):
            self.skip(event, len(loc))
            return self.refuse(loc, f"the tag {event.tag} is not read here: take it out")
        return self.mapping(loc) if kind == "map" else self.sequence(loc)

    def sequence(self, loc: Loc) -> list[Any]:
        result: list[Any] = []
        while not self.loader.check_event(SequenceEndEvent):
            result.append(self.value((*loc, len(result))))
        self.loader.get_event()
        return result

    def mapping(self, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not self.loader.check_event(MappingEndEvent):
            key = self.loader.get_event()
            name = str(key.value) if isinstance(key, ScalarEvent) else "?"
            self.skip(key, len(loc))
            here, place = (*loc, name), _place(key)
            if name in result:
                message = f"this key stands here twice: first in line {self.tree.keys[here][0]}"
                self.tree.faults.append(Fault(self.tree.file, *place, dotted(here), message))
                self.skip(self.loader.get_event(), len(loc))
                continue
            self.tree.keys[here] = place
            if name == "<<" and key.implicit[0]:
                self.tree.values[here] = place
                self.skip(self.loader.get_event(), len(loc))
                self.refuse(here, "merge keys (<<) are not read here: write the values out")
                continue
            result[name] = self.value(here)
            if result[name] is None and here not in self.tree.refused:
                self.tree.values[here] = place
        self.loader.get_event()
        return result

    def scalar(self, event: ScalarEvent, loc: Loc) -> Any:
        text = str(event.value)
        tag = event.tag
        if tag is None or tag == "!":
            tag = self.loader.resolve(ScalarNode, text, event.implicit)
        match str(tag).removeprefix(_PLAIN):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float" as kind:
                try:
                    return int(text) if kind == "int" else float(text)
                except ValueError:
                    return text
            case "str" | "timestamp" | "merge":
                return text
        return self.refuse(loc, f"the tag {tag} is not read here: take it out")

    def skip(self, event: Event, depth: int) -> None:
        """Pass over all that an event begins."""
        within = 0
        while True:
            within += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if not within:
                return
            self.bound(event, depth + within)
            event = self.loader.get_event()

    def bound(self, event: Event, depth: int) -> None:
        if depth >= _DEEPEST:
            raise ConfigError(
                [Fault(self.tree.file, *_place(event), "", "this is nested too deeply to be a watchlist")]
            )

    def refuse(self, loc: Loc, message: str) -> None:
        self.tree.refused.add(loc)
        self.tree.faults.append(self.tree.fault(loc, message))


def _place(event: Event) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1
