"""Labels and their values on pages whose markup cannot be relied on: known by their words and their order alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bs4 import Tag
from bs4.element import NavigableString

from regwatch.errors import MissingPart
from regwatch.reading.html import clean, label

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ENDS = frozenset(("footer", "aside"))
_SILENT = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "sup"))
_INLINE = frozenset(("a", "abbr", "b", "em", "i", "span", "strong", "small", "time", "u", "sub", "mark", "font"))


def lines_after(start: Tag, *, through: Iterable[str] = ()) -> list[str]:
    """The lines of text that follow a heading, up to the next heading or the foot of the page; a line per block.

    `through` names headings (h1 to h6) that do not end the section.
    """
    passed = frozenset(through)
    found: list[str] = []
    run: list[str] = []
    block: Tag | None = None
    for node in start.next_elements:
        if isinstance(node, Tag):
            if node.name in _ENDS or (node.name in _HEADINGS and node.name not in passed):
                break
            if node.name == "br":
                found.append("".join(run))
                run = []
        elif type(node) is NavigableString and node.strip() and not _outside(node, start):
            if (home := _block(node)) is not block:
                found.append("".join(run))
                run, block = [], home
            run.append(f"{node} ")
    found.append("".join(run))
    return [words for line in found if (words := clean(line))]


def _outside(text: NavigableString, start: Tag) -> bool:
    """Whether a text is never shown, or belongs to the heading itself."""
    return any(parent is start or parent.name in _SILENT for parent in text.parents)


def _block(text: NavigableString) -> Tag | None:
    """The nearest element around a text that is no inline one."""
    return next((parent for parent in text.parents if parent.name not in _INLINE), None)


def values(lines: Iterable[str], labels: Iterable[str]) -> dict[str, str]:
    """Label to value, for those of the labels that are there (all folded by `html.label`).

    A value stands behind the label's colon in the same line, or in the lines that follow up to the next label. Where a
    label comes twice the first stands.
    """
    known = {label(name) for name in labels}
    found: dict[str, list[str]] = {}
    current = ""
    for line in lines:
        name, colon, rest = line.partition(":")
        if label(line) in known:
            current = label(line) if label(line) not in found else ""
            if current:
                found[current] = []
        elif colon and label(name) in known:
            current = label(name) if label(name) not in found else ""
            if current:
                found[current] = [rest.strip()]
        elif current:
            found[current].append(line)
    return {name: " ".join(parts).strip() for name, parts in found.items()}


def need(facts: Mapping[str, str], name: str) -> str:
    """The value under a label, which must be there and not be empty. Raises `MissingPart`."""
    words = facts.get(label(name), "")
    if not words:
        raise MissingPart(f"value under {name!r}", ", ".join(facts)[:100])
    return words
