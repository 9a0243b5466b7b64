"""The Agency's pages on a medicine or a variation, read by the words of their headings and labels.

Templates differ in heading levels, and labels stand in a definition list, in a nested list or run on in one line; so a
page is taken as lines of text, a section as what follows a heading, a value as what follows its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.ema_lines import Line, lines
from regwatch.adapters.ema_vocabulary import day
from regwatch.dates import PartialDate
from regwatch.errors import BadDate, BlockedPage, MissingPart, WrongIdentity
from regwatch.model import Document
from regwatch.reading.html import clean, label, soup

FACTS = ("product details", "authorisation details", "application details", "key facts")
LABELS = (
    "Name of medicine", "Active substance", "International non-proprietary name (INN) or common name",
    "Therapeutic area (MeSH)", "Anatomical therapeutic chemical (ATC) code", "EMA product number",
    "Marketing authorisation holder", "Marketing authorisation applicant", "Opinion adopted", "Opinion status",
    "Marketing authorisation issued", "Refusal of marketing authorisation", "Withdrawal of marketing authorisation",
    "Suspension of marketing authorisation", "Lapse of marketing authorisation", "Expiry of marketing authorisation",
    "Revocation of marketing authorisation", "Withdrawal of application", "Revision", "Procedure number",
)  # fmt: skip
_SECTIONS = frozenset((
    *FACTS, "overview", "opinion", "product information", "therapeutic indication", "pharmacotherapeutic group",
    "assessment history", "all documents", "topics", "share this page",
))  # fmt: skip
_LABEL = re.compile(
    "(?<!\\S)(" + "|".join(re.escape(one) for one in sorted(LABELS, key=len, reverse=True)) + "):?(?=\\s|\\Z)"
)


_CONDITIONAL = re.compile(r"^Conditional approval$|received a conditional marketing authorisation", re.MULTILINE)


def page(document: Document) -> tuple[BeautifulSoup, list[Line]]:
    """The parsed page and its lines from its title (the `h1`) on.

    Raises `MissingPart` where there is no title, `BlockedPage` where the title is a bot wall's, and what `soup` raises.
    """
    parsed = soup(document)
    found = lines(parsed)
    start = next((at for at, line in enumerate(found) if line.level == 1), None)
    if start is None:
        raise MissingPart("title (h1)", " ".join(line.text for line in found[:3])[:80])
    title = label(found[start].text)
    if title in ("access denied", "request blocked", "403 forbidden", "forbidden", "403 error", "error"):
        raise BlockedPage(f"{document.final_url} answered {found[start].text!r} in place of the page")
    return parsed, found[start:]


def section(found: Iterable[Line], *names: str, deep: bool = False) -> list[Line]:
    """The lines under the headings of these names (folded), each up to the next heading.

    `deep` goes on through lower headings, as of the diseases in an indication, and gives them as lines.
    """
    wanted, level, taken = {name.casefold() for name in names}, 0, []
    for line in found:
        name = label(line.text)
        if line.level and name in wanted:
            level = line.level
        elif line.level and level and (not deep or line.level <= level or _is_section(name)):
            level = 0
        elif level:
            taken.append(line)
    return taken


def _is_section(name: str) -> bool:
    return name in _SECTIONS or name.startswith(("news on ", "more information on ", "related ", "initial marketing "))


def facts(found: list[Line]) -> dict[str, str]:
    """Labels and values of a medicine; `Conditional approval` is there only where it holds.

    Raises `MissingPart` where the page has no section of facts.
    """
    rows = section(found, *FACTS)
    if not rows:
        raise MissingPart("section 'Product details' or 'Key facts'", "; ".join(x.text for x in found if x.level)[:200])
    text = "\n".join(line.text for line in rows)
    marks = list(_LABEL.finditer(text))
    values: dict[str, str] = {}
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        value = clean(text[mark.end() : following.start() if following else len(text)])
        values.setdefault(mark[1], value)
    if _CONDITIONAL.search(text):
        values["Conditional approval"] = "Yes"
    return values


def published(parsed: Tag) -> PartialDate | None:
    """The day on which the page was first published, where it says so."""
    meta = parsed.find("meta", attrs={"property": "article:published_time"})
    try:
        return day(str(meta.get("content", ""))) if isinstance(meta, Tag) else None
    except BadDate:
        return None


def check_identity(number: str, wanted: str, url: str) -> None:
    """Raises `WrongIdentity` where the page is about another product than the source's."""
    if wanted and number and number != wanted:
        raise WrongIdentity(f"{url} is about {number}, not about {wanted}: check the address and ema_product_number")
