"""From an action to a frame: who acted, on which medicine, for whom, when, and how the clause speaks of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from regwatch.classify.actions import Action
from regwatch.classify.authority import AGENCY, HTA, PANEL, PLACE, Body
from regwatch.classify.dates import Mention
from regwatch.classify.mode import Stance
from regwatch.classify.products import Named
from regwatch.classify.rules.grammar import APPLICATION
from regwatch.classify.segment import Sentence
from regwatch.classify.text import Text
from regwatch.dates import PartialDate
from regwatch.model import Cue
from regwatch.vocabulary import Milestone

_SEPARATOR = re.compile(
    r";|:\s|\s-\s|, (?:and|but|while|whereas|although|though|which|who|so|with|as|after|following)\b"
    r"|\b(?:but|while|whereas|although|though|after which|by contrast|meanwhile)\b"
    r"|, (?=[\w ()]{1,40} (?:was|were|is|are|has|have|had|got|did|does) )|(?<=\w),? and (?=(?:the "
    r"|its |in )?[\w ()]{1,40}? (?:was|were|has|have|had|got|set|gave|approved|rejected|granted"
    r"|accepted|validated|assigned|refused) )|\)\s(?=and )"
)
_ADJACENT = re.compile(
    r"[\s,()'s-]{0,4}(?:(?:of|the|and|a|an|its|full|first|accelerated|conditional|marketing|regulatory"
    r"|drug|positive|formal|official|new|final|early|has|have|had|just|now|also|today|\w+ly|\w+day"
    r"|on)[\s,]+){0,4}$"
)
_BY = re.compile(r"\b(?:by|from|with|to|at|of|before)(?: the)?(?: \w+'s)?\s?\(?$")
_IN = re.compile(r"\b(?:in|across|throughout|within|into|from)(?: the| all of| both the)?\s?$")
_US_APPLICATION = re.compile(
    r"\b(?:s?nda|s?bla|(?:supplemental )?new drug application"
    r"|(?:supplemental )?biologics? licen[cs]e application|pdufa|accelerated approval"
    r"|breakthrough therapy|crl|complete response)\b"
)
_EU_APPLICATION = re.compile(r"\b(?:maas?|type ii|marketing authori[sz]ation application)\b")
_GENERIC_AGENCY = re.compile(r"\b(?:the|this|that) (?:\w+ )?(?:agency|regulator|watchdog|body|committee|authority)\b")


FAR = 335
"""An authority this many characters from an action is not its actor; every distance costs its characters, less 5."""


@dataclass
class Frame:
    """One action with all that the text ties to it. `mode` and `confidence` are settled in `choose`."""

    action: Action
    sentence: Sentence
    stance: Stance
    milestone: Milestone
    code: str
    explicit: bool
    treatment: str
    brand: str
    named: bool
    indication: str = ""
    own_words: bool = False
    """The indication stands in the frame's own sentence."""
    date: PartialDate | None = None
    window: str = ""
    when: str = ""
    """The words of the date."""
    place: bool = False
    """The authority is only implied by a country."""
    anchored: bool = False
    """The date was resolved from "today" or a weekday."""
    cues: list[Cue] = field(default_factory=list)
    weak: bool = False
    notes: list[str] = field(default_factory=list)


def clause_start(text: Text, sentence: Sentence, place: int) -> int:
    """Where the clause of an offset begins."""
    first = sentence.start
    for m in _SEPARATOR.finditer(text.low, sentence.start, place):
        first = m.end() if text.low[m.start()] not in ", " else m.start() + 1
    return first


def separators(text: Text, one: int, two: int) -> int:
    """How many clause boundaries lie between two offsets."""
    return sum(1 for _ in _SEPARATOR.finditer(text.low, min(one, two), max(one, two)))


