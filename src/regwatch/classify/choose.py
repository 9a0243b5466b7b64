"""What a document announces, out of all that it says: the lede is believed before the headline, both before the body.

Old news is told by its date, its tense and its place; a document whose news is something else (results of a quarter,
an interview, a congress) announces nothing. Ranks and pathways settle what is left.
"""

from __future__ import annotations

from regwatch.classify.frames import Frame
from regwatch.classify.history import Chosen, Telling, judge
from regwatch.classify.indication import is_vague
from regwatch.classify.segment import Layout, Zone
from regwatch.classify.settle import place, same_words, settle
from regwatch.classify.text import Text
from regwatch.vocabulary import GOAL_DATES, Confidence, Milestone, Mode

M = Milestone


def choose(text: Text, layout: Layout, frames: list[Frame], kind: str, house: str) -> list[Chosen]:
    """The frames that stand, each with its mode; repeats and contradictions are settled. `house`: whose page it is."""
    sole = len({frame.treatment for frame in frames}) == 1
    telling = Telling(text, layout, kind, house, sole)
    nature = telling.nature
    return _unique(settle([c for frame in frames if (c := judge(telling, frame, nature)) is not None]))


_BEST = {Mode.ANNOUNCED: 0, Mode.BACKGROUND: 1, Mode.EXPECTED: 2}


def _unique(chosen: list[Chosen]) -> list[Chosen]:
    """One event for each decision: the best placed telling, with what the others add (date, indication)."""
    groups: list[list[Chosen]] = []
    for c in sorted(chosen, key=lambda c: (_BEST[c.mode], c.confidence is not Confidence.HIGH, place(c.frame))):
        twin = next((members for members in groups if _same_event(members[0], c)), None)
        if twin is None:
            groups.append([c])
        else:
            twin.append(c)
    merged = sorted((_merge(members) for members in groups), key=lambda c: c.frame.action.head)
    return [_lent_date(c, merged) for c in merged]


def _lent_date(c: Chosen, others: list[Chosen]) -> Chosen:
    """An extension that gives no date takes the one that the text names as the goal date after it."""
    f = c.frame
    if f.milestone is M.GOAL_DATE_EXTENDED and f.date is None:
        later = [
            o.frame
            for o in others
            if o.frame.milestone is M.GOAL_DATE_SET and o.frame.date and o.frame.action.head > f.action.head
        ]
        f.date = later[-1].date if later else None
    return c


def _same_event(first: Chosen, c: Chosen) -> bool:
    a, b = first.frame, c.frame
    if (a.code, a.milestone) != (b.code, b.milestone) or not set(a.treatment.split("+")) & set(b.treatment.split("+")):
        return False
    return _twin(first, c)


def _twin(first: Chosen, c: Chosen) -> bool:
    a, b = first.frame, c.frame
    if first.mode is not c.mode:
        return (
            first.mode is Mode.ANNOUNCED
            and (b.date is None or b.date == a.date)
            and c.mode is Mode.BACKGROUND
            and _like(a, b)
        )
    if a.milestone in GOAL_DATES and a.date and b.date:
        return a.date == b.date
    if a.date and b.date and a.date != b.date and not (a.date.contains(b.date) or b.date.contains(a.date)):
        return False
    return _like(a, b)


def _like(a: Frame, b: Frame) -> bool:
    apart = a.sentence.start != b.sentence.start and a.sentence.zone > Zone.SUBHEAD < b.sentence.zone
    if apart and a.milestone is M.APPROVED and a.own_words and b.own_words:
        return same_words(a.indication, b.indication)
    if (
        a.milestone in {M.APPROVED, M.ACCELERATED_APPROVED}
        and a.indication
        and b.indication
        and a.sentence.start == b.sentence.start
    ):
        return same_words(a.indication, b.indication)
    return True


def _merge(members: list[Chosen]) -> Chosen:
    first = members[0]
    f = first.frame
    for other in (m.frame for m in members[1:]):
        if (
            (other.own_words and not f.own_words and other.indication)
            or not f.indication
            or (
                (is_vague(f.indication) or f.sentence.zone is Zone.TITLE)
                and other.sentence.zone <= Zone.SUBHEAD
                and other.own_words >= f.own_words
                and len(other.indication) > len(f.indication)
            )
        ):
            f.indication, f.own_words = other.indication or f.indication, other.own_words
        f.brand = f.brand or other.brand
        if f.date is None and other.date is not None:
            f.date, f.anchored = other.date, other.anchored
        f.window = f.window or other.window
        if len(other.treatment.split("+")) > len(f.treatment.split("+")):
            f.treatment = other.treatment
    if len(members) > 1 and first.confidence is Confidence.MEDIUM and first.mode is Mode.ANNOUNCED and not f.notes:
        return Chosen(f, first.mode, Confidence.HIGH, first.reason + ", and told again")
    return first
