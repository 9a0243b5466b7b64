"""What is left when several tellings of one document meet: the exact one, the later step, the better place.

A decision makes the opinion before it history, a headline yields to the lede, and a sub-head alone announces nothing.
"""

from __future__ import annotations

import re

from regwatch.classify.frames import Frame
from regwatch.classify.history import Chosen, pathway
from regwatch.classify.segment import Zone
from regwatch.vocabulary import ADVICE, DECISIONS, EVIDENCE, GOAL_DATES, HTA_OUTCOMES, RANK, Milestone, Mode

M = Milestone


def key(c: Chosen) -> tuple[str, str, Milestone]:
    """Treatment, authority, milestone."""
    return (c.frame.treatment, c.frame.code, c.frame.milestone)


def settle(chosen: list[Chosen]) -> list[Chosen]:
    """Announced events that a stronger one of the same medicine and pathway makes history, or contradicts."""
    news = [c for c in chosen if c.mode is Mode.ANNOUNCED and not _loose_goal(c, chosen)]
    chosen = [
        Chosen(c.frame, Mode.BACKGROUND, c.confidence, "a date that is no news here")
        if c.mode is Mode.ANNOUNCED and c not in news
        else c
        for c in chosen
    ]
    chosen = [_unsupported(c, news) for c in chosen]
    news = [c for c in chosen if c.mode is Mode.ANNOUNCED]
    out: list[Chosen] = []
    for c in chosen:
        why = ""
        if c.mode is Mode.ANNOUNCED:
            why = next((w for other in news if other is not c and (w := _outranked(c, other))), "") or _dated_elsewhere(
                c, chosen
            )
            if _still_to_come(c, chosen):
                out.append(Chosen(c.frame, Mode.EXPECTED, c.confidence, "the lede tells it as a step to come"))
                continue
        out.append(Chosen(c.frame, Mode.BACKGROUND, c.confidence, why) if why else c)
    return out


def _unsupported(c: Chosen, news: list[Chosen]) -> Chosen:
    """A decision that only a sub-head tells is not this text's news: headline or lede would have it."""
    f = c.frame
    if c.mode is not Mode.ANNOUNCED or f.sentence.zone is not Zone.SUBHEAD or f.milestone in GOAL_DATES | EVIDENCE:
        return c
    if any(
        o.frame.code == f.code and o.frame.sentence.zone <= Zone.TITLE and o.frame.milestone not in EVIDENCE
        for o in news
    ):
        return c
    return Chosen(f, Mode.BACKGROUND, c.confidence, "told in a sub-head only")


def _loose_goal(c: Chosen, chosen: list[Chosen]) -> bool:
    """Whether a goal date far down has no news of the same review beside it."""
    if c.frame.milestone is not M.GOAL_DATE_SET or c.frame.sentence.zone <= Zone.SUBHEAD:
        return False
    review = {M.SUBMITTED, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW, M.VALIDATED}
    return not any(
        o.mode is Mode.ANNOUNCED and o.frame.milestone in review and o.frame.sentence.zone <= Zone.SUBHEAD
        for o in chosen
    )


_READOUTS = EVIDENCE - {M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}
_TRIALS = frozenset({M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED})
_ENDS = frozenset({M.REVOKED, M.SUSPENDED, M.INDICATION_WITHDRAWN, M.AUTHORISATION_WITHDRAWN, M.APPLICATION_WITHDRAWN})


def _outranked(c: Chosen, other: Chosen) -> str:
    a, b = c.frame, other.frame
    if not set(a.treatment.split("+")) & set(b.treatment.split("+")):
        return ""
    if a.milestone in _TRIALS:
        if b.milestone not in _READOUTS and b.sentence.zone <= Zone.SUBHEAD:
            return "the data behind the news"
        if M.TRIAL_STOPPED in {a.milestone, b.milestone} and M.TRIAL_POSITIVE not in {a.milestone, b.milestone}:
            return ""
        if b.milestone in _TRIALS and a.milestone is not b.milestone:
            return "another outcome leads the text" if place(b) < place(a) else ""
        return ""
    if b.milestone in EVIDENCE or pathway(a.code) != pathway(b.code) or a.milestone is b.milestone:
        return ""
    if why := _less_exact(c, other):
        return why
    if _less_exact(other, c):
        return ""
    if a.milestone in {M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}:
        beside = b.milestone in DECISIONS and a.sentence.zone is not Zone.TITLE
        return "a designation told beside a decision" if beside else ""
    return _before_on_pathway(c, other)


