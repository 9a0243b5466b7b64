"""Stage three, the vetoes: what settles, before anything is weighed, that a telling is no news.

What a clause denies or makes depend on something is told by nobody; what it foresees is a step to come; what it puts
before the news, or only cites, is history.
"""

from __future__ import annotations

from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.clauses import separators
from regwatch.classify.cues import CUES
from regwatch.classify.lexicon import DECISION
from regwatch.classify.segment import Zone
from regwatch.classify.telling import HELD, VERDICTS, Telling, days_before, family
from regwatch.dates import Precision
from regwatch.vocabulary import GOAL_DATES, Milestone

M = Milestone
APART = 12
"""Two acts of one sentence stand at least so many characters apart."""
MONTHS_OLD = 60
"""An act dated more than so many days before its document is surely no news of it."""
BEGUN = frozenset({M.HTA_SCOPING, M.HTA_IN_PROGRESS})
"""Steps that a paper of comments only looks back on."""
TAKEN_IN = frozenset({M.ACCEPTED_FOR_REVIEW, M.VALIDATED, M.PRIORITY_REVIEW})
"""What follows a submission."""


def is_vetoed(one: Candidate, paper: str = "") -> str:
    """Why a telling can be no news whatever else speaks for it; "" if it can. `paper`: an appraising body's."""
    if (paper in {"scope", "comments"} and one.milestone in VERDICTS) or (
        paper == "comments" and one.milestone in BEGUN
    ):
        return f"a {paper} paper gives no outcome"
    if one.stance.sense == "negated":
        return f"denied ({one.stance.words})" if one.stance.words else "denied"
    if one.milestone is M.HTA_COMMITTEE and one.date is None:
        return "a meeting without a day"
    if one.stance.sense == "unreal":
        return f"not real or conditional ({one.stance.words})" if one.stance.words else "not real"
    return ""


def is_foreseen(one: Candidate) -> bool:
    """Whether the text only foresees the event."""
    return one.action.rule.means == DECISION or one.stance.sense == "foreseen" or one.ahead


def is_foreseeable(one: Candidate) -> bool:
    """Whether anybody foresees such an event: nobody foresees a refusal."""
    return one.milestone not in {
        M.GOAL_DATE_SET,
        M.GOAL_DATE_EXTENDED,
        M.OPINION_NEGATIVE,
        M.REFUSED,
        M.COMPLETE_RESPONSE,
        M.TRIAL_POSITIVE,
        M.TRIAL_NEGATIVE,
    }


def is_history(telling: Telling, one: Candidate) -> str:
    """Why the clause itself puts the event before the news ("had approved"), or only cites it; "" if neither."""
    if one.stance.sense == "past" and CUES["stance.before_the_news"].search(one.stance.words):
        return f"told as past ({one.stance.words})"
    return _cited(telling, one)


def is_open(telling: Telling, one: Candidate) -> bool:
    """Whether the weights decide if a telling is news."""
    return not (is_vetoed(one, telling.prose.paper) or is_foreseen(one) or is_history(telling, one))


def _cited(telling: Telling, f: Candidate) -> str:
    """Why a telling only cites what was known before the document; "" if it does not.

    A goal date that is on its way or has passed, guidance recalled in a committee's discussion or among comparators,
    and an act of one body told in passing in a sentence about another's.
    """
    low, s = telling.prose.text.low, f.sentence
    if why := _old(telling, f):
        return why
    before = low[max(s.start, f.action.start - 200) : f.action.head]
    if f.milestone in GOAL_DATES:
        known = CUES["signs.goal_known"].search(before[-130:]) or CUES["signs.goal_passed"].match(
            low, f.action.end, s.end
        )
        return "a date spoken of as known" if known and f.milestone is M.GOAL_DATE_SET else ""
    if why := _cited_in_paper(telling, f, before):
        return why
    if f.milestone is M.ACCEPTED_FOR_REVIEW and f.stance.sense == "state" and s.zone is not Zone.TITLE:
        return "told as a standing state"
    beside = [o for o in telling.by_sentence[s.start] if o.code == f.code]
    if f.milestone is M.SUBMITTED and any(o.milestone in TAKEN_IN and treatments(o) & treatments(f) for o in beside):
        return "a step before the one told in the same sentence"
    if f.milestone is M.SUBMITTED and (
        CUES["signs.takes_it_in"].search(before[-60:]) or CUES["signs.taken_in_after"].match(low, f.action.end, s.end)
    ):
        return "a submission that is taken in"
    if CUES["signs.recalled_decision"].search(low[max(s.start, f.action.start - 120) : f.action.start]):
        return "a decision that is contested or recalled"
    head = low[f.action.head : f.action.end]
    if f.action.rule.syntax == "noun" and head.endswith("s") and CUES["signs.counted"].search(before[-60:]):
        return "counted among others"
    if telling.nature == "talk" and f.date is not None and f.date.precision is Precision.YEAR:
        return "told of a year looked back on"
    if CUES["signs.weeks_after"].search(before[-80:]):
        return "told as what came weeks before"
    if _dated_long_ago(telling, f):
        return "dated long ago in words"
    return "told in passing, beside another act" if f.code and _aside(telling, f, before[-110:]) else ""


