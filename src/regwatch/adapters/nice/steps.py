"""The vocabulary of NICE project pages: status words, schedule and timeline rows, and what they say of a project.

Pages of all three templates give the same terms: a label may end in a colon, days may be zero-padded, and an
unnumbered first committee meeting is the meeting that is called "Committee meeting: 1" once a second one is planned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate
from regwatch.vocabulary import Milestone

M = Milestone

STATUS = {
    "topic selection": "Topic prioritisation",
    "topic prioritisation": "Topic prioritisation",
    "proposed": "Awaiting development",
    "awaiting development": "Awaiting development",
    "referred": "Referred",
    "in progress": "In progress",
    "suspended": "Suspended",
    "deferred": "Suspended",
    "impacted by covid-19": "Suspended",
    "schedule affected by covid-19": "Suspended",
    "discontinued": "Discontinued",
}
"""What the Status row and the first words of a status-change row say, by spelling."""

HALTED = {"Suspended": M.HTA_SUSPENDED, "Discontinued": M.HTA_TERMINATED}
PUBLICATION = "Expected publication"
FINAL = "Final draft guidance"
PUBLISHED = (PUBLICATION, "Guidance published")

_ROWS: tuple[tuple[str, Milestone | None, str], ...] = (
    ("Topic prioritisation", None, r"prioritisation board meeting"),
    ("Referral", None, r"referral|in progress\. dhsc referral received"),
    ("Scope consultation", M.HTA_SCOPING,
     r"consultation on (?:the )?suggested remit, draft scope and provisional [a-z ]{1,40}consultees and commentators"
     r"|draft scope(?: consultation)?|scoping|in progress\. scoping commenced"),
    ("Scoping workshop", M.HTA_SCOPING, r"scoping workshop"),
    ("Invitation to participate", M.HTA_IN_PROGRESS, r"invitation to participate"),
    ("Final scope", M.HTA_IN_PROGRESS, r"final scope|scope published"),
    ("Technical engagement", M.HTA_IN_PROGRESS, r"technical engagement"),
    ("Assessment report", M.HTA_IN_PROGRESS, r"assessment report sent for information"),
    ("Committee meeting", M.HTA_COMMITTEE, r"(?:appraisal |evaluation )?committee meeting"),
    ("Draft guidance", M.HTA_CONSULTATION_OPEN,
     r"draft guidance(?: consultation)?|(?:appraisal|evaluation) consultation(?: document)?"),
    (FINAL, None,
     r"final draft guidance|final appraisal (?:document|determination)|final evaluation (?:document|determination)"),
    ("Appeal", M.HTA_APPEAL, r"appeal(?: hearing)?"),
    ("Appeal decision", M.HTA_APPEAL, r"appeal decision"),
    (PUBLICATION, None, r"expected publication(?: date)?"),
    (PUBLISHED[1], None, r"(?:final )?guidance published"),
)  # fmt: skip
_MINOR = re.compile(
    r"(?:stakeholder list updated|declaration of interests|committee list updated|schedule updated|changes to schedule"
    r"|equality impact assessment published|statement|main note|stakeholder workshop"
    r"|closing date for invited submissions / evidence submission)[:.]?\Z"
)
_PATTERNS = tuple(
    (term, milestone, re.compile(rf"(?:(\d)(?:st|nd|rd|th) )?(?:{words})(?:[: ]+(\d{{1,5}}))?[:.]?\Z"))
    for term, milestone, words in _ROWS
)
_STATUS_ROW = re.compile(r"([A-Za-z][A-Za-z0-9 -]{3,30})(?:[.,](?:\s|\Z)|\Z)")
_CLOCK = re.compile(r"\s*\(\d{1,2}[:.]\d{2}\)\Z")
_TO = re.compile(r"\s+[-\u2013\u2014]\s+")
_PROSE = 60


@dataclass(frozen=True)
class Step:
    """One row. `when` is its date or range as words, `start` its first date; `known` is False for unheard-of rows."""

    planned: bool
    when: str
    start: PartialDate | None
    term: str
    milestone: Milestone | None
    known: bool = True

    @property
    def words(self) -> str:
        """The row as a quotation."""
        return f"{self.term}: {self.when}" if self.planned else f"{self.when}: {self.term}"


def step(words: str, when: str, *, planned: bool) -> Step:
    """Understand one row. Long prose (a note on the schedule) is kept as its own text."""
    days, start = _read_when(when)
    folded = words.casefold()
    for term, milestone, pattern in _PATTERNS:
        if found := pattern.match(folded):
            number = found[1] or found[2]
            numbered = number and number != "1" and milestone is not M.HTA_SCOPING
            return Step(planned, days, start, f"{term} {number}" if numbered else term, milestone)
    if (found := _STATUS_ROW.match(words)) and (status := STATUS.get(found[1].strip().casefold())):
        milestone = M.HTA_IN_PROGRESS if status == "In progress" else HALTED.get(status)
        return Step(planned, days, start, words if milestone in HALTED.values() else status, milestone)
    return Step(planned, days, start, words, None, known=len(words) > _PROSE or bool(_MINOR.match(folded)))


def _read_when(text: str) -> tuple[str, PartialDate | None]:
    try:
        days = [read_date(part) for part in _TO.split(_CLOCK.sub("", text))]
    except BadDate:
        return text, None
    return " - ".join(day.plain for day in days), days[0]
