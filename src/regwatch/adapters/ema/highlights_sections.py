"""The sections of a page of CHMP meeting highlights, and what their headings mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from bs4 import Tag

from regwatch.errors import MissingPart
from regwatch.reading.html import clean, label, need, text_of
from regwatch.vocabulary import Milestone

_BRACKETS = re.compile(r"\s*\([^()]{0,120}\)\s*")
_SUB = ("h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class SectionMeaning:
    """What a heading means for the products under it. `cards`: such a section always lists products."""

    milestone: Milestone | None
    cards: bool = True


@dataclass(frozen=True)
class Card:
    """One product: its name without brackets and asterisk, its common name, its labels and values, and where its card
    leads, as written.
    """

    name: str
    inn: str
    facts: tuple[tuple[str, str], ...]
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class HighlightsSection:
    """One section: its heading as written, the products in it, and all its text."""

    heading: str
    cards: tuple[Card, ...]
    text: str


_OUTCOMES = (
    (re.compile(r"positive recommendations? on (?:extensions?\b|new\b)"), SectionMeaning(Milestone.OPINION_POSITIVE)),
    (re.compile(r"negative recommendations? on (?:extensions?\b|new\b)"), SectionMeaning(Milestone.OPINION_NEGATIVE)),
    (re.compile(r"withdrawals? of (?:initial )?(?:marketing authorisation )?applications?"),
     SectionMeaning(Milestone.APPLICATION_WITHDRAWN, cards=False)),
    (re.compile(r"(?:start|outcome|conclusion)s? of re-examinations?"), SectionMeaning(None, cards=False)),
)  # fmt: skip


def outcome_of(heading: str) -> SectionMeaning | None:
    """What the heading means; None for a heading that decides nothing (referrals, statistics, other updates)."""
    words = label(heading)
    return next((outcome for pattern, outcome in _OUTCOMES if pattern.match(words)), None)


def sections(html: Tag) -> Iterator[HighlightsSection]:
    """The sections of the page, each from its heading to the next."""
    for heading in filter(_heads_section, need(html.find("body"), "body").find_all(("h2", "h3"))):
        nodes: list[Tag] = []
        for node in heading.find_all_next(True):
            if node.name == "h1" or _heads_section(node):
                break
            nodes.append(node)
        text = clean(" ".join(text_of(node) for node in nodes if node.name in ("p", "li", *_SUB)))
        yield HighlightsSection(text_of(heading), tuple(_cards(nodes)), text)


def _heads_section(node: Tag) -> bool:
    """Whether this heads a section: an `h2`, or since 2026 an `h3` that says so, among those of products."""
    rounded = "rounded-title" in node.get_attribute_list("class")
    return node.name == "h2" or (node.name == "h3" and (rounded or outcome_of(text_of(node)) is not None))


def _cards(nodes: list[Tag]) -> Iterator[Card]:
    name, term = "", ""
    facts: list[tuple[str, str]] = []
    links: list[str] = []
    for node in nodes:
        if node.name in _SUB:
            if name and facts:
                yield _card(name, facts, links)
            name, term, facts, links = text_of(node), "", [], []
        elif node.name == "dt":
            term = text_of(node).removesuffix(":").strip()
        elif node.name == "dd" and name:
            facts.append((term, text_of(node)))
        elif node.name == "a" and name and node.get("href"):
            links.append(str(node["href"]))
    if name and facts:
        yield _card(name, facts, links)


def _card(name: str, facts: list[tuple[str, str]], links: list[str]) -> Card:
    terms = [name for name, _ in groupby(label(term) for term, _ in facts if term)]
    if len(terms) > len(set(terms)):
        raise MissingPart("heading between two products", f"{name}: {', '.join(terms)}"[:200])
    inn = next((text for term, text in facts if label(term).startswith(("inn", "common name", "international"))), "")
    return Card(clean(_BRACKETS.sub(" ", name).replace("*", " ")), inn, tuple(facts), tuple(links))
