"""Reading JSON that no honest publisher would send."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.errors import WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading.json import load

SOURCE = Source(id="a", adapter="json", publisher="Example", url="", topics=())


def document(body: bytes) -> Document:
    address = "https://example.org/x.json"
    return Document(SOURCE, Request(address), address, body, "application/json", datetime(2025, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (rb'{"a": ["x\u0000y"]}', {"a": ["x\ufffdy"]}),
        (rb'{"a": "x\ud800y"}', {"a": "x\ufffdy"}),
        (rb'{"\udc00": 1}', {"\ufffd": 1}),
        (rb'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
    ],
)
def test_what_is_no_character_is_replaced(body: bytes, found: object) -> None:
    assert load(document(body)) == found


@pytest.mark.parametrize("nested", [b"[" * 200_000, b'{"a":' * 200_000, b"[" * 200_000 + b"]" * 200_000])
def test_what_is_nested_too_deeply_is_trouble(nested: bytes) -> None:
    with pytest.raises(WrongType, match="nested too deeply"):
        load(document(nested))
