"""The words of the field: authorities, milestones, and the order in which a topic moves through them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What an authority decides."""

    OPINION = "opinion"
    LICENSING = "licensing"
    HTA = "hta"


@dataclass(frozen=True)
class Authority:
    """A body that decides, gives an opinion or appraises.

    `pathway` joins bodies that act one after the other on the same application (the CHMP's opinion leads to the
    Commission's decision). `zone` is the time zone whose calendar its dates follow.
    """

    code: str
    name: str
    jurisdiction: str
    kind: Kind
    pathway: str
    zone: str


def _shipped() -> dict[str, Authority]:
    table = tomllib.loads(Path(__file__).with_name("authorities.toml").read_text("utf-8"))
    return {
        code: Authority(
            code,
            one["name"],
            one["jurisdiction"],
            Kind(one["kind"]),
            one.get("pathway", one["jurisdiction"]),
            one["zone"],
        )
        for code, one in table.items()
    }


AUTHORITIES: dict[str, Authority] = _shipped()
"""Every authority that is known, by its code: those of `authorities.toml`, and those that somebody else named."""

_OWN: set[str] = set()


def bring_authority(authority: Authority) -> None:
    """Let an authority be known that a package brings. Raises `ValueError` where its code means another one."""
    known = AUTHORITIES.setdefault(authority.code, authority)
    if known != authority:
        raise ValueError(f"{authority.code} is {known.name}, which is known already")


def name_authority(authority: Authority) -> None:
    """Let an authority be known that the operator names. Raises `ValueError` where its code means another one."""
    if authority.code not in AUTHORITIES:
        _OWN.add(authority.code)
    bring_authority(authority)


def forget_named() -> None:
    """Forget the authorities that an operator named, before the watchlist is read again."""
    while _OWN:
        del AUTHORITIES[_OWN.pop()]


class Milestone(StrEnum):
    """A status that an authority moves a topic to."""

    SUBMITTED = "submitted"
    VALIDATED = "validated"
    ACCEPTED_FOR_REVIEW = "accepted_for_review"
    PRIORITY_REVIEW = "priority_review"
    GOAL_DATE_SET = "goal_date_set"
    GOAL_DATE_EXTENDED = "goal_date_extended"
    ADVISORY_POSITIVE = "advisory_positive"
    ADVISORY_NEGATIVE = "advisory_negative"
    OPINION_POSITIVE = "opinion_positive"
    OPINION_NEGATIVE = "opinion_negative"
    APPROVED = "approved"
    CONDITIONALLY_APPROVED = "conditionally_approved"
    ACCELERATED_APPROVED = "accelerated_approved"
    USE_WIDENED = "use_widened"
    COMPLETE_RESPONSE = "complete_response"
    REFUSED = "refused"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    INDICATION_WITHDRAWN = "indication_withdrawn"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    AUTHORISATION_WITHDRAWN = "authorisation_withdrawn"
    LAPSED = "lapsed"

    HTA_SCOPING = "hta_scoping"
    HTA_IN_PROGRESS = "hta_in_progress"
    HTA_COMMITTEE = "hta_committee"
    HTA_CONSULTATION_OPEN = "hta_consultation_open"
    HTA_CONSULTATION_CLOSES = "hta_consultation_closes"
    HTA_DRAFT_RECOMMENDED = "hta_draft_recommended"
    HTA_DRAFT_NOT_RECOMMENDED = "hta_draft_not_recommended"
    HTA_FINAL_DRAFT_RECOMMENDED = "hta_final_draft_recommended"
    HTA_FINAL_DRAFT_NOT_RECOMMENDED = "hta_final_draft_not_recommended"
    HTA_RECOMMENDED = "hta_recommended"
    HTA_RECOMMENDED_RESTRICTED = "hta_recommended_restricted"
    HTA_MANAGED_ACCESS = "hta_managed_access"
    HTA_NOT_RECOMMENDED = "hta_not_recommended"
    HTA_TERMINATED = "hta_terminated"
    HTA_SUSPENDED = "hta_suspended"
    HTA_APPEAL = "hta_appeal"

    LAUNCHED = "launched"
    TRIAL_POSITIVE = "trial_positive"
    TRIAL_NEGATIVE = "trial_negative"
    TRIAL_STOPPED = "trial_stopped"
    ORPHAN_DESIGNATION = "orphan_designation"
    BREAKTHROUGH_DESIGNATION = "breakthrough_designation"


class Mode(StrEnum):
    """How a document speaks of a milestone."""

    ANNOUNCED = "announced"
    BACKGROUND = "background"
    EXPECTED = "expected"


class Confidence(StrEnum):
    """Where a finding goes: high to the ledger and subscribers, the others to the operator's review list."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """What the second reader's reading of a text is to that of the rules."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ALONE = "alone"


