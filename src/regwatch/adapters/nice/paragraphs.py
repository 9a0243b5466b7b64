"""The numbered recommendations of a NICE chapter, draft or published, in any of its layouts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import Tag

from regwatch.errors import MissingPart
from regwatch.reading import html as h

_NUMBER = re.compile(r"1\.(\d{1,2})(?:\.?\Z|\.?\s+(?=\D))")
_STOP = re.compile(r"(?:what this means in practice|why the committee|why these recommendations)", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def numbered(page: Tag) -> list[tuple[str, ...]]:
    """The paragraphs numbered 1.1, 1.2 and so on, in pieces. Raises `MissingPart` if there are none.

    The number stands in a heading before the paragraph, or at its beginning. A paragraph ends at the next number,
    heading or line in bold.
    """
    root = page.find("div", class_="chapter") or page.find("main") or page
    lines = [node for node in root.find_all("p") if node.find(("strong", "b"))]
    ends = {h.text_of(node) for node in root.find_all(_HEADINGS)}
    ends |= {h.text_of(node) for node in lines if h.text_of(node) == h.text_of(node.find(("strong", "b")))}
    found: list[list[str]] = []
    numbers: list[int] = []
    opened = False
    for words in h.paragraphs(root):
        if number := _NUMBER.match(words):
            numbers.append(int(number[1]))
            found.append([words[number.end() :]] if words[number.end() :] else [])
            opened = True
        elif words in ends or _STOP.match(words):
            opened = False
        elif opened:
            found[-1].append(words)
    _check(page, numbers, found)
    return [tuple(part) for part in found]


def _check(page: Tag, numbers: Sequence[int], found: Sequence[Sequence[str]]) -> None:
    """Raises `MissingPart` unless the numbers run from 1 without a gap, none is left over, and each has its text."""
    over = re.compile(rf"\s*1\.{len(numbers) + 1}(?:\s|\Z)")
    if numbers != list(range(1, len(numbers) + 1)) or not all(found) or not found or page.find(string=over):
        seen = ", ".join(f"1.{number}" for number in numbers)
        raise MissingPart("recommendations numbered from 1.1 on, each with its text", seen or "no numbers")


def statements(page: Tag) -> list[tuple[str, ...]]:
    """The first paragraph under Advice: a terminated appraisal numbers nothing. Raises `MissingPart`."""
    heading = h.need(h.heading(page, "Advice", "1 Advice"), "Advice")
    words = next((h.text_of(node) for node in h.after(heading) if node.name == "p"), "")
    if not words:
        raise MissingPart("text under Advice")
    return [(words,)]
