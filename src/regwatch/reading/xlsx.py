"""Excel workbooks (ECMA-376) as adapters read them: the cells of the first sheet as text, row by row, within bounds.

A workbook is a zip of XML: it can be made to unpack without end, so the size of every member that is read is bounded.
Only values are read: no formulas, styles or dates as such (a date is a number of days, see `day_of`).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lxml import etree  # type: ignore[import-untyped]

from regwatch.dates import PartialDate
from regwatch.errors import BadDate, EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading.html import clean
from regwatch.reading.numbers import whole

MOST_UNPACKED = 256 * 1024 * 1024
MOST_STRINGS = 2_000_000
MOST_COLUMNS = 1_000
_DAMAGED = (
    zipfile.BadZipFile, etree.XMLSyntaxError, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, KeyError, OSError,
)  # fmt: skip
"""What the standard library raises on archives whose bytes were changed."""
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}\Z")
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of Excel's calendar, for dates after February 1900."""


def rows(
    document: Document, *, every_sheet: bool = False, tidy: Callable[[str], str] = clean
) -> Iterator[tuple[str, ...]]:
    """The rows of the first sheet (or of one sheet after the other), cells as cleaned text, those left out as "".

    `tidy` cleans the text of a cell; `lines` does so line by line.

    Raises `EmptyBody`, `WrongType` (no workbook), `Truncated` (damaged or cut off), `TooLarge`, `MissingPart`.
    """
    book = _open(document)
    sheets = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d{1,4}\.xml", name)]
    if not sheets:
        raise MissingPart("sheet in the workbook", ", ".join(book.namelist()[:5]))
    sheets.sort(key=lambda name: int(name.removesuffix(".xml").rpartition("sheet")[2]))
    strings = list(_strings(book, document, tidy)) if "xl/sharedStrings.xml" in book.namelist() else []
    for sheet in sheets if every_sheet else sheets[:1]:
        for row in _elements(book, sheet, "row", document):
            yield _cells(row, strings, tidy)


def lines(text: str) -> str:
    """The text of a cell with its line breaks, each line cleaned, without empty ones."""
    return "\n".join(filter(None, map(clean, text.splitlines())))


def day_of(cell: str) -> PartialDate:
    """The date in a cell: Excel's number of days, or `2025-12-31`, or `31.12.2025`. Raises `BadDate`."""
    whole, _, part = cell.partition(".")
    if whole.isdecimal() and len(whole) == 5 and (not part or not part.strip("0")):
        return PartialDate.of_day(_FIRST_DAY + timedelta(days=int(whole)))
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]{5,15}Z?)?|(\d\d?)\.(\d\d?)\.(\d{4})", cell)
    if not found:
        raise BadDate(f"not a date: {cell[:40]!r}")
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return PartialDate.of_day(date(int(year), int(month), int(day)))
    except ValueError as error:
        raise BadDate(f"no such day: {cell[:40]!r}") from error


def _open(document: Document) -> zipfile.ZipFile:
    body, url = document.body, document.final_url
    if not body.strip():
        raise EmptyBody(f"{url} answered with an empty body")
    if body[:2] != b"PK":
        raise WrongType(f"{url} answered with {document.content_type or 'something else'} where a workbook was due")
    try:
        book = zipfile.ZipFile(io.BytesIO(body))
        if sum(item.file_size for item in book.infolist()) > MOST_UNPACKED:
            raise TooLarge(f"{url} unpacks to more than {MOST_UNPACKED} bytes")
    except _DAMAGED as error:
        raise Truncated(f"{url} was cut off or damaged after {len(body)} bytes") from error
    return book


def _elements(book: zipfile.ZipFile, member: str, name: str, document: Document) -> Iterator[etree._Element]:
    try:
        with book.open(member) as stream:
            for _, element in etree.iterparse(
                stream, tag=f"{_NAMESPACE}{name}", resolve_entities=False, no_network=True, load_dtd=False
            ):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except _DAMAGED as error:
        raise Truncated(f"{document.final_url} has a damaged {member}: {type(error).__name__}") from error


def _strings(book: zipfile.ZipFile, document: Document, tidy: Callable[[str], str]) -> Iterator[str]:
    for count, item in enumerate(_elements(book, "xl/sharedStrings.xml", "si", document)):
        if count > MOST_STRINGS:
            raise TooLarge(f"{document.final_url} has more than {MOST_STRINGS} strings")
        yield tidy(_text(item))


def _text(item: etree._Element) -> str:
    """The text of a string, phonetic readings (`rPh`) left out."""
    spoken = f"{_NAMESPACE}rPh"
    parts = (part for part in item.iter(f"{_NAMESPACE}t") if not any(up.tag == spoken for up in part.iterancestors()))
    return "".join(part.text or "" for part in parts)


def _cells(row: etree._Element, strings: list[str], tidy: Callable[[str], str]) -> tuple[str, ...]:
    found: list[str] = []
    for cell in row.iter(f"{_NAMESPACE}c"):
        place = _PLACE.match(cell.get("r") or "")
        column = _column(place[1]) if place else len(found)
        if column >= MOST_COLUMNS:
            continue
        found.extend("" for _ in range(column - len(found)))
        found[column:] = [_value(cell, strings, tidy)]
    return tuple(found)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: etree._Element, strings: list[str], tidy: Callable[[str], str]) -> str:
    if cell.get("t") == "inlineStr":
        return tidy(_text(cell))
    written = cell.findtext(f"{_NAMESPACE}v") or ""
    if cell.get("t") != "s":
        return tidy(written)
    place = whole(written)
    if place is None or place >= len(strings):
        raise MissingPart("string that a cell of the workbook refers to", written[:20])
    return strings[place]