class Standing(StrEnum):
    """How well a transition is attested."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


M = Milestone

EVIDENCE = frozenset({
    M.LAUNCHED, M.TRIAL_POSITIVE, M.TRIAL_NEGATIVE, M.TRIAL_STOPPED, M.ORPHAN_DESIGNATION, M.BREAKTHROUGH_DESIGNATION,
})  # fmt: skip
"""Milestones that never change a status at an authority."""

GOAL_DATES = frozenset({M.GOAL_DATE_SET, M.GOAL_DATE_EXTENDED})
"""Milestones that set or move an expectation and change no status."""

DEADLINES = frozenset({M.HTA_CONSULTATION_CLOSES})
"""Days until which people can act: only ever foreseen. They pass in silence, are never late and change no status."""

DECISIONS = frozenset({
    M.APPROVED, M.CONDITIONALLY_APPROVED, M.ACCELERATED_APPROVED, M.USE_WIDENED, M.COMPLETE_RESPONSE, M.REFUSED,
    M.APPLICATION_WITHDRAWN,
})  # fmt: skip
"""What ends a licensing review; a foreseen `approved` is met by any of these."""

HTA_OUTCOMES = frozenset({
    M.HTA_RECOMMENDED, M.HTA_RECOMMENDED_RESTRICTED, M.HTA_MANAGED_ACCESS, M.HTA_NOT_RECOMMENDED, M.HTA_TERMINATED,
})  # fmt: skip
"""What ends an appraisal; a foreseen `hta_recommended` (the publication) is met by any of these."""

OPINIONS = frozenset({M.OPINION_POSITIVE, M.OPINION_NEGATIVE, M.APPLICATION_WITHDRAWN})
ADVICE = frozenset({M.ADVISORY_POSITIVE, M.ADVISORY_NEGATIVE})

AUTHORISED = frozenset({M.APPROVED, M.CONDITIONALLY_APPROVED, M.ACCELERATED_APPROVED})
"""Approvals of a use that had none."""

CONVERTED = ".converted"
"""How the rule of a claim ends that a page's own words on the end of a condition gave."""

LICENSED = AUTHORISED | {M.USE_WIDENED}
"""Approvals of every kind: after any of them the medicine is licensed for the use."""

DECISIVE = (
    LICENSED | HTA_OUTCOMES | {
        M.COMPLETE_RESPONSE, M.REFUSED, M.REVOKED, M.SUSPENDED, M.OPINION_POSITIVE, M.OPINION_NEGATIVE,
        M.HTA_DRAFT_RECOMMENDED, M.HTA_DRAFT_NOT_RECOMMENDED, M.HTA_FINAL_DRAFT_RECOMMENDED,
        M.HTA_FINAL_DRAFT_NOT_RECOMMENDED,
    }
)  # fmt: skip
"""Milestones on which people act: mailed first, worded first in a subject line."""

RANK: dict[Milestone, int] = {
    milestone: rank
    for rank, group in enumerate((
        {M.SUBMITTED, M.HTA_SCOPING},
        {M.VALIDATED, M.ACCEPTED_FOR_REVIEW, M.HTA_IN_PROGRESS},
        {M.PRIORITY_REVIEW, M.HTA_COMMITTEE},
        {M.ADVISORY_POSITIVE, M.ADVISORY_NEGATIVE, M.HTA_CONSULTATION_OPEN},
        {M.OPINION_POSITIVE, M.OPINION_NEGATIVE, M.HTA_DRAFT_RECOMMENDED, M.HTA_DRAFT_NOT_RECOMMENDED},
        {M.HTA_FINAL_DRAFT_RECOMMENDED, M.HTA_FINAL_DRAFT_NOT_RECOMMENDED},
        {M.HTA_APPEAL, M.HTA_SUSPENDED},
        DECISIONS | HTA_OUTCOMES,
        {M.INDICATION_WITHDRAWN, M.SUSPENDED, M.REVOKED, M.AUTHORISATION_WITHDRAWN, M.LAPSED},
    ))
    for milestone in group
}  # fmt: skip
"""The order along a pathway: a lower rank that is told late, with an earlier date or none, is history and not news."""


def is_status(milestone: Milestone) -> bool:
    """Whether the milestone moves a topic at an authority (and is no mere date or evidence)."""
    return milestone in RANK


def met_by(foreseen: Milestone) -> frozenset[Milestone]:
    """The milestones that fulfil a foreseen one, whatever the outcome."""
    for group in (DECISIONS, HTA_OUTCOMES, OPINIONS, ADVICE):
        if foreseen in group:
            return group
    return frozenset({foreseen})
