"""The entry of a transition: a move, its confirmation, its correction, or its retraction."""

from __future__ import annotations

from regwatch import wording
from regwatch.dates import PartialDate, from_iso
from regwatch.digest.entry import (
    Chain,
    Entry,
    EntryContext,
    coming,
    foreseen_line,
    in_order,
    quotes_of,
    related,
    stands,
)
from regwatch.digest.for_whom import EXACT, for_whom
from regwatch.digest.sentences import PUBLISHER_LIMIT, date_put_right, is_other_day, told_before
from regwatch.digest.transition_view import TransitionView, capital, transition_view
from regwatch.digest.when import instant
from regwatch.ledger.entries import EventKind, ExpectationState, Transition
from regwatch.safe_text import one_line
from regwatch.vocabulary import DEADLINES, DECISIVE, HTA_OUTCOMES, LICENSED, RANK, Milestone, Standing
from regwatch.wording_tables import Tone

_RETRACTED = "Please do not rely on what we told you before. The page may hold a mistake, or the decision has changed."

_OPEN_DRAFTS = frozenset({Milestone.HTA_DRAFT_RECOMMENDED, Milestone.HTA_DRAFT_NOT_RECOMMENDED})


def of_transition(chain: Chain, moved: Transition, scene: EntryContext) -> Entry | None:
    """Write the entry; None if the chain holds nothing that a reader has not been told."""
    kind = _leading(chain.kinds)
    if kind is None:
        return None
    shown = transition_view(moved, scene.topic, scene.zone)
    authority, milestone = moved.authority, moved.milestone
    gone = kind is EventKind.RETRACTED
    before, after = _states(chain, kind, shown, moved, scene)
    decisive, unsure = milestone in DECISIVE, gone or (shown.reported and shown.tone is Tone.GOOD)
    return Entry(
        events=tuple(event.seq for event in chain.events),
        weight=(_urgency(kind, decisive), -RANK.get(milestone, 0), chain.events[0].seq),
        tone=Tone.WAIT if unsure else shown.tone,
        tag=_tag(kind, moved, chain),
        joiner="by" if decisive else "at",
        body=shown.authority,
        where=shown.where,
        sentence=_sentence(kind, shown, moved, chain),
        before=before,
        after=after,
        meaning=_RETRACTED if gone else shown.meaning,
        next=_next(chain, authority, milestone, scene) if not gone else (),
        facts=_facts_of_transition(chain, moved, scene),
        quotes=quotes_of(moved.evidence),
        standing=wording.standing(Standing.RETRACTED) if gone else shown.standing_words,
        page=shown.page,
    )


def _states(
    chain: Chain, kind: EventKind, shown: TransitionView, moved: Transition, scene: EntryContext
) -> tuple[str, str]:  # fmt: skip
    """What it was before this news, and what it is now."""
    now = wording.status(moved.milestone)
    match kind:
        case EventKind.RETRACTED:
            return now, stands(scene, moved.authority)
        case EventKind.CORRECTED:
            return f"{_corrected_from(chain)} (as we told you before)", now
        case EventKind.CONFIRMED:
            return f"{now} (reported)", f"{now} (confirmed)"
        case EventKind.DATED:
            return f"{now}{shown.reported}, {_dated_before(chain, moved)}", f"{now}{shown.reported}, {shown.when.told}"
    return wording.status(moved.before), f"{now}{shown.reported}"


def _corrected_from(chain: Chain) -> str:
    """The status before a correction, which the event's note names."""
    notes = [event.note for event in chain.events if event.kind is EventKind.CORRECTED]
    return wording.status(Milestone(notes[0])) if notes[0] in set(Milestone) else "something else"


def _was_dated(chain: Chain) -> PartialDate | None:
    """The date before it was put right, which the event's note names; None where only the announcement was dated."""
    notes = [event.note for event in chain.events if event.kind is EventKind.DATED]
    return from_iso(notes[0]) if notes[0] else None


def _dated_before(chain: Chain, moved: Transition) -> str:
    if was := _was_dated(chain):
        return was.plain
    return f"announced {moved.announced.plain}" if moved.announced else "announced"


def _leading(kinds: frozenset[EventKind]) -> EventKind | None:
    """The event that makes the news. What came and went within one digest was never told, and is no news."""
    if {EventKind.TRANSITION, EventKind.RETRACTED} <= kinds:
        return None
    first = (EventKind.RETRACTED, EventKind.TRANSITION, EventKind.CORRECTED, EventKind.CONFIRMED, EventKind.DATED)
    return next((kind for kind in first if kind in kinds), None)


