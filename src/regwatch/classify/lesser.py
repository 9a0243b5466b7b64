"""Stage four, the routing: what the whole document says that makes its strongest words mean less.

A headline says "FDA clears X", and the sentence below tells of a trial that may begin. The words of the act are plain;
only the document shows that they may be of something else, old, or not real. Then a person decides. Words that real
news uses innocently, too ("a phase 3 trial", "tenth anniversary"), count only where they can be what the act is on:
in the headline, in the act's own clause, or beside its object.
"""

from __future__ import annotations

import re

from regwatch.classify.candidates import Candidate
from regwatch.classify.cues import CUES
from regwatch.classify.date_spans import find_dates
from regwatch.classify.segment import Zone
from regwatch.classify.telling import AGAINST, TOLD_AS_NEWS, Telling, days_before
from regwatch.dates import days_between
from regwatch.vocabulary import ADVICE, DECISIONS, HTA_OUTCOMES, OPINIONS, Milestone

M = Milestone
_TOP = 700
"""Characters at the start of a text in which its frame is told: a scenario, an old text shown again, a placeholder."""
HALTS = frozenset({M.SUSPENDED, M.REVOKED, M.AUTHORISATION_WITHDRAWN, M.INDICATION_WITHDRAWN})
STRONG = DECISIONS | OPINIONS | ADVICE | HTA_OUTCOMES | HALTS
_SUBJECT = 90
"""Characters before an act in which its subject stands."""
_OBJECT = 60
"""Characters beside the verb of an ending in which its object or its subject stands."""
_BELOW = 600
"""Characters below the headlines in which a text explains them."""
_TELLERS = frozenset({"company_press_release", "trade_news", "patient_blog"})
"""Kinds of text that may look back, guess or play; an authority's own page does not."""
_OLD = 30
"""An act so many days before its document is not the one that the headline tells."""
_ORDER_NEAR = 120
"""Characters before a sentence in which an order to machines is one to report it."""
_DATE_NEAR = 40
"""Characters behind "first published" in which its date stands."""
_STEPS = frozenset({
    M.SUBMITTED, M.ACCEPTED_FOR_REVIEW, M.VALIDATED, M.PRIORITY_REVIEW, M.ORPHAN_DESIGNATION,
    M.BREAKTHROUGH_DESIGNATION,
})  # fmt: skip
"""Acts of an authority that a headline may call an approval ("nod for the filing")."""
_HEADLINES = frozenset({Zone.TITLE, Zone.SUBHEAD})


def means_less(telling: Telling, one: Candidate) -> str:
    """What may make less of a decision that a text tells; "" if nothing does."""
    if why := _framed(telling) or _to_machines(telling, one):
        return why
    if one.milestone not in STRONG:
        return ""
    return (
        _of_an_animal(telling, one)
        or _for_one_patient(telling)
        or _of_another_country(telling, one)
        or _of_another_body(telling, one)
        or _of_another_thing(telling, one)
        or _in_passing(telling, one)
        or _explained_below(telling, one)
    )


def _framed(telling: Telling) -> str:
    """Why a whole text may be no news: a scenario, an old text, a forgery, a draft, papers on a patent."""
    low, headline = telling.prose.text.low, telling.prose.layout.title[1]
    top = max(_TOP, headline)
    found = None
    if telling.prose.announcement.kind in _TELLERS:
        if first := _shown_again(telling, top):
            return f"the text was shown before ({first})"
        found = CUES["lesser.frame"].search(low, 0, top) or CUES["lesser.frame_of_headline"].search(low, 0, headline)
        if not found and (taken_back := CUES["lesser.taken_back"].search(telling.prose.document)):
            return f"the text takes back: {taken_back[0].strip()}"
    found = found or CUES["lesser.paper"].search(low, 0, top)
    return f"the text may be of {found[0].strip()}" if found else ""


def _to_machines(telling: Telling, one: Candidate) -> str:
    """Why what is told may be meant for machines alone: an order to them leads to it."""
    s = one.sentence
    order = CUES["lesser.to_machines"].search(telling.prose.text.low, max(0, s.start - _ORDER_NEAR), s.end)
    return f"what is told may be for machines ({order[0].strip()})" if order else ""


def _shown_again(telling: Telling, top: int) -> str:
    """The day on which a text says that it was first shown, where that is long before the day it bears now."""
    text, anchor = telling.prose.text, telling.prose.layout.anchor
    if anchor is None:
        return ""
    for m in CUES["lesser.shown_again"].finditer(text.low, 0, top):
        dates = find_dates(text, m.end(), m.end() + _DATE_NEAR)
        shown = dates[0].resolve(anchor) if dates else None
        if shown is not None and days_between(shown.last, anchor.first) > _OLD:
            return f"{m[0]} {shown.iso}"
    return ""


def _of_an_animal(telling: Telling, one: Candidate) -> str:
    """Why the patient may be an animal: the act's sentence or the top of the text says so."""
    cue, low = CUES["lesser.of_an_animal"], telling.prose.text.low
    top = (s for s in telling.prose.layout.sentences if s.zone <= Zone.TITLE)
    found = next(filter(None, (cue.search(low, s.start, s.end) for s in (one.sentence, *top))), None)
    return f"what is told may be of an animal ({found[0].strip()})" if found else ""


