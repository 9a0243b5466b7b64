"""JSON as adapters read it: a whole answer, of the right type, with the keys that it must have."""

from __future__ import annotations

import json
import re
from typing import Any

from regwatch.characters import decode
from regwatch.errors import EmptyBody, MissingPart, Truncated, WrongType
from regwatch.model import Document

_ODD_ESCAPES = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
"""Escapes of surrogates, which come in pairs or mean nothing, and of NUL, which databases refuse in a text."""


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
        found = json.loads(text)
        return _clean(found) if _ODD_ESCAPES.search(text) else found
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc) - 2 or text[-1] not in '}]"':
            raise Truncated(f"{document.final_url} was cut off after {len(document.body)} bytes") from error
        raise WrongType(f"{document.final_url} answered with broken JSON at character {error.pos}") from error
    except RecursionError as error:
        raise WrongType(f"{document.final_url} answered with JSON that is nested too deeply to be meant") from error


def _clean(value: Any) -> Any:
    """The value with U+FFFD in place of what is no character."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(one) for name, one in value.items()}
    return value


def need(value: Any, key: str, kind: type) -> Any:
    """`value[key]`, which must be there and of that type. Raises `MissingPart`."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind):
        raise MissingPart(f"{kind.__name__} under {key!r}", type(found).__name__)
    return found
