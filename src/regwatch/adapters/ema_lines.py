"""A page as lines of text, with the two things that the Agency says by type alone: headings and words in bold."""

from __future__ import annotations

from dataclasses import dataclass

from bs4 import Tag
from bs4.element import NavigableString

from regwatch.reading.html import clean

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKS = _HEADINGS | {
    "p", "li", "ul", "ol", "dl", "dt", "dd", "div", "section", "article", "main", "header", "footer", "aside", "table",
    "tr", "td", "th", "blockquote", "figure", "body", "[document]",
}  # fmt: skip
_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "sup", "del", "s", "strike"}
)
_BOLD = frozenset({"b", "strong"})


@dataclass(frozen=True)
class Line:
    """One line of text. `marked` is the part of it set in bold; `level` is 1 to 6 for a heading, 0 otherwise."""

    text: str
    level: int = 0
    marked: str = ""


def lines(root: Tag) -> list[Line]:
    """All visible lines in reading order; struck-through text and footnote marks left out."""
    found: list[Line] = []
    run: list[tuple[str, bool]] = []
    block: Tag | None = None

    def close() -> None:
        if words := clean("".join(text for text, _ in run)):
            level = int(block.name[1]) if block is not None and block.name in _HEADINGS else 0
            found.append(Line(words, level, clean(" ".join(text for text, bold in run if bold))))
        run.clear()

    for node in root.descendants:
        if isinstance(node, Tag):
            if node.name == "br" or node.name in _BREAKS:
                close()
        elif type(node) is NavigableString:
            parents = [parent for parent in node.parents if isinstance(parent, Tag)]
            if any(parent.name in _UNREAD for parent in parents):
                continue
            home = next((parent for parent in parents if parent.name in _BREAKS), None)
            if home is not block:
                close()
                block = home
            run.append((str(node), any(parent.name in _BOLD for parent in parents)))
    close()
    return found
