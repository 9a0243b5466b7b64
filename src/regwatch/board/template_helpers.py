"""Small words that templates ask for: times, safe links, the state of a source."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

from regwatch.board.site import View
from regwatch.dates import from_iso
from regwatch.digest.transition_view import source_of
from regwatch.digest.when import When, instant
from regwatch.ledger.entries import Event, EventKind, Evidence
from regwatch.monitoring.source_health import SourceHealth
from regwatch.safe_text import host_of, one_line, web_link

TROUBLES = {
    "blocked_page": "the site turned us away",
    "rate_limited": "the site asked us to come back later",
    "timed_out": "the site did not answer in time",
    "unreachable": "the site could not be reached",
    "gone": "the page is no longer there",
    "refused": "the site refused to show the page",
    "missing_part": "the page has changed its layout",
}
_LOG = {
    EventKind.TRANSITION: "Entered",
    EventKind.CONFIRMED: "Confirmed by the authority's own page",
    EventKind.CORRECTED: "Corrected",
    EventKind.RETRACTED: "Taken back: the page no longer says this",
    EventKind.DATED: "Date put right",
}


def show(view: View) -> SimpleNamespace:
    """Functions for a template, bound to the time zone and the moment of the view."""

    def time(at: datetime | None) -> When | None:
        return instant(at, view.zone) if at else None

    def source(piece: Evidence) -> object:
        return source_of(piece, view.zone)

    def stale(one: SourceHealth) -> bool:
        return one.stale(view.now)

    return SimpleNamespace(
        time=time, source=source, stale=stale, trouble=trouble, event=event, url=web_link, host=host_of, text=one_line
    )


def trouble(one: SourceHealth) -> str:
    """Why a source could not be read, for the public: never our own internals."""
    return TROUBLES.get(one.trouble, "the page could not be read") if one.trouble else ""


def event(one: Event) -> str:
    """One line of a transition's log."""
    words = _LOG.get(one.kind, "Noted")
    if one.kind is EventKind.DATED:
        return f"{words} (before: {from_iso(one.note).plain})" if one.note else "Day of the act became known"
    return f"{words} ({one_line(one.note, 200)})" if one.note else words