def _before_on_pathway(c: Chosen, other: Chosen) -> str:
    a, b = c.frame, other.frame
    if a.milestone in GOAL_DATES:
        over = b.milestone in DECISIONS | ADVICE | {M.GOAL_DATE_EXTENDED} and a.milestone is not b.milestone
        return "the date of a review that is over" if over else ""
    if a.milestone not in RANK or b.milestone not in RANK:
        return ""
    if a.milestone is M.SUBMITTED and b.milestone is M.APPLICATION_WITHDRAWN:
        return ""
    if a.milestone is M.SUBMITTED and b.milestone in {M.ACCEPTED_FOR_REVIEW, M.VALIDATED, M.PRIORITY_REVIEW}:
        return "a step before the news"
    if (
        a.milestone in {M.HTA_CONSULTATION_OPEN, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW}
        and b.milestone not in DECISIONS | HTA_OUTCOMES | ADVICE | _ENDS
    ):
        return ""
    if RANK[a.milestone] < RANK[b.milestone] and place(b)[0] <= max(Zone.SUBHEAD, place(a)[0]):
        return "a step before the news"
    same = RANK[a.milestone] == RANK[b.milestone] and a.code == b.code
    overlap = not a.indication or not b.indication or same_words(a.indication, b.indication)
    if (
        same
        and overlap
        and place(b) < place(a)
        and {a.milestone, b.milestone} != {M.APPROVED, M.CONDITIONALLY_APPROVED}
    ):
        return "another outcome leads the text"
    return ""


def same_words(one: str, two: str) -> bool:
    """Whether two disease phrases share half of their longer words."""
    a, b = set(re.findall(r"[a-z]{4,}", one.lower())), set(re.findall(r"[a-z]{4,}", two.lower()))
    return len(a & b) >= 0.5 * min(len(a), len(b)) if a and b else True


def _dated_elsewhere(c: Chosen, chosen: list[Chosen]) -> str:
    """Why a headline is old: the lede dates the same act long before the document."""
    same = (o for o in chosen if o.mode is Mode.BACKGROUND and o.frame.sentence.zone is Zone.LEDE and key(o) == key(c))
    return next((o.reason for o in same if o.reason.startswith("dated") and c.frame.sentence.zone is not Zone.LEDE), "")


def _still_to_come(c: Chosen, chosen: list[Chosen]) -> bool:
    """Whether a headline names an act that the lede only foresees."""
    if c.frame.sentence.zone is not Zone.TITLE or c.frame.milestone not in _ENDS:
        return False
    same = [
        o
        for o in chosen
        if key(o) == key(c) and o.frame.sentence.zone is Zone.LEDE and o.frame.action.rule.act != "decision"
    ]
    return bool(same) and all(o.mode is Mode.EXPECTED for o in same)


_SPECIFIC = frozenset({M.CONDITIONALLY_APPROVED, M.ACCELERATED_APPROVED})


def _less_exact(c: Chosen, other: Chosen) -> str:
    """Why a looser telling of the same decision yields to the exact one."""
    a, b = c.frame, other.frame
    apart = a.sentence.zone > Zone.TITLE or (a.sentence.zone is Zone.LEDE and b.sentence.zone is Zone.LEDE)
    two = apart and a.indication and b.indication and not same_words(a.indication, b.indication)
    if (
        a.milestone is M.APPROVED
        and b.milestone in _SPECIFIC
        and a.code == b.code
        and a.sentence.start != b.sentence.start
        and not two
    ):
        return "the exact kind of approval is told elsewhere"
    opinion = {M.OPINION_POSITIVE: {M.APPROVED, M.CONDITIONALLY_APPROVED}, M.OPINION_NEGATIVE: {M.REFUSED}}
    if a.code == "EC" and a.place and a.milestone in opinion.get(b.milestone, ()):
        return "an opinion that the headline calls a decision"
    return ""


def place(f: Frame) -> tuple[int, int]:
    """Where a frame stands, the most trusted place first."""
    return (int(f.sentence.zone), f.action.head)
