"""EMA news: every item about a watched medicine but the committee's meetings (see ema_chmp_highlights).

Gives     one news record per item that names a watched treatment, title and summary as prose
Withheld  the page of the item; news about animals and about the Agency
Quirks    the list names the medicines of an item without saying what of them; lists inside a text repeat values
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.chmp_highlights import MEETING, REPORT
from regwatch.adapters.ema.report import listed, rows, text_in
from regwatch.adapters.ema.vocabulary import PUBLISHER, SITE, day
from regwatch.dates import PartialDate
from regwatch.errors import BadDate
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.names import names_any


def request(source: Source) -> Request:
    """The news report; items are picked out of it."""
    return Request(source.url or REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The items about watched treatments. None is a good answer: the Agency has told nothing."""
    reading = Reading([Record("report", "news", "News report", REPORT)])
    for row in rows(document):
        title, medicines = text_in(row, "title"), listed(text_in(row, "related_medicine_referral"))
        told = " ; ".join((title, text_in(row, "news_summary"), *medicines))
        if "Human" not in listed(text_in(row, "categories")) or title.casefold().startswith(MEETING):
            continue
        if names_any(told, document.source.watch):
            _add(row, title, medicines, reading)
    return reading


def _add(row: dict[str, Any], title: str, medicines: tuple[str, ...], reading: Reading) -> None:
    url, summary = text_in(row, "news_url"), text_in(row, "news_summary")
    if not url.startswith(f"{SITE}/en/news/"):
        reading.odd("a news item at another address than the Agency's news", f"{title} {url}", url)
        return
    fields = (("medicines", ", ".join(medicines)), ("topics", ", ".join(listed(text_in(row, "topics")))))
    reading.add(
        Record(
            "news",
            url.removeprefix(f"{SITE}/en/news/").strip("/"),
            title,
            url,
            _published(row, title, reading),
            fields=tuple(fact for fact in fields if fact[1]),
            blocks=(summary,) if summary else (),
            prose=True,
        )
    )


def _published(row: dict[str, Any], title: str, reading: Reading) -> PartialDate | None:
    written = text_in(row, "first_published_date")
    try:
        return day(written)
    except BadDate:
        reading.odd("the date of a news item could not be read", f"{title}: {written}")
        return None


ADAPTER = Adapter(
    "ema_news",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 500),
    minutes=360,
)
