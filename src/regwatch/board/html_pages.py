"""The pages that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from regwatch import wording
from regwatch.board import timeline_svg
from regwatch.board.news import News, news
from regwatch.board.page_templates import Templates
from regwatch.board.paging import portion
from regwatch.board.shapes import Day
from regwatch.board.site import Site, View, slugs
from regwatch.board.template_helpers import show
from regwatch.board.view_models import Place, foreseen, in_order, line, places
from regwatch.dates import PartialDate, local_day
from regwatch.digest.background_lines import BackgroundLine, shown
from regwatch.digest.transition_view import capital
from regwatch.digest.when import day, instant
from regwatch.glossary import explained
from regwatch.ledger import background, evidence, notes, queries
from regwatch.ledger.entries import Expectation, Transition
from regwatch.ledger.since import decided_since
from regwatch.model import Topic
from regwatch.vocabulary import AUTHORITIES, Standing

_TOPICS, _LINES, _DRAWN, _SOURCES, _BACKGROUND = 50, 50, 100, 200, 10
"""How many one page has: topics of the board, lines of a history, marks of a drawing, sources (or topics to follow),
items of the background.
"""

Number = Annotated[int, Path(ge=1, le=10**6)]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Only what came before that line of the log.")]
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
    def board(since: Since = None, before: Before = None) -> str:
        return _board_page(site, templates, 1, since, before)

    @pages.get("/page/{number}")
    def further(number: Number) -> str:
        return _board_page(site, templates, number, None, None)


def _board_page(site: Site, templates: Templates, number: int, since: date | None, before: int | None) -> str:
    with site.view() as view:
        topics = portion(view.topics, number, _TOPICS)
        found = places(view, topics.items)
        return templates.render(
            "board.html", rows=_rows(topics.items, found), portion=topics, since=since,
            codes=list(dict.fromkeys(one.code for one in sorted(found, key=_in_vocabulary))),
            heads={one.code: one for one in found}, news=_since(view, None, since, before),
            as_of=instant(view.now, view.zone), glossary=_glossary(found),
        )  # fmt: skip


def _topics(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/t/{topic}.txt")
    def sheet(topic: str) -> Response:
        with site.view() as view:
            words = _topic_words(view, _topic(view, topic), None, None)
            return PlainTextResponse(templates.render("topic.txt", **words))

    @pages.get("/t/{topic}")
    def topic_page(topic: str, since: Since = None, before: Before = None) -> str:
        with site.view() as view:
            return templates.render("topic.html", **_topic_words(view, _topic(view, topic), since, before))

    @pages.get("/t/{topic}/history/{number}")
    def history(topic: str, number: Number) -> str:
        with site.view() as view:
            known = _topic(view, topic)
            lines = portion(queries.history(view.session, known.id), number, _LINES)
            told = _read(view, lines.items)
            return templates.render(
                "history.html", topic=known, portion=lines, history=[line(one, view) for one in told],
                met=_met(view, known, told), notes=notes.of_topic(view.session, known.id),
                as_of=instant(view.now, view.zone),
            )  # fmt: skip

    @pages.get("/t/{topic}/timeline.svg")
    def picture(topic: str) -> Response:
        with site.view() as view:
            known = _topic(view, topic)
            coming = in_order(queries.expected(view.session, known.id, view.watchlist.publisher), view.now)
            drawn = queries.history(view.session, known.id)[:_DRAWN]
            return Response(_picture(view, known, _read(view, drawn), coming), media_type="image/svg+xml")


def _details(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/t/{topic}/{authority}")
    def place_page(topic: str, authority: str) -> str:
        with site.view() as view:
            known = _topic(view, topic)
            found = find_place(view, known, authority)
            at = (topic, found.code)
            lines = portion(queries.history(view.session, topic, found.code), 1, _LINES)
            return templates.render(
                "place.html", topic=known, place=found, older=lines.last > 1,
                history=[line(one, view) for one in _read(view, lines.items)],
                sources=view.health_at([at])[at], as_of=instant(view.now, view.zone), show=show(view),
            )  # fmt: skip

    @pages.get("/transition/{number}")
    def transition_page(number: int) -> str:
        with site.view() as view:
            one = queries.transition(view.session, number, view.watchlist.publisher) if number < 2**31 else None
            if one is None:
                raise HTTPException(404)
            beside = view.board([view.topic_or_past(one.topic)])
            now = decided_since(one, beside) if one.standing is not Standing.RETRACTED else None
            return templates.render(
                "transition.html", line=line(one, view), since=line(now, view) if now else None, raw=one,
                show=show(view), watched=view.topic(one.topic),
                log=evidence.log_of(view.session, number, view.watchlist.publisher),
                exhibits=evidence.exhibits(view.session, number, view.watchlist.publisher),
                notes=notes.on_transition(view.session, number),
            )  # fmt: skip


def _words(pages: APIRouter, site: Site, templates: Templates) -> None:
    @pages.get("/about")
    def about() -> str:
        return _about_page(site, templates, 1)

    @pages.get("/about/{number}")
    def more_sources(number: Number) -> str:
        return _about_page(site, templates, number)

    @pages.get("/follow")
    def follow() -> str:
        return _follow_page(site, templates, 1)

    @pages.get("/follow/{number}")
    def more_to_follow(number: Number) -> str:
        return _follow_page(site, templates, number)


def _about_page(site: Site, templates: Templates, number: int) -> str:
    with site.view() as view:
        sources = portion(view.health, number, _SOURCES)
        return templates.render(
            "about.html", sources=sources.items, portion=sources, show=show(view), as_of=instant(view.now, view.zone),
            stale=[one for one in view.health if one.stale(view.now)],
        )  # fmt: skip


def _follow_page(site: Site, templates: Templates, number: int) -> str:
    with site.view() as view:
        topics = portion(view.topics, number, _SOURCES)
        codes = {code for _, code in view.watchlist.official} | queries.authorities(view.session)
        known = [one for code, one in AUTHORITIES.items() if code in codes]
        return templates.render("follow.html", topics=topics.items, portion=topics, authorities=known)


def long_lists(view: View) -> Iterator[tuple[str, str, int]]:
    """Every list of more than one page: the path of its first, what those of the others begin with, how many."""
    lists = [("/", "/page", len(view.topics), _TOPICS), ("/follow", "/follow", len(view.topics), _SOURCES)]
    lists.append(("/about", "/about", len(view.watchlist.sources), _SOURCES))
    counts = queries.history_counts(view.session)
    lists += [(f"/t/{one.id}", f"/t/{one.id}/history", counts.get(one.id, 0), _LINES) for one in view.topics]
    for base, further, items, size in lists:
        yield base, further, -(-items // size)


def find_place(view: View, topic: Topic, authority: str) -> Place:
    """The cell of that address, or 404."""
    code = slugs().get(authority.lower())
    for one in places(view, [topic]):
        if one.code == code:
            return one
    raise HTTPException(404)


def _topic(view: View, name: str) -> Topic:
    found = view.topic(name)
    if found is None:
        raise HTTPException(404)
    return found


def _rows(topics: Sequence[Topic], found: Sequence[Place]) -> list[BoardRow]:
    by_topic: dict[str, dict[str, Place]] = {one.id: {} for one in topics}
    for place in found:
        by_topic[place.topic.id][place.code] = place
    return [BoardRow(one, by_topic[one.id]) for one in topics]


def _in_vocabulary(one: Place) -> int:
    known = list(AUTHORITIES)
    return known.index(one.code) if one.code in known else len(known)


def _read(view: View, lines: Sequence[int]) -> list[Transition]:
    return queries.numbered(view.session, lines, view.watchlist.publisher)


def _met(view: View, topic: Topic, told: Sequence[Transition]) -> dict[int, str]:
    met = evidence.fulfilled(view.session, topic.id, view.watchlist.publisher)
    shown = ((one, met[one.id]) for one in told if one.id in met)
    return {one.id: wording.met(due.date, due.days, announced=one.date is None) for one, due in shown}


def _topic_words(view: View, topic: Topic, since: date | None, before: int | None) -> dict[str, object]:
    coming = in_order(queries.expected(view.session, topic.id, view.watchlist.publisher), view.now)
    found = places(view, [topic])
    history = queries.history(view.session, topic.id)
    newest = _read(view, history[:_DRAWN])
    written = notes.of_topic(view.session, topic.id)
    beside = {note.id for place in found for note in place.access}
    return {
        "topic": topic,
        "places": found,
        "history": [line(one, view) for one in newest[:_LINES]],
        "portion": portion(history, 1, _LINES),
        "met": _met(view, topic, newest),
        "coming": [foreseen(one, view) for one in coming],
        "picture": _picture(view, topic, newest, coming),
        "since": since,
        "news": _since(view, topic, since, before),
        "as_of": instant(view.now, view.zone),
        "today": day(PartialDate.of_day(local_day(view.now, view.zone))),
        "glossary": _glossary(found),
        "notes": written,
        "background": _background(view, topic),
        "remarks": [note for note in written if not note.transition and note.id not in beside],
    }


def _background(view: View, topic: Topic) -> list[BackgroundLine]:
    return shown(background.newest(view.session, topic.id, view.watchlist.publisher, _BACKGROUND), view.zone)


def _picture(view: View, topic: Topic, told: Sequence[Transition], coming: Sequence[Expectation]) -> str:
    today = local_day(view.now, view.zone)
    return timeline_svg.timeline(topic, timeline_svg.marks_of(told, coming, today), today)


def _since(view: View, topic: Topic | None, since: date | None, before: int | None) -> News:
    if since is None:
        return News([], None)
    zone = ZoneInfo(view.zone)
    at = datetime(since.year, since.month, since.day, tzinfo=zone).astimezone(UTC) if since.year > 1 else None
    return news(view, at, topic.id if topic else None, before)


def _glossary(found: Sequence[Place]) -> tuple[tuple[str, str], ...]:
    def texts() -> Iterator[str]:
        for one in found:
            yield f"{one.authority} {one.topic.title}"
            if one.line:
                yield f"{one.line.status} {one.line.sentence} {one.line.meaning}"
            yield from (ahead.sentence for ahead in one.foreseen)

    return tuple((term, capital(words)) for term, words in explained(" ".join(texts())))