def actor_of(text: Text, action: Action, bodies: list[Body], heads: list[int]) -> Body | None:
    """Which authority the clause makes the actor; None if the sentence names none that fits."""
    best: tuple[float, Body] | None = None
    want_hta = action.rule.authority == "hta" or "hta_only" in action.rule.tags
    for body in bodies:
        apart = max(action.head - body.end, body.start - action.end)
        cost = _distance(text, action, body, heads) if apart < FAR else None
        if cost is None:
            continue
        if want_hta and body.code not in HTA:
            cost += 400 if body.body != PLACE else 60
        if "panel" in action.rule.tags and body.body == AGENCY and body.code == "FDA":
            cost += 60
        if best is None or cost < best[0]:
            best = (cost, body)
    return best[1] if best and best[0] < FAR - 5 else None


def _distance(text: Text, action: Action, body: Body, heads: list[int]) -> float | None:
    if body.end <= action.head:
        gap = action.head - body.end
        between = text.low[body.end : action.head]
        cost = gap + 45.0 * separators(text, body.end, action.head)
        cost += 70.0 * sum(1 for h in heads if body.end <= h < action.head)
        if _BY.search(text.low, max(0, body.start - 14), body.start) and gap > 30 and action.rule.form == "verb":
            cost += 25
        if body.body == PLACE:
            near = gap <= 45 and (_ADJACENT.match(between) or gap <= 28)
            inside = _IN.search(text.low, max(0, body.start - 20), body.start)
            if not (near or inside):
                return None
            cost += 35
        return cost
    if body.start < action.end:
        return 0.0
    gap = body.start - action.end
    cost = gap + 20 + 45.0 * separators(text, action.end, body.start)
    cost += 70.0 * sum(1 for h in heads if action.end <= h < body.start)
    left = text.low[max(0, body.start - 16) : body.start]
    if body.body == PLACE:
        return cost + 25 if _IN.search(left) or gap < 12 else None
    return cost - 25 if _BY.search(left) else cost + 15


def implied_actor(text: Text, action: Action, sentence: Sentence) -> str:
    """The authority that the kind of application gives away: an NDA is filed with the FDA, an MAA with the EMA."""
    first, last = max(sentence.start, action.start - 60), min(sentence.end, action.stop + 80)
    if _US_APPLICATION.search(text.low, first, last):
        return "FDA"
    return "EMA" if _EU_APPLICATION.search(text.low, first, last) else ""


def refers_back(text: Text, sentence: Sentence) -> bool:
    """Whether the sentence speaks of "the agency", named before."""
    return bool(_GENERIC_AGENCY.search(text.low, sentence.start, sentence.end))


def products_of(text: Text, action: Action, named: list[Named], heads: list[int]) -> list[list[Named]]:
    """The medicines that the action is about, one group per decision; partners of a combination share a group."""
    mains = [n for n in named if n.role == "main"]
    if not mains:
        partners = [n for n in named if n.role == "partner"]
        return [partners] if partners else []
    nexts = [h for h in heads if h > action.head]
    before = [n for n in mains if n.end <= action.head and not any(n.end <= h < action.head for h in heads)]
    turn = _TURN.search(text.low, action.end, action.end + 300)
    limit = min([*nexts[:1], turn.start() if turn else len(text.low)])
    after = [n for n in mains if n.start >= action.end and n.start < limit]
    chosen = _side(text, action, before, after)
    if not chosen:
        chosen = [min(mains, key=lambda n: abs(n.start - action.head) + 40 * separators(text, n.start, action.head))]
    groups: list[list[Named]] = []
    for main in chosen:
        if any(g[0].treatment == main.treatment and g[0].brand == main.brand for g in groups):
            continue
        same = [
            n
            for n in named
            if n.role == "partner"
            and main.end <= n.start
            and not any(main.end <= o.start < n.start for o in mains if o.treatment != main.treatment)
        ]
        groups.append([main, *same])
    return _merged(groups)


_TURN = re.compile(r"\b(?:deferred|delayed|postponed|while|but|whereas|unlike)\b")
"""Words after which a list speaks of something else."""


