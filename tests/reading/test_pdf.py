"""PDF as text: whole, in order, and never more work than the bounds allow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reading.paper import page, pdf
from regwatch.errors import EmptyBody, MissingPart, TooLarge, Truncated, WrongType
from regwatch.model import Document, Request, Source
from regwatch.reading import pdf as reader

WHOLE = pdf(
    page("Committee minutes", "The committee agreed that the use", "of the medicine is extended."), page("End.")
)


def document(body: bytes) -> Document:
    url = "https://example.org/minutes.pdf"
    source = Source("minutes", "page", "Example", url, ("topic",))
    return Document(source, Request(url), url, body, "application/pdf", datetime(2026, 1, 1, tzinfo=UTC))


def test_lines_keep_their_order_and_page() -> None:
    found = reader.pages(document(WHOLE))
    assert found == [
        ("Committee minutes", "The committee agreed that the use", "of the medicine is extended."),
        ("End.",),
    ]


def test_a_sentence_that_wraps_is_one_block() -> None:
    assert reader.blocks(document(WHOLE)) == [
        "Committee minutes",
        "The committee agreed that the use of the medicine is extended.",
        "End.",
    ]


def test_what_is_no_character_is_read_as_such_and_not_passed_on() -> None:
    """A database on PostgreSQL refuses a text with NUL in it."""
    found = document(pdf(page("The committee \0 agreed", "to extend the use.")))
    assert reader.pages(found) == [("The committee \ufffd agreed", "to extend the use.")]
    assert "\0" not in "".join(line for lines in reader.pages(found, layout=True) for line in lines)


def test_columns_stay_apart_in_the_layout() -> None:
    table = pdf([(60, 700, "PL 12345/0001"), (300, 700, "01/02/2026"), (600, 700, "EXAMPLE LTD")])
    (line,) = reader.pages(document(table), layout=True)[0]
    assert line.split("  ")[0] == "PL 12345/0001"
    assert [part.strip() for part in line.split("  ") if part.strip()] == ["PL 12345/0001", "01/02/2026", "EXAMPLE LTD"]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b" \n", EmptyBody),
        (b"<!doctype html><title>Sign in</title>", WrongType),
        (WHOLE[: len(WHOLE) // 2], Truncated),
        (b"%PDF-1.4\nnothing of the sort\n%%EOF", Truncated),
        (pdf([]), MissingPart),
    ],
    ids=["empty", "html", "cut", "damaged", "without text"],
)
def test_what_is_no_whole_pdf_is_trouble(body: bytes, trouble: type[Exception]) -> None:
    with pytest.raises(trouble):
        reader.pages(document(body))


def test_pages_beyond_the_bound_are_trouble_and_not_left_out() -> None:
    with pytest.raises(TooLarge, match="3 pages"):
        reader.pages(document(pdf(*[page("x")] * 3)), most_pages=2)


def test_a_page_that_draws_without_end_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_STEPS", 100)
    with pytest.raises(TooLarge, match="steps"):
        reader.pages(document(pdf(page(*["word"] * 60))))


def test_more_characters_than_the_bound_are_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_CHARACTERS", 20)
    with pytest.raises(TooLarge, match="characters"):
        reader.pages(document(WHOLE))


def test_a_body_beyond_the_bound_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_BYTES", 100)
    with pytest.raises(TooLarge, match="bytes"):
        reader.pages(document(WHOLE))
