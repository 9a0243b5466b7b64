"""Workbooks as rows of text: places kept, days read, and nothing made of damage or of too much."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reading.workbook import xlsx
from regwatch.errors import BadDate, EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading import xlsx as reader

WHOLE = xlsx([["Number", "", "Name"], ["12345", "x", "A  name"], [], ["", "", "last"]])


def document(body: bytes) -> Document:
    url = "https://example.org/list.xlsx"
    source = Source("list", "page", "Example", url, ("topic",))
    return Document(source, Request(url), url, body, "application/octet-stream", datetime(2026, 1, 1, tzinfo=UTC))


def test_cells_keep_their_columns() -> None:
    found = list(reader.rows(document(WHOLE)))
    assert found == [("Number", "", "Name"), ("12345", "x", "A name"), (), ("", "", "last")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("43084", "2017-12-15"),
        ("43084.0", "2017-12-15"),
        ("2025-12-31", "2025-12-31"),
        ("2025-12-31T00:00:00", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
    ],
)
def test_a_day_is_read_in_every_form_that_a_cell_gives_it(cell: str, day: str) -> None:
    assert reader.day_of(cell).iso == day


@pytest.mark.parametrize("cell", ["", "unbegrenzt", "431", "31.02.2025", "43084.5", "12/31/2025"])
def test_what_is_no_day_is_never_guessed(cell: str) -> None:
    with pytest.raises(BadDate):
        reader.day_of(cell)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b" ", EmptyBody),
        (b"<html></html>", WrongType),
        (WHOLE[:-40], Truncated),
        (b"PK\x05\x06" + b"\0" * 18, MissingPart),
    ],
    ids=["empty", "html", "cut", "empty zip"],
)
def test_what_is_no_whole_workbook_is_trouble(body: bytes, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        list(reader.rows(document(body)))


def test_a_workbook_that_unpacks_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_UNPACKED", 100)
    with pytest.raises(TooLarge):
        list(reader.rows(document(WHOLE)))
