"""Markdown of a page archive becomes the HTML that it came from, as far as adapters care."""

from __future__ import annotations

import pytest

from regwatch.reading.html import fragment, paragraphs, text_of
from regwatch.reading.markdown import to_html


def test_the_head_of_an_archive_file_is_left_out() -> None:
    page = to_html("---\ntitle: x\n---\n# Cabometyx\n\nAuthorised\n")
    assert paragraphs(fragment(page).main) == ["Cabometyx", "Authorised"]


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("## Overview", "<h2>Overview</h2>"),
        ("one\ntwo", "<p>one two</p>"),
        ("**bold** and *slanted*", "<p><strong>bold</strong> and <em>slanted</em></p>"),
        ("[View](/en/x.pdf)", '<p><a href="/en/x.pdf">View</a></p>'),
        ("Q&amp;A, 5 < 6", "<p>Q&amp;A, 5 &lt; 6</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ],
)
def test_a_block_becomes_its_element(text: str, markup: str) -> None:
    assert markup in to_html(text)


def test_a_nested_list_keeps_its_depth() -> None:
    tree = fragment(to_html("- **Opinion adopted**\n    - 26/02/2026\n- **Opinion status**\n    - Negative\n\nText"))
    outer = tree.main.find("ul")
    items = outer.find_all("li", recursive=False)
    assert [text_of(item) for item in items] == ["Opinion adopted 26/02/2026", "Opinion status Negative"]
    assert text_of(tree.main.find_all("p")[-1]) == "Text"
    assert tree.main.find_all("p")[-1].find_parent("ul") is None


def test_no_markup_of_the_text_itself_gets_through() -> None:
    assert "<script" not in to_html("<script>x</script> [a](javascript:alert) **<b>**")
    assert 'href="javascript' not in to_html("[a](javascript:alert)")
