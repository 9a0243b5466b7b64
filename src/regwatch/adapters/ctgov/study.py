"""ClinicalTrials.gov: the registered state of one trial (API version 2).

Gives     one study record: status, dates, enrolment, whether results are posted; a claim for a trial that was stopped
Withheld  results themselves; sites, contacts and every date of mere editing
Quirks    days to weeks late; dates may be a month; a stop may be for good news (see `why stopped`); a merged record
          answers with the number that survives; the answer carries a data release's date that moves daily
"""

from __future__ import annotations

import re
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.errors import WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.leftovers import Facts
from regwatch.vocabulary import Milestone, Mode

STATUSES = {
    "NOT_YET_RECRUITING": "not yet recruiting",
    "RECRUITING": "recruiting",
    "ENROLLING_BY_INVITATION": "enrolling by invitation",
    "ACTIVE_NOT_RECRUITING": "active, not recruiting",
    "SUSPENDED": "suspended",
    "TERMINATED": "terminated",
    "COMPLETED": "completed",
    "WITHDRAWN": "withdrawn",
    "UNKNOWN": "unknown",
    "AVAILABLE": "available",
    "NO_LONGER_AVAILABLE": "no longer available",
    "TEMPORARILY_NOT_AVAILABLE": "temporarily not available",
    "APPROVED_FOR_MARKETING": "approved for marketing",
    "WITHHELD": "withheld",
}
"""What the registry calls the states of a trial. `Approved for marketing` ends expanded access; it is no approval."""
STOPPED = frozenset({"TERMINATED", "WITHDRAWN"})
UNREAD = frozenset(
    {
        "statusVerifiedDate",
        "lastKnownStatus",
        "delayedPosting",
        "expandedAccessInfo",
        "studyFirstSubmitDate",
        "studyFirstSubmitQcDate",
        "studyFirstPostDateStruct",
        "resultsWaived",
        "resultsFirstSubmitDate",
        "resultsFirstSubmitQcDate",
        "dispFirstSubmitDate",
        "dispFirstSubmitQcDate",
        "dispFirstPostDateStruct",
        "lastUpdateSubmitDate",
        "lastUpdatePostDateStruct",
    }
)
_NCT = re.compile(r"NCT\d{8}")
_DATES = (
    ("start", "startDateStruct"),
    ("primary completion", "primaryCompletionDateStruct"),
    ("completion", "completionDateStruct"),
    ("results posted", "resultsFirstPostDateStruct"),
)


def request(source: Source) -> Request:
    """The study. Raises `ValueError` where its number is missing or malformed."""
    return Request(f"https://clinicaltrials.gov/api/v2/studies/{_number(source)}", accept="application/json")


def read(document: Document) -> Reading:
    """The study. Raises `WrongIdentity` where another one answers, also the one that it was merged into."""
    wanted = _number(document.source)
    study = load(document)
    protocol = need(study, "protocolSection", dict)
    names = need(protocol, "identificationModule", dict)
    number, title = need(names, "nctId", str), clean(need(names, "briefTitle", str))
    if number != wanted:
        raise WrongIdentity(f"the registry answered with {number} where {wanted} was asked for: check nct")
    module = Facts(need(protocol, "statusModule", dict))
    status = need(module, "overallStatus", str)
    posted = need(study, "hasResults", bool)
    reading = Reading()
    if status not in STATUSES:
        reading.odd("a status that is not in the vocabulary", status)
    why = clean(str(module.get("whyStopped") or ""))
    fields = [("status", STATUSES.get(status, status)), ("why stopped", why)]
    fields += [(label, _date(module.get(key))) for label, key in _DATES]
    fields += [("enrolment", _enrolment(protocol)), ("results", "posted" if posted else "none")]
    url = f"https://clinicaltrials.gov/study/{number}"
    module.account(reading, UNREAD, url)
    claims: tuple[Claim, ...] = ()
    if status in STOPPED:
        quote = f"{number}: Overall status: {STATUSES[status]}." + (f" Why stopped: {why}" if why else "")
        claims = (Claim("", Milestone.TRIAL_STOPPED, Mode.ANNOUNCED, quote, "ctgov.status"),)
    shown = tuple(field for field in fields if field[1])
    reading.add(Record("study", number, title, url, fields=shown, claims=claims))
    return reading


def _number(source: Source) -> str:
    given = source.ids.get("nct", "").strip().upper()
    if not _NCT.fullmatch(given):
        raise ValueError(f"nct must look like NCT03375320, not {given!r}")
    return given


def _date(value: Any) -> str:
    """A date with its kind, `2020-05-21 (actual)`; "" where there is none."""
    if not isinstance(value, dict):
        return ""
    kind = str(value.get("type") or "").lower()
    return f"{value.get('date') or ''} ({kind})" if kind else str(value.get("date") or "")


def _enrolment(protocol: dict[str, Any]) -> str:
    design = protocol.get("designModule")
    told = design.get("enrollmentInfo") if isinstance(design, dict) else None
    if not isinstance(told, dict):
        return ""
    return f"{told.get('count', '')} ({str(told.get('type') or 'unknown').lower()})"


ADAPTER = Adapter(
    name="ctgov_study",
    authorities=(),
    publisher="ClinicalTrials.gov",
    request=request,
    read=read,
    needs=("nct",),
    limits=Limits(1, 1),
    minutes=1_440,
)
