"""The Agency's JSON reports: `{"meta": {"total_records": N, ...}, "data": [{...}, ...]}`, all values strings.

Rows are decoded one at a time, because a report of 5 MB would take many times that as Python objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from regwatch.errors import CountOutOfRange, EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Document
from regwatch.reading.html import clean

_OPENING = re.compile(r'\s*\{\s*"meta"\s*:\s*')
_ROWS = re.compile(r'\s*,\s*"data"\s*:\s*\[\s*')
_NEXT = re.compile(r"\s*,\s*")
_CLOSING = re.compile(r"\s*\]\s*\}\s*\Z")
_DECODER = json.JSONDecoder()


def rows(document: Document) -> Iterator[dict[str, Any]]:
    """The rows of a report, in file order.

    Raises `EmptyBody`, `WrongType` (a web page or broken JSON), `MissingPart` (no meta or data), `Truncated`, and, once
    all rows are read, `CountOutOfRange` where there are more or fewer than the report says.
    """
    text = _text(document)
    opening = _OPENING.match(text)
    if opening is None:
        raise MissingPart("'meta' at the start of the report", text[:60])
    meta, place = _value(text, opening.end(), document)
    announced = meta.get("total_records") if isinstance(meta, dict) else None
    if not isinstance(announced, int | str) or not str(announced).isdigit():
        raise MissingPart("number of records under 'total_records'", str(announced))
    start = _ROWS.match(text, place)
    if start is None:
        raise MissingPart("list under 'data'", text[place : place + 60])
    place, count = start.end(), 0
    while not _CLOSING.match(text, place):
        if count:
            comma = _NEXT.match(text, place)
            place = comma.end() if comma else _broken(text, place, document)
        row, place = _value(text, place, document)
        if not isinstance(row, dict):
            raise MissingPart("object as a row of 'data'", type(row).__name__)
        count += 1
        yield row
    if count != int(announced):
        raise CountOutOfRange(f"the report announces {announced} records and holds {count}")


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


def _text(document: Document) -> str:
    body = document.body.strip()
    if not body:
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if body[:1] != b"{" and not body.startswith(b"\xef\xbb\xbf{"):
        raise WrongType(f"{document.final_url} answered with {document.content_type or 'text'} where JSON was due")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WrongType(f"{document.final_url} answered with JSON that is not UTF-8: {error}") from error


def _value(text: str, place: int, document: Document) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, place)
    except json.JSONDecodeError as error:
        return None, _broken(text, error.pos, document)
    except RecursionError as error:
        raise WrongType(f"{document.final_url} answered with JSON that is nested too deeply") from error


def _broken(text: str, place: int, document: Document) -> int:
    if '"' not in text[place + 1 :] or not _CLOSING.search(text, max(0, len(text) - 200)):
        raise Truncated(f"{document.final_url} was cut off after {len(text)} characters")
    raise WrongType(f"{document.final_url} answered with broken JSON at character {place}")
