"""NICE consultation data: when comments on a draft open and close.

Gives     one opening record per consultation, with its name and both days; the claims that it has opened, and until
          when comments are taken
Withheld  the recommendation itself (see `nice.consultation`)
Quirks    times have no zone: they are London time; the pages of a closed consultation no longer show the day
"""

from __future__ import annotations

from datetime import datetime

from regwatch.adapters.nice.steps import step
from regwatch.dates import PartialDate
from regwatch.errors import BadDate, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record
from regwatch.reading import html as h
from regwatch.reading import json
from regwatch.vocabulary import Milestone, Mode


def read_opening(document: Document, gid: str) -> Reading:
    """The answer of `/consultations/api/Consultation`. Raises `WrongIdentity` if it is about another project."""
    answer = json.load(document)
    reference = json.need(answer, "reference", str).upper()
    number = document.request.part.partition("/")[2]
    if reference != gid or str(json.need(answer, "consultationId", int)) != number:
        raise WrongIdentity(f"{document.final_url} is on {reference[:40]} where {gid}, consultation {number}, was due")
    name = h.clean(json.need(answer, "consultationName", str))
    opens, closes = (_day(json.need(answer, key, str)) for key in ("startDate", "endDate"))
    awaited = json.need(json.need(answer, "consultationState", dict), "consultationHasNotStartedYet", bool)
    row = step(name, f"{opens.plain} - {closes.plain}", planned=awaited)
    reading = Reading()
    claims: tuple[Claim, ...] = ()
    if row.milestone is Milestone.HTA_CONSULTATION_OPEN and not awaited:
        claims = (
            Claim("NICE", row.milestone, Mode.ANNOUNCED, row.words, "nice.opening", date=opens),
            Claim("NICE", Milestone.HTA_CONSULTATION_CLOSES, Mode.EXPECTED, row.words, "nice.opening", date=closes),
        )
    elif row.milestone is None:
        reading.odd("name of a NICE consultation", name, document.final_url)
    fields = (("Consultation", row.term), ("Opens", opens.iso), ("Closes", closes.iso))
    url = f"https://www.nice.org.uk/consultations/{number}"
    reading.add(Record("opening", number, h.clean(json.need(answer, "title", str)), url, fields=fields, claims=claims))
    return reading


def _day(text: str) -> PartialDate:
    try:
        return PartialDate.of_day(datetime.fromisoformat(text).date())
    except ValueError as error:
        raise BadDate(f"not a time: {text[:40]!r}") from error
