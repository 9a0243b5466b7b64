"""Stage two: which medicines an act decides on, with the runner-up and its margin."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from regwatch.classify.attribution import COSTS, STRING, WIDE
from regwatch.classify.clauses import separators
from regwatch.classify.cues import CUES
from regwatch.classify.extract import Action
from regwatch.classify.products import Named
from regwatch.classify.text import Text

BESIDE = 3
"""Characters between a brand and its own INN: blanks and a bracket."""


@dataclass(frozen=True)
class OfProduct:
    """The medicines of one decision: partners of a combination together. `margin` as for a body."""

    group: tuple[Named, ...]
    runner_up: str = ""
    margin: float = WIDE


def products_of(text: Text, action: Action, named: Sequence[Named], heads: Sequence[int]) -> list[OfProduct]:
    """The medicines that the event is about, one for each decision; partners of a combination share one."""
    mains = [n for n in named if n.role == "main"]
    if not mains:
        partners = [n for n in named if n.role == "partner"]
        return [OfProduct(tuple(partners))] if partners else []
    nexts = heads[bisect_right(heads, action.head) :]
    since = max(heads[: bisect_left(heads, action.head)], default=-1)
    before = [n for n in mains if since < n.end <= action.head]
    turn = CUES["attribution.turn"].search(text.low, action.end, action.end + 300)
    limit = min([*nexts[:1], turn.start() if turn else len(text.low)])
    after = [n for n in mains if n.start >= action.end and n.start < limit]
    chosen = _side(text, action, before, after) or [min(mains, key=lambda n: _way(text, action, n, heads))]
    chosen = _strung(text, mains, chosen, heads)
    told = _merged([_with_partners(main, mains, named) for main in _once(chosen)])
    meant = {n.treatment for group in told for n in group}
    others = [n for n in mains if n.treatment not in meant]
    return [_beside(text, action, group, others, heads) for group in told]


def _strung(text: Text, mains: list[Named], chosen: list[Named], heads: Sequence[int]) -> list[Named]:
    """The chosen medicines with those that commas or "and" string to them ("A, B and C are not recommended")."""
    number = {n.start: i for i, n in enumerate(mains)}
    found = {number[n.start] for n in chosen}
    for step in (-1, 1):
        for i in sorted(found):
            while 0 <= i + step < len(mains) and i + step not in found:
                one, two = sorted((mains[i], mains[i + step]), key=lambda n: n.start)
                if not _in_string(text, one, two, heads):
                    break
                i += step
                found.add(i)
    return [mains[i] for i in sorted(found)]


def _in_string(text: Text, one: Named, two: Named, heads: Sequence[int]) -> bool:
    """Whether two medicines share an act. One that follows the act may have a fate of its own ("B a negative one")."""
    if one.treatment == two.treatment and two.start - one.end <= BESIDE:
        return True
    acts = CUES["attribution.acts_itself"].match(text.low, one.end, two.start)
    if acts or not STRING.fullmatch(text.low, one.end, two.start):
        return False
    told_between = bisect_left(heads, two.start) > bisect_left(heads, one.end)
    return not (told_between and CUES["attribution.own_fate"].match(text.low, two.end))


def _beside(text: Text, action: Action, group: list[Named], others: list[Named], heads: Sequence[int]) -> OfProduct:
    """The group with the nearest medicine that it is not."""
    if not others:
        return OfProduct(tuple(group))
    rival = min(others, key=lambda n: _way(text, action, n, heads))
    further = _way(text, action, rival, heads)
    return OfProduct(tuple(group), rival.treatment, further - _way(text, action, group[0], heads))


def _way(text: Text, action: Action, n: Named, heads: Sequence[int]) -> float:
    """What the way from a medicine to the event costs."""
    costs = COSTS["product"]
    gap = action.head - n.end if n.end <= action.head else n.start - action.end + costs["after"]
    first, last = sorted((n.start, action.head))
    walls, between = separators(text, first, last), bisect_left(heads, last) - bisect_right(heads, first)
    return float(max(0, gap) + costs["boundary"] * walls + costs["other_event"] * max(0, between))


def _once(chosen: list[Named]) -> list[Named]:
    """One naming for each treatment and brand."""
    return list({(n.treatment, n.brand): n for n in reversed(chosen)}.values())[::-1]


def _with_partners(main: Named, mains: list[Named], named: Sequence[Named]) -> list[Named]:
    """A medicine with the partners that follow it before another main one."""
    rivals = [o for o in mains if o.treatment != main.treatment]
    return [
        main,
        *(
            n
            for n in named
            if n.role == "partner" and main.end <= n.start and not any(main.end <= o.start < n.start for o in rivals)
        ),
    ]


def _side(text: Text, action: Action, before: list[Named], after: list[Named]) -> list[Named]:
    left = [n for n in before if separators(text, n.end, action.head) == 0]
    left = left[_turned_before(text, left) :]
    heads_list = ":" in text.low[action.end : action.end + 3]
    right = [n for n in after if heads_list or ";" not in text.low[action.end : n.start]]
    right = right[: _turns_at(text, right)]
    passive = CUES["attribution.passive_before"].search(text.low[max(0, action.head - 60) : action.head])
    apart = bool(right) and separators(text, action.end, right[0].start) > 0
    if left and (passive or apart or not right):
        return left
    return right or before[-1:] or after


def _turns_at(text: Text, named: list[Named]) -> int:
    """How many medicines in a row are objects of one act: up to another thing given ("a letter for A, a yes for B")."""
    for number, (one, two) in enumerate(pairwise(named), 1):
        turns = CUES["attribution.new_object"].search(text.low, one.end, two.start) or _new_verb(text, one, two)
        if turns or CUES["attribution.own_clause"].match(text.low, two.end):
            return number
    return len(named)


def _turned_before(text: Text, named: list[Named]) -> int:
    """How many medicines in a row belong to a verb before the one that gives the act ("backed A and gave B a no")."""
    acts = CUES["attribution.acts_itself"]
    return max(
        (
            number
            for number, (one, two) in enumerate(pairwise(named), 1)
            if _new_verb(text, one, two) or acts.match(text.low, one.end, two.start)
        ),
        default=0,
    )


def _new_verb(text: Text, one: Named, two: Named) -> bool:
    """Whether another verb begins between two medicines."""
    return bool(CUES["attribution.new_verb"].search(text.low, one.end, two.start))


def _merged(groups: list[list[Named]]) -> list[list[Named]]:
    """A brand beside its own INN is one medicine, not two."""
    merged: list[list[Named]] = []
    for group in groups:
        twin = next((g for g in merged if g[0].treatment == group[0].treatment), None)
        if twin is None:
            merged.append(group)
        elif not twin[0].brand and group[0].brand:
            twin[0] = group[0]
    return merged
