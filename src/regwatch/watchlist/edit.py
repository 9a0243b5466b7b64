"""Changing `sources.yaml` as a person with an editor would: lines come and go, and every comment stays where it is.

The file is text before it is data. Where a part begins and ends is asked of the YAML parser; what is written are whole
lines, or one name in a list. What comes out is checked like any other watchlist before it takes the old one's place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from regwatch.errors import ConfigError, Fault, UsageError
from regwatch.watchlist.adapter_facts import AdapterFacts
from regwatch.watchlist.load import load_watchlist
from regwatch.watchlist.tree import read_tree
from regwatch.watchlist.watched import Watchlist


class Sheet:
    """The text of a watchlist and what can be done to it. `text` is what it has become."""

    def __init__(self, text: str) -> None:
        self.text = text

    def add(self, key: str, block: str) -> None:
        """Append an item (lines that begin with `- `) to a list at the top of the file.

        Raises `UsageError` where the list is not written as lines.
        """
        listed = self._listed(key)
        last = listed.value[-1]
        indent = " " * (listed.value[0].start_mark.column - 2)
        lines = self.text.splitlines(keepends=True)
        at = _last_line(last) + 1
        if at and not lines[at - 1].endswith("\n"):
            lines[at - 1] += "\n"
        spaced = len(listed.value) == 1 or any(not line.strip() for line in lines[listed.start_mark.line : at])
        new = [f"{indent}{line}\n" if line else "\n" for line in block.splitlines()]
        lines[at:at] = [*(["\n"] if spaced else []), *new]
        self.text = "".join(lines)

    def join(self, source: str, topic: str) -> None:
        """Let a source that is there bring news of a further topic."""
        item = self._item("sources", source)
        topics = _value(item, "topics")
        if not isinstance(topics, SequenceNode):
            raise UsageError(f"the topics of source {source} are not a list")
        if topics.flow_style:
            end = topics.end_mark.index - 1
            before = self.text[:end].rstrip()
            self.text = before + (" " if before.endswith((",", "[")) else ", ") + topic + self.text[end:]
            return
        lines = self.text.splitlines(keepends=True)
        at = _last_line(topics.value[-1]) + 1
        if not lines[at - 1].endswith("\n"):
            lines[at - 1] += "\n"
        lines.insert(at, f"{' ' * (topics.value[-1].start_mark.column - 2)}- {topic}\n")
        self.text = "".join(lines)

    def part(self, source: str, topic: str) -> None:
        """Take a topic off the list of a source that has others."""
        listed = _value(self._item("sources", source), "topics")
        assert isinstance(listed, SequenceNode)
        names = [str(one.value) for one in listed.value]
        at = names.index(topic)
        node = listed.value[at]
        if not listed.flow_style:
            self._cut_lines(node.start_mark.line, _last_line(node) + 1)
            return
        if at:
            start, end = listed.value[at - 1].end_mark.index, node.end_mark.index
        else:
            start, end = node.start_mark.index, listed.value[at + 1].start_mark.index
        self.text = self.text[:start] + self.text[end:]

    def remove(self, key: str, name: str) -> None:
        """Take an item out, with the comment that stands right above it."""
        items = self._listed(key).value
        item = _named(items, key, name)
        lines = self.text.splitlines()
        start, end = item.start_mark.line, _last_line(item) + 1
        while start and lines[start - 1].lstrip().startswith("#"):
            start -= 1
        if start and not lines[start - 1].strip():
            start -= 1
        elif item is items[0] and lines[end : end + 1] == [""]:
            end += 1
        self._cut_lines(start, end)

    def _cut_lines(self, start: int, end: int) -> None:
        lines = self.text.splitlines(keepends=True)
        del lines[start:end]
        self.text = "".join(lines)

    def _listed(self, key: str) -> SequenceNode:
        root = YAML(typ="safe", pure=True).compose(self.text)
        found = _value(root, key) if isinstance(root, MappingNode) else None
        if not isinstance(found, SequenceNode) or found.flow_style or not found.value:
            raise UsageError(f"{key} is not written as lines that begin with `- `: write it so, or edit it by hand")
        return found

    def _item(self, key: str, name: str) -> MappingNode:
        return _named(self._listed(key).value, key, name)


def _named(items: Iterable[Node], key: str, name: str) -> MappingNode:
    for item in items:
        told = _value(item, "id")
        if isinstance(item, MappingNode) and isinstance(told, ScalarNode) and str(told.value) == name:
            return item
    raise UsageError(f"{key} has no {name}")


def _value(node: Node, key: str) -> Node | None:
    pairs = node.value if isinstance(node, MappingNode) else []
    return next((child for name, child in pairs if str(name.value) == key), None)


def _last_line(node: Node) -> int:
    """The last line with anything of the node on it: the parser ends a block only where the next thing begins."""
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        return max(_last_line(node.value[-1][0]), _last_line(node.value[-1][1]))
    if isinstance(node, SequenceNode) and not node.flow_style and node.value:
        return _last_line(node.value[-1])
    end = node.end_mark
    return int(end.line - 1 if end.column == 0 and end.line > node.start_mark.line else end.line)


def remove_topic(text: str, watchlist_sources: Mapping[str, Iterable[str]], topic: str) -> str:
    """The text without a topic, and without the sources (id: ids of topics) that bring news of nothing else."""
    sheet = Sheet(text)
    for source, topics in watchlist_sources.items():
        if set(topics) == {topic}:
            sheet.remove("sources", source)
        elif topic in topics:
            sheet.part(source, topic)
    sheet.remove("topics", topic)
    return sheet.text


def sources_in(path: Path) -> dict[str, tuple[str, ...]]:
    """Every source in a file, those that rest too, with the ids of its topics."""
    listed = read_tree(path).value.get("sources", ())
    return {str(item["id"]): tuple(item["topics"]) for item in listed}


def replace_watchlist(path: Path, text: str, known: Mapping[str, AdapterFacts]) -> Watchlist:
    """Check the new text as a whole and put it into the old one's place, at once or not at all.

    Raises `ConfigError` where the text has faults, or the folder cannot be written; the old file then stands.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, "utf-8")
        watchlist = load_watchlist(draft, known)
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        os.replace(draft, path)
    except ConfigError as error:
        raise ConfigError([replace(fault, file=str(path)) for fault in error.faults]) from error
    except OSError as error:
        raise ConfigError([Fault(str(path), 0, 0, "", f"cannot be written: {error.strerror}")]) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return watchlist
