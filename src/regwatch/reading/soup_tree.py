"""Beautiful Soup's tree of an HTML page, built straight from the events of lxml.

Beautiful Soup's own builder asks some thirty questions of every element whose answers hang on the element's name alone,
and walks up to the root after every text; that is nine tenths of what reading a page costs. Here the answers are kept
by name and each link is set once. The tree is the same to the last link (`tests/reading/test_soup_tree.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import (
    Comment,
    Doctype,
    NamespacedAttribute,
    NavigableString,
    PageElement,
    ProcessingInstruction,
)
from lxml import etree  # type: ignore[import-untyped]

from regwatch.reading.felling import stands

_SPACES = BeautifulSoup.ASCII_SPACES
_PLAIN = vars(NavigableString(""))


def tree(markup: str) -> tuple[BeautifulSoup, int]:
    """The tree of a page or of a piece of one, and how many elements lie within one another at its deepest place."""
    builder = _Builder()
    page = BeautifulSoup(markup, builder=builder)
    stands(page)
    return page, builder.planted.deepest


class _Builder(LXMLTreeBuilder):
    """Beautiful Soup's builder for lxml, which has the events of the parser told to somebody quicker."""

    planted: _Tree

    def parser_for(self, encoding: str | None) -> Any:
        """A parser that tells of this markup. Called anew where an encoding did not serve."""
        self.planted = _Tree(self)
        return etree.HTMLParser(target=self.planted, recover=True, huge_tree=self.huge_tree, encoding=encoding)

    def feed(self, markup: str | bytes) -> None:
        """Build the tree of all the markup."""
        super().feed(markup)
        self.planted.finish()


@dataclass(frozen=True, slots=True)
class _Kind:
    """What holds of every element of one name: what Beautiful Soup notes of it, which of its attributes are lists of
    words, of what class the texts in it are (None: as those around it), whether spaces in them count, and whether it
    may declare an encoding. Most names are `usual`: of the last three nothing.
    """

    common: Mapping[str, Any]
    lists: frozenset[str]
    texts: type[NavigableString] | None
    spaced: bool
    declares: bool
    usual: bool


class _Tree:
    """What lxml tells its events to: the elements that are open, and what was put in last."""

    __slots__ = ("builder", "data", "deepest", "kinds", "last", "open", "spaced", "special", "text", "values")

    def __init__(self, builder: LXMLTreeBuilder) -> None:
        assert builder.soup is not None
        self.builder = builder
        self.deepest = 0
        self.open: list[Tag] = [builder.soup]
        self.last: PageElement | None = None
        self.text: list[str] = []
        self.data = self.text.append
        self.kinds: dict[str, _Kind] = {}
        self.special: list[type[NavigableString]] = [NavigableString]
        self.spaced = 0
        self.values = builder.attribute_dict_class

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        """Add an element to the one that is open, and open it."""
        if self.text:
            self.end_text()
        kind = self.kinds.get(tag) or self._learn(tag)
        element = Tag.__new__(Tag)
        element.__dict__.update(kind.common)
        element.contents = []
        element.attrs = self._attributes(attrib, kind.lists) if attrib else self.values()
        self._link(element)
        self.open.append(element)
        if len(self.open) > self.deepest + 1:
            self.deepest += 1
        if not kind.usual:
            if kind.texts is not None:
                self.special.append(kind.texts)
            if kind.declares:
                self.builder.set_up_substitutions(element)
            self.spaced += kind.spaced

    def end(self, tag: str) -> None:
        """Close the innermost open element of this name and whatever is open in it."""
        if self.text:
            self.end_text()
        if self.open[-1].name != tag and all(element.name != tag for element in self.open[1:]):
            return
        name = ""
        while name != tag:
            name = self.open.pop().name
            kind = self.kinds[name]
            if not kind.usual:
                if kind.texts is not None:
                    self.special.pop()
                self.spaced -= kind.spaced

    def comment(self, text: str) -> None:
        """Add a comment."""
        self._add(text, Comment)

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        """Add the declaration of the document's type."""
        self._add(Doctype._string_for_name_and_ids(name, public, system), Doctype)

    def pi(self, target: str, data: str) -> None:
        """Add a processing instruction."""
        self._add(target + " " + data, ProcessingInstruction)

    def close(self) -> None:
        """Nothing is left to do: whatever is open ends here."""

    def finish(self) -> None:
        """Add the last text and let go of the tree: this object and the parser hold each other."""
        self.end_text()
        self.open.clear()
        self.last = None

    def end_text(self) -> None:
        """Add the text that has come in, in one piece or in several."""
        if self.text:
            text = "".join(self.text)
            self.text.clear()
            self._add(text, self.special[-1])

    def _learn(self, name: str) -> _Kind:
        """Make one element as Beautiful Soup makes it, and keep what it notes of all of this name."""
        builder = self.builder
        element = Tag(builder.soup, builder, name, namespaces=builder.active_namespace_prefixes[-1])
        lists = builder.cdata_list_attributes or {}
        words = frozenset(lists.get("*", ())) | frozenset(lists.get(name.lower(), ()))
        texts = builder.string_containers.get(name)
        spaced, declares = name in builder.preserve_whitespace_tags, name == "meta"
        usual = texts is None and not spaced and not declares
        self.kinds[name] = kind = _Kind(vars(element), words, texts, spaced, declares, usual)
        return kind

    def _attributes(self, attrib: Mapping[str, str], lists: frozenset[str]) -> dict[str, Any]:
        found: dict[str, Any] = self.values(attrib)
        for name in attrib:
            if name[0] == "{" and "}" in name:
                return self._namespaced(attrib, lists)
            if name in lists:
                found[name] = self.builder.attribute_value_list_class(found[name].split())
        return found

    def _namespaced(self, attrib: Mapping[str, str], lists: frozenset[str]) -> dict[str, Any]:
        """Attributes of which one looks as if it had a namespace, as braces in a broken page do."""
        found: dict[str, Any] = self.values()
        for name, value in attrib.items():
            space, local = self.builder._getNsTag(name)
            if space is not None:
                local = NamespacedAttribute(self.builder._prefix_for_namespace(space), local, space)
            found[local] = self.builder.attribute_value_list_class(value.split()) if local in lists else value
        return found

    def _add(self, text: str, kind: type[NavigableString]) -> None:
        """Add a text. One of spaces alone becomes one space, or one line break, except where spaces count."""
        if self.text:
            self.end_text()
        if not self.spaced and not text.strip(_SPACES):
            text = "\n" if "\n" in text else " "
        new = str.__new__(kind, text)
        new.__dict__.update(_PLAIN)
        self._link(new)

    def _link(self, new: PageElement) -> None:
        """Put what has come in at the end of the open element."""
        parent, last = self.open[-1], self.last
        new.parent, new.previous_element = parent, last
        if last is not None:
            last.next_element = new
        siblings = parent.contents
        if siblings:
            new.previous_sibling = before = siblings[-1]
            before.next_sibling = new
        siblings.append(new)
        self.last = new
