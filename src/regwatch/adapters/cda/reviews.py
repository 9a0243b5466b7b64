"""Canada's Drug Agency: the page of one reimbursement review, from the call for input to the final recommendation.

Gives     one project record with its outcome or where it stands; one step record per row of the milestone table
Withheld  which way a draft recommendation goes (it is a PDF); what the provinces decide afterwards
Quirks    two styles of date on one site; "with conditions" is the usual positive outcome; `Active` may stand beside a
          recommendation; rows of clarification have no date; the site is behind a bot wall
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.cda.vocabulary import CLOSINGS, LABELS, POSTED, RECOMMENDATION, STATUS, STEPS
from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, local_day, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import labels
from regwatch.reading.leftovers import terms
from regwatch.vocabulary import Milestone, Mode

_NUMBER = re.compile(r"(P[CGR]|S[RFXG]|SX)0*(\d{1,5})(?:-\d{3})?", re.IGNORECASE)
_SHORT_DAY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{2})\Z")
_NO_DAY = frozenset({"", "-", "tbd", "tbc", "to be determined", "not applicable", "n/a"})
Step = tuple[str, PartialDate, Milestone | None]


def _number(text: str) -> str:
    """A project number in one form, `PC284`, whatever its zeros and suffix. Raises `ValueError`."""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise ValueError(f"cda_project must look like PC0284, not {text!r}")
    return found[1].upper() + found[2]


def request(source: Source) -> Request:
    """The project's page. Raises `ValueError` without its address or number."""
    _number(source.ids.get("cda_project", ""))
    if not source.url:
        raise ValueError("the adapter cda_reviews needs the address of the project's page under `url`")
    return Request(source.url)


def read(document: Document) -> Reading:
    """The project. Raises `WrongIdentity` where the page has another project number."""
    page = h.soup(document)
    title = h.title(page)
    table = _table(page)
    start = h.need(page.find("h1"), "main heading")
    facts = labels.values(labels.lines_after(start), LABELS)
    number = labels.need(facts, "Project Number")
    wanted = document.source.ids.get("cda_project", "")
    if not _NUMBER.fullmatch(number) or _number(number) != _number(wanted):
        raise WrongIdentity(f"{document.final_url} is project {number} where {wanted} was due")
    reading = Reading()
    steps = _steps(table, reading)
    terms(reading, start, LABELS, document.final_url)
    status = labels.need(facts, "Project Status")
    claims = _claims(facts, status, steps, document, reading)
    shown = ("Project Status", "Recommendation Type", "Submission Type", "Indications", "Tumour Type")
    fields = tuple((name, facts.get(h.label(name), "")) for name in shown)
    reading.records.insert(0, Record("project", number, title, document.final_url, fields=fields, claims=claims))
    return reading


def _table(page: BeautifulSoup) -> Tag:
    heading = h.need(h.heading(page, "Key Milestones"), "heading 'Key Milestones'")
    return h.need(heading.find_next("table"), "table of key milestones")


def _steps(table: Tag, reading: Reading) -> list[Step]:
    found = []
    for row in h.rows(table):
        name, when = row[0], row[-1] if len(row) > 1 else ""
        known = next(((start, m) for start, m in STEPS if h.label(name).startswith(start)), None)
        if known is None:
            reading.odd("step of a Canadian review", " | ".join(row))
        day = _day(when, name, reading)
        reading.add(Record("step", fields=(("Step", name), ("Date", day.iso if day else when))))
        if known and day:
            found.append((name, day, known[1]))
    if not found:
        raise MissingPart("dated step in the table of key milestones")
    return found


def _day(text: str, name: str, reading: Reading) -> PartialDate | None:
    short = _SHORT_DAY.match(text)
    words = f"{short[1]} {short[2]} 20{short[3]}" if short else text
    try:
        return read_date(words)
    except BadDate:
        if text.casefold() not in _NO_DAY and not h.label(name).startswith("clarification"):
            reading.odd("date of a step of a Canadian review", f"{name}: {text}")
        return None


def _claims(
    facts: dict[str, str], status: str, steps: list[Step], document: Document, reading: Reading
) -> tuple[Claim, ...]:
    words = facts.get("recommendation type", "")
    if h.label(status) not in STATUS or h.label(words) not in RECOMMENDATION:
        reading.odd("status or recommendation of a Canadian review", f"{status}; {words}", document.final_url)
        return ()
    today = local_day(document.fetched_at, "America/Toronto")
    name = f"{facts.get('generic name', '')} ({facts.get('brand name', '')})"
    use = facts.get("indications") or facts.get("indication") or facts.get("tumour type", "")
    halted, outcome = STATUS[h.label(status)], RECOMMENDATION[h.label(words)]
    found: list[tuple[Milestone, Mode, PartialDate | None, str]] = []
    past = [(milestone, day, step) for step, day, milestone in steps if milestone and day.first <= today]
    posted = [day for step, day, _ in steps if h.label(step).startswith(POSTED) and day.first <= today]
    if halted in (Milestone.HTA_TERMINATED, Milestone.HTA_SUSPENDED):
        found.append((halted, Mode.ANNOUNCED, None, f"Project Status: {status}"))
    elif outcome and (posted or h.label(status).startswith("complete")):
        found.append((outcome, Mode.ANNOUNCED, max(posted) if posted else None, f"Recommendation Type: {words}"))
    elif past:
        milestone, day, step = max(past, key=lambda one: one[1])
        found.append((milestone, Mode.ANNOUNCED, day, f"{step}: {day.iso}"))
    elif halted:
        found.append((halted, Mode.ANNOUNCED, None, f"Project Status: {status}"))
    found += [(m, Mode.BACKGROUND, day, f"{step}: {day.iso}") for m, day, step in past if (m, day) != found[0][:3:2]]
    for step, day, stage in steps:
        if stage is Milestone.HTA_COMMITTEE and day.first > today:
            found.append((stage, Mode.EXPECTED, day, f"{step}: {day.iso}"))
        elif h.label(step).startswith(CLOSINGS) and day.first >= today:
            found.append((Milestone.HTA_CONSULTATION_CLOSES, Mode.EXPECTED, day, f"{step}: {day.iso}"))
    return tuple(
        Claim("CDA-AMC", milestone, mode, quote, "cda.project", day, treatment=name, indication=use)
        for milestone, mode, day, quote in found
    )


ADAPTER = Adapter(
    "cda_reviews",
    ("CDA-AMC",),
    request,
    read,
    publisher="Canada's Drug Agency",
    needs=("cda_project",),
    experimental=True,
    limits=Limits(2, 100),
    confirm=1,
    minutes=1_440,
)
