"""The Agency's pages on a medicine or a variation, read by the words of their headings and labels.

Templates differ in heading levels, and labels stand in a definition list, in a nested list or run on in one line; so a
page is taken as lines of text, a section as what follows a heading, a value as what follows its label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.ema.lines import Line, lines
from regwatch.adapters.ema.vocabulary import STATUS, day
from regwatch.dates import PartialDate
from regwatch.errors import BadDate, BlockedPage, MissingPart, WrongIdentity
from regwatch.model import Document, Reading
from regwatch.reading.html import clean, label, soup
from regwatch.reading.leftovers import note

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
_WALLS = ("access denied", "request blocked", "403 forbidden", "forbidden", "403 error", "error")
_MENUS = frozenset({"search", "menu", "main menu", "navigation", "site navigation", "language"})
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}\b")
_STATUS_WITHIN = 12
"""Lines below the title among which the status stands."""
_CONDITIONAL = re.compile(r"^Conditional approval$|received a conditional marketing authorisation", re.MULTILINE)


def page(document: Document) -> tuple[BeautifulSoup, list[Line]]:
    """The parsed page and its lines from its title on: the heading with the medicine's name, or else the first.

    Raises `MissingPart` where there is no title, `BlockedPage` where the title is a bot wall's, and what `soup` raises.
    """
    parsed = soup(document)
    found = lines(parsed)
    headings = [at for at, line in enumerate(found) if line.level == 1]
    blocked = [found[at].text for at in headings if label(found[at].text) in _WALLS]
    if blocked:
        raise BlockedPage(f"{document.final_url} answered {blocked[0]!r} in place of the page")
    start = _title(found, headings)
    if start is None:
        seen = "; ".join(found[at].text for at in headings) or " ".join(line.text for line in found[:3])
        raise MissingPart("title (h1)", seen[:80])
    return parsed, found[start:]


def _title(found: list[Line], headings: list[int]) -> int | None:
    """Which line is the title. A site menu may stand before it under a heading of its own, such as "Search"."""
    name = _name(found)
    for told in (name, name.partition(" (")[0]) if name else ():
        named = [at for at, line in enumerate(found) if line.level and _begins(line.text, told)]
        if named:
            return min(named, key=lambda at: (found[at].level, at))
    below = [at for at in headings if any(label(line.text) in STATUS for line in found[at + 1 : at + _STATUS_WITHIN])]
    plain = [at for at in headings if label(found[at].text) not in _MENUS]
    return below[-1] if below else plain[0] if plain else None


def _name(found: list[Line]) -> str:
    """The name of the medicine among the facts, "" where they do not give it."""
    return _values(section(found, *FACTS)).get("Name of medicine", "")


def _begins(title: str, name: str) -> bool:
    return label(title) == label(name) or label(title).startswith(f"{label(name)} -")


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
    values = _values(rows)
    if _CONDITIONAL.search("\n".join(line.text for line in rows)):
        values["Conditional approval"] = "Yes"
    return values


def _values(rows: list[Line]) -> dict[str, str]:
    text = "\n".join(line.text for line in rows)
    marks = list(_LABEL.finditer(text))
    values: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        value = clean(text[mark.end() : end])
        values.setdefault(mark[1], value)
    return values


def account(values: dict[str, str], reading: Reading, url: str) -> None:
    """Note what stands behind a day: a label that is not known runs on from the value above it."""
    for name, value in values.items():
        if _DAY.match(value) and (rest := value[10:].strip()):
            note(reading, name, rest, url)


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
