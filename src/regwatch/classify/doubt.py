"""Stage four, the routing: why a finding waits for a person, however probable it is."""

from __future__ import annotations

from regwatch.classify.attribution import COSTS
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.products import UNNAMED
from regwatch.classify.telling import Telling
from regwatch.vocabulary import DECISIONS, EVIDENCE, Milestone


def in_doubt(telling: Telling, one: Candidate) -> str:
    """Why a finding is for a person however probable it is; "" if it need not be."""
    narrow = COSTS["margin"]
    if one.notes:
        return one.notes[0]
    if CUES["stance.unnamed_sources"].search(telling.prose.text.low, one.sentence.start, one.sentence.end):
        return "told by unnamed sources"
    if one.treatment == UNNAMED:
        return "the text names no medicine"
    if telling.nature == "results" and one.milestone not in EVIDENCE:
        return "a report on a quarter or a year lists what is known"
    if telling.stayed and one.milestone in DECISIONS:
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
    return one.code == "EC" and one.place and one.milestone in DECISIONS and (opinion, "EMA") in told
