"""Feeds, calendar, badges and the other files that programs fetch."""

from __future__ import annotations

import re

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from regwatch.board import agenda, atom_feeds, badges
from regwatch.board.html_pages import find_place
from regwatch.board.page_templates import Templates
from regwatch.board.site import Site, slugs
from regwatch.vocabulary import AUTHORITIES

_ATOM = "application/atom+xml"
_CALENDAR = "text/calendar"
_SPACE = re.compile(r"\s*([{};])\s*")
"""Space that only people need who read the style sheet."""


def routes(site: Site, templates: Templates) -> APIRouter:
    """The files of a site."""
    files = APIRouter(include_in_schema=False)
    _feeds(files, site)
    _calendars(files, site)
    _images(files, site, templates)
    return files


def _feeds(files: APIRouter, site: Site) -> None:
    @files.get("/feeds/all.atom")
    def everything() -> Response:
        with site.view() as view:
            found = atom_feeds.entries(view)
            told = (found, atom_feeds.remarks(view))
            return Response(
                atom_feeds.feed(site, view, "regwatch: all news", "/feeds/all.atom", "/", *told), 200, None, _ATOM
            )

    @files.get("/feeds/topic/{topic}.atom")
    def of_topic(topic: str) -> Response:
        with site.view() as view:
            known = view.topic(topic)
            if known is None:
                raise HTTPException(404)
            found, path = atom_feeds.entries(view, topic=topic), f"/feeds/topic/{topic}.atom"
            told = (found, atom_feeds.remarks(view, topic=topic))
            return Response(atom_feeds.feed(site, view, known.title, path, f"/t/{topic}", *told), 200, None, _ATOM)

    @files.get("/feeds/topic/{topic}/background.atom")
    def background_of(topic: str) -> Response:
        with site.view() as view:
            known = view.topic(topic)
            if known is None:
                raise HTTPException(404)
            return Response(atom_feeds.background_feed(site, view, known), 200, None, _ATOM)

    @files.get("/feeds/authority/{authority}.atom")
    def of_authority(authority: str) -> Response:
        code = slugs().get(authority)
        if code is None:
            raise HTTPException(404)
        with site.view() as view:
            found, path = atom_feeds.entries(view, authority=code), f"/feeds/authority/{authority}.atom"
            told = (found, atom_feeds.remarks(view, authority=code))
            return Response(atom_feeds.feed(site, view, AUTHORITIES[code].name, path, "/", *told), 200, None, _ATOM)


def _calendars(files: APIRouter, site: Site) -> None:
    @files.get("/dates.ics")
    def dates() -> Response:
        with site.view() as view:
            return Response(agenda.calendar(site, view, "regwatch: expected dates"), 200, None, _CALENDAR)

    @files.get("/t/{topic}/dates.ics")
    def dates_of(topic: str) -> Response:
        with site.view() as view:
            known = view.topic(topic)
            if known is None:
                raise HTTPException(404)
            return Response(agenda.calendar(site, view, f"{known.title}: expected dates", topic), 200, None, _CALENDAR)


def _images(files: APIRouter, site: Site, templates: Templates) -> None:
    @files.get("/badge/{topic}/{authority}.svg")
    def badge(topic: str, authority: str) -> Response:
        with site.view() as view:
            known = view.topic(topic)
            if known is None:
                raise HTTPException(404)
            return Response(badges.badge(find_place(view, known, authority)), 200, None, "image/svg+xml")

    @files.get("/static/{name}")
    def static(name: str) -> Response:
        kinds = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
        if name not in kinds:
            raise HTTPException(404)
        forever = {"Cache-Control": "public, max-age=604800"}
        return Response(_SPACE.sub(r"\1", templates.render(name)), 200, forever, kinds[name])
