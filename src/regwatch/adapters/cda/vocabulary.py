"""The words of Canada's Drug Agency (CADTH until 2024): project status, recommendation, and steps of a review.

Counted over the agency's table of 1,055 projects of April 2023 and its project pages since.
"""

from __future__ import annotations

from regwatch.vocabulary import Milestone

M = Milestone

STATUS: dict[str, Milestone | None] = {
    "complete": None,
    "completed": None,
    "active": M.HTA_IN_PROGRESS,
    "received": M.HTA_IN_PROGRESS,
    "pending": M.HTA_SCOPING,
    "withdrawn": M.HTA_TERMINATED,
    "cancelled": M.HTA_TERMINATED,
    "not filed": M.HTA_TERMINATED,
    "suspended": M.HTA_SUSPENDED,
}
"""What each status means on its own; a complete project is what its recommendation says."""

_UNFILED = "cadth is unable to recommend reimbursement as a submission was not filed by the manufacturer"
RECOMMENDATION: dict[str, Milestone | None] = {
    "": None,
    "n/a": None,
    "reimburse": M.HTA_RECOMMENDED,
    "list": M.HTA_RECOMMENDED,
    "list in a similar manner": M.HTA_RECOMMENDED,
    "list in a similar manner to other drugs in class": M.HTA_RECOMMENDED,
    "reimburse with conditions": M.HTA_RECOMMENDED_RESTRICTED,
    "reimburse with clinical criteria and/or conditions": M.HTA_RECOMMENDED_RESTRICTED,
    "list with clinical criteria and/or conditions": M.HTA_RECOMMENDED_RESTRICTED,
    "list with criteria/condition": M.HTA_RECOMMENDED_RESTRICTED,
    "time-limited reimbursement": M.HTA_MANAGED_ACCESS,
    "time-limited reimbursement recommendation": M.HTA_MANAGED_ACCESS,
    "do not reimburse": M.HTA_NOT_RECOMMENDED,
    "do not list": M.HTA_NOT_RECOMMENDED,
    "do not list at the submitted price": M.HTA_NOT_RECOMMENDED,
    _UNFILED: M.HTA_TERMINATED,
}

STEPS: tuple[tuple[str, Milestone | None], ...] = (
    ("call for patient/clinician input closed", None),
    ("call for patient", M.HTA_SCOPING),
    ("call for clinician", M.HTA_SCOPING),
    ("patient group input", M.HTA_SCOPING),
    ("clinician group input", M.HTA_SCOPING),
    ("submission received", M.HTA_IN_PROGRESS),
    ("submission accepted", M.HTA_IN_PROGRESS),
    ("submission deemed complete", M.HTA_IN_PROGRESS),
    ("review initiated", M.HTA_IN_PROGRESS),
    ("draft cadth review report", None),
    ("draft review report", None),
    ("draft cda-amc review report", None),
    ("deadline for sponsor", None),
    ("cadth review report(s) and responses", None),
    ("cda-amc review report(s) and responses", None),
    ("review report(s) and responses", None),
    ("check-point meeting", None),
    ("expert committee meeting", M.HTA_COMMITTEE),
    ("perc meeting", M.HTA_COMMITTEE),
    ("perc reconsideration meeting", M.HTA_COMMITTEE),
    ("draft recommendation issued to sponsor", None),
    ("draft recommendation posted", M.HTA_CONSULTATION_OPEN),
    ("initial recommendation issued", M.HTA_CONSULTATION_OPEN),
    ("end of feedback period", None),
    ("feedback deadline", None),
    ("final recommendation issued", None),
    ("final recommendation posted", None),
    ("notification to implement issued", None),
    ("final cadth review report(s) posted", None),
    ("final cdr review report(s) posted", None),
    ("final cda-amc review report(s)", None),
    ("procedural review", M.HTA_APPEAL),
    ("clarification", None),
)  # fmt: skip
"""How the rows of the milestone table begin."""
POSTED = ("final recommendation posted", "final recommendation issued")
CLOSINGS = ("call for patient/clinician input closed", "end of feedback period", "feedback deadline")
"""Steps that are the last day on which patients' groups and others can send what they think."""
LABELS = (
    "Generic Name", "Brand Name", "Project Status", "Therapeutic Area", "Manufacturer", "Sponsor", "Project Line",
    "Project Number", "Tumour Type", "NOC Status at Filing", "Manufacturer Requested Reimbursement Criteria",
    "Submission Type", "Fee Schedule", "Indications", "Indication", "Recommendation Type", "Final Recommendation",
    "Strength", "Last Updated", "Biosimilar", "Companion Diagnostics", "Call for patient/clinician input open",
)  # fmt: skip
