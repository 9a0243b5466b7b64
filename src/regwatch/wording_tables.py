"""What each status is called, and what it means, in words for patients (reading age about 12).

Plain data, read by `wording`. Every sentence is information and never advice, says only what holds for every medicine,
and names who decides next. `{body}` is the authority, `{what}` the medicine and its use, `{place}` the country or
region, `{service}` the health service whose money an appraisal is about.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from regwatch.vocabulary import Kind
from regwatch.vocabulary import Milestone as M


class Tone(StrEnum):
    """How a mail colours a status. The words always say the same, so that the colour is never needed."""

    GOOD = "good"
    BAD = "bad"
    WAIT = "wait"
    PLAIN = "plain"


class Words(NamedTuple):
    """One milestone: `status` on a board, `headline` in a subject line, `happened` as a sentence, `foreseen` a noun."""

    status: str
    headline: str
    happened: str
    foreseen: str
    tone: Tone


_G, _B, _W, _P = Tone.GOOD, Tone.BAD, Tone.WAIT, Tone.PLAIN

WORDS: dict[M, Words] = {row[0]: Words(row[1], row[2], row[3], row[4], row[5]) for row in (
    (M.SUBMITTED, "applied for", "Applied for", "{body} received an application for {what}", "an application", _P),
    (M.VALIDATED, "application complete", "Application complete",
     "{body} found the application for {what} complete", "a check of the application", _P),
    (M.ACCEPTED_FOR_REVIEW, "under review", "Under review", "{body} accepted {what} for review", "a review", _P),
    (M.PRIORITY_REVIEW, "under faster review", "Faster review", "{body} gave {what} a faster (priority) review",
     "a priority review", _P),
    (M.GOAL_DATE_SET, "decision date set", "Decision date set", "{body} set a date for its decision on {what}",
     "a decision date", _P),
    (M.GOAL_DATE_EXTENDED, "decision date moved", "Decision date moved",
     "{body} moved the date for its decision on {what}", "a new decision date", _W),
    (M.ADVISORY_POSITIVE, "advisers voted for it", "Advisers in favour", "advisers to {body} voted in favour of {what}",
     "a vote of outside advisers", _W),
    (M.ADVISORY_NEGATIVE, "advisers voted against it", "Advisers against", "advisers to {body} voted against {what}",
     "a vote of outside advisers", _W),
    (M.OPINION_POSITIVE, "recommended for approval", "Recommended for approval",
     "{body} recommended approving {what}", "an opinion", _P),
    (M.OPINION_NEGATIVE, "advised against approval", "Advised against approval",
     "{body} advised against approving {what}", "an opinion", _B),
    (M.APPROVED, "approved", "Approved", "{body} approved {what}", "a decision", _G),
    (M.CONDITIONALLY_APPROVED, "approved with conditions", "Approved with conditions",
     "{body} approved {what}, with conditions", "a decision", _G),
    (M.ACCELERATED_APPROVED, "accelerated approval", "Accelerated approval",
     "{body} gave accelerated approval to {what}", "a decision", _G),
    (M.USE_WIDENED, "approved for more patients", "Wider use approved",
     "{body} widened the approved use of {what}", "a decision", _G),
    (M.COMPLETE_RESPONSE, "not approved: more asked for", "Not approved yet",
     "{body} did not approve {what} and asked the company for more", "a decision", _B),
    (M.REFUSED, "refused", "Refused", "{body} refused to approve {what}", "a decision", _B),
    (M.APPLICATION_WITHDRAWN, "application withdrawn", "Application withdrawn",
     "the company withdrew its application to {body} for {what}", "a withdrawal", _B),
    (M.INDICATION_WITHDRAWN, "no longer approved for this use", "No longer approved",
     "{what} is no longer a use approved by {body}", "the end of this use", _B),
    (M.SUSPENDED, "approval suspended", "Approval suspended", "{body} suspended its approval of {what}",
     "a suspension", _B),
    (M.REVOKED, "approval taken away", "Approval taken away", "{body} took away its approval of {what}",
     "the end of the approval", _B),
    (M.AUTHORISATION_WITHDRAWN, "approval given up by the company", "Approval given up",
     "the company gave up its approval from {body} of {what}", "the end of the approval", _B),
    (M.LAPSED, "approval ran out", "Approval ran out", "the approval of {what} by {body} ran out",
     "the end of the approval", _B),
    (M.HTA_SCOPING, "review being planned", "Review being planned", "{body} is planning a review of {what}",
     "the planning of a review", _P),
    (M.HTA_IN_PROGRESS, "under review", "Under review", "{body} is reviewing {what}", "a review", _P),
    (M.HTA_COMMITTEE, "at the committee", "Committee meeting", "{body} held a committee meeting about {what}",
     "a committee meeting", _P),
    (M.HTA_CONSULTATION_OPEN, "open for comments", "Open for comments",
     "{body} opened a consultation about {what}", "a consultation", _W),
    (M.HTA_CONSULTATION_CLOSES, "comments closed", "Comments closed",
     "{body} stopped taking comments on {what}", "the end of comments", _P),
    (M.HTA_DRAFT_RECOMMENDED, "recommended (draft)", "Recommended (draft)",
     "{body} recommended {what} in its draft guidance", "draft guidance", _W),
    (M.HTA_DRAFT_NOT_RECOMMENDED, "not recommended (draft)", "Not recommended (draft)",
     "{body} did not recommend {what} in its draft guidance", "draft guidance", _B),
    (M.HTA_FINAL_DRAFT_RECOMMENDED, "recommended (final draft)", "Recommended (final draft)",
     "{body} recommended {what} in its final draft guidance", "final draft guidance", _G),
    (M.HTA_FINAL_DRAFT_NOT_RECOMMENDED, "not recommended (final draft)", "Not recommended (final draft)",
     "{body} did not recommend {what} in its final draft guidance", "final draft guidance", _B),
    (M.HTA_RECOMMENDED, "recommended", "Recommended", "{body} recommended {what}", "a final decision", _G),
    (M.HTA_RECOMMENDED_RESTRICTED, "recommended for some", "Recommended for some",
     "{body} recommended {what} for some patients only", "a final decision", _G),
    (M.HTA_MANAGED_ACCESS, "recommended for a limited time", "Recommended for now",
     "{body} recommended {what} for a limited time", "a final decision", _G),
    (M.HTA_NOT_RECOMMENDED, "not recommended", "Not recommended", "{body} did not recommend {what}",
     "a final decision", _B),
    (M.HTA_TERMINATED, "review ended, no recommendation", "Review ended",
     "{body} ended its review of {what} without a recommendation", "the end of the review", _B),
    (M.HTA_SUSPENDED, "review paused", "Review paused", "{body} paused its review of {what}",
     "a pause of the review", _W),
    (M.HTA_APPEAL, "under appeal", "Under appeal", "an appeal was made to {body} about {what}", "an appeal", _W),
    (M.LAUNCHED, "on sale", "On sale", "{what} went on sale in {place}", "the start of sales", _G),
    (M.TRIAL_POSITIVE, "trial: good result", "Good trial result", "a trial of {what} had a good result",
     "a trial result", _P),
    (M.TRIAL_NEGATIVE, "trial: goal not met", "Trial goal not met", "a trial of {what} did not meet its goal",
     "a trial result", _P),
    (M.TRIAL_STOPPED, "trial stopped", "Trial stopped", "a trial of {what} was stopped", "the end of a trial", _P),
    (M.ORPHAN_DESIGNATION, "orphan status", "Orphan status", "{body} gave orphan status to {what}",
     "orphan status", _P),
    (M.BREAKTHROUGH_DESIGNATION, "breakthrough status", "Breakthrough status",
     "{body} gave breakthrough status to {what}", "breakthrough status", _P),
)}  # fmt: skip

_LICENSED = "It is licensed for this use in {place}."
_APPROVED = _LICENSED + " Others usually decide who pays for it there."
_LOST = " If you are taking it, speak to your own care team before you change anything."
_NO_FUNDING = "This does not change the licence: it means that {service} would not routinely pay for it."

MEANING: dict[M | tuple[str, M], str] = {
    M.SUBMITTED: "It is not approved. The review has not started yet.",
    M.VALIDATED: "It is not approved. The application is complete enough for the review to begin.",
    M.ACCEPTED_FOR_REVIEW: "It is not approved. The review has begun, and the result is open.",
    M.PRIORITY_REVIEW: "It is not approved. The review should be quicker than usual; the result is open.",
    M.ADVISORY_POSITIVE: "It is not approved. The vote is advice, and the authority does not have to follow it.",
    M.ADVISORY_NEGATIVE: "It is not refused. The vote is advice, and the authority does not have to follow it.",
    M.OPINION_POSITIVE: "It is recommended but not yet approved in {place}.",
    ("EMA", M.OPINION_POSITIVE): "It is recommended, but not yet approved in the EU: the European Commission decides.",
    M.OPINION_NEGATIVE: "It is not approved for this use. The final decision is still to come.",
    ("EMA", M.OPINION_NEGATIVE):
        "It is not approved for this use. The European Commission decides, and usually follows the opinion.",
    M.APPROVED: _APPROVED,
    ("FDA", M.APPROVED): _LICENSED + " US doctors can prescribe it. What you pay depends on your insurance.",
    ("EC", M.APPROVED): _LICENSED + " Each country decides for itself when its health service pays, "
        "so it may not be available near you yet. This does not cover the UK.",
    ("MHRA", M.APPROVED): _LICENSED + " This does not yet mean it can be prescribed on the NHS: "
        "NICE decides that for England. Scotland and Wales have their own bodies; "
        "Northern Ireland usually follows NICE.",
    M.CONDITIONALLY_APPROVED: _LICENSED + " The company must still supply more evidence. "
        "Others usually decide who pays for it there.",
    ("EC", M.CONDITIONALLY_APPROVED): _LICENSED + " The company must still supply more evidence. "
        "Each country decides for itself when its health service pays. This does not cover the UK.",
    ("MHRA", M.CONDITIONALLY_APPROVED): _LICENSED + " The company must still supply more evidence. "
        "This does not yet mean it can be prescribed on the NHS: NICE decides that for England.",
    M.ACCELERATED_APPROVED: _LICENSED + " Approval came early, on first signs of benefit. "
        "Further trials must confirm the benefit, or the approval can be taken away.",
    M.USE_WIDENED: "It was licensed for this disease in {place} before. More patients can now be treated with it: "
        "the exact use says who. Others usually decide who pays for it there.",
    ("FDA", M.USE_WIDENED): "It was licensed for this disease in the US before. US doctors can now prescribe it "
        "for more patients: the exact use says who. What you pay depends on your insurance.",
    ("EC", M.USE_WIDENED): "It was licensed for this disease in the EU before. More patients can now be treated with "
        "it: the exact use says who. Each country decides for itself when its health service pays. "
        "This does not cover the UK.",
    ("MHRA", M.USE_WIDENED): "It was licensed for this disease in the UK before. More patients can now be treated "
        "with it: the exact use says who. NICE decides for England whether the NHS pays.",
    M.COMPLETE_RESPONSE: "It is not approved for this use in {place}. "
        "This is not the end: the company can answer and apply again.",
    M.REFUSED: "It is not approved for this use in {place}.",
    M.APPLICATION_WITHDRAWN: "It is not approved for this use in {place}, and the review has stopped.",
    M.INDICATION_WITHDRAWN: "It is no longer approved for this use in {place}." + _LOST,
    M.SUSPENDED: "The approval in {place} is on hold." + _LOST,
    M.REVOKED: "It is no longer approved in {place}." + _LOST,
    M.AUTHORISATION_WITHDRAWN: "It is no longer approved in {place}. Companies do this for many reasons." + _LOST,
    M.LAPSED: "The approval in {place} has ended." + _LOST,
    M.HTA_SCOPING: "No decision has been made. The questions for the review are being agreed.",
    M.HTA_IN_PROGRESS: "No decision has been made on whether {service} should pay for it.",
    M.HTA_COMMITTEE: "No decision has been published. The result of the meeting follows later.",
    M.HTA_CONSULTATION_OPEN: "Nothing is decided. Patients, families and groups can say what they think.",
    M.HTA_CONSULTATION_CLOSES: "Nothing is decided. The time to send comments is over.",
    M.HTA_DRAFT_RECOMMENDED: "This is good news but not final. It can change before the final guidance.",
    M.HTA_DRAFT_NOT_RECOMMENDED: "This is not final. It can change after the committee has heard people's comments.",
    ("NICE", M.HTA_DRAFT_NOT_RECOMMENDED): "This is not final. It can change after the committee has heard people's "
        "comments. People whose treatment has begun already are not meant to stop because of it.",
    M.HTA_FINAL_DRAFT_RECOMMENDED: "This is nearly final: only an appeal or a correction can still change it.",
    M.HTA_FINAL_DRAFT_NOT_RECOMMENDED:
        "This is nearly final: only an appeal or a correction can still change it. " + _NO_FUNDING,
    M.HTA_RECOMMENDED: "It can become available through {service}. It may take some time to start.",
    ("NICE", M.HTA_RECOMMENDED): "The NHS in England must make it available, normally within three months.",
    ("G-BA", M.HTA_RECOMMENDED): "An added benefit was found. Health insurers in Germany pay for it.",
    ("HAS", M.HTA_RECOMMENDED): "This is advice. The price and the listing are decided next.",
    M.HTA_RECOMMENDED_RESTRICTED: "It can become available through {service}, but only for the patients named.",
    M.HTA_MANAGED_ACCESS: "It can be paid for during a fixed time while more evidence is collected.",
    ("NICE", M.HTA_MANAGED_ACCESS):
        "The NHS in England can offer it through the Cancer Drugs Fund or a similar fund. It will be reviewed again.",
    M.HTA_NOT_RECOMMENDED: _NO_FUNDING,
    ("NICE", M.HTA_NOT_RECOMMENDED): _NO_FUNDING
        + " People whose treatment began before it was published are not meant to stop because of it.",
    ("G-BA", M.HTA_NOT_RECOMMENDED): "In Germany this is about the price. Health insurers still pay for it.",
    M.HTA_TERMINATED: "There is no recommendation, so {service} does not routinely pay for it.",
    M.HTA_SUSPENDED: "No decision has been made, and the work is on hold.",
    M.HTA_APPEAL: "The decision is being questioned and is not settled yet.",
    M.LAUNCHED: "It can be supplied in {place}. Whether you can get it also depends on who pays.",
    M.TRIAL_POSITIVE: "This is evidence, not an approval. Authorities decide after they have looked at it.",
    M.TRIAL_NEGATIVE: "This is one result. It does not by itself change any approval.",
    M.TRIAL_STOPPED: "This does not by itself change any approval. The reason may be good or bad news.",
    M.ORPHAN_DESIGNATION: "This is not an approval. It helps companies that work on rare diseases.",
    M.BREAKTHROUGH_DESIGNATION: "This is not an approval. It means more help and speed from the authority.",
}  # fmt: skip
"""What a milestone means for patients: by authority where it differs, else for every authority."""

_CHECKED = "The authority checks that the application is complete."
_REVIEW = "The authority looks at the evidence and then decides."
_PAYS = "The bodies that decide who pays look at it next."

NEXT: dict[M | tuple[str, M], str] = {
    M.SUBMITTED: _CHECKED,
    M.VALIDATED: _REVIEW,
    M.ACCEPTED_FOR_REVIEW: _REVIEW,
    ("EMA", M.VALIDATED): "The EMA's expert committee (CHMP) reviews the evidence and gives its opinion.",
    ("EMA", M.ACCEPTED_FOR_REVIEW): "The EMA's expert committee (CHMP) reviews the evidence and gives its opinion.",
    M.PRIORITY_REVIEW: _REVIEW,
    M.ADVISORY_POSITIVE: "The authority decides.",
    M.ADVISORY_NEGATIVE: "The authority decides.",
    M.OPINION_POSITIVE: "The final decision follows.",
    ("EMA", M.OPINION_POSITIVE): "The European Commission decides, usually within about two months.",
    M.OPINION_NEGATIVE: "The company can ask for a second look before the final decision.",
    M.APPROVED: _PAYS,
    ("FDA", M.APPROVED): "Insurers and health plans update their lists.",
    ("EC", M.APPROVED): "Each country decides about price and payment, which can take months or longer.",
    ("MHRA", M.APPROVED): "NICE decides for the NHS in England, the SMC for Scotland, the AWMSG for Wales.",
    M.CONDITIONALLY_APPROVED: "The company supplies more evidence, and the approval is looked at again.",
    M.ACCELERATED_APPROVED: "The company must finish further trials.",
    M.USE_WIDENED: _PAYS,
    ("FDA", M.USE_WIDENED): "Insurers and health plans update their lists.",
    ("EC", M.USE_WIDENED): "Each country decides about price and payment, which can take months or longer.",
    ("MHRA", M.USE_WIDENED): "NICE decides for the NHS in England, the SMC for Scotland.",
    M.COMPLETE_RESPONSE: "The company can answer and apply again.",
    M.REFUSED: "The company can ask for the decision to be looked at again, or apply again.",
    M.APPLICATION_WITHDRAWN: "The company can apply again later.",
    M.HTA_SCOPING: "The review starts.",
    M.HTA_IN_PROGRESS: "A committee meets, and draft or final guidance follows.",
    M.HTA_COMMITTEE: "Draft or final guidance follows some weeks after the meeting.",
    M.HTA_CONSULTATION_OPEN: "The committee meets to discuss the comments.",
    M.HTA_DRAFT_RECOMMENDED: "People can comment. Then the committee decides on final guidance.",
    M.HTA_DRAFT_NOT_RECOMMENDED:
        "People can comment while the consultation is open. Then the committee looks at it again.",
    M.HTA_FINAL_DRAFT_RECOMMENDED: "There is a short time for appeals, then the final guidance is published.",
    M.HTA_FINAL_DRAFT_NOT_RECOMMENDED: "There is a short time for appeals, then the final guidance is published.",
    M.HTA_RECOMMENDED: "Hospitals and the health service make it available.",
    M.HTA_RECOMMENDED_RESTRICTED: "Hospitals and the health service make it available to the patients named.",
    M.HTA_MANAGED_ACCESS: "More evidence is collected, then it is reviewed again.",
    M.HTA_NOT_RECOMMENDED: "The company can make a new offer or bring new evidence.",
    M.HTA_TERMINATED: "The company can ask for a new review later.",
    M.HTA_SUSPENDED: "The review goes on when the reason for the pause is settled.",
    M.HTA_APPEAL: "A panel hears the appeal and says what happens next.",
}  # fmt: skip
"""What usually comes next; nothing is said where there is no usual course."""

NAMES: dict[str, tuple[str, str]] = {
    "FDA": ("the US Food and Drug Administration (FDA)", "FDA"),
    "EMA": ("the European Medicines Agency's expert committee (CHMP)", "EMA"),
    "EC": ("the European Commission", "European Commission"),
    "MHRA": ("the UK medicines regulator (MHRA)", "MHRA"),
    "NICE": ("NICE", "NICE"),
    "SMC": ("the Scottish Medicines Consortium (SMC)", "SMC"),
    "AWMSG": ("the All Wales Medicines Strategy Group (AWMSG)", "AWMSG"),
    "HealthCanada": ("Health Canada", "Health Canada"),
    "CDA-AMC": ("Canada's Drug Agency", "Canada's Drug Agency"),
    "INESSS": ("INESSS in Quebec", "INESSS"),
    "IsraelMOH": ("the Israeli Ministry of Health", "Israel MoH"),
    "Swissmedic": ("Swissmedic", "Swissmedic"),
    "Medsafe": ("New Zealand Medsafe", "Medsafe"),
}
"""Authorities as a sentence names them, and in short for subject lines, where this is not "the" and the full name."""

SHORTER = {"European Commission": "EU Commission", "Canada's Drug Agency": "CDA-AMC"}
"""Names that are shortened where a subject line would be too long."""

PLACES = {"US": "the US", "EU": "the EU", "UK": "the UK"}
SERVICES = {
    "NICE": "the NHS in England", "SMC": "the NHS in Scotland", "AWMSG": "the NHS in Wales",
    "CDA-AMC": "Canada's public drug plans", "INESSS": "Quebec's public drug plan",
    "PBAC": "Australia's medicine subsidy scheme (PBS)", "G-BA": "health insurance in Germany",
    "HAS": "public health insurance in France", "AIFA": "Italy's health service", "AEMPS": "Spain's health service",
}  # fmt: skip

PAYERS: dict[str, tuple[str, ...]] = {
    "MHRA": ("NICE", "SMC", "AWMSG"), "HealthCanada": ("CDA-AMC", "INESSS"), "TGA": ("PBAC",),
    "EC": ("G-BA", "HAS", "AIFA", "AEMPS"),
}  # fmt: skip
"""Who decides about payment after a licence: their foreseen decisions are what a patient waits for next."""

KINDS = {
    Kind.OPINION: "gives an opinion before the decision",
    Kind.LICENSING: "decides whether a medicine may be sold",
    Kind.HTA: "decides or advises whether the health service should pay",
}

RESPOND = {
    "NICE": "Patients, carers and groups can comment on the consultation page.",
    "PBAC": "Patients can comment. Look at the page for how.",
    "": "Look at the page for who can comment, and how.",
}
"""How to take part in an open consultation, by authority; "" for those of which nothing more is certain."""
