"""The pages that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from regwatch import plain
from regwatch.board import timeline_svg
from regwatch.board.news import Item, news
from regwatch.board.page_templates import Templates
from regwatch.board.shapes import Day
from regwatch.board.site import Site, View, slugs
from regwatch.board.template_helpers import show
from regwatch.board.view_models import Place, foreseen, in_order, line, places
from regwatch.dates import PartialDate, local_day
from regwatch.digest.transition_view import capital
from regwatch.digest.when import day, instant
from regwatch.glossary import explained
from regwatch.ledger import evidence, notes, queries
from regwatch.ledger.since import decided_since
from regwatch.model import Topic
from regwatch.vocabulary import AUTHORITIES, Standing

Since = Annotated[Day | None, Query(description="Show what is new since this day.")]


@dataclass(frozen=True)
class BoardRow:
    """One line of the board: a topic and its places by authority."""

    topic: Topic
    places: dict[str, Place]


def routes(site: Site, templates: Templates) -> APIRouter:
    """The pages of a site."""
    pages = APIRouter(default_response_class=HTMLResponse, include_in_schema=False)
    _board(pages, site, templates)
    _topics(pages, site, templates)
    _details(pages, site, templates)
    _words(pages, site, templates)
    return pages


def _board(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/")
    def board(since: Since = None) -> str:
        with site.view() as view:
            found = places(view)
            codes = list(dict.fromkeys(one.code for one in sorted(found, key=_in_vocabulary)))
            rows = [BoardRow(one, {p.code: p for p in found if p.topic.id == one.id}) for one in view.topics]
            heads = {one.code: one for one in found}
            return templates.render(
                "board.html", rows=rows, codes=codes, heads=heads, since=since, items=_since(view, None, since),
                as_of=instant(view.now, view.zone), glossary=_glossary(found),
            )  # fmt: skip


def _topics(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/t/{topic}.txt")
    def sheet(topic: str) -> Response:
        with site.view() as view:
            return PlainTextResponse(templates.render("topic.txt", **_topic_words(view, _topic(view, topic), None)))

    @pages.get("/t/{topic}")
    def topic_page(topic: str, since: Since = None) -> str:
        with site.view() as view:
            return templates.render("topic.html", **_topic_words(view, _topic(view, topic), since))

    @pages.get("/t/{topic}/timeline.svg")
    def picture(topic: str) -> Response:
        with site.view() as view:
            return Response(_picture(view, _topic(view, topic)), media_type="image/svg+xml")


def _details(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/t/{topic}/{authority}")
    def place_page(topic: str, authority: str) -> str:
        with site.view() as view:
            known = _topic(view, topic)
            found = find_place(view, known, authority)
            told = queries.timeline(view.session, known.id, view.watchlist.publisher)
            history = [line(one.transition, view) for one in told if one.transition.authority == found.code]
            return templates.render(
                "place.html", topic=known, place=found, history=history, sources=view.health_of(topic, found.code),
                as_of=instant(view.now, view.zone), show=show(view),
            )  # fmt: skip

    @pages.get("/transition/{number}")
    def transition_page(number: int) -> str:
        with site.view() as view:
            one = queries.transition(view.session, number, view.watchlist.publisher) if number < 2**31 else None
            if one is None:
                raise HTTPException(404)
            now = decided_since(one, view.board) if one.standing is not Standing.RETRACTED else None
            return templates.render(
                "transition.html", line=line(one, view), since=line(now, view) if now else None, raw=one,
                show=show(view), watched=view.topic(one.topic),
                log=evidence.log_of(view.session, number, view.watchlist.publisher),
                exhibits=evidence.exhibits(view.session, number, view.watchlist.publisher),
            )  # fmt: skip


def _words(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/about")
    def about() -> str:
        with site.view() as view:
            return templates.render(
                "about.html", sources=view.health, show=show(view), as_of=instant(view.now, view.zone),
                stale=[one for one in view.health if one.stale(view.now)],
            )  # fmt: skip

    @pages.get("/follow")
    def follow() -> str:
        with site.view() as view:
            return templates.render("follow.html", topics=view.topics, places=places(view))


def find_place(view: View, topic: Topic, authority: str) -> Place:
    """The cell of that address, or 404."""
    code = slugs().get(authority.lower())
    for one in places(view, topic.id):
        if one.code == code:
            return one
    raise HTTPException(404)


def _topic(view: View, name: str) -> Topic:
    found = view.topic(name)
    if found is None:
        raise HTTPException(404)
    return found


def _in_vocabulary(one: Place) -> int:
    known = list(AUTHORITIES)
    return known.index(one.code) if one.code in known else len(known)


def _topic_words(view: View, topic: Topic, since: date | None) -> dict[str, object]:
    coming = in_order(queries.expected(view.session, topic.id, view.watchlist.publisher), view.now)
    met = evidence.fulfilled(view.session, topic.id, view.watchlist.publisher)
    told = [one.transition for one in queries.timeline(view.session, topic.id, view.watchlist.publisher)]
    announced = {one.id for one in told if one.date is None}
    found = places(view, topic.id)
    return {
        "topic": topic,
        "places": found,
        "history": [line(one, view) for one in told],
        "met": {number: plain.met(one.date, one.days, announced=number in announced) for number, one in met.items()},
        "coming": [foreseen(one, view) for one in coming],
        "picture": _picture(view, topic),
        "since": since,
        "items": _since(view, topic, since),
        "as_of": instant(view.now, view.zone),
        "today": day(PartialDate.of_day(local_day(view.now, view.zone))),
        "glossary": _glossary(found),
        "notes": notes.of_topic(view.session, topic.id),
    }


def _picture(view: View, topic: Topic) -> str:
    today = local_day(view.now, view.zone)
    told = [one.transition for one in queries.timeline(view.session, topic.id, view.watchlist.publisher)]
    coming = in_order(queries.expected(view.session, topic.id, view.watchlist.publisher), view.now)
    return timeline_svg.timeline(topic, timeline_svg.marks_of(told, coming, today), today)


def _since(view: View, topic: Topic | None, since: date | None) -> list[Item]:
    if since is None:
        return []
    zone = ZoneInfo(view.zone)
    at = datetime(since.year, since.month, since.day, tzinfo=zone).astimezone(UTC) if since.year > 1 else None
    return news(view, at, topic.id if topic else None)


def _glossary(found: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    def texts() -> Iterator[str]:
        for one in found:
            yield f"{one.authority} {one.topic.title}"
            if one.line:
                yield f"{one.line.status} {one.line.sentence} {one.line.meaning}"
            yield from (ahead.sentence for ahead in one.foreseen)

    return tuple((term, capital(words)) for term, words in explained(" ".join(texts())))
