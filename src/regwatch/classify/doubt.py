"""Stage four, the routing: why a finding waits for a person, however probable it is."""

from __future__ import annotations

from regwatch.classify.attribution import COSTS
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.products import UNNAMED
from regwatch.classify.segment import Zone
from regwatch.classify.signs import signs
from regwatch.classify.telling import Telling, family
from regwatch.vocabulary import Milestone

WORD = 6
"""First letters by which the forms of a word are one."""
TOLD_TWICE = frozenset({"told in the headline too", "told in the lede too"})


def in_doubt(telling: Telling, one: Candidate) -> str:
    """Why a finding is for a person however probable it is; "" if it need not be."""
    narrow = COSTS["margin"]
    if one.notes:
        return one.notes[0]
    if CUES["stance.unnamed_sources"].search(telling.prose.text.low, one.sentence.start, one.sentence.end):
        return "told by unnamed sources"
    if one.treatment == UNNAMED:
        return "the text names no medicine"
    if telling.stayed and family(one.milestone) == "decision":
        return "a court has a part in it"
    if _may_be_an_opinion(telling, one):
        return "the headline may mean the committee's opinion"
    if one.body_margin < narrow:
        return f"the act may be that of {one.body_runner_up or 'another body'}"
    return ""


def _may_be_an_opinion(telling: Telling, one: Candidate) -> bool:
    """Whether "Europe" decides in a text that tells of the committee's opinion the same way."""
    opinion = Milestone.OPINION_NEGATIVE if one.milestone is Milestone.REFUSED else Milestone.OPINION_POSITIVE
    told = {(o.milestone, o.code) for o in telling.candidates if o.stance.sense in {"done", "bare", "state"}}
    return one.code == "EC" and one.place and family(one.milestone) == "decision" and (opinion, "EMA") in told


def unfamiliar(telling: Telling, one: Candidate, proven: frozenset[str]) -> str:
    """Why a finding is for a person though it is probable: it hangs on one sign where several should agree; "" if not.

    What headline and first sentences both tell stands by itself. All else must be told near the top, as done, and in
    words that labelled documents of several styles told news by.
    """
    if signs(telling, one).keys() & TOLD_TWICE:
        return ""
    if one.sentence.zone > Zone.SUBHEAD:
        return "told far from the top and nowhere else"
    if one.stance.sense != "done":
        return "not told as done, and told nowhere else"
    return "" if word_of(one, telling) in proven else "told in words not proven yet, and told nowhere else"


def word_of(one: Candidate, telling: Telling) -> str:
    """The word that tells an act, by its row and its first letters: what may be proven or not."""
    head = telling.prose.text.low[one.action.head : one.action.end].split() or [""]
    return f"{one.action.rule.id}: {head[0][:WORD]}"
