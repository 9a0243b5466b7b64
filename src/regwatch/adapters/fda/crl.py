"""openFDA complete response letters: what the FDA chose to publish of its refusals of one application.

Gives     one letter record per letter; a claim for a complete response whose opening says what was applied for
Withheld  letters that are not published: absence says nothing
Quirks    weeks to months late; the set holds other letters too; a number is that of the application, also for its
          supplements; the text is scanned, with errors and blanks; no match is answered with 404
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.fda.drugsfda import application
from regwatch.dates import PartialDate, read_date
from regwatch.errors import BadDate, MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.leftovers import Facts
from regwatch.vocabulary import Milestone, Mode

REFUSAL = "COMPLETE RESPONSE"
OTHERS = frozenset({
    "TENTATIVE APPROVAL", "APPROVAL", "PROVISIONAL DETERMINATION", "CORRECTED PROVISIONAL DETERMINATION",
})  # fmt: skip
"""Letters of the set that are no refusals; approvals are read where they come first."""
RESCINDED = "RESCIND COMPLETE RESPONSE"
UNREAD = frozenset(
    {
        "approver_center",
        "approver_name",
        "approver_title",
        "company_address",
        "company_name",
        "company_rep",
        "letter_year",
    }
)
_OPENING = 6_000
_PURPOSE = re.compile(
    r"\b(?:treatment of|treat|indicat(?:ed|ion)s?|prevention of|proposes|provides for)\b", re.IGNORECASE
)
_REVIEWED = re.compile(r"We have completed (?:our|the) review", re.IGNORECASE)
_REFUSED = re.compile(r"cannot approve th(?:is|ese)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[a-z)\]])\.\s+(?=[A-Z])")


def request(source: Source) -> Request:
    """The letters on one application. Raises `ValueError` where its number is missing or malformed."""
    kind, number = _parts(application(source))
    query = quote(f'application_number:"{kind} {number}"', safe=":")
    return Request(f"https://api.fda.gov/transparency/crl.json?search={query}&limit=100", accept="application/json")


def read(document: Document) -> Reading:
    """The letters, oldest first. Raises `WrongIdentity` where one of them is about another application."""
    wanted = application(document.source)
    found = need(load(document), "results", list)
    if not found:
        raise MissingPart("letter under 'results'", "an empty list")
    reading = Reading()
    for letter in found:
        letter = Facts(letter)
        numbers = need(letter, "application_number", list)
        if wanted not in {re.sub(r"\s", "", str(number)).upper() for number in numbers}:
            raise WrongIdentity(f"openFDA answered with letters on {', '.join(map(str, numbers))}, not on {wanted}")
        _add(letter, wanted, reading)
    reading.records.sort(key=lambda record: (record.published.iso if record.published else "", record.key))
    return reading


def _parts(number: str) -> tuple[str, str]:
    return number[:-6], number[-6:]


def _add(letter: Any, number: str, reading: Reading) -> None:
    kind, text = clean(need(letter, "letter_type", str)).upper(), need(letter, "text", str)
    name, written = need(letter, "file_name", str), need(letter, "letter_date", str)
    url = f"https://download.open.fda.gov/crl/{quote(name)}"
    try:
        day = read_date(written, numeric="mdy")
    except BadDate:
        day = None
        reading.odd("a letter without a date that can be read", f"{number} {kind}: {written}", url)
    claims = _claims(kind, text, day, reading, f"{number} {kind} {written}", url)
    fate = clean(str(letter.get("approval_status") or ""))
    letter.account(reading, UNREAD, url)
    fields = (("type", kind), ("date", day.iso if day else written), ("application since", fate))
    title = f"{number}: {kind.lower()}"
    reading.add(Record("letter", name, title, url, published=day, fields=fields, claims=claims))


def _claims(kind: str, text: str, day: PartialDate | None, reading: Reading, label: str, url: str) -> tuple[Claim, ...]:
    if kind == RESCINDED:
        reading.odd("a complete response letter that was taken back: look at it", label, url)
    elif kind != REFUSAL and kind not in OTHERS:
        reading.odd("a letter of an unknown type", label, url)
    if kind != REFUSAL or day is None:
        return ()
    if not _REFUSED.search(text):
        reading.odd("a complete response letter without its usual sentence", label, url)
        return ()
    about = purpose(text)
    if not about:
        reading.odd("a complete response letter that does not say for which disease", label, url)
        return ()
    quote_ = f"{kind.capitalize()}, {day.plain}: {about}"
    return (Claim("FDA", Milestone.COMPLETE_RESPONSE, Mode.ANNOUNCED, quote_, "fda.crl", date=day, indication=about),)


def purpose(text: str) -> str:
    """What was applied for, by the sentences before "We have completed our review"; "" where they do not say."""
    head = text[:_OPENING]
    reviewed = _REVIEWED.search(head)
    if reviewed is None:
        return ""
    sentences = _SENTENCE_END.split(clean(head[: reviewed.start()]))
    return " ".join(sentence for sentence in sentences if _PURPOSE.search(sentence))[-1_500:]


ADAPTER = Adapter(
    name="fda_crl",
    authorities=("FDA",),
    publisher="US Food and Drug Administration (openFDA)",
    request=request,
    read=read,
    needs=("fda_application",),
    limits=Limits(least=1, most=100),
    absent_is_empty=True,
    may_leave=True,
    minutes=1_440,
)
