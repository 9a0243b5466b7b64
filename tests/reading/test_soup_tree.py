"""The tree that we build is Beautiful Soup's own, to the last link, whatever the markup."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regwatch.characters import html_text
from regwatch.errors import WrongType
from regwatch.reading.html import DEEPEST, clean, fragment, rows, tags
from regwatch.reading.soup_tree import tree

GOLDEN = Path(__file__).parents[1] / "golden"
LINKS = ("parent", "previous_element", "next_element", "previous_sibling", "next_sibling")
NAMES = (
    "a", "b", "br", "div", "form", "h1", "html", "body", "head", "li", "meta", "noscript", "o:p", "option", "p", "pre",
    "rp", "rt", "ruby", "script", "select", "style", "sup", "svg", "table", "td", "template", "textarea", "title", "tr",
    "ul", "unknown",
)  # fmt: skip
ATTRIBUTES = (
    "", ' class="one  two"', " class", ' rel="nofollow me"', ' headers="a b"', ' charset="latin-1"', " {a}b=c",
    " {http://www.w3.org/XML/1998/namespace}lang=en {x}class='d e'", " { }", ' id="a" id="b"', " checked",
    ' http-equiv="Content-Type" content="text/html; charset=x"', ' xml:lang="en" xmlns:o="urn:o"',
    ' title="&lt;&nbsp;"',
)  # fmt: skip
PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(NAMES)),
    st.sampled_from((
        " ", "\n\n", " \n ", "\t", "words", "&amp;", "&shy;", "\u00a0", "é", "<", "<!---->", "<!-- c -->",
        "<!-- \n -->", "<!doctype html>", '<!DOCTYPE html PUBLIC "-//W3C//DTD" "u">', "<?php a?>", "<?x?>",
        "<![CDATA[d]]>", "</", "<br/>",
    )),
    st.text(max_size=5),
)  # fmt: skip


def described(page: BeautifulSoup) -> list[Any]:
    """Each node with its class, what is noted of it, and the places in the page of those that it is linked to."""
    nodes = [page, *page.descendants]
    places: dict[int, int | None] = {id(node): place for place, node in enumerate(nodes)} | {id(None): None}
    told: list[Any] = []
    for node in nodes:
        notes = dict(vars(node))
        links = [places[id(notes.pop(link))] for link in LINKS]
        if not isinstance(node, Tag):
            told.append((type(node), str(node), links, notes))
            continue
        inside = [places[id(child)] for child in notes.pop("contents")]
        attributes = notes.pop("attrs")
        values = [(type(name), name, type(value), value) for name, value in attributes.items()]
        told.append((type(node), links, inside, type(attributes), values, notes if node is not page else None))
    return told


def same(markup: str) -> None:
    ours, deepest = tree(markup)
    theirs = BeautifulSoup(markup, "lxml")
    assert described(ours) == described(theirs)
    assert ours.encode() == theirs.encode()
    assert deepest == max((len(list(tag.parents)) for tag in theirs.find_all(True)), default=0)


@settings(max_examples=150)
@given(st.lists(PIECES, max_size=25).map("".join))
@example("<pre>\n \n<b> \n</b></pre><p> \n <textarea> \n </textarea> <b> </b>")
@example("<template><rt>a<b>b</b></rt>c</template>d<script>e</script>f")
@pytest.mark.filterwarnings("ignore")
def test_any_markup_gives_the_tree_of_beautiful_soup(markup: str) -> None:
    """Warnings are Beautiful Soup's about markup that looks like XML or like the name of a file."""
    same(markup.replace("\0", ""))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("publisher", sorted(path.name for path in GOLDEN.iterdir() if any(path.rglob("*.html"))))
def test_recorded_pages_give_the_tree_of_beautiful_soup(publisher: str) -> None:
    for path in sorted((GOLDEN / publisher).rglob("*.html")):
        same(html_text(path.read_bytes()))


def test_a_page_as_deep_as_is_allowed_is_read_and_a_deeper_one_refused() -> None:
    """Two of the elements are `html` and `body`."""
    assert fragment("<b>" * (DEEPEST - 2) + "deep").text == "deep"
    with pytest.raises(WrongType):
        fragment("<b>" * (DEEPEST - 1) + "too deep")


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_need_no_normal_form(text: str) -> None:
    assert clean(text) == " ".join(unicodedata.normalize("NFKC", text).split())


def test_elements_are_found_as_beautiful_soup_finds_them() -> None:
    page = fragment("<table><tr><td>1<table><tr><th>2</th><td>3</td></tr></table></td></tr><tr></tr></table>")
    assert list(tags(page, ("td", "th"))) == page.find_all(["td", "th"])
    assert rows(page) == [("1 2 3",), ("2", "3")]
