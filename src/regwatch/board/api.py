"""The data as JSON, version 1: read-only, without keys, open to other sites. Fields are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Query, Response

from regwatch.board.problems import PROBLEM
from regwatch.board.shapes import (
    AuthorityShape,
    BackgroundShape,
    BoardShape,
    CellShape,
    Day,
    ExpectationShape,
    NoteShape,
    SourceShape,
    TopicDetail,
    TopicShape,
    TransitionDetail,
    TransitionPage,
    TransitionShape,
)
from regwatch.board.site import Site, View, slugs
from regwatch.board.template_helpers import trouble
from regwatch.board.view_models import line
from regwatch.digest.told_as_data import told_json, whom_json
from regwatch.ledger import background, notes, queries
from regwatch.ledger.as_json import background_json, expectation_json, note_json, standpoint_json
from regwatch.ledger.entries import Transition
from regwatch.model import Source, Topic
from regwatch.monitoring import source_health
from regwatch.vocabulary import AUTHORITIES

_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    words = {
        400: "A parameter holds the character NUL",
        404: "There is no such thing",
        422: "A parameter is wrong",
        503: "The data cannot be read at the moment",
    }
    return {code: {"description": words[code], "content": {PROBLEM: {"schema": _SCHEMA}}} for code in codes}


_NO_NUL = r"^[^\x00]*$"
TopicId = Annotated[str, Path(description="Id of a topic.", max_length=64, pattern=_NO_NUL)]
_Name = Annotated[str, Query(max_length=64, pattern=_NO_NUL)]
AfterTopic = Annotated[_Name | None, Query(description="Only those after the topic of this id.")]
AfterSource = Annotated[_Name | None, Query(description="Only those after the source of this id.")]
Many = Annotated[int, Query(ge=1, le=500)]
_Listed = TypeVar("_Listed", Topic, Source)
_HISTORY = 200
Number = Annotated[int, Path(description="Number of a transition.", ge=1, le=2**31 - 1)]


def routes(site: Site) -> APIRouter:
    """The interface of a site."""
    api = APIRouter(prefix="/api/v1", tags=["v1"], responses=_problems(400, 422, 503))
    _of_topics(api, site)
    _of_transitions(api, site)

    @api.get("/authorities", summary="Every authority that regwatch knows")
    def authorities() -> list[AuthorityShape]:
        return [
            AuthorityShape(code=one.code, slug=slug, name=one.name, jurisdiction=one.jurisdiction, kind=one.kind.value)
            for slug, one in zip(slugs(), AUTHORITIES.values(), strict=True)
        ]

    @api.get("/sources", summary="What is read, and when it last could be", responses=_problems(404))
    def sources(response: Response, after: AfterSource = None, limit: Many = 500) -> list[SourceShape]:
        with site.view() as view:
            page = _listed(view.watchlist.sources, after, limit, response, site.url("/api/v1/sources"))
            return [
                SourceShape(
                    id=one.source.id, publisher=view.watchlist.publisher(one.source.id), url=one.source.url,
                    topics=list(one.source.topics), official_for=list(one.source.official_for), read_at=one.read_at,
                    changed_at=one.changed_at, stale=one.stale(view.now), trouble=trouble(one) or None,
                )
                for one in source_health.health(view.session, page)
            ]  # fmt: skip

    return api


def _of_topics(api: APIRouter, site: Site) -> None:
    @api.get("/topics", summary="Every topic that is watched", responses=_problems(404))
    def topics(response: Response, after: AfterTopic = None, limit: Many = 500) -> list[TopicShape]:
        with site.view() as view:
            page = _listed(view.topics, after, limit, response, site.url("/api/v1/topics"))
            return [_topic(one, site) for one in page]

    @api.get("/topics/{topic}", summary="One topic: where it stands, what happened, what is expected",
             responses=_problems(404))  # fmt: skip
    def topic_detail(topic: TopicId) -> TopicDetail:
        with site.view() as view:
            known = view.topic(topic)
            if known is None:
                raise HTTPException(404, "no topic has this id")
            lines = queries.history(view.session, topic)
            history = queries.numbered(view.session, lines[:_HISTORY], view.watchlist.publisher)
            coming = queries.expected(view.session, topic, view.watchlist.publisher)
            return TopicDetail(
                topic=_topic(known, site),
                board=_cells(view, [known]),
                history=[_transition(one, site, view) for one in history],
                history_total=len(lines),
                expected=[ExpectationShape.model_validate(expectation_json(one)) for one in coming],
                notes=[NoteShape.model_validate(note_json(one)) for one in notes.of_topic(view.session, topic)],
                background=_background(view, topic),
            )

    @api.get("/board", summary="Where every topic stands at every authority", responses=_problems(404))
    def board(after: AfterTopic = None, limit: Annotated[int, Query(ge=1, le=100)] = 100) -> BoardShape:
        with site.view() as view:
            page, more = _after(view.topics, after, limit)
            return BoardShape(
                as_of=view.now.replace(microsecond=0),
                cells=_cells(view, page),
                next_after=page[-1].id if more else None,
            )


def _of_transitions(api: APIRouter, site: Site) -> None:
    @api.get("/transitions", summary="Transitions in the order in which they were entered")
    def transitions(
        topic: Annotated[_Name | None, Query(description="Only of this topic.")] = None,
        authority: Annotated[_Name | None, Query(description="Only at this authority (code).")] = None,
        since: Annotated[Day | None, Query(description="Only those detected on this day (UTC) or later.")] = None,
        after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only those with a higher number.")] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> TransitionPage:
        with site.view() as view:
            watched = [one.id for one in view.topics if topic in (None, one.id)]
            began = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None
            found = queries.transitions(
                view.session, watched, view.watchlist.publisher, authority, began, after, limit + 1
            )
            more = len(found) > limit
            page = found[:limit]
            return TransitionPage(
                items=[_transition(one, site, view) for one in page], next_after=page[-1].id if more and page else None
            )

    @api.get("/transitions/{number}", summary="One transition with its evidence", responses=_problems(404))
    def transition(number: Number) -> TransitionDetail:
        with site.view() as view:
            one = queries.transition(view.session, number, view.watchlist.publisher)
            if one is None:
                raise HTTPException(404, "no transition has this number")
            return TransitionDetail.of(one, _transition(one, site, view), notes.on_transition(view.session, number))


def _background(view: View, topic: str) -> list[BackgroundShape]:
    found = background.newest(view.session, topic, view.watchlist.publisher)
    return [BackgroundShape.model_validate(background_json(one)) for one in found]


def _after(every: Sequence[_Listed], after: str | None, limit: int) -> tuple[Sequence[_Listed], bool]:
    """What follows the one of that id, and whether there is more. Raises 404 where there is no such id."""
    first = 0 if after is None else next((number for number, one in enumerate(every, 1) if one.id == after), -1)
    if first < 0:
        raise HTTPException(404, "`after` names nothing in this list")
    return every[first : first + limit], first + limit < len(every)


def _listed(
    every: Sequence[_Listed], after: str | None, limit: int, response: Response, url: str
) -> Sequence[_Listed]:  # fmt: skip
    """One page of a list that is a bare array: the address of the next is in the header `Link` (RFC 8288)."""
    page, more = _after(every, after, limit)
    if more:
        response.headers["Link"] = f'<{url}?after={quote(page[-1].id)}&limit={limit}>; rel="next"'
    return page


def _topic(one: Topic, site: Site) -> TopicShape:
    return TopicShape(
        id=one.id,
        title=one.title,
        treatment=one.treatment.inn,
        brands=list(one.treatment.brands),
        indication=one.indication.name,
        page=site.url(f"/t/{one.id}"),
    )


def _cells(view: View, topics: Sequence[Topic]) -> list[CellShape]:
    found = ((cell, line(cell.transition, view) if cell.transition else None) for cell in view.board(topics))
    return [
        CellShape.model_validate({**standpoint_json(cell), "for_whom": whom_json(shown.whom) if shown else None})
        for cell, shown in found
    ]


def _transition(one: Transition, site: Site, view: View) -> TransitionShape:
    page = site.url(f"/transition/{one.id}")
    return TransitionShape.model_validate({**told_json(one, line(one, view)), "page": page})
