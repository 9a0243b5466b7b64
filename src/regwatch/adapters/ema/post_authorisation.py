"""The EMA post-authorisation report: opinions and withdrawals on further uses of the product.

Gives     one procedure record per row of the product; the page of each, which says what the use is
Withheld  the indication and the procedure number, which only the page has; the Commission's decision
Quirks    rows vanish some time after the decision, which proves nothing; the last part of an address is used again, so
          a row is known by product, date and address together
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema.medicines import UNREAD
from regwatch.adapters.ema.numbers import product_number
from regwatch.adapters.ema.opinion import read_variation
from regwatch.adapters.ema.report import rows, text_in
from regwatch.adapters.ema.vocabulary import MEDICINES, PUBLISHER, REPORTS, day, direction_of
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.html import label
from regwatch.reading.leftovers import Facts

REPORT = f"{REPORTS}medicines-output-post_authorisation_json-report_en.json"
_FIELDS = (
    ("Status", "post_authorisation_procedure_status"),
    ("Opinion status", "post_authorisation_opinion_status"),
    ("Opinion date", "post_authorisation_opinion_date"),
    ("Withdrawal of application", "withdrawal_of_application_date"),
)
_UNREAD = UNREAD | {
    "international_non_proprietary_name_common_name",
    "marketing_authorisation_developer_applicant_holder",
    "marketing_authorisation_date",
    "conditional_approval",
}
_AGAIN = timedelta(days=1)


def request(source: Source) -> Request:
    """The report; the product's rows are picked out of it."""
    product_number(source)
    return Request(REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The report, or the page of one procedure. No row of the product is a good answer: there is no procedure."""
    wanted = product_number(document.source)
    if document.request.part:
        return read_variation(document, wanted)
    reading = Reading([Record("report", wanted, "Post-authorisation procedures", REPORT)])
    for row in rows(document):
        if text_in(row, "ema_product_number").upper() == wanted:
            _add(row, wanted, reading)
    return reading


def _add(row: dict[str, Any], number: str, reading: Reading) -> None:
    row = Facts(row)
    facts = tuple((name, text_in(row, key)) for name, key in _FIELDS)
    values = dict(facts)
    url, name, updated = (text_in(row, key) for key in ("medicine_url", "name_of_medicine", "last_updated_date"))
    date = day(values["Opinion date"] or values["Withdrawal of application"])
    reading.add(
        Record(
            "procedure",
            f"{number} {date.iso if date else '-'} {url}",
            name,
            url,
            published=day(text_in(row, "first_published_date")),
            fields=tuple(fact for fact in facts if fact[1]),
        )
    )
    row.account(reading, _UNREAD, url)
    status = label(values["Status"])
    if status not in ("opinion", "application withdrawn"):
        reading.odd("a procedure status that is not in the vocabulary", values["Status"] or "(empty)", url)
    if status == "opinion":
        direction_of(values["Opinion status"], reading)
    if not url.startswith(f"{MEDICINES}variation/"):
        reading.odd("a procedure without a page of its own: its indication is not known", f"{name}: {values}", url)
        return
    version = "|".join((*values.values(), updated))
    part = url.removeprefix(MEDICINES)
    again = _AGAIN if status == "opinion" else None
    reading.follow(Follow(Request(url, part), version, again=again))


ADAPTER = Adapter(
    "ema_post_authorisation",
    authorities=("EMA",),
    request=request,
    read=read,
    publisher=PUBLISHER,
    needs=("ema_product_number",),
    limits=Limits(1, 200),
    minutes=720,
)
