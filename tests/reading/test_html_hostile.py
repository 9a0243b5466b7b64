"""HTML whose bytes were changed on the way is trouble, never another kind of error."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.errors import WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading.html import soup


def test_a_forbidden_character_in_the_name_of_the_encoding_is_trouble() -> None:
    url = "https://example.org/"
    source = Source("s", "page", "Example", url, ("topic",))
    body = b"<html><head><meta charset=\x04></head><body>text</body></html>"
    document = Document(source, Request(url), url, body, "text/html", datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(WrongType, match="characters"):
        soup(document)
