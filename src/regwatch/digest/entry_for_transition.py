"""The entry of a transition: a move, its confirmation, its correction, or its retraction."""

from __future__ import annotations

from regwatch import plain
from regwatch.digest.entry import (
    Chain,
    Entry,
    Scene,
    coming,
    foreseen_line,
    in_order,
    quotes_of,
    related,
    stands,
)
from regwatch.digest.transition_view import TransitionView, transition_view
from regwatch.digest.when import instant
from regwatch.ledger.entries import EventKind, Expectation, Transition
from regwatch.safe_text import one_line
from regwatch.vocabulary import DECISIVE, HTA_OUTCOMES, LICENSED, RANK, Milestone, Standing
from regwatch.wording import Tone

_WHOLE_INDICATION = 1500
_RETRACTED = "Please do not rely on what we told you before. The page may hold a mistake, or the decision has changed."


def of_transition(chain: Chain, moved: Transition, scene: Scene) -> Entry | None:
    """Write the entry; None if the chain holds nothing that a reader has not been told."""
    kind = _leading(chain.kinds)
    if kind is None:
        return None
    shown = transition_view(moved, scene.topic, scene.zone)
    authority, milestone = moved.authority, moved.milestone
    gone = kind is EventKind.RETRACTED
    before, after = plain.status(moved.before), plain.status(milestone)
    if gone:
        before, after = after, stands(scene, authority)
    elif kind is EventKind.CORRECTED:
        before = f"{_corrected_from(chain)} (as we told you before)"
    elif kind is EventKind.CONFIRMED:
        before, after = f"{after} (reported)", f"{after} (confirmed)"
    elif shown.reported:
        after = f"{after}{shown.reported}"
    decisive, unsure = milestone in DECISIVE, gone or (shown.reported and shown.tone is Tone.GOOD)
    return Entry(
        events=tuple(event.seq for event in chain.events),
        weight=(_urgency(kind, decisive), -RANK.get(milestone, 0), chain.events[0].seq),
        tone=Tone.WAIT if unsure else shown.tone,
        tag=_tag(kind, moved),
        joiner="by" if decisive else "at",
        body=shown.authority,
        where=shown.where,
        sentence=_sentence(kind, shown, moved),
        before=before,
        after=after,
        meaning=_RETRACTED if gone else shown.meaning,
        next=_next(chain, authority, milestone, scene) if not gone else (),
        facts=_facts_of_transition(chain, moved, scene),
        quotes=quotes_of(moved.evidence),
        standing=plain.standing(Standing.RETRACTED) if gone else shown.standing_words,
        page=shown.page,
    )


def _corrected_from(chain: Chain) -> str:
    """The status before a correction, which the event's note names."""
    notes = [event.note for event in chain.events if event.kind is EventKind.CORRECTED]
    return plain.status(Milestone(notes[0])) if notes[0] in set(Milestone) else "something else"


def _leading(kinds: frozenset[EventKind]) -> EventKind | None:
    """The event that makes the news. What came and went within one digest was never told, and is no news."""
    if {EventKind.TRANSITION, EventKind.RETRACTED} <= kinds:
        return None
    for kind in (EventKind.RETRACTED, EventKind.TRANSITION, EventKind.CORRECTED, EventKind.CONFIRMED):
        if kind in kinds:
            return kind
    return None


def _urgency(kind: EventKind, decisive: bool) -> int:
    if kind is EventKind.TRANSITION:
        return 0 if decisive else 3
    return 1


def _tag(kind: EventKind, moved: Transition) -> str:
    head = plain.headline(moved.milestone)
    lowered = f"{head[:1].lower()}{head[1:].rstrip(')').replace(' (', ', ')}"
    match kind:
        case EventKind.RETRACTED:
            return f"Taken back ({lowered})"
        case EventKind.CORRECTED:
            return f"Correction ({lowered})"
        case EventKind.CONFIRMED:
            return _with(head, "confirmed")
        case _:
            return _with(head, "reported") if moved.standing is Standing.REPORTED else head


def _with(head: str, word: str) -> str:
    """A headline with one more word in brackets: `Approved (reported)`, `Not recommended (draft, reported)`."""
    return f"{head[:-1]}, {word})" if head.endswith(")") else f"{head} ({word})"


def _sentence(kind: EventKind, shown: TransitionView, moved: Transition) -> str:
    match kind:
        case EventKind.RETRACTED:
            return f"The page no longer says that {plain.clause(moved.authority, moved.milestone, shown.topic)}."
        case EventKind.CORRECTED:
            return f"Correction to an earlier mail: {shown.sentence}"
        case EventKind.CONFIRMED:
            return f"Now confirmed by the authority's own page: {shown.sentence}"
    return shown.sentence


def _facts_of_transition(chain: Chain, moved: Transition, scene: Scene) -> tuple[tuple[str, str], ...]:
    takes_effect = moved.milestone in LICENSED | HTA_OUTCOMES
    label = "Date it gave" if EventKind.RETRACTED in chain.kinds else "Effective date" if takes_effect else "Date"
    # A company that announces an act "today" does not say on which day the authority acted.
    announced_only = moved.standing is Standing.REPORTED and moved.date is not None and moved.date == moved.announced
    dated = (moved.date or takes_effect) and not announced_only
    facts = [(label, moved.date.plain if moved.date else "not stated")] if dated else []
    if moved.announced:
        facts.append(("Announced", moved.announced.plain))
    facts.append(("Seen by us", instant(chain.events[0].at, scene.zone).words))
    for event in chain.events:
        if event.kind is EventKind.MET and event.expectation and (timing := _timing(event.expectation)):
            facts.append(("Timing", timing))
    if moved.milestone in LICENSED and moved.indication.rstrip().endswith("."):
        # Only whole sentences: half of an indication can say the opposite of the whole.
        facts.append(("Approved use", one_line(moved.indication, _WHOLE_INDICATION)))
    return tuple(dict.fromkeys(facts))


def _timing(expectation: Expectation) -> str:
    return plain.met(expectation.date, expectation.days)


def _next(chain: Chain, authority: str, milestone: Milestone, scene: Scene) -> tuple[str, ...]:
    """The next step on the same course or at those who decide about payment, with what is foreseen since this news.

    Then what usually comes next. All other dates stand in the list of the topic.
    """
    near = in_order(e for e in coming(scene) if related(authority, e.authority))
    lines = [foreseen_line(e, scene) for e in in_order([*near[:1], *(chain.coming or [])])]
    usual = plain.usually_next(authority, milestone)
    return tuple(dict.fromkeys([*lines, *([usual] if usual else [])]))