def _urgency(kind: EventKind, decisive: bool) -> int:
    if kind is EventKind.TRANSITION:
        return 0 if decisive else 3
    return 4 if kind is EventKind.DATED else 1


def _tag(kind: EventKind, moved: Transition, chain: Chain) -> str:
    head = wording.headline(moved.milestone)
    lowered = f"{head[:1].lower()}{head[1:].rstrip(')').replace(' (', ', ')}"
    match kind:
        case EventKind.RETRACTED:
            return f"Taken back ({lowered})"
        case EventKind.CORRECTED:
            return f"Correction ({lowered})"
        case EventKind.CONFIRMED:
            return _with(head, "confirmed")
        case EventKind.DATED:
            return f"{'New date' if is_other_day(moved, _was_dated(chain)) else 'Date known'} ({lowered})"
        case _:
            return _with(head, "reported") if moved.standing is Standing.REPORTED else head


def _with(head: str, word: str) -> str:
    """A headline with one more word in brackets: `Approved (reported)`, `Not recommended (draft, reported)`."""
    return f"{head[:-1]}, {word})" if head.endswith(")") else f"{head} ({word})"


def _sentence(kind: EventKind, shown: TransitionView, moved: Transition, chain: Chain) -> str:
    dated = EventKind.DATED in chain.kinds
    match kind:
        case EventKind.RETRACTED:
            return f"The page no longer says that {wording.clause(moved.authority, moved.milestone, shown.topic)}."
        case EventKind.CORRECTED:
            before = f" {capital(told_before(moved, _was_dated(chain)))}." if dated else ""
            return f"Correction to an earlier mail: {shown.sentence}{before}"
        case EventKind.CONFIRMED if dated:
            put_right = date_put_right(moved, shown.topic, _was_dated(chain))
            return f"Now confirmed by the authority's own page. {put_right}"
        case EventKind.CONFIRMED:
            return f"Now confirmed by the authority's own page: {shown.sentence}"
        case EventKind.DATED:
            return date_put_right(moved, shown.topic, _was_dated(chain))
    return shown.sentence


def _facts_of_transition(chain: Chain, moved: Transition, scene: EntryContext) -> tuple[tuple[str, str], ...]:
    takes_effect = moved.milestone in LICENSED | HTA_OUTCOMES
    label = "Date it gave" if EventKind.RETRACTED in chain.kinds else "Effective date" if takes_effect else "Date"
    facts = [(label, moved.date.plain if moved.date else "not stated")] if moved.date or takes_effect else []
    if moved.announced:
        who = one_line(moved.announcer.publisher, PUBLISHER_LIMIT) if moved.announcer else ""
        facts.append(("Announced", f"{moved.announced.plain}{f', by {who}' if who else ''}"))
    if not facts:
        facts.append(("Date", "the source gives none"))
    facts.append(("Seen by us", instant(chain.events[0].at, scene.zone).words))
    for event in chain.events:
        if event.kind is EventKind.MET and (met := event.expectation):
            timing = wording.met(met.date, met.days, announced=moved.date is None)
            facts += [("Timing", timing)] if timing else []
    whom = for_whom(moved, scene.topic.indication)
    if EventKind.RETRACTED not in chain.kinds:
        facts += [("Whom it concerns", whom.short)] if whom.short else []
        shown = any(whom.words[1:] in quote.text for quote in quotes_of(moved.evidence))
        facts += [(EXACT, whom.words)] if whom.words and not shown else []
    return tuple(dict.fromkeys(facts))


def _next(chain: Chain, authority: str, milestone: Milestone, scene: EntryContext) -> tuple[str, ...]:
    """The next step on the same course or at those who decide about payment, with what is foreseen since this news.

    Then what usually comes next, and last a date that has passed: it is no next step. All other dates stand in the list
    of the topic.
    """
    near = in_order(e for e in coming(scene) if related(authority, e.authority))
    near.sort(key=lambda e: e.state is ExpectationState.OVERDUE)
    told = in_order([*near[:1], *(chain.coming or [])])
    late = [foreseen_line(e, scene) for e in told if e.state is ExpectationState.OVERDUE]
    lines = [foreseen_line(e, scene) for e in told if e.state is not ExpectationState.OVERDUE]
    usual = wording.usually_next(authority, milestone)
    if milestone in _OPEN_DRAFTS and not any(e.milestone in DEADLINES and e.authority == authority for e in near):
        usual += " The page does not say until when people can comment."
    return tuple(dict.fromkeys(line for line in (*lines, usual, *late) if line))
