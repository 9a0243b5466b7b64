"""Expected dates as a calendar to subscribe to (RFC 5545, RFC 7986).

An event keeps its UID for ever; a date that moves raises SEQUENCE; one that passed without news is renamed, not
removed. A window of a month or more stands on its last day, with its words in the text: a bar across a quarter would
hide the calendar beneath.
"""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar, Event, vDuration

from regwatch import wording
from regwatch.board.atom_feeds import tag
from regwatch.board.site import Site, View
from regwatch.digest.sentences import sentence_of
from regwatch.digest.transition_view import capital, source_of
from regwatch.ledger import queries
from regwatch.ledger.entries import Expectation, ExpectationState, Transition
from regwatch.safe_text import one_line
from regwatch.vocabulary import DEADLINES, Standing

_REFRESH = timedelta(hours=6)
_STATUS = {
    ExpectationState.MET: "CONFIRMED",
    ExpectationState.WITHDRAWN: "CANCELLED",
    ExpectationState.MOVED: "CANCELLED",
}
_PREFIX = {
    ExpectationState.OVERDUE: "Overdue: ",
    ExpectationState.WITHDRAWN: "No longer expected: ",
    ExpectationState.MET: "Done: ",
    ExpectationState.PASSED: "Was planned: ",
}


def calendar(site: Site, view: View, title: str, topic: str | None = None) -> bytes:
    """The dated expectations of one topic or of all as an iCalendar file: of very many, those ahead and the newest."""
    found = Calendar()
    found.add("prodid", "-//regwatch//dates//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("name", title)
    found.add("x-wr-calname", title)
    found.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(_REFRESH))
    topics = [one.id for one in view.topics if topic in (None, one.id)]
    every = queries.every_expectation(view.session, topics, view.watchlist.publisher)
    reached = [one.met_by for one in every if one.met_by]
    changes = queries.revisions(view.session, [one.id for one in every])
    met = {one.id: one for one in queries.numbered(view.session, reached, view.watchlist.publisher)}
    for one in sorted(every, key=lambda one: one.id):
        if one.date:
            found.add_component(
                _event(site, view, one, met.get(one.met_by or 0), *changes.get(one.id, (0, one.detected_at)))
            )
    return bytes(found.to_ical())


def _event(site: Site, view: View, one: Expectation, met: Transition | None, sequence: int, stamp: object) -> Event:
    assert one.date is not None
    topic = view.topic_or_past(one.topic)
    event = Event()
    event.add("uid", tag("expectation", one.id, one.topic, one.authority, one.detected_at.isoformat()).split("/")[-1])
    event.add("dtstamp", stamp)
    event.add("sequence", sequence)
    event.add("dtstart", one.date.last)
    event.add("dtend", one.date.last + timedelta(days=1))
    event.add("status", _STATUS.get(one.state, "TENTATIVE"))
    event.add("transp", "TRANSPARENT")
    step = f"{wording.short_name(one.authority)} {wording.step(one.authority, one.milestone)}"
    prefix = _PREFIX.get(one.state, "Last day: " if one.milestone in DEADLINES else "Expected: ")
    event.add("summary", f"{prefix}{step}, {one_line(wording.medicine(topic, short=True), 120)}")
    source = source_of(next(iter(one.evidence), None), view.zone)
    words = [
        _foreseen(one, wording.medicine(topic)),
        wording.respond(one.authority) if one.milestone in DEADLINES and one.state is ExpectationState.OPEN else "",
        sentence_of(met, topic) if met and met.standing is not Standing.RETRACTED else "",
        f"Before, it was expected: {one.was.plain}." if one.was else "",
        f"Source: {source.publisher} {source.url}".strip() if source else "",
        "Dates like this often move. Information, not medical advice.",
    ]
    event.add("description", "\n".join(word for word in words if word))
    event.add("url", site.url(f"/t/{one.topic}/{one.authority.lower()}"))
    return event


def _foreseen(one: Expectation, about: str) -> str:
    words = capital(wording.expected(one.authority, one.milestone, one.date, about=about))
    if one.state is ExpectationState.OPEN:
        return words
    return words.replace(" is expected", " was expected", 1).replace(" can be sent", " could be sent", 1)
