"""The layouts that a new adapter can begin from: one application's facts, or many in a table, a list or cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_DAY = "24 July 2025"


class Layout(StrEnum):
    """What a page looks like."""

    FACTS = "facts"
    TABLE = "table"
    LIST = "list"
    CARDS = "cards"


@dataclass(frozen=True)
class PageShape:
    """What differs between layouts.

    `page` and `adapter` are skeletons, `entries` is one that is put into the adapter ("" for none). `marks` are what an
    altered page lacks, `decided` what stands in the page where a decision has a date, and `approved` how it shows the
    status in its source.
    """

    adapter: str
    page: str
    entries: str
    tools: str
    about: str
    marks: str
    decided: str
    approved: str

    @property
    def one(self) -> bool:
        """Whether the page is about one application: another medicine there is another page."""
        return not self.entries

    def altered(self, page: str) -> str:
        """The page as it might be after a redesign."""
        return re.sub(self.marks, "", page)


SHAPES = {
    Layout.FACTS: PageShape(
        "adapter", "page", "", "", "a list of facts", r"</?d[ltd]>", f"<dt>Decision date:</dt><dd>{_DAY}</dd>\n",
        "<dd>Approved<",
    ),
    Layout.TABLE: PageShape(
        "entries", "page_table", "entries_table", "label, need, rows, soup, title", "a table",
        r"</?(?:table|tr|th|td)>", _DAY, "<td>Approved<",
    ),
    Layout.LIST: PageShape(
        "entries", "page_list", "entries_list", "clean, label, need, soup, text_of, title", "a list", r"</?(?:ul|li)>",
        _DAY, "<p>Status: Approved<",
    ),
    Layout.CARDS: PageShape(
        "entries", "page_cards", "entries_cards", "label, need, pairs, soup, text_of, title", "cards",
        r"</?article>", _DAY, "<dd>Approved<",
    ),
}  # fmt: skip
