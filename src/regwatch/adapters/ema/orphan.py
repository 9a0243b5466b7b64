"""EMA orphan designations: the JSON report of medicines for rare diseases, by substance and intended use.

Gives     one designation record per row that names a watched treatment; a claim for a designation that stands
Withheld  anything about authorisation: a designation is a help in development, never an approval
Quirks    granted by the Commission on the opinion of a committee of the Agency; known by a number such as EU/3/07/523;
          the row may name the substance only
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.report import rows, text_in
from regwatch.adapters.ema.vocabulary import COMMISSION, PUBLISHER, REPORTS, day
from regwatch.dates import PartialDate
from regwatch.errors import BadDate
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.reading.html import label
from regwatch.reading.leftovers import Facts
from regwatch.reading.names import names_any
from regwatch.vocabulary import Milestone, Mode

REPORT = f"{REPORTS}medicines-output-orphan_designations-json-report_en.json"
UNREAD = frozenset({"medicine_url", "first_published_date", "last_updated_date", "related_epar"})
GRANTED, OTHER = "positive", frozenset({"negative", "withdrawn", "expired"})


def request(source: Source) -> Request:
    """The report; the designations are picked out of it."""
    return Request(source.url or REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The designations of watched treatments. None is a good answer: there is no designation."""
    reading = Reading([Record("report", "orphan", "Orphan designations", REPORT)])
    for row in rows(document):
        if names_any(f"{text_in(row, 'medicine_name')} ; {text_in(row, 'active_substance')}", document.source.watch):
            _add(row, reading)
    return reading


def _add(row: dict[str, Any], reading: Reading) -> None:
    row = Facts(row)
    number, status = text_in(row, "eu_designation_number"), text_in(row, "status")
    name, substance = text_in(row, "medicine_name"), text_in(row, "active_substance")
    use, written = text_in(row, "intended_use"), text_in(row, "date_of_designation_or_refusal")
    title = " ".join(part for part in (name, f"({substance})" if name and substance else substance) if part)
    date = _date(written, number, reading)
    claims: tuple[Claim, ...] = ()
    if label(status) == GRANTED and use:
        quote = f"Orphan designation {number}, status {status}: {use}"
        rule = "ema.orphan_designation"
        claims = (
            Claim(
                COMMISSION,
                Milestone.ORPHAN_DESIGNATION,
                Mode.ANNOUNCED,
                quote,
                rule,
                date=date,
                treatment=title,
                indication=use,
            ),
        )
    elif label(status) == GRANTED:
        reading.odd("a designation without an intended use", f"{number} {title}")
    elif label(status) not in OTHER:
        reading.odd("a status of a designation that is not in the vocabulary", f"{number} {title}: {status}")
    row.account(reading, UNREAD)
    fields = (("Status", status), ("Date", date.iso if date else written), ("Intended use", use))
    reading.add(Record("designation", number or title, title, REPORT, fields=fields, claims=claims))


def _date(written: str, number: str, reading: Reading) -> PartialDate | None:
    try:
        return day(written)
    except BadDate:
        reading.odd("the date of a designation could not be read", f"{number}: {written}")
        return None


ADAPTER = Adapter(
    "ema_orphan",
    authorities=("EC",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    limits=Limits(1, 200),
    experimental=True,
    minutes=1_440,
)
