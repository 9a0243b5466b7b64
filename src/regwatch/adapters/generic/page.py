"""Chosen blocks of any HTML page.

Gives     one page record with the text of all chosen blocks, or with `record: block` one record per block
Withheld  everything outside `select`, and inside it what `drop` names
Quirks    blocks are compared by their text: a moved block is no change, an edited one is a new one
"""

from __future__ import annotations

import re

import soupsieve
from bs4 import BeautifulSoup

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.option_values import names
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.html import clean, paragraphs, soup, tags, text_of

_NAME = re.compile(r"[a-z][a-z0-9]*")


def request(source: Source) -> Request:
    """The page. Raises `ValueError` where the address or the selector is missing."""
    if not source.url:
        raise ValueError("the adapter page needs the page's address under `url`")
    if not source.options.get("select"):
        raise ValueError("the adapter page needs the option `select`: a CSS selector of the blocks to watch")
    return Request(source.url)


def _selector(value: str) -> str:
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"must be a CSS selector, not {value!r}") from error
    return value


def read(document: Document) -> Reading:
    """The chosen blocks. Raises `WrongIdentity` and `MissingPart` (no block, or a block without text)."""
    options = document.source.options
    html = soup(document)
    mark = clean(options.get("identity", ""))
    if mark and mark.casefold() not in text_of(html).casefold():
        raise WrongIdentity(f"{document.final_url} does not say {mark!r}: another page answered")
    blocks = _blocks(html, options["select"], options.get("drop", ""))
    prose = options.get("prose") == "yes"
    if options.get("record") == "block":
        return Reading([_record("block", "", block, document, prose) for block in blocks])
    title = html.find("h1") or html.find("title")
    heading = text_of(title)
    text = [words for block in blocks for words in block if words != heading]
    return Reading([_record("page", "page", [heading, *text], document, prose)])


def _blocks(html: BeautifulSoup, select: str, drop: str) -> list[list[str]]:
    # A selector that is a name alone needs no matching, which would cost half as much as building the tree.
    chosen = list(tags(html, (select,))) if _NAME.fullmatch(select) else list(html.select(select))
    if not chosen:
        raise MissingPart(f"block {select!r}", text_of(html.find("h1")))
    for part in html.select(drop) if drop else []:
        part.decompose()
    places = {id(part) for part in chosen}
    whole = (part for part in chosen if not any(id(parent) in places for parent in part.parents))
    found = [paragraphs(part) for part in whole if not (drop and part.decomposed)]
    if not any(found):
        raise MissingPart(f"text in the block {select!r}")
    return [block for block in found if block]


def _record(kind: str, key: str, block: list[str], document: Document, prose: bool) -> Record:
    title, *rest = block
    return Record(kind=kind, key=key, title=title, url=document.source.url, blocks=tuple(rest), prose=prose)


ADAPTER = Adapter(
    name="page",
    authorities=(),
    request=request,
    read=read,
    options={
        "select": "CSS selector of the blocks to watch.",
        "drop": "CSS selector of parts to leave out of them: counters, dates of rendering, related links.",
        "identity": "Words that are always on this page; without them another page has answered.",
        "prose": "`yes`: the text is an announcement, which the language rules read.",
        "record": "`page` (default): all blocks are one text; `block`: each block stands for itself.",
        "kind": "What the text is: company_press_release (default), regulator_notice, trade_news or patient_blog.",
        "status": "`no`: what it says is kept as evidence and never moves a status: congress and guideline news.",
    },
    values={"select": _selector, "drop": _selector, "identity": names},
    limits=Limits(least=1, most=2_000),
)
