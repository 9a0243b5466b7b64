"""Reading JSON that no honest publisher would send."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.errors import WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading.json import load

SOURCE = Source(id="a", adapter="json", publisher="Example", url="", topics=())


def document(body: bytes, charset: str | None = None) -> Document:
    address = "https://example.org/x.json"
    return Document(
        SOURCE, Request(address), address, body, "application/json", datetime(2025, 1, 1, tzinfo=UTC), charset
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_json_is_read_in_every_form_of_unicode(encoding: str) -> None:
    assert load(document('{"a": "caf\u00e9"}'.encode(encoding))) == {"a": "caf\u00e9"}


def test_the_header_names_the_encoding_where_the_bytes_are_no_unicode() -> None:
    assert load(document('["\u017b"]'.encode("iso-8859-2"), "iso-8859-2")) == ["\u017b"]
    assert load(document('["\u2019"]'.encode("cp1252"), "iso-8859-1")) == ["\u2019"]


def test_a_wrong_byte_in_json_is_replaced() -> None:
    assert load(document('["\u00e9\u00e9 '.encode() + b'\xff"]')) == ["\u00e9\u00e9 \ufffd"]


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


def test_a_line_break_within_a_text_is_read_as_one() -> None:
    assert load(document(b'{"a": "x\n\ty"}')) == {"a": "x\n\ty"}


@pytest.mark.parametrize("nested", [b"[" * 200_000, b'{"a":' * 200_000, b"[" * 200_000 + b"]" * 200_000])
def test_what_is_nested_too_deeply_is_trouble(nested: bytes) -> None:
    with pytest.raises(WrongType, match="nested too deeply"):
        load(document(nested))
