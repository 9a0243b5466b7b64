"""A list between two looks: which of its items were there before, and what its further pages hold if it turned over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from regwatch.adapters.contract import Adapter
from regwatch.dates import PartialDate, Precision
from regwatch.errors import SourceTrouble
from regwatch.fetch.client import Fetches
from regwatch.model import Listed, Oddity, Reading, Source
from regwatch.polling.diff import SHORTEST_LIST, identity, still_listed, turned_over
from regwatch.store.manifest import Manifest, Part

FURTHER_PAGES = 5
"""Pages of a list that are read to catch up with one that has turned over."""
DAYS_KEPT = 60


async def catch_up(
    source: Source, adapter: Adapter, fetcher: Fetches, reading: Reading, before: Part
) -> tuple[str, list[tuple[str, SourceTrouble]]]:
    """Where a list has turned over since the last look, add what its further pages hold, until one is known again.

    Gives the evidence that it has turned over, "" where it has not, and the page that could not be read.
    """
    items = names(reading)
    if not turned_over(before.listed, items):
        return "", []
    when = f"{before.read_at:%Y-%m-%d %H:%M} UTC" if before.read_at else "the last look"
    known = still_listed(before.listed, items)
    gap = f"of its {len(items)} items, {known or 'none'} was among the {len(before.listed)} of {when}"
    pages, more = 0, reading.more
    while more is not None and pages < FURTHER_PAGES:
        try:
            fetched = await fetcher.fetch(source, more)
            page = adapter.reading(fetched.document) if fetched.document else Reading()
        except SourceTrouble as trouble:
            return gap, [(more.url, trouble)]
        pages, more = pages + 1, page.more
        here = {identity(record) for record in reading.records}
        reading.records += [record for record in page.records if identity(record) not in here]
        reading.follows += page.follows
        reading.listed += page.listed
        if not turned_over(before.listed, names(page)):
            return f"{gap}; caught up by reading {pages} further page{'s' if pages > 1 else ''}", []
    return gap, []


def names(reading: Reading) -> list[str]:
    """What stands on a list: of each item the names that the reading gives, a line each, else the page it leads to."""
    told = ["\n".join(dict.fromkeys(filter(None, (one.key, page)))) for one, page in _with_own_pages(reading)]
    return told or [follow.request.part for follow in reading.follows]


def renamed(before: Part, reading: Reading) -> list[Oddity]:
    """An oddity where most items of a list go by other identities than at the last look although their pages are known:
    nothing of it is news, and a feed that does so at every look hides what it changes.
    """
    known = {name for item in before.listed for name in item.splitlines()}
    here = [one for one, page in _with_own_pages(reading) if page in known]
    new = [one for one in here if one.key not in known]
    if len(here) < SHORTEST_LIST or 2 * len(new) <= len(here):
        return []
    text = f"{len(new)} of {len(here)}, such as {new[0].key} for {new[0].page}"
    return [Oddity("items of the list go by other identities than at the last look: known by their links", text)]


def shrunken(before: Part, reading: Reading) -> list[Oddity]:
    """An oddity where a list has lost half of its items or more since the last look: that is no way of lists, and what
    stood there stays known. A list of one or two items may have been cleared, and one of
    which only some are followed may have fewer of those.
    """
    had, has = len(before.listed), len(names(reading))
    if had < SHORTEST_LIST or 2 * has > had or (reading.follows and not reading.listed):
        return []
    return [Oddity("the list has lost most of its items since the last look: what they told stands", f"{has} of {had}")]


def _with_own_pages(reading: Reading) -> list[tuple[Listed, str]]:
    """The items of a list, each with the page that no other leads to, else ""."""
    pages = Counter(one.page for one in reading.listed)
    return [(one, one.page if pages[one.page] == 1 else "") for one in reading.listed]


def days_told(previous: Manifest | None, listed: Iterable[PartialDate | None], manifest: Manifest) -> list[str]:
    """The last days on which something was published, oldest first."""
    told = [*listed, *(record.published for _, record in manifest.records())]
    days = {day.iso for day in told if day is not None and day.precision is Precision.DAY}
    return sorted({*days, *(previous.days if previous else ())})[-DAYS_KEPT:]
