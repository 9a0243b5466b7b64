"""NICE project page: one technology appraisal from its proposal to its publication.

Gives     one project record with every claim; one step record per row of the schedule and the timeline
Withheld  the draft recommendation (see `nice.consultation`) and the published one (see `nice.guidance`)
Quirks    labels end in a colon in one of the templates; Status moves late; publication is a redirect to the guidance
"""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import BeautifulSoup, Tag

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.nice import consultation as nice_consultation
from regwatch.adapters.nice import guidance as nice_guidance
from regwatch.adapters.nice import opening as nice_opening
from regwatch.adapters.nice.claims import claims
from regwatch.adapters.nice.consultation import SITE, check_reference, gid_of
from regwatch.adapters.nice.steps import FINAL, HALTED, PUBLICATION, PUBLISHED, STATUS, Step, step
from regwatch.errors import MissingPart
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading.leftovers import Facts

UNREAD = frozenset({"process", "id number", "technology type", "topic area", "rationale", "prioritisation programme"})
_TIMELINE = re.compile(rb">\s*(?:Timeline|Update)\s*<", re.IGNORECASE)
_REASON = re.compile(r"[A-Za-z0-9 -]{4,30}[.,]\s+(.+)", re.DOTALL)


def request(source: Source) -> Request:
    """The project page. Upper-case references in an address have been answered with 404."""
    return Request(f"{SITE}/guidance/indevelopment/{gid_of(source).lower()}")


def read(document: Document) -> Reading:
    """A page of the project, by the part it was asked for as."""
    part = document.request.part
    if part.startswith("consultation/"):
        return nice_consultation.read_chapter(document)
    if part.startswith("opening/"):
        return nice_opening.read_opening(document, gid_of(document.source))
    if part.startswith("guidance/"):
        return nice_guidance.read_recommendations(document)
    if part:
        return nice_consultation.read_documents(document)
    if nice_guidance.number_of(document):
        return nice_guidance.read_published(document)
    return _read_project(document)


def _read_project(document: Document) -> Reading:
    gid = gid_of(document.source)
    page = h.soup(document)
    check_reference(page, document)
    title = h.title(page)
    facts_at = h.need(_facts(page), "Status row", title)
    facts = Facts({h.label(name): value for name, value in h.pairs(facts_at)})
    reading = Reading()
    words = facts["status"]
    status = STATUS.get(words.casefold().rstrip(".,"))
    if status is None:
        reading.odd("NICE status", words, document.final_url)
    steps = _steps(page, document)
    decision = facts.get("decision")
    unselected = status == "Topic prioritisation" and decision == "Not selected"
    fields = [("Status", "Not selected" if unselected else status or words)]
    facts.account(reading, UNREAD, document.final_url)
    if status in HALTED and (reason := _reason(status, steps, facts_at)):
        fields.append(("Reason", reason))
    fields += [(PUBLICATION, s.when) for s in steps if s.planned and s.term == PUBLICATION]
    reading.add(Record("project", gid, title, document.final_url, fields=tuple(fields), claims=claims(status, steps)))
    for row in steps:
        _add_step(reading, row, document.final_url)
    drafts = "; ".join(sorted(s.words for s in steps if "raft" in s.term))
    documents = Request(f"{SITE}/guidance/indevelopment/{gid.lower()}/documents", "documents")
    reading.follow(Follow(documents, version=drafts, again=timedelta(days=1)))
    return reading


def _facts(page: BeautifulSoup) -> Tag | None:
    """The list of label and value pairs that has a Status."""
    return next(
        (at for at in page.find_all(("dl", "table")) if any(h.label(n) == "status" for n, _ in h.pairs(at))), None
    )


def _steps(page: BeautifulSoup, document: Document) -> list[Step]:
    steps: list[Step] = []
    if heading := h.heading(page, "Provisional Schedule"):
        at = next((node for node in h.after(heading) if node.name in ("dl", "table")), None)
        steps += [step(name, when, planned=True) for name, when in h.pairs(h.need(at, "rows of the schedule"))]
    for row in h.rows(_timeline(page, document) or BeautifulSoup("", "lxml")):
        if len(row) != 2:
            raise MissingPart("date and update in a row of the timeline", " | ".join(row)[:100])
        if tuple(map(h.label, row)) != ("date", "update"):
            steps.append(step(row[1], row[0], planned=False))
    return list(dict.fromkeys(steps))


def _timeline(page: BeautifulSoup, document: Document) -> Tag | None:
    """The table headed Date and Update; a page may have none, but then no heading either."""
    for table in page.find_all("table"):
        rows = h.rows(table)
        if len(rows) > 1 and any(tuple(map(h.label, row)) == ("date", "update") for row in rows):
            return table
    if _TIMELINE.search(document.body):
        raise MissingPart("table of dates and updates under Timeline")
    return None


def _reason(status: str, steps: list[Step], facts_at: Tag) -> str:
    """Why the project was halted: as the timeline says, else the paragraph in the place of the remit."""
    rows = [s for s in steps if not s.planned and s.milestone is HALTED[status] and s.start]
    newest = max(rows, key=lambda s: str(s.start)).term if rows else ""
    if found := _REASON.match(newest):
        return found[1]
    lead = facts_at.find_previous("p")
    return h.text_of(lead) if lead and not lead.find("a") else ""


def _add_step(reading: Reading, row: Step, url: str) -> None:
    """A planned step is known by its name, so that its date moves; a past one by what it says."""
    keys = {record.key for record in reading.records}
    key = f"schedule/{row.term.casefold()}" if row.planned else ""
    where = "Schedule" if row.planned else "Timeline"
    reading.add(Record("step", "" if key in keys else key, url=url, fields=((where, row.term), ("Date", row.when))))
    if not row.known:
        reading.odd(f"row of the NICE {where.lower()}", row.words, url)
    elif row.milestone and row.start is None and row.when.casefold() != "tbc":
        reading.odd(f"date in the NICE {where.lower()}", row.words, url)
    elif row.term.startswith((FINAL, *PUBLISHED)) and not row.planned:
        reading.odd("NICE outcome that the project page does not state", row.words, url)


ADAPTER = Adapter(
    "nice_project",
    ("NICE",),
    request,
    read,
    publisher="NICE",
    needs=("nice_gid",),
    limits=Limits(1, 300),
    confirm=1,
    absent_is_empty=True,
    minutes=120,
)
