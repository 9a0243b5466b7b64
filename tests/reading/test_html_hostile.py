"""HTML whose bytes were changed on the way, or mean something else than its labels say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from webencodings.labels import LABELS

from regwatch.errors import WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading.html import soup, text_of

URL = "https://example.org/"
SOURCE = Source("s", "page", "Example", URL, ("topic",))


def document(body: bytes, kind: str = "text/html", charset: str | None = None) -> Document:
    return Document(SOURCE, Request(URL), URL, body, kind, datetime(2026, 1, 1, tzinfo=UTC), charset)


def page(inside: bytes, head: bytes = b"") -> bytes:
    return (
        b"<!doctype html><html><head>"
        + head
        + b"</head><body><main><p>"
        + inside
        + b"</p><p>End</p></main></body></html>"
    )


def paragraphs(body: bytes, charset: str | None = None) -> list[str]:
    return [text_of(p) for p in soup(document(body, charset=charset)).select("main p")]


def test_a_name_of_an_encoding_that_is_none_is_passed_over() -> None:
    assert paragraphs(page("Zulässig".encode(), b"<meta charset=\x04>")) == ["Zulässig", "End"]


@given(
    st.binary(max_size=60).filter(lambda made: b"<" not in made and b"\x1b" not in made),
    st.sampled_from([*LABELS, None]),
)
def test_no_bytes_under_any_label_make_a_page_empty(made: bytes, label: str | None) -> None:
    """Without the escape sequences of ISO-2022-JP, which make letters of markup in a browser too."""
    found = paragraphs(page(b"Start " + made, b"<meta charset=windows-1251>"), label)
    assert found[0].startswith("Start")
    assert found[-1] == "End"


def test_a_page_is_known_by_its_bytes_whatever_it_is_called() -> None:
    assert text_of(soup(document(page(b"Text"), "text/plain")).find("p")) == "Text"
    assert text_of(soup(document(page(b"Text"), "application/octet-stream")).find("p")) == "Text"


@pytest.mark.parametrize("body", [b"%PDF-1.7", b'{"a": 1}', b"<rss></rss>", b"words"])
def test_what_is_no_page_and_is_not_called_one_is_refused(body: bytes) -> None:
    with pytest.raises(WrongType):
        soup(document(body, "application/x-other"))
