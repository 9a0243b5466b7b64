"""Stage four, the routing: what the whole document says that makes its strongest words mean less.

A headline says "FDA clears X", and the sentence below tells of a trial that may begin. The words of the act are plain;
only the document shows that they may be of something else, old, or not real. Then a person decides.
"""

from __future__ import annotations

from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.segment import Zone
from regwatch.classify.telling import AGAINST, TOLD_AS_NEWS, Telling, days_before
from regwatch.vocabulary import ADVICE, DECISIONS, HTA_OUTCOMES, OPINIONS, Milestone

M = Milestone
_TOP = 700
"""Characters at the start of a text in which its frame is told: an anniversary, a scenario, an old text shown again."""
HALTS = frozenset({M.SUSPENDED, M.REVOKED, M.AUTHORISATION_WITHDRAWN, M.INDICATION_WITHDRAWN})
STRONG = DECISIONS | OPINIONS | ADVICE | HTA_OUTCOMES | HALTS
_SUBJECT = 90
"""Characters before an act in which its subject stands."""
_BELOW = 600
"""Characters below the headlines in which a text explains them."""
_TELLERS = frozenset({"company_press_release", "trade_news", "patient_blog"})
"""Kinds of text that may look back, guess or play; an authority's own page does not."""
_OLD = 30
"""An act so many days before its document is not the one that the headline tells."""
_STEPS = frozenset({
    M.SUBMITTED, M.ACCEPTED_FOR_REVIEW, M.VALIDATED, M.PRIORITY_REVIEW, M.ORPHAN_DESIGNATION,
    M.BREAKTHROUGH_DESIGNATION,
})  # fmt: skip
"""Acts of an authority that a headline may call an approval ("nod for the filing")."""


def means_less(telling: Telling, one: Candidate) -> str:
    """What may make less of a decision that a text tells; "" if nothing does."""
    low = telling.prose.text.low
    top = low[: max(_TOP, telling.prose.layout.title[1])]
    told = telling.prose.announcement.kind in _TELLERS
    if told and (found := CUES["lesser.frame"].search(top)):
        return f"the text may be of {found[0].strip()}"
    if found := CUES["lesser.paper"].search(top):
        return f"the text may be of {found[0].strip()}"
    if told and (found := CUES["lesser.taken_back"].search(telling.prose.document)):
        return f"the text takes back: {found[0].strip()}"
    if one.milestone not in STRONG:
        return ""
    if told and (found := CUES["lesser.one_patient"].search(telling.prose.document)):
        return f"what is told may be of one patient ({found[0].strip()})"
    if found := CUES["lesser.of_an_animal"].search(top) or CUES["lesser.of_an_animal"].search(
        low, one.sentence.start, one.sentence.end
    ):
        return f"what is told may be of an animal ({found[0].strip()})"
    if one.code == "FDA" and (why := _of_another_country(telling, one)):
        return why
    if why := _of_something_else(telling, one):
        return why
    where = top if one.milestone in OPINIONS else low[one.sentence.start : one.sentence.end]
    if one.code != telling.prose.house and (found := CUES["lesser.other_committee"].search(where)):
        return f"what is told may be of {found[0].strip()}"
    return _explained_below(telling, one) if one.milestone in DECISIONS else ""


def _of_something_else(telling: Telling, one: Candidate) -> str:
    """Who or what else the sentence's words may be of: a court, a hospital, a trading halt, a letter made public."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    if one.milestone in HTA_OUTCOMES and one.place and not CUES["lesser.appraiser"].search(telling.prose.document):
        return "no appraising body is named"
    if one.milestone in HTA_OUTCOMES and CUES["lesser.in_line_with"].search(low, s.start, s.end):
        return "another one acts in line with guidance"
    if one.code == "HAS" and CUES["lesser.early_access"].search(telling.prose.document):
        return "what is told may be of early access"
    if one.milestone in HALTS and (found := CUES["lesser.halted"].search(low, s.start, s.end)):
        return f"what ended may be {found[0].strip()}"
    if one.milestone is M.COMPLETE_RESPONSE and (found := CUES["lesser.made_public"].search(low, s.start, s.end)):
        return f"what is told may be of {found[0].strip()}"
    if one.code != telling.prose.house and (
        found := CUES["lesser.another_actor"].search(low, max(s.start, act.head - _SUBJECT), act.head)
    ):
        return f"who acted may be {found[0].strip()}"
    if act.rule.weak and one.milestone not in AGAINST and CUES["lesser.yes_to_papers"].match(low, act.end, s.end):
        return "the yes may be to papers"
    if (
        one.product_at
        and one.product_at[1] <= act.head
        and CUES["lesser.attribute"].match(low, one.product_at[1], act.head)
        and CUES["lesser.goes_on"].match(low, act.end, s.end)
    ):
        return "the medicine is only called so in passing"
    if s.zone is Zone.TITLE and "?" in low[s.start : s.end + 1]:
        return "the headline asks"
    return ""


def _of_another_country(telling: Telling, one: Candidate) -> str:
    """Why an act of "the FDA" or of a panel may be no American one."""
    low, s = telling.prose.text.low, one.sentence
    if one.milestone in ADVICE:
        named = CUES["lesser.agency_named"].search(telling.prose.document)
        return "" if named else "a panel that no agency is named for"
    other = CUES["lesser.another_fda"].search(telling.prose.document)
    if other and not CUES["lesser.of_america"].search(low, s.start, s.end):
        return f"it may be the agency of another country ({other[0].strip()})"
    return ""


def _explained_below(telling: Telling, one: Candidate) -> str:
    """What the text below calls an act that only its headlines tell, if it is less than they say."""
    if one.sentence.zone not in {Zone.TITLE, Zone.SUBHEAD} or _told_plainly_below(telling, one):
        return ""
    low = telling.prose.text.low
    first = min(telling.prose.layout.title[1], one.sentence.end)
    found = CUES["lesser.step"].search(low, 0, first + _BELOW)
    if found:
        return f"what is told may be of {found[0].strip()}"
    steps = (o for o in telling.by_code.get(one.code, ()) if o.milestone in _STEPS and o.stance.sense in TOLD_AS_NEWS)
    step = next((o for o in steps if o.sentence.zone is not Zone.LATER), None)
    return f"what is told may be only {step.milestone.value}" if step else ""


def _told_plainly_below(telling: Telling, one: Candidate) -> bool:
    """Whether the text itself tells the act too, in words that leave no doubt which."""
    return any(
        o.milestone is one.milestone
        and o.sentence.zone in {Zone.LEDE, Zone.BODY}
        and CUES["lesser.plain"].search(telling.prose.text.low, o.action.start, o.action.stop)
        for o in telling.by_code.get(one.code, ())
        if o.stance.sense in TOLD_AS_NEWS and days_before(telling, o) <= _OLD
    )
