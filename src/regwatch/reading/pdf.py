"""PDF as adapters read it: the text of a whole document, page by page, within bounds.

A PDF is a program: its pages can be made to unpack without end. So bytes, pages, drawing steps and characters are
bounded, and what lies beyond a bound is trouble, never a shorter text.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from regwatch.characters import characters_of
from regwatch.errors import EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading.html import clean

MOST_BYTES = 16 * 1024 * 1024
MOST_PAGES = 600
MOST_STEPS = 2_000_000
MOST_CHARACTERS = 4_000_000
_BROKEN = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError,
    EOFError, OSError, struct.error, zlib.error,
)  # fmt: skip
"""What pypdf raises on files that are damaged, beside its own errors."""
_OPEN_END = re.compile(r"[a-z0-9,;(\-/]\Z")
_GOES_ON = re.compile(r"[a-z(]")


def pages(document: Document, *, layout: bool = False, most_pages: int = MOST_PAGES) -> list[tuple[str, ...]]:
    """The lines of every page, cleaned. With `layout`, columns stay apart: runs of spaces are kept as written.

    Raises `EmptyBody`, `WrongType` (no PDF), `Truncated` (its end is missing), `TooLarge` (beyond a bound), and
    `MissingPart` where no page holds text: a scan, or a damaged file.
    """
    reader = _open(document, most_pages)
    budget = _Budget(document.final_url)
    try:
        found = [_lines(page, budget, layout) for page in reader.pages]
    except TooLarge:
        raise
    except _BROKEN as error:
        raise MissingPart("text that can be read in the PDF", f"{type(error).__name__}: {error}"[:100]) from error
    if not any(found):
        raise MissingPart("text in the PDF", f"{len(found)} pages without any")
    return found


def blocks(document: Document, *, most_pages: int = MOST_PAGES) -> list[str]:
    """The text as paragraphs in reading order: a line that stops in mid-sentence is joined to the next one."""
    found: list[str] = []
    for lines in pages(document, most_pages=most_pages):
        for line in lines:
            if found and _OPEN_END.search(found[-1]) and _GOES_ON.match(line) and len(found[-1]) < 20_000:
                found[-1] = f"{found[-1]} {line}"
            else:
                found.append(line)
    return found


def _open(document: Document, most_pages: int) -> PdfReader:
    body, url = document.body, document.final_url
    if not body.strip():
        raise EmptyBody(f"{url} answered with an empty body")
    if b"%PDF-" not in body[:1024]:
        raise WrongType(f"{url} answered with {document.content_type or 'something else'} where PDF was due")
    if len(body) > MOST_BYTES:
        raise TooLarge(f"{url} has {len(body)} bytes; a PDF of more than {MOST_BYTES} is not read")
    if b"%%EOF" not in body[-2048:]:
        raise Truncated(f"{url} was cut off after {len(body)} bytes")
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted:
            raise WrongType(f"{url} is a PDF that is locked with a password")
        count = len(reader.pages)
    except _BROKEN as error:
        raise Truncated(f"{url} is a damaged PDF: {type(error).__name__}") from error
    if count > most_pages:
        raise TooLarge(f"{url} has {count} pages; at most {most_pages} are read")
    return reader


class _Budget:
    """The work that one document may cost, in drawing steps and characters."""

    def __init__(self, url: str) -> None:
        self.url, self.steps, self.characters = url, MOST_STEPS, MOST_CHARACTERS

    def step(self, *_: Any) -> None:
        """Count one drawing step. Raises `TooLarge` when there have been too many."""
        self.steps -= 1
        if self.steps < 0:
            raise TooLarge(f"{self.url} is a PDF that takes more than {MOST_STEPS} steps to draw")

    def text(self, count: int) -> None:
        """Count characters. Raises `TooLarge` when there have been too many."""
        self.characters -= count
        if self.characters < 0:
            raise TooLarge(f"{self.url} is a PDF with more than {MOST_CHARACTERS} characters")


def _lines(page: PageObject, budget: _Budget, layout: bool) -> tuple[str, ...]:
    text = page.extract_text(visitor_operand_before=budget.step)
    if layout:
        text = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
    budget.text(len(text))
    lines = characters_of(text).splitlines()  # a font's table of characters may name what is none
    if layout:
        return tuple(line.rstrip() for line in lines if line.strip())
    return tuple(words for line in lines if (words := clean(line)))
