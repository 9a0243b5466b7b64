"""YAML text as plain values, with the line and column of every key and value.

Only the plain part of YAML is understood: mappings, lists and scalars. Anchors, aliases, merge keys and tags are
refused, so that a small file cannot unfold into a huge one and a value is what it looks like.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from regwatch.errors import ConfigError, Fault

LONGEST_FILE = 500_000
"""Bytes. The shipped file has about seven thousand; a thousand sources have about two hundred thousand."""

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


def read_tree(path: Path) -> Tree:
    """Read a YAML file. Doubtful parts are listed in `faults`; a file that is no YAML at all raises `ConfigError`."""
    text = _text(path)
    yaml = YAML(typ="safe", pure=True)
    try:
        _refuse_depth(yaml, text, path)
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError([Fault(str(path), line, column, "", _why(error))]) from error
    except YAMLError as error:
        line, column = _line_and_column(text[: getattr(error, "position", 0)])
        raise ConfigError([Fault(str(path), line, column, "", _unprintable(error))]) from error
    if root is None:
        raise ConfigError([Fault(str(path), 1, 1, "", "the file is empty: `regwatch init` writes one to start from")])
    tree = Tree(str(path))
    _Walk(tree).root(root)
    return tree


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except FileNotFoundError as error:
        message = "there is no such file: `regwatch init` writes one to start from"
        raise ConfigError([Fault(str(path), 0, 0, "", message)]) from error
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


def _refuse_depth(yaml: YAML, text: str, path: Path) -> None:
    """Nodes are composed by recursion, so what is nested without end is refused from the flat run of events before."""
    depth = 0
    for event in yaml.parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > _DEEPEST:
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            raise ConfigError([Fault(str(path), line, column, "", "this is nested too deeply to be a watchlist")])


def _line_and_column(before: str) -> Place:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _why(error: MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or "it cannot be read").split())
    if "\\t" in problem:
        return "this is not YAML: indent with spaces, not with a tab"
    if "single document" in str(error.context or "") + problem:
        return "there is a second YAML document in the file: take out the line `---`"
    if problem == "mapping values are not allowed here":
        return "this is not YAML: a colon cannot stand here; put a text that has one in quotes"
    begun = f" (it begins in line {error.context_mark.line + 1})" if error.context and error.context_mark else ""
    return f"this is not YAML: {' '.join(str(error.context or '').split())}{begun}: {problem}".replace(": : ", ": ")


def _unprintable(error: YAMLError) -> str:
    return f"this is not YAML: {str(error).splitlines()[0]}"


class _Walk:
    """Turns nodes into values and notes their places."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.seen: set[int] = set()

    def root(self, node: Node) -> None:
        self.tree.value = self.value(node, ())

    def value(self, node: Node, loc: Loc) -> Any:
        place = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.tree.values[loc] = place
        if id(node) in self.seen:
            return self.tree.refused.add(loc)
        self.seen.add(id(node))
        if getattr(node, "anchor", None):
            return self.refuse(loc, "anchors (&) and aliases (*) are not read here: write the value out")
        if isinstance(node, MappingNode) and node.tag == _PLAIN + "map":
            return self.mapping(node, loc)
        if isinstance(node, SequenceNode) and node.tag == _PLAIN + "seq":
            return [self.value(child, (*loc, index)) for index, child in enumerate(node.value)]
        if isinstance(node, ScalarNode):
            return self.scalar(node, loc)
        return self.refuse(loc, f"the tag {node.tag} is not read here: take it out")

    def mapping(self, node: MappingNode, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            here, place = (*loc, name), (key.start_mark.line + 1, key.start_mark.column + 1)
            if name in result:
                first = self.tree.keys[here][0]
                fault = Fault(
                    self.tree.file, *place, dotted(here), f"this key stands here twice: first in line {first}"
                )
                self.tree.faults.append(fault)
                continue
            self.tree.keys[here] = place
            if key.tag == _PLAIN + "merge":
                self.tree.values[here] = place
                self.refuse(here, "merge keys (<<) are not read here: write the values out")
                continue
            result[name] = self.value(child, here)
            if result[name] is None and here not in self.tree.refused:
                self.tree.values[here] = place
        return result

    def scalar(self, node: ScalarNode, loc: Loc) -> Any:
        text = str(node.value)
        kind = str(node.tag).removeprefix(_PLAIN)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        try:
            if kind == "int":
                return int(text)
            if kind == "float":
                return float(text)
        except ValueError:
            return text
        if kind not in ("str", "timestamp", "int", "float", "value"):
            return self.refuse(loc, f"the tag {node.tag} is not read here: take it out")
        return text

    def refuse(self, loc: Loc, message: str) -> None:
        self.tree.refused.add(loc)
        self.tree.faults.append(self.tree.fault(loc, message))
