"""The entry of a foreseen step: new, moved, overdue, or no longer named."""

from __future__ import annotations

from collections.abc import Sequence

from regwatch import wording
from regwatch.digest.entry import (
    Chain,
    Entry,
    EntryContext,
    coming,
    foreseen_line,
    in_order,
    page_of,
    quotes_of,
    related,
    stands,
)
from regwatch.digest.when import instant
from regwatch.ledger.entries import EventKind, Evidence, Expectation
from regwatch.safe_text import one_line
from regwatch.vocabulary import DEADLINES, RANK
from regwatch.wording_tables import Tone


def of_expectation(chain: Chain, expectation: Expectation, scene: EntryContext) -> Entry | None:
    """Write the entry; None if the chain holds nothing that a reader has not been told."""
    last = max(chain.events, key=lambda event: event.seq).kind
    if last is EventKind.MET or {EventKind.EXPECTED, EventKind.WITHDRAWN} <= chain.kinds:
        return None
    authority, milestone = expectation.authority, expectation.milestone
    if last is EventKind.MOVED and EventKind.EXPECTED in chain.kinds:
        last = EventKind.EXPECTED
    tag, body, urgency = _tag(last, expectation)
    before, after = _expectation_states(last, expectation, scene)
    return Entry(
        events=tuple(event.seq for event in chain.events),
        weight=(urgency, -RANK.get(milestone, 0), chain.events[0].seq),
        tone=Tone.WAIT if last in (EventKind.OVERDUE, EventKind.WITHDRAWN, EventKind.MOVED) else Tone.PLAIN,
        tag=tag,
        joiner="at",
        body=body,
        where=wording.where(authority),
        sentence=_expectation_sentence(last, expectation, scene),
        before=before,
        after=after,
        meaning=_meaning(last, expectation),
        next=_next(last, expectation, scene),
        facts=(("Seen by us", instant(chain.events[-1].at, scene.zone).words),),
        quotes=quotes_of(expectation.evidence),
        standing=_attested(expectation.evidence),
        page=page_of(scene, authority),
    )


def _tag(kind: EventKind, foreseen: Expectation) -> tuple[str, str, int]:
    """The status in a word or two, who it is about, and how urgent it is: until when people can act comes first."""
    body = wording.short_name(foreseen.authority)
    if foreseen.milestone in DEADLINES and foreseen.date and kind in (EventKind.EXPECTED, EventKind.MOVED):
        return f"Comments {'now ' if kind is EventKind.MOVED else ''}until {foreseen.date.plain}", body, 3
    tag, urgency = _EXPECTATION_TAGS[kind]
    return tag, f"{body} {wording.step(foreseen.authority, foreseen.milestone)}", urgency


def _meaning(kind: EventKind, foreseen: Expectation) -> str:
    if foreseen.milestone not in DEADLINES or kind is EventKind.WITHDRAWN:
        return _EXPECTATION_MEANING[kind].format(body=wording.authority_name(foreseen.authority))
    return f"Nothing is decided. {wording.respond(foreseen.authority)}"


_EXPECTATION_TAGS = {
    EventKind.OVERDUE: ("Overdue", 2),
    EventKind.MOVED: ("Date moved", 4),
    EventKind.WITHDRAWN: ("Date removed", 4),
    EventKind.EXPECTED: ("Expected", 5),
}
_EXPECTATION_MEANING = {
    EventKind.OVERDUE: "We have seen no decision. A late date says nothing about the result. "
    "You can ask {body} or the company when to expect news.",
    EventKind.MOVED: "Nothing is decided. Dates like this often move, and it says nothing about the result.",
    EventKind.WITHDRAWN: "Nothing is decided. There is no date to wait for at the moment.",
    EventKind.EXPECTED: "Nothing is decided. The date can still move, and the result is open.",
}


def _expectation_sentence(kind: EventKind, foreseen: Expectation, scene: EntryContext) -> str:
    about = wording.medicine(scene.topic)
    authority, milestone, told = foreseen.authority, foreseen.milestone, one_line(foreseen.wording, 120)
    match kind:
        case EventKind.OVERDUE:
            return wording.overdue(authority, milestone, foreseen.date, scene.now, about=about)
        case EventKind.MOVED:
            return wording.moved(authority, milestone, foreseen.was, foreseen.date, told, about=about)
        case EventKind.WITHDRAWN:
            return wording.withdrawn(authority, milestone, foreseen.date, about=about)
    return wording.expected(authority, milestone, foreseen.date, told, about=about)


def _expectation_states(kind: EventKind, foreseen: Expectation, scene: EntryContext) -> tuple[str, str]:
    when = foreseen.date.plain if foreseen.date else one_line(foreseen.wording, 120) or "no date given"
    match kind:
        case EventKind.OVERDUE:
            return f"expected by {when}", "overdue"
        case EventKind.MOVED:
            return f"expected: {foreseen.was.plain if foreseen.was else 'no date given'}", f"expected: {when}"
        case EventKind.WITHDRAWN:
            return f"expected: {when}", "no date given"
    return stands(scene, foreseen.authority), f"expected: {when}"


def _next(kind: EventKind, expectation: Expectation, scene: EntryContext) -> tuple[str, ...]:
    """Of what is late, how it goes on; then the next other step."""
    going_on = ("Either the page names a new date, or the news itself comes. We write when we see it.",)
    return (*(going_on if kind is EventKind.OVERDUE else ()), *_others(expectation, scene))


def _others(expectation: Expectation, scene: EntryContext) -> tuple[str, ...]:
    """The next other step that a reader waits for; the list of the topic holds them all."""
    near = [e for e in coming(scene) if e.id != expectation.id and related(expectation.authority, e.authority)]
    return tuple(foreseen_line(e, scene) for e in in_order(near)[:1])


def _attested(evidence: Sequence[Evidence]) -> str:
    if any(piece.official for piece in evidence):
        return "The date comes from the authority's own page."
    return "The date comes from the company or the press."