def _cited_in_paper(telling: Telling, f: Candidate, before: str) -> str:
    """Why a paper of an appraising body only cites the outcome; "" if it does not."""
    low, s = telling.prose.text.low, f.sentence
    if not f.milestone.startswith("hta_") or telling.prose.announcement.kind != "hta_page":
        return ""
    if CUES["signs.discussed"].search(before):
        return "recalled in a discussion"
    if CUES["signs.earlier_guidance"].search(low, s.start, s.end) and not CUES["signs.numbered_recommendation"].match(
        low, s.start, s.end
    ):
        return "earlier guidance"
    if f.milestone in VERDICTS and telling.headlined and not telling.headlined & treatments(f):
        return "of another medicine than the paper's"
    if family(f.milestone) == "guidance" and CUES["signs.comparators"].search(low, s.start, s.end):
        return "told of a comparator"
    return ""


def _old(telling: Telling, f: Candidate) -> str:
    """Why the document as a whole, or its date, makes the act old; "" if neither does."""
    if telling.prose.layout.stale:
        return "an old text shown again"
    entries = telling.prose.layout.entries
    if f.sentence.entry > 0 and entries[f.sentence.entry].day != entries[0].day:
        return "an older entry of a rolling page"
    if f.milestone in HELD and telling.stayed:
        return "a court holds the decision"
    if telling.official:
        return ""
    same = (
        o for o in telling.candidates if (o.code, o.milestone) == (f.code, f.milestone) and o.sentence.zone is Zone.LEDE
    )
    dated = [f, *same] if f.sentence.zone is Zone.TITLE else [f]
    old = next((o for o in dated if days_before(telling, o) > MONTHS_OLD), None)
    return f"dated {old.date.iso}, long before the document" if old and old.date else ""


def _aside(telling: Telling, f: Candidate, before: str) -> bool:
    """Whether a relative or leading clause tells the act, and another one is the sentence's own."""
    relative, leads = CUES["signs.relative"].search(before), CUES["signs.despite"].search(before)
    if leads and not relative and _after_the_aside(telling, f, len(before) - leads.start()):
        return False
    return bool(relative or leads) and any(
        (o.code, o.milestone) != (f.code, f.milestone)
        and treatments(o) & treatments(f)
        and o.stance.sense in {"done", "state", "bare"}
        and (o.action.head - f.action.head > APART or (leads and f.action.head - o.action.head > APART))
        for o in telling.by_sentence[f.sentence.start]
        if o is not f
    )


def _after_the_aside(telling: Telling, f: Candidate, back: int) -> bool:
    """Whether the leading clause, which begins so far before the act, has an act of its own and has ended."""
    first, low = f.action.head - back, telling.prose.text.low
    return any(
        first <= o.action.head < f.action.head - APART and ", " in low[o.action.end : f.action.start]
        for o in telling.by_sentence[f.sentence.start]
    )


def _dated_long_ago(telling: Telling, f: Candidate) -> bool:
    """Whether the act's own clause dates it by words like "two years ago"."""
    low, s = telling.prose.text.low, f.sentence
    for m in CUES["signs.long_ago"].finditer(low, max(s.start, f.action.head - 70), min(s.end, f.action.end + 70)):
        if not separators(telling.prose.text, f.action.head, m.start()):
            return True
    return False
