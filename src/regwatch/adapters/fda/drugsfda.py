"""openFDA drugsfda: what Drugs@FDA says of one application, submission by submission.

Gives     one record per submission (original and supplements) with status, date, class and review priority; a claim
          only for the submission that the topic names (`fda_submission`), as nothing here tells the indication
Withheld  anything pending or refused: only approved and tentatively approved submissions are listed
Quirks    days to weeks late; the order is arbitrary; documents are added and moved later; records vanish for a
          release and come back; an EFFICACY supplement is not always a new indication
"""

from __future__ import annotations

import re
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.json import load, maps, need
from regwatch.reading.leftovers import Facts
from regwatch.vocabulary import Milestone, Mode

STATUSES = {"AP": "approved", "TA": "tentatively approved"}
TYPES = {"ORIG": "original application", "SUPPL": "supplement"}
UNREAD = frozenset(
    {
        "application_number",
        "sponsor_name",
        "products",
        "openfda",
        "submission_class_code_description",
        "submission_public_notes",
        "application_docs",
    }
)
_APPLICATION = re.compile(r"(NDA|BLA|ANDA) ?(\d{5,6})")
_SUBMISSION = re.compile(r"(ORIG|SUPPL)[- ]0{0,2}(\d{1,4})")


def application(source: Source) -> str:
    """The application number in openFDA's form, `NDA208692`. Raises `ValueError`."""
    given = source.ids.get("fda_application", "")
    found = _APPLICATION.fullmatch(given.strip().upper())
    if not found:
        raise ValueError(f"fda_application must look like NDA208692, not {given!r}")
    return found[1] + found[2].zfill(6)


def request(source: Source) -> Request:
    """The record of one application. Raises `ValueError` where its number is missing or malformed."""
    url = f"https://api.fda.gov/drug/drugsfda.json?search=application_number:{application(source)}&limit=2"
    return Request(url, accept="application/json")


def read(document: Document) -> Reading:
    """The submissions of the configured application, oldest number first, the original before the supplements."""
    wanted = application(document.source)
    results = need(load(document), "results", list)
    found = [need(result, "application_number", str) for result in results]
    if found != [wanted]:
        raise WrongIdentity(f"openFDA answered with {', '.join(found) or 'nothing'} where {wanted} was asked for")
    reading = Reading()
    result = Facts(results[0])
    for item in need(result, "submissions", list):
        _read_submission(item, wanted, document.source, reading)
    if not reading.records:
        raise MissingPart("submission that can be read", f"{len(results[0]['submissions'])} submissions")
    result.account(reading, UNREAD)
    reading.records.sort(key=lambda record: (record.key.split("-")[0], int(record.key.split("-")[1])))
    return reading


def named_submission(source: Source) -> str:
    """The submission that stands for the topic, such as `SUPPL-17`; "" where none is named."""
    named = _SUBMISSION.fullmatch(source.ids.get("fda_submission", "").strip().upper())
    return f"{named[1]}-{int(named[2])}" if named else ""


def _read_submission(item: Any, application: str, source: Source, reading: Reading) -> None:
    item = Facts(item)
    kind, number = need(item, "submission_type", str), need(item, "submission_number", str)
    status, written = need(item, "submission_status", str), item.get("submission_status_date") or ""
    key = f"{kind}-{number}"
    if kind not in TYPES or not number.isdecimal():
        reading.odd("a submission of an unknown type", f"{application} {key}: {status} {written}")
        return
    try:
        day = read_date(str(written))
    except BadDate:
        day = None
        reading.odd("a submission without a date that can be read", f"{application} {key}: {status} {written!r}")
    if status not in STATUSES:
        reading.odd("a submission with an unknown status", f"{application} {key}: {status}")
    codes = sorted(str(part.get("code")) for part in maps(item.get("submission_property_type")))
    fields = (
        ("status", status),
        ("date", day.iso if day else str(written)),
        ("class", str(item.get("submission_class_code") or "")),
        ("review priority", str(item.get("review_priority") or "")),
        ("property", ", ".join(codes)),
    )
    item.account(reading, UNREAD)
    title = f"{application} {key}: {TYPES[kind]} {STATUSES.get(status, status)}"
    quote = f"{application} {key}: submission_status {status}, submission_status_date {written}"
    claims = _claims(key, status, day, quote, source)
    url = f"https://www.accessdata.fda.gov/scripts/cder/daf/index.cfm?event=overview.process&ApplNo={application[-6:]}"
    reading.add(Record("submission", key, title, url, published=day, fields=fields, claims=claims))


def _claims(key: str, status: str, day: PartialDate | None, quote: str, source: Source) -> tuple[Claim, ...]:
    """An approval of the submission that stands for the topic; a tentative approval is none for patients."""
    if key != named_submission(source) or status != "AP" or day is None:
        return ()
    return (Claim("FDA", Milestone.APPROVED, Mode.ANNOUNCED, quote, "fda.drugsfda.approved", day),)


ADAPTER = Adapter(
    name="fda_drugsfda",
    authorities=("FDA",),
    publisher="US Food and Drug Administration (openFDA)",
    request=request,
    read=read,
    needs=("fda_application",),
    limits=Limits(least=1, most=2_000),
    minutes=1_440,
)
