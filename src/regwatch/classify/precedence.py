"""Which of two events of one document yields: the step before the news, the data behind it, the looser telling."""

from __future__ import annotations

from regwatch.classify.candidates import Candidate, treatments
from regwatch.classify.segment import Zone
from regwatch.classify.telling import VERDICTS, pathway
from regwatch.uses import same_disease
from regwatch.vocabulary import ADVICE, DECISIONS, EVIDENCE, GOAL_DATES, HTA_OUTCOMES, RANK, Milestone

M = Milestone
_READOUTS = EVIDENCE - {M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}
_TRIALS = frozenset({M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED})
_ENDS = frozenset({M.REVOKED, M.SUSPENDED, M.INDICATION_WITHDRAWN, M.AUTHORISATION_WITHDRAWN, M.APPLICATION_WITHDRAWN})
_EXACTLY = {
    M.APPROVED: frozenset({M.CONDITIONALLY_APPROVED, M.ACCELERATED_APPROVED}),
    M.HTA_RECOMMENDED: frozenset({M.HTA_RECOMMENDED_RESTRICTED, M.HTA_MANAGED_ACCESS}),
}
"""What a milestone told loosely may be when told exactly."""
_OPINION_OF = {M.OPINION_POSITIVE: {M.APPROVED, M.CONDITIONALLY_APPROVED}, M.OPINION_NEGATIVE: {M.REFUSED}}
REVIEW = frozenset({M.SUBMITTED, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW, M.VALIDATED})
"""Steps of a review under way."""


def outranked(a: Candidate, b: Candidate) -> str:
    """Why the first yields to the second; "" if it does not."""
    if not treatments(a) & treatments(b):
        return ""
    if a.milestone in _TRIALS:
        return _data_behind(a, b)
    if b.milestone in EVIDENCE or pathway(a.code) != pathway(b.code) or a.milestone is b.milestone:
        return ""
    if a.code == "EC" and a.place and a.milestone in _OPINION_OF.get(b.milestone, ()):
        return "an opinion that the headline calls a decision"
    if a.milestone in {M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION}:
        beside = b.milestone in DECISIONS and a.sentence.zone is not Zone.TITLE
        return "a designation told beside a decision" if beside else ""
    return _before_on_pathway(a, b)


def _data_behind(a: Candidate, b: Candidate) -> str:
    if b.milestone not in _READOUTS and b.sentence.zone <= Zone.SUBHEAD:
        return "the data behind the news"
    if M.TRIAL_STOPPED in {a.milestone, b.milestone} and M.TRIAL_POSITIVE not in {a.milestone, b.milestone}:
        return ""
    other = b.milestone in _TRIALS and a.milestone is not b.milestone
    return "another outcome leads the text" if other and place(b) < place(a) else ""


def _before_on_pathway(a: Candidate, b: Candidate) -> str:
    if a.milestone in GOAL_DATES:
        over = b.milestone in DECISIONS | ADVICE | {M.GOAL_DATE_EXTENDED}
        return "the date of a review that is over" if over else ""
    if a.milestone not in RANK or b.milestone not in RANK:
        return ""
    if a.milestone is M.SUBMITTED and b.milestone in REVIEW | {M.APPLICATION_WITHDRAWN}:
        return "" if b.milestone is M.APPLICATION_WITHDRAWN else "a step before the news"
    stays = {M.HTA_CONSULTATION_OPEN, M.ACCEPTED_FOR_REVIEW, M.PRIORITY_REVIEW}
    if a.milestone in stays and b.milestone not in DECISIONS | HTA_OUTCOMES | ADVICE | _ENDS:
        return ""
    if a.milestone in VERDICTS and b.milestone is M.HTA_MANAGED_ACCESS:
        return ""
    if RANK[a.milestone] < RANK[b.milestone] and place(b)[0] <= max(Zone.SUBHEAD, place(a)[0]):
        return "a step before the news"
    same = RANK[a.milestone] == RANK[b.milestone] and a.code == b.code
    overlap = not a.indication or not b.indication or same_disease(a.indication, b.indication)
    two_kinds = {a.milestone, b.milestone} == {M.APPROVED, M.CONDITIONALLY_APPROVED}
    return "another outcome leads the text" if same and overlap and place(b) < place(a) and not two_kinds else ""


def is_more_exact(exact: Candidate, loose: Candidate) -> bool:
    """Whether the first tells exactly which approval, or which guidance the headline's yes, the second is."""
    if exact.milestone not in _EXACTLY.get(loose.milestone, ()) or exact.code != loose.code:
        return False
    if loose.milestone is M.HTA_RECOMMENDED and loose.sentence.zone is not Zone.TITLE:
        return False
    if not treatments(exact) & treatments(loose) or exact.stance.sense in {"past"}:
        return False
    apart = loose.sentence.zone > Zone.TITLE or Zone.LEDE is loose.sentence.zone is exact.sentence.zone
    two = apart and exact.indication and loose.indication and not same_disease(exact.indication, loose.indication)
    return (
        exact.sentence.start != loose.sentence.start and exact.sentence.number <= loose.sentence.number + 6 and not two
    )


def place(f: Candidate) -> tuple[int, int]:
    """Where a candidate stands, the most trusted place first."""
    return (int(f.sentence.zone), f.action.head)
