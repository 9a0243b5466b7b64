"""EMA news: highlights of the meetings of the CHMP, the committee for human medicines.

Gives     per meeting, one record and one opinion record for each watched product on its page; a use that stands on the
          page of the variation only is read there
Withheld  the day of each opinion: the last day of the meeting, which is in the title, stands for it
Quirks    the section a product stands in says which way the opinion went; most months have a meeting, August has not;
          the news list names every product of a meeting, whatever the outcome
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.highlights_products import product, variation
from regwatch.adapters.ema.highlights_sections import outcome_of, sections
from regwatch.adapters.ema.lines import Line
from regwatch.adapters.ema.page import page, published
from regwatch.adapters.ema.report import listed, rows, text_in
from regwatch.adapters.ema.vocabulary import PUBLISHER, REPORTS, SITE, day
from regwatch.errors import MissingPart
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.html import label
from regwatch.reading.names import names_any

REPORT = f"{REPORTS}news-json-report_en.json"
MEETING = "meeting highlights from the committee for medicinal products for human use"
_RECENT = timedelta(days=60)


def request(source: Source) -> Request:
    """The news report; the committee's meetings are picked out of it."""
    return Request(REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The news report, the page of one meeting, or that of a variation it leads to (`variation/...`)."""
    if document.request.part.startswith("variation/"):
        return variation(document)
    return _meeting(document) if document.request.part else _news(document)


def _news(document: Document) -> Reading:
    found = [row for row in rows(document) if text_in(row, "title").casefold().startswith(MEETING)]
    dated = [(day(text_in(row, "first_published_date")), row) for row in found]
    days = [date.first for date, _ in dated if date]
    if not days:
        raise MissingPart("highlights of a CHMP meeting among the news")
    since = document.fetched_at.date() - _RECENT
    reading = Reading()
    for date, row in dated:
        named = names_any(" ; ".join(listed(text_in(row, "related_medicine_referral"))), document.source.watch)
        if date and (date.first == max(days) or (date.first >= since and named)):
            reading.follow(_follow(row))
    return reading


def _follow(row: dict[str, Any]) -> Follow:
    url = text_in(row, "news_url")
    if not url.startswith(f"{SITE}/en/news/"):
        raise MissingPart("address of a news item", url[:100])
    return Follow(Request(url, url.removeprefix(f"{SITE}/en/")), text_in(row, "last_updated_date") or "1")


def _meeting(document: Document) -> Reading:
    html, lines = page(document)
    title, url = lines[0].text, document.final_url
    if not title.casefold().startswith(MEETING):
        raise MissingPart("title of CHMP meeting highlights", title[:100])
    meeting = Record("meeting", url.rstrip("/").rpartition("/")[2], title, url, published=published(html))
    reading, watch, decided = Reading([meeting]), document.source.watch, False
    found = list(sections(html))
    _check_headings(lines, {label(part.heading) for part in found})
    for part in found:
        outcome = outcome_of(part.heading)
        decided = decided or bool(outcome and outcome.milestone)
        if outcome and outcome.cards and not part.cards:
            raise MissingPart(f"product under {part.heading!r}")
        for card in part.cards:
            if names_any(f"{card.name} ; {card.inn}", watch):
                reading.add(product(card, part.heading, outcome, meeting, reading))
        if not part.cards and names_any(part.text, watch):
            reading.odd(f"a watched product in the text under {part.heading!r}", part.text, url)
    if not decided:
        raise MissingPart("section of recommendations", "; ".join(line.text for line in lines if line.level)[:200])
    return reading


def _check_headings(lines: list[Line], headings: set[str]) -> None:
    """A section whose heading is not read as one would give its products to the section before it."""
    for line in lines:
        if outcome_of(line.text) and label(line.text) not in headings and len(line.text) < 120:
            raise MissingPart("heading around a section's name", line.text)


ADAPTER = Adapter(
    "ema_chmp_highlights",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 40),
    minutes=720,
)
