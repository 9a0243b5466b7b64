"""JSON as adapters read it: a whole answer, of the right type, with the keys that it must have."""

from __future__ import annotations

import json
import re
from math import isinf
from typing import Any

from regwatch.characters import decode
from regwatch.errors import EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Document

_ODD_ESCAPES = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
"""Escapes of surrogates, which come in pairs or mean nothing, and of NUL, which databases refuse in a text."""

MOST_DIGITS = 300
"""Of a number: so many fit into one that programs can count with."""


def load(document: Document) -> Any:
    """Parse a JSON document in whatever encoding it came (RFC 8259 section 8.1 lets a reader ignore a byte-order mark).

    Raises `EmptyBody`, `WrongType` (HTML or anything else instead) or `Truncated`.
    """
    text = decode(document.body, document.charset).strip()
    if not text:
        raise EmptyBody(f"{document.final_url} answered with an empty body")
    if text[0] not in '{["':
        raise WrongType(f"{document.final_url} answered with {document.content_type or 'text'} where JSON was due")
    try:
        found = DECODER.decode(text)
        return _clean(found) if _ODD_ESCAPES.search(text) else found
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc) - 2 or text[-1] not in '}]"':
            raise Truncated(f"{document.final_url} was cut off after {len(document.body)} bytes") from error
        raise WrongType(f"{document.final_url} answered with broken JSON at character {error.pos}") from error
    except (RecursionError, ValueError) as error:
        raise WrongType(f"{document.final_url} answered with JSON {why_unmeant(error)}") from error


def why_unmeant(error: RecursionError | ValueError) -> str:
    """What is wrong with JSON that is well formed and cannot be meant."""
    return f"with {error}" if isinstance(error, ValueError) else "that is nested too deeply to be meant"


def _number(written: str) -> int | float:
    """Raises `ValueError` for what no program can count with, such as a number of thousands of digits."""
    if len(written) > MOST_DIGITS or isinf(value := float(written)):
        raise ValueError(f"a number of {len(written)} characters that cannot be meant")
    return int(written) if written.lstrip("-").isdigit() else value


DECODER = json.JSONDecoder(parse_int=_number, parse_float=_number, parse_constant=lambda _: None, strict=False)
"""The one way to read JSON that a stranger wrote. NaN and Infinity, which are no JSON, are nothing;
line breaks and tabs within a text are taken as meant: programs that paste texts together forget to escape them.

Raises `json.JSONDecodeError`, and `ValueError` or `RecursionError` where it is well formed but cannot be meant.
"""


def _clean(value: Any) -> Any:
    """The value with U+FFFD in place of what is no character."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    return value


def maps(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, without what else a broken answer has in it; none where there is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def need(value: Any, key: str, kind: type) -> Any:
    """`value[key]`, which must be there and of that type. Raises `MissingPart`."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise MissingPart(f"{kind.__name__} under {key!r}", type(found).__name__)
    return found
