"""A page as lines of text, with what the Agency says by type alone: headings, words put in (bold) and taken out."""

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
_UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "form", "nav", "sup"})
_BOLD, _STRUCK = frozenset({"b", "strong"}), frozenset({"del", "s", "strike"})


@dataclass(frozen=True)
class Line:
    """One line of text. `level` is 1 to 6 for a heading, 0 otherwise; `point` says that it is one of a list.

    `older` is the line before a change that is marked in it letter by letter: with what is struck through and without
    what is bold; the text itself where nothing is marked.
    """

    text: str
    level: int
    point: bool
    older: str

    @property
    def changed(self) -> bool:
        """Whether words were put in or taken out."""
        return self.older != self.text


@dataclass(frozen=True)
class _Piece:
    text: str
    bold: bool
    struck: bool


def lines(root: Tag) -> list[Line]:
    """All visible lines in reading order, without footnote marks. What is struck through is in no text."""
    found: list[Line] = []
    run: list[_Piece] = []
    block: Tag | None = None

    def close() -> None:
        if words := clean("".join(piece.text for piece in run if not piece.struck)):
            level = int(block.name[1]) if block is not None and block.name in _HEADINGS else 0
            point = block is not None and (block.name == "li" or block.find_parent("li") is not None)
            older = clean("".join(piece.text for piece in run if piece.struck or not piece.bold))
            found.append(Line(words, level, point, older))
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
            names = {parent.name for parent in parents}
            run.append(_Piece(str(node), bool(names & _BOLD), bool(names & _STRUCK)))
    close()
    return found
