"""Stage four, the routing: why a finding waits for a person, however probable it is."""

from __future__ import annotations

from regwatch.classify.attribution import COSTS
from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.products import UNNAMED
from regwatch.classify.telling import Telling
from regwatch.vocabulary import DECISIONS, EVIDENCE, HTA_OUTCOMES, OPINIONS, Milestone


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
    if what := _another_object(telling, one):
        return f"what is told may be of {what}"
    if _is_a_first_date(telling, one):
        return "the goal date may be the first one of an application that came again"
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


def _another_object(telling: Telling, one: Candidate) -> str:
    """The words for what an act may be on in place of the medicine: its label, a test for it, a copy, a batch."""
    if one.product_at is None or one.milestone not in DECISIONS | HTA_OUTCOMES | OPINIONS:
        return ""
    low, (start, end) = telling.prose.text.low, one.product_at
    between = CUES["doubt.another_object"].search(low, one.action.end, start) if start >= one.action.end else None
    if found := between or CUES["doubt.object_of_it"].match(low, end):
        return " ".join(found[0].split())
    crossed = low.find(";", one.action.end, start) >= 0 and telling.prose.text.low[start - 2 : start] == "; "
    return "a medicine before the semicolon" if crossed else ""


def _is_a_first_date(telling: Telling, one: Candidate) -> bool:
    """Whether a "new" goal date stands beside the acceptance of the application."""
    return one.milestone is Milestone.GOAL_DATE_EXTENDED and any(
        other.milestone is Milestone.ACCEPTED_FOR_REVIEW and other.treatment == one.treatment
        for other in telling.candidates
    )
