"""The Agency's JSON reports: `{"meta": {"total_records": N, ...}, "data": [{...}, ...]}`, all values strings.

A report is decoded a piece and a row at a time: 5 MB of bytes would take three to four times that as Python objects.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from regwatch.errors import CountOutOfRange, EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading.html import clean
from regwatch.reading.json import DECODER, why_unmeant
from regwatch.reading.numbers import whole

_OPENING = re.compile(r'\s*\{\s*"meta"\s*:\s*')
_ROWS = re.compile(r'\s*,\s*"data"\s*:\s*\[\s*')
_NEXT = re.compile(r"\s*,\s*")
_CLOSING = re.compile(r"\s*\]\s*\}\s*\Z")
_PIECE = 65_536
_AHEAD = 256
_LONGEST_ROW = 1_000_000


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """The rows of a report, in file order.

    Raises `EmptyBody`, `WrongType` (a web page or broken JSON), `MissingPart` (no meta or data), `Truncated`, and, once
    all rows are read, `CountOutOfRange` where there are more or fewer than the report says.
    """
    text = _Text(document)
    if not text.skip(_OPENING):
        raise MissingPart("'meta' at the start of the report", text.ahead())
    meta = text.value()
    announced = meta.get("total_records") if isinstance(meta, dict) else None
    if (total := whole(announced)) is None:
        raise MissingPart("number of records under 'total_records'", str(announced)[:20])
    if not text.skip(_ROWS):
        raise MissingPart("list under 'data'", text.ahead())
    count = 0
    while not text.skip(_CLOSING):
        if count and not text.skip(_NEXT):
            raise text.broken()
        row = text.value()
        if not isinstance(row, dict):
            raise MissingPart("object as a row of 'data'", type(row).__name__)
        count += 1
        yield row
    if count != total:
        raise CountOutOfRange(f"the report announces {total} records and holds {count}")


def text_in(row: dict[str, Any], key: str) -> str:
    """The cleaned text under a key that every row has; "" where it is empty. Raises `MissingPart`."""
    if key not in row:
        raise MissingPart(f"key {key!r} in the report")
    value = row[key]
    if value is not None and not isinstance(value, str):
        raise MissingPart(f"text under {key!r}", type(value).__name__)
    return clean(value or "")


def listed(text: str) -> tuple[str, ...]:
    """The values of a list inside a string, joined with `;`, without repetition."""
    return tuple(dict.fromkeys(clean(part) for part in text.split(";") if part.strip()))


class _Text:
    """The text of a report, decoded only as far as it has been read."""

    def __init__(self, document: Document) -> None:
        self.url, self.body, self.read = document.final_url, document.body, 0
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.text, self.place = "", 0
        start = self.body[:_AHEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start:
            raise EmptyBody(f"{self.url} answered with an empty body")
        if start[:1] != b"{":
            raise WrongType(f"{self.url} answered with {document.content_type or 'text'} where JSON was due")

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Pass over what the pattern matches here."""
        while len(self.text) - self.place < _AHEAD and self._more():
            pass
        found = pattern.match(self.text, self.place)
        if found:
            self.place = found.end()
        return found is not None

    def value(self) -> Any:
        """The JSON object or list that begins here."""
        while True:
            try:
                found, self.place = DECODER.raw_decode(self.text, self.place)
            except json.JSONDecodeError:
                if len(self.text) - self.place > _LONGEST_ROW or not self._more():
                    raise self.broken() from None
            except (RecursionError, ValueError) as error:
                raise WrongType(f"{self.url} answered with JSON {why_unmeant(error)}") from error
            else:
                return found

    def ahead(self) -> str:
        """The next few characters, for messages."""
        return self.text[self.place : self.place + 60]

    def broken(self) -> Truncated | WrongType:
        """What is wrong where nothing fits: the end is missing, or the middle is no JSON."""
        if self.body.rstrip()[-1:] == b"}":
            return WrongType(f"{self.url} answered with broken JSON at {self.ahead()!r}")
        return Truncated(f"{self.url} was cut off after {len(self.body)} bytes")

    def _more(self) -> bool:
        if self.read >= len(self.body):
            return False
        piece = self.body[self.read : self.read + _PIECE]
        self.read += len(piece)
        try:
            decoded = self.decode(piece, self.read >= len(self.body))
        except UnicodeDecodeError as error:
            raise WrongType(f"{self.url} answered with JSON that is not UTF-8: {error}") from error
        self.text, self.place = self.text[self.place :] + decoded, 0
        return True