def _side(text: Text, action: Action, before: list[Named], after: list[Named]) -> list[Named]:
    left = [n for n in before if separators(text, n.end, action.head) == 0]
    right = [n for n in after if ";" not in text.low[action.end : n.start]]
    passive = re.search(
        r"\b(?:was|were|is|are|be|been|being|got|gets|receiv\w+|gain\w*|w[io]ns?|secur\w+|obtain\w*|has"
        r"|have)\s(?:\w+\s){0,6}$",
        text.low[max(0, action.head - 60) : action.head],
    )
    if left and (passive or not right):
        return left
    if right:
        return right
    return before[-1:] or after


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


def has_application(text: Text, start: int, end: int) -> bool:
    """Whether an application is named between two offsets."""
    return bool(re.search(APPLICATION, text.low[start:end]))


def bind_date(action: Action, dates: list[Mention], text: Text, *, last_of_range: bool, goal: bool) -> Mention | None:
    """The date that belongs to the action: beside it, never one that governs a trial, a congress or an earlier act."""
    usable = [
        d
        for d in dates
        if not _foreign_date(text, d)
        and (goal or not (_beyond(text, action, d) or _of_what_came_before(text, action, d)))
        and (goal or not _GOAL.search(text.low[max(0, d.start - 50) : d.start]))
    ]
    if not usable:
        return None
    if last_of_range:
        to = [
            d
            for d in usable
            if d.kind == "explicit"
            and re.search(r"\b(?:to|until|till|by|now)\s(?:the\s)?$", text.low[max(0, d.start - 9) : d.start])
        ]
        explicit = [d for d in usable if d.kind == "explicit"]
        return (to or [d for d in explicit if d.start >= action.head] or explicit or [None])[0]  # type: ignore[list-item]

    def cost(d: Mention) -> float:
        gap = action.head - d.end if d.end <= action.head else d.start - action.end
        return max(0, gap) + 50 * separators(text, d.start, action.head) + (0 if d.kind == "explicit" else 30)

    best = min(usable, key=cost)
    return best if cost(best) < 320 else None


_FOREIGN = re.compile(
    r"(?:congress|meeting|conference|esmo|asco|ash|webcast|call|trial|study|patent|nct|accessed"
    r"|data (?:cut-?off|from)|published|presented|shown|enrol\w+|results? (?:in|from|on)|journal"
    r"|j med\.?|since|fiscal|as of|as at|began|started|founded|payment|milestone|exclusivity|until"
    r"|till|deadline|closes?|closing)(?: \w+){0,4}? (?:on |in |at |of |, )?$"
    r"|press release, [^()]{0,40}$"
)


def _beyond(text: Text, action: Action, d: Mention) -> bool:
    """Whether the date belongs to an earlier act that the clause recalls ("refused, following the opinion in May")."""
    return d.start > action.end and bool(
        re.search(
            r"\b(?:following|after|since|previous|earlier|prior|reversing|having)\b(?! (?:today|this))",
            text.low[action.end : d.start],
        )
    )


_BEFORE_IT = re.compile(r"(?:\A|[.\n!?]\s*)(?:after|having|following|despite)\b[^,;.\n]{0,160}\Z")


def _of_what_came_before(text: Text, action: Action, d: Mention) -> bool:
    """Whether the date belongs to a clause that leads up to the act ("After a refusal in 2023, the FDA approved")."""
    led = d.end < action.head and "," in text.low[d.end : action.head]
    return led and bool(_BEFORE_IT.search(text.low[max(0, d.start - 200) : d.start]))


_GOAL = re.compile(
    r"(?:goal|action|pdufa|target|decision)(?: action)? dates?\b[^.;]{0,18}$|(?:ahead of|before"
    r"|prior to|pdufa,?) (?:the |its |a )?[\w ]{0,20}$"
)


def _foreign_date(text: Text, d: Mention) -> bool:
    return d.kind == "explicit" and bool(_FOREIGN.search(text.low[max(0, d.start - 50) : d.start]))


__all__ = ["PANEL", "Frame", "actor_of", "bind_date", "clause_start", "implied_actor", "products_of", "refers_back"]