def _for_one_patient(telling: Telling) -> str:
    """Why a family's text may tell of one patient's permission."""
    if telling.prose.announcement.kind != "patient_blog":
        return ""
    found = CUES["lesser.one_patient"].search(telling.prose.document)
    return f"what is told may be of one patient ({found[0].strip()})" if found else ""


def _of_another_country(telling: Telling, one: Candidate) -> str:
    """Why an act of "the FDA" or of a panel may be no American one."""
    if one.code != "FDA":
        return ""
    low, s, document = telling.prose.text.low, one.sentence, telling.prose.document
    if one.milestone in ADVICE:
        if found := CUES["lesser.institute"].search(low, s.start, s.end):
            return f"what is told may be of {found[0].strip()}"
        return "" if CUES["lesser.agency_named"].search(document) else "a panel that no agency is named for"
    if CUES["lesser.of_america"].search(low, s.start, s.end):
        return ""
    other = CUES["lesser.another_fda"].search(f"{telling.prose.announcement.publisher.lower()}\n{document}")
    if not other and not CUES["lesser.of_america"].search(document):
        other = CUES["lesser.dateline_abroad"].search(low, 0, max(_TOP, telling.prose.layout.title[1]))
    return f"it may be the agency of another country ({other[0].strip()})" if other else ""


def _of_another_body(telling: Telling, one: Candidate) -> str:
    """Who else the sentence's words may be of: a hospital, a court, shareholders, a committee for trials."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    if one.milestone in HTA_OUTCOMES and one.place and not CUES["lesser.appraiser"].search(telling.prose.document):
        return "no appraising body is named"
    if one.milestone in HTA_OUTCOMES and CUES["lesser.in_line_with"].search(low, s.start, s.end):
        return "another one acts in line with guidance"
    if one.code == telling.prose.house:
        return ""
    if found := CUES["lesser.another_actor"].search(low, max(s.start, act.head - _SUBJECT), act.head):
        return f"who acted may be {found[0].strip()}"
    found = CUES["lesser.other_committee"].search(low, s.start, _clause_end(low, act.end, s.end))
    if not found and one.milestone in OPINIONS:
        found = CUES["lesser.other_opinion"].search(low, 0, max(_TOP, telling.prose.layout.title[1]))
    return f"what is told may be of {found[0].strip()}" if found else ""


def _clause_end(low: str, start: int, end: int) -> int:
    """Where the clause of an act that ends at `start` ends."""
    return next((at for at in range(start, end) if low[at] in ",;"), end)


def _of_another_thing(telling: Telling, one: Candidate) -> str:
    """What else an act may be on: a share's trading, a batch, a letter that is made public, papers."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    if one.code == "HAS" and CUES["lesser.early_access"].search(telling.prose.document):
        return "what is told may be of early access"
    if one.milestone in HALTS:
        if found := _halted(telling, one):
            return f"what ended may be {found['what']}"
        if found := CUES["lesser.defect"].search(low, s.start, s.end):
            return f"what ended may be {found[0]}"
    if one.milestone is M.COMPLETE_RESPONSE and (found := CUES["lesser.made_public"].search(low, s.start, s.end)):
        return f"what is told may be of {found[0].strip()}"
    if act.rule.weak and one.milestone not in AGAINST and CUES["lesser.yes_to_papers"].match(low, act.end, s.end):
        return "the yes may be to papers"
    return ""


def _halted(telling: Telling, one: Candidate) -> re.Match[str] | None:
    """What else ended: it stands between the verb and the medicine, or is the verb's subject."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    end = min(s.end, act.head + _OBJECT)
    if one.product_at and one.product_at[0] > act.head:
        end = min(end, one.product_at[0])
    return CUES["lesser.halted_object"].match(low, act.head, end) or CUES["lesser.halted_subject"].search(
        low, max(s.start, act.head - _OBJECT), act.head
    )


def _in_passing(telling: Telling, one: Candidate) -> str:
    """Why a sentence may not tell its act as news: an attribute of the medicine, a question."""
    low, s, act = telling.prose.text.low, one.sentence, one.action
    if (
        one.product_at
        and one.product_at[1] <= act.head
        and not _headlined(telling, one)
        and CUES["lesser.attribute"].match(low, one.product_at[1], act.head)
        and CUES["lesser.goes_on"].match(low, act.end, s.end)
    ):
        return "the medicine is only called so in passing"
    if one.stance.sense == "state" and one.stance.place == act.head and not _headlined(telling, one):
        return "a noun is only called so in passing"
    if s.zone is Zone.TITLE and "?" in low[s.start : s.end + 1]:
        return "the headline asks"
    return ""


def _headlined(telling: Telling, one: Candidate) -> bool:
    """Whether a headline tells the act too, of a medicine that it may not name."""
    same = (o for o in telling.by_code.get(one.code, ()) if o.milestone is one.milestone)
    return any(o.sentence.zone is Zone.TITLE and o.stance.sense in TOLD_AS_NEWS for o in same)


def _explained_below(telling: Telling, one: Candidate) -> str:
    """What the text below calls an act that only its headlines tell, if it is less than they say."""
    s = one.sentence
    if one.milestone not in DECISIONS or s.zone not in _HEADLINES or _told_plainly_below(telling, one):
        return ""
    low = telling.prose.text.low
    first = min(telling.prose.layout.title[1], s.end)
    found = CUES["lesser.thing"].search(low, s.start, s.end) or CUES["lesser.step"].search(low, 0, first + _BELOW)
    found = found or CUES["lesser.to_proceed"].match(low, one.action.end, s.end)
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
