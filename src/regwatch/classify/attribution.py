"""Stage two: who acts, with the runner-up and its margin; `objects` says on which medicines.

A body is named in the clause, given away by the kind of application, the page's own, or named before. The costs of
distance are data (`lexicon/attribution.toml`); the least wins.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from regwatch.classify.authority import AGENCY, HTA, OTHER, PANEL, PLACE, Body, find_authorities
from regwatch.classify.clauses import separators
from regwatch.classify.cues import CUES
from regwatch.classify.document import Prose
from regwatch.classify.extract import Action
from regwatch.classify.lexicon import read
from regwatch.classify.segment import Sentence, Zone
from regwatch.classify.stance import Stance
from regwatch.classify.text import Text
from regwatch.vocabulary import Milestone

COSTS = read("attribution")
STRING = CUES["attribution.string"]
_OF_THE_EMA = frozenset({Milestone.APPLICATION_WITHDRAWN, Milestone.VALIDATED, Milestone.SUBMITTED})
"""What a national agency only relays of the European one."""
WIDE = 1000.0
"""The margin of what has no rival."""


@dataclass(frozen=True)
class Acting:
    """The body of an event. `explicit`: the clause names it; `words` are those that name it.

    `runner_up` is the code of the next best body, "" for none, and `margin` by how much it was dearer.
    """

    code: str
    body: Body | None
    explicit: bool
    words: str
    runner_up: str = ""
    margin: float = WIDE

    @property
    def kind(self) -> str:
        """Agency, panel or place."""
        return self.body.body if self.body else AGENCY

    @property
    def loose(self) -> bool:
        """Whether only a country or "EU regulators" stands for the authority."""
        return self.body is not None and (self.body.body == PLACE or "regulator" in self.words)


def decide_actor(
    prose: Prose, s: Sentence, action: Action, bodies: Sequence[Body], heads: Sequence[int], context: Body | None
) -> Acting | None:
    """Who acts; None where nobody fits."""
    rule, low = action.rule, prose.text.low
    ranked = _ranked(prose.text, action, bodies, heads)
    body = ranked[0][1] if ranked else None
    explicit = body is not None
    if body is None:
        body = _implied(prose, s, action, context)
    if body is None and rule.language != "en" and prose.means_europe(s):
        body = Body("EC", AGENCY, action.head, action.head)  # whom such texts mean most; a person confirms it
    code = rule.body if rule.body and rule.body != "hta" else body.code if body else ""
    if body is not None and rule.language != "en" and rule.body == "EMA" and body.code in {*HTA, OTHER, "FDA"}:
        code = body.code  # "parere contrario" is an appraiser's word too
    explicit = explicit or code == rule.body != ""
    if code in {"", "EMA"} and "opinion" in rule.tags and "opinion" in low[action.start : action.stop]:
        code, explicit = "EMA", True
    if code == OTHER or (rule.body == "FDA" and explicit and body is not None and body.code in HTA):
        return None
    if (not code and rule.means in {"positive", "negative"}) or not _fits(prose, action, code, explicit):
        return None
    second = next(((cost, b) for cost, b in ranked[1:] if b.code != code), None)
    margin = second[0] - ranked[0][0] if second and ranked[0][1].code == code else WIDE
    words = low[body.start : body.end] if body else ""
    return Acting(code, body, explicit, words, second[1].code if second else "", margin)


def joint_actors(text: Text, action: Action, acting: Acting, bodies: Sequence[Body]) -> list[Acting]:
    """The other bodies that are named in one string with the one that acts ("the FDA and Health Canada")."""
    if acting.body is None or acting.body not in bodies or action.rule.body:
        return []
    run: list[Body] = []
    for body in bodies:
        if run and not CUES["attribution.joint"].fullmatch(text.low, run[-1].end, body.start):
            if acting.body in run:
                break
            run = []
        run.append(body)
    if acting.body not in run:
        return []
    others = {b.code: b for b in reversed(run) if b.code not in {acting.code, OTHER} and b.start >= 0}
    return [
        Acting(code, body, acting.explicit, text.low[body.start : body.end]) for code, body in reversed(others.items())
    ]


def is_habit(prose: Prose, action: Action, stance: Stance) -> bool:
    """Whether a clause without a medicine states what a body does in general ("the Commission grants or refuses")."""
    governed = action.rule.syntax == "noun" and stance.words
    word = stance.words.split()[-1] if governed else prose.text.low[action.head : action.end].split()[0]
    return bool(CUES["attribution.habit"].fullmatch(word))


def _ranked(text: Text, action: Action, bodies: Sequence[Body], heads: Sequence[int]) -> list[tuple[float, Body]]:
    """The bodies within reach, cheapest first."""
    found = []
    for body in bodies:
        if max(action.head - body.end, body.start - action.end) >= COSTS["reach"]:
            continue
        if body.body == PANEL and CUES["attribution.came_after"].search(text.low, max(0, body.start - 50), body.start):
            continue
        cost = _distance(text, action, body, heads)
        if cost is not None and len(bodies) > 1 and _is_object(text, action, body):
            cost += COSTS["body"]["advice"]
        if cost is not None and (cost := cost + _ill_suited(action, body)) < COSTS["reach"] - 5:
            found.append((cost, body))
    ranked = sorted(found, key=lambda pair: (pair[0], pair[1].start))
    if ranked and ranked[0][1].body == PANEL:
        owner = next((b for b in bodies if b.code == OTHER and 0 <= ranked[0][1].start - b.end <= 3), None)
        return [(ranked[0][0], owner), *ranked[1:]] if owner else ranked
    return ranked


def _is_object(text: Text, action: Action, body: Body) -> bool:
    """Whether a body is only named as the one whose advice another follows or overrules."""
    if "opinion" in action.rule.tags:
        return False
    overruled = CUES["attribution.overruled"].search(text.low, max(0, body.start - 50), body.start)
    return bool(overruled or CUES["attribution.its_advice"].match(text.low, body.end))


def _ill_suited(action: Action, body: Body) -> float:
    costs, cost = COSTS["body"], 0.0
    if (action.rule.body == "hta" or "hta_only" in action.rule.tags) and body.code not in HTA:
        cost += costs["not_appraiser"] if body.body != PLACE else costs["place_appraises"]
    if "panel" in action.rule.tags and body.body == AGENCY and body.code == "FDA":
        cost += costs["agency_for_panel"]
    return float(cost)


def _distance(text: Text, action: Action, body: Body, heads: Sequence[int]) -> float | None:
    """What the way from a body to the event costs; None where a country is no actor."""
    costs, place = COSTS["body"], body.body == PLACE
    if body.end <= action.head:
        gap = action.head - body.end
        cost = gap + costs["boundary"] * separators(text, body.end, action.head)
        cost += costs["other_event"] * (bisect_left(heads, action.head) - bisect_left(heads, body.end))
        by = CUES["attribution.by"].search(text.low, max(0, body.start - 14), body.start)
        cost += costs["by_before"] if by and gap > 30 and action.rule.syntax == "verb" else 0
        if place:
            near = gap <= 45 and (CUES["attribution.adjacent"].match(text.low[body.end : action.head]) or gap <= 28)
            inside = CUES["attribution.in"].search(text.low, max(0, body.start - 20), body.start)
            heads_line = CUES["attribution.heads_line"].match(text.low, body.end) and text.low[
                max(0, body.start - 3) : body.start
            ].strip(" -*\u2022") in {"", "\n"}
            owns = action.start - 2 <= body.end <= action.start or action.start <= body.start  # "the EU licence of X"
            return float(cost + costs["place_before"]) if near or inside or owns or heads_line else None
        return float(cost)
    if body.start < action.end or (place and body.end <= action.stop):
        return 0.0 if body.start < action.end else float(costs["place_after"])
    gap = body.start - action.end
    cost = gap + costs["after"] + costs["boundary"] * separators(text, action.end, body.start)
    cost += costs["other_event"] * (bisect_left(heads, body.start) - bisect_left(heads, action.end))
    left = text.low[max(0, body.start - 16) : body.start]
    if place:
        return float(cost + costs["place_after"]) if CUES["attribution.in"].search(left) or gap < 12 else None
    return float(cost + (costs["after_by"] if CUES["attribution.by"].search(left) else costs["after_bare"]))


def _fits(prose: Prose, action: Action, code: str, explicit: bool) -> bool:
    """Whether words that mean much only from the right mouth have that mouth."""
    rule, head = action.rule, prose.text.low[action.head : action.end]
    if explicit:
        return True
    if rule.id == "opinion.recommended_approval" and re.match(r"endors|back|favo|urg", head):
        return False
    if code in HTA and rule.id.startswith("approved") and (code == prose.house or rule.syntax == "noun"):
        return bool(re.match(r"recommend|accept|approved for use", head))
    own_notice = code == prose.house and prose.announcement.kind == "regulator_notice"
    return not rule.weak or code in HTA or own_notice


def _implied(prose: Prose, s: Sentence, action: Action, context: Body | None) -> Body | None:
    """The body that the sentence does not name."""
    nothing = action.head, action.head
    if code := _by_application(prose.text, action, s):
        return Body(code, AGENCY, *nothing)
    relayed = action.rule.language != "en" and context is not None and context.code == "EMA"
    if prose.house and not (relayed and action.rule.means in _OF_THE_EMA):
        return Body(prose.house, AGENCY, *nothing)
    if s.zone is Zone.TITLE and not action.rule.weak and action.rule.means in {"positive", "negative"}:
        return _told_below(prose)
    refers = CUES["attribution.generic_agency"].search(prose.text.low, s.start, s.end)
    if context and (refers or s.zone <= Zone.SUBHEAD or context.code in HTA or not action.rule.weak):
        return context
    return None


def _by_application(text: Text, action: Action, sentence: Sentence) -> str:
    """The body that the kind of application gives away: an NDA is filed with the FDA, an MAA with the EMA."""
    first, last = max(sentence.start, action.start - 60), min(sentence.end, action.stop + 80)
    if CUES["attribution.us_application"].search(text.low, first, last):
        return "FDA"
    return "EMA" if CUES["attribution.eu_application"].search(text.low, first, last) else ""


def _told_below(prose: Prose) -> Body | None:
    """The one body that the lede names, for a headline that names none."""
    lede = [s for s in prose.layout.sentences if s.zone is Zone.LEDE and not prose.names_unwatched(s)]
    if not lede:
        return None
    bodies = [b for b in find_authorities(prose.text, lede[0].start, lede[-1].end) if b.body != PLACE]
    return bodies[0] if bodies and len({b.code for b in bodies}) == 1 else None
