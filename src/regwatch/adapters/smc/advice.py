"""SMC advice: the list of medicines advice (published and forthcoming) and the page of each watched medicine in it.

Gives     one forthcoming record per submission in progress with its dates; one advice record per page with the outcome
Withheld  the outcome between the committee's meeting and its publication five weeks later
Quirks    the list has no status: only the page tells; a resubmission is a new id and page; `Superseded` keeps the old
          outcome as history; "Not recommended" for want of a submission is no verdict on the medicine
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.smc.outcome import outcome, sentence_in
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, CountOutOfRange, WrongIdentity
from regwatch.model import Claim, Document, Follow, Reading, Record, Request, Source
from regwatch.reading import html as h
from regwatch.reading import json, labels
from regwatch.reading.leftovers import Facts, terms
from regwatch.reading.links import parts_of
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

SITE = "https://www.scottishmedicines.org.uk"
LIST = f"{SITE}/umbraco/Api/ListMedicineAdviceApi/GetResultsByType?node-id=6990"
FEWEST = 1_000
UNREAD = frozenset({"AdviceDueDateText", "MeetingDateText", "PublishedDateText", "Indication"})
LABELS = (
    "Medicine name", "SMC ID", "Indication", "Pharmaceutical company", "BNF chapter", "Submission type", "Status",
    "Date advice published",
)  # fmt: skip


def request(source: Source) -> Request:
    """The newest page of the list of published advice."""
    return _page(0, 1, "")


def _page(tab: int, number: int, part: str) -> Request:
    return Request(f"{LIST}&active-tab={tab}&current-page-{tab}={number}", part, "application/json")


def read(document: Document) -> Reading:
    """A page of the list, or the page of one submission."""
    part = document.request.part
    if part.startswith("advice/"):
        return _read_advice(document)
    answer = json.load(document)
    results = json.need(answer, "SearchResults", list)
    reading = Reading()
    for row in results:
        _read_row(Facts(row), document, reading, forthcoming=part == "forthcoming")
    if not part:
        if json.need(answer, "ResultCount", int) < FEWEST or not results:
            raise CountOutOfRange(f"the list has {answer['ResultCount']} entries; more than {FEWEST} are usual")
        again = timedelta(days=1)
        reading.follow(Follow(_page(1, 1, "forthcoming"), again=again))
        for number in range(2, min(json.need(answer, "PageCount", int), 3) + 1):
            reading.follow(Follow(_page(0, number, f"list/{number}"), again=again))
    return reading


def _read_row(row: Facts, document: Document, reading: Reading, *, forthcoming: bool) -> None:
    heading, key = h.clean(json.need(row, "Heading", str)), h.clean(json.need(row, "DrugId", str)).upper()
    if not names_any(heading, document.source.watch):
        return
    link = json.need(row, "Link", dict)
    url = f"{SITE}{parts_of(str(link.get('Url') or '')).path}" if link.get("IsValid") else ""
    kind = _plain(row, "SubmissionType")
    row.account(reading, UNREAD, url)
    if forthcoming:
        reading.add(_forthcoming(row, key, heading, url, reading))
    else:
        published = _day(_plain(row, "PublishedDateText"), f"{key} published", reading)
        reading.add(Record("listed", key, heading, url or SITE, published, (("Submission type", kind),)))
        if not url:
            reading.odd("an entry of the SMC list without a page", f"{key}: {heading}", document.final_url)
            return
        version = f"{key} {published.iso if published else ''}"
        reading.follow(Follow(Request(url, f"advice/{key}"), version, heading, timedelta(days=7)))


def _forthcoming(row: Any, key: str, heading: str, url: str, reading: Reading) -> Record:
    """A submission that has dates is being assessed; one without any has only been announced."""
    uses = tuple(h.paragraphs(h.fragment(f"<div>{row.get('Indication') or ''}</div>")))
    due = _day(_plain(row, "AdviceDueDateText"), f"{key} advice due", reading)
    meeting = _day(_plain(row, "MeetingDateText"), f"{key} meeting", reading)
    words = f"{heading} ({key}): {_plain(row, 'SubmissionType')}"
    claims = []
    for milestone, mode, day, label in (
        (Milestone.HTA_IN_PROGRESS, Mode.ANNOUNCED, None, "in progress"),
        (Milestone.HTA_COMMITTEE, Mode.EXPECTED, meeting, "SMC meeting"),
        (Milestone.HTA_RECOMMENDED, Mode.EXPECTED, due, "advice due"),
    ):
        if (day or (mode is Mode.ANNOUNCED and (due or meeting))) and uses:
            quote = f"{words}, {label}{f' {day.iso}' if day else ''}"
            rule = "smc.forthcoming"
            claims.append(Claim("SMC", milestone, mode, quote, rule, day, treatment=heading, indication=" ".join(uses)))
    fields = (
        ("Submission type", _plain(row, "SubmissionType")),
        ("SMC meeting", meeting.iso if meeting else ""),
        ("Advice due", due.iso if due else ""),
    )
    return Record("forthcoming", key, heading, url or SITE, fields=fields, blocks=uses, claims=tuple(claims))


def _plain(row: Any, name: str) -> str:
    value = row.get(name)
    return h.clean(value) if isinstance(value, str) else ""


def _day(text: str, what: str, reading: Reading) -> PartialDate | None:
    try:
        return read_date(text, numeric="dmy") if text else None
    except BadDate:
        reading.odd("a date in the SMC list", f"{what}: {text}")
        return None


def _read_advice(document: Document) -> Reading:
    page = h.soup(document)
    details = h.need(h.heading(page, "Medicine details"), "heading 'Medicine details'", h.title(page))
    facts = labels.values(labels.lines_after(details), LABELS)
    wanted, key = document.request.part.removeprefix("advice/"), labels.need(facts, "SMC ID").upper()
    if key != wanted:
        raise WrongIdentity(f"{document.final_url} is the page of {key} where {wanted} was due")
    asked = ("Medicine name", "Indication", "Status", "Submission type")
    name, use, status, kind = (labels.need(facts, name) for name in asked)
    reading, published = Reading(), read_date(labels.need(facts, "Date advice published"))
    terms(reading, details, LABELS, document.final_url)
    sentence = sentence_in(h.paragraphs(page.find("main") or page), name)
    claims = outcome(status, kind, sentence, published, name, use, reading)
    fields = (("Status", status), ("Submission type", kind), ("Published", published.iso))
    blocks = tuple(line for line in (sentence, use) if line)
    reading.add(Record("advice", key, name, document.final_url, published, fields, blocks, claims))
    return reading


ADAPTER = Adapter(
    "smc_advice",
    ("SMC",),
    request,
    read,
    publisher="Scottish Medicines Consortium",
    experimental=True,
    limits=Limits(1, 200),
    minutes=360,
)
