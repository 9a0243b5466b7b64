"""A page that has moved says so, by its canonical address or by the redirects that lead to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regwatch.model import Document, Request, Source
from regwatch.reading.moves import moved_to

ASKED = "https://www.example.org/medicines/status"


def document(head: str = "", final: str = ASKED, hops: tuple[str, ...] = ()) -> Document:
    source = Source("s", "page", "Example", ASKED, ("t",))
    body = f"<!doctype html><html><head>{head}</head><body><p>Text</p></body></html>".encode()
    return Document(source, Request(ASKED), final, body, "text/html", datetime(2026, 1, 1, tzinfo=UTC), hops=hops)


@pytest.mark.parametrize(
    ("head", "there"),
    [
        ('<link rel="canonical" href="https://www.example.org/drugs/status">', "https://www.example.org/drugs/status"),
        ("<link href=/drugs/status rel=canonical />", "https://www.example.org/drugs/status"),
        ("<LINK REL='canonical' HREF='https://new.example.com/a?b=1&amp;c'>", "https://new.example.com/a?b=1&c"),
    ],
)
def test_a_page_names_the_address_at_which_it_lives(head: str, there: str) -> None:
    assert moved_to(document(head)) == there


@pytest.mark.parametrize(
    "href",
    [
        ASKED,
        "http://example.org/Medicines/status/",
        f"{ASKED}?page=2#top",
        "status",
        "https://www.example.org/",
        "",
        "x:y",
    ],
)
def test_another_spelling_is_no_move_and_neither_is_a_front_page(href: str) -> None:
    assert moved_to(document(f'<link rel="canonical" href="{href}"><link rel="alternate" href="/elsewhere">')) == ""


def test_redirects_to_another_place_are_a_move_and_to_another_spelling_are_none() -> None:
    assert moved_to(document(final="https://www.example.org/new", hops=("x",))) == "https://www.example.org/new"
    assert moved_to(document(final="https://example.org/medicines/status/", hops=("x",))) == ""
    assert moved_to(document('<link rel="canonical" href="/new">', "https://example.org/new", ("x",))).endswith("/new")
