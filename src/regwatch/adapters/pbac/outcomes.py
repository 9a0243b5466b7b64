"""PBAC: the page of one submission on Australia's Medicine Status Website, from its receipt to the listing.

Gives     one submission record with the outcome, or where it stands, and the date of the listing
Withheld  the outcome while the regulator (TGA) has not finished: silence after six weeks is no refusal
Quirks    a resubmission is a new page; `Deferred` decides nothing; listing is always on the first of a month
"""

from __future__ import annotations

import re

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, local_day, read_date
from regwatch.errors import BadDate, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import labels
from regwatch.reading.leftovers import terms
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

SITE = "https://www.pbs.gov.au/medicinestatus/document"
LABELS = (
    "Medicine name", "Drug name", "Brand name", "Sponsor", "Company", "Condition", "Indication",
    "Condition/Indication", "PBS indication", "Submission type", "Submission received", "Submission received for",
    "Opportunity for consumer comment", "Consumer comments open", "Consumer comments close", "PBAC meeting",
    "PBAC meeting date", "PBAC outcome", "PBAC outcome published", "Outcome", "Lodgement of required documentation",
    "Agreement to listing arrangements", "Government processing", "Medicine listed on the PBS",
    "Medicine listed on PBS", "Page last updated", "Status",
)  # fmt: skip
SHOWN = (
    "Submission received", "Submission received for", "Consumer comments open", "Consumer comments close",
    "Opportunity for consumer comment", "PBAC meeting", "PBAC outcome", "Medicine listed on the PBS",
)  # fmt: skip
OUTCOMES = {
    "recommended": Milestone.HTA_RECOMMENDED,
    "not recommended": Milestone.HTA_NOT_RECOMMENDED,
    "withdrawn": Milestone.HTA_TERMINATED,
    "withdrawn by the applicant": Milestone.HTA_TERMINATED,
    "submission withdrawn": Milestone.HTA_TERMINATED,
    "deferred": None,
    "": None,
    "pending": None,
    "not yet available": None,
}
_NUMBER = re.compile(r"/medicinestatus/document/0*(\d{1,6})\.html\Z")
_MEETING = re.compile(r"([A-Za-z]{3,9} \d{4})")


def request(source: Source) -> Request:
    """The page of the submission. Raises `ValueError` without its number."""
    number = source.ids.get("pbs_document", "")
    if not number.isdecimal():
        raise ValueError(f"pbs_document must be a number, as in the page's address, not {number!r}")
    return Request(f"{SITE}/{number}.html")


def read(document: Document) -> Reading:
    """The submission. Raises `WrongIdentity` where another page answered or another medicine is on it."""
    wanted = document.source.ids.get("pbs_document", "")
    found = _NUMBER.search(document.final_url.partition("?")[0])
    if not found or found[1] != wanted.lstrip("0"):
        raise WrongIdentity(f"{document.final_url} answered where the submission {wanted} was due")
    page = h.soup(document)
    start = h.need(page.find("h1"), "main heading")
    facts = labels.values(labels.lines_after(start, through=("h2", "h3", "h4", "h5", "h6")), LABELS)
    meeting = labels.need(facts, "PBAC meeting")
    title = h.title(page)
    names = " ".join(facts.get(name, "") for name in ("medicine name", "drug name", "brand name"))
    if not names_any(f"{title} {names}", document.source.watch):
        raise WrongIdentity(f"{document.final_url} is about {title}, which is not watched")
    reading = Reading()
    terms(reading, start, LABELS, document.final_url)
    use = next((facts[name] for name in ("condition/indication", "indication", "condition", "pbs indication")
                if facts.get(name)), "")  # fmt: skip
    claims = _claims(facts, meeting, use, document, reading)
    fields = tuple((name, facts[h.label(name)]) for name in SHOWN if facts.get(h.label(name)))
    reading.add(Record("submission", wanted, title, document.final_url, fields=fields, blocks=(use,), claims=claims))
    return reading


def _claims(facts: dict[str, str], meeting: str, use: str, document: Document, reading: Reading) -> tuple[Claim, ...]:
    today = local_day(document.fetched_at, "Australia/Sydney")
    held = _day(meeting, reading)
    word = facts.get("pbac outcome") or facts.get("outcome", "")
    listed = facts.get("medicine listed on the pbs") or facts.get("medicine listed on pbs", "")
    told: list[tuple[Milestone, Mode, PartialDate | None, str]] = []
    if h.label(word) not in OUTCOMES:
        reading.odd("outcome of an Australian submission", word, document.final_url)
        return ()
    if outcome := OUTCOMES[h.label(word)]:
        told.append((outcome, Mode.ANNOUNCED, held, f"PBAC outcome: {word}"))
    if held and held.last <= today:
        mode = Mode.BACKGROUND if told else Mode.ANNOUNCED
        told.append((Milestone.HTA_COMMITTEE, mode, held, f"PBAC meeting: {meeting}"))
    if facts.get("submission received") or facts.get("submission received for"):
        mode = Mode.BACKGROUND if told else Mode.ANNOUNCED
        told.append((Milestone.HTA_IN_PROGRESS, mode, None, "Submission received"))
    if held and held.first > today:
        told.append((Milestone.HTA_COMMITTEE, Mode.EXPECTED, held, f"PBAC meeting: {meeting}"))
    closing = facts.get("consumer comments close", "")
    if closing and (closes := _day(closing, reading)) and closes.first >= today:
        told.append((Milestone.HTA_CONSULTATION_CLOSES, Mode.EXPECTED, closes, f"Consumer comments close: {closing}"))
    if listed and (day := _day(listed, reading)) and day.last <= today:
        told.append((Milestone.LAUNCHED, Mode.ANNOUNCED, day, f"Medicine listed on the PBS: {listed}"))
    return tuple(
        Claim("PBAC", milestone, mode, quote, "pbac.status", day, indication=use)
        for milestone, mode, day, quote in told
    )


def _day(text: str, reading: Reading) -> PartialDate | None:
    """A day `04/03/2026`, or the month of a meeting (`March 2026 PBAC Meeting`)."""
    try:
        return read_date(text, numeric="dmy")
    except BadDate:
        if found := _MEETING.search(text):
            return read_date(found[1])
    reading.odd("date of an Australian submission", text)
    return None


ADAPTER = Adapter(
    "pbac_outcomes",
    ("PBAC",),
    request,
    read,
    publisher="Australian Pharmaceutical Benefits Scheme",
    needs=("pbs_document",),
    experimental=True,
    limits=Limits(1, 1),
    confirm=1,
    minutes=1_440,
)
