"""Health Canada's notices of compliance: every notice for a medicine that holds a watched substance.

Gives     one notice record per notice with its date, type of submission and stated reason; never a claim
Withheld  the indication: a new use is a supplement like a new factory, so no notice proves an approval in a disease
Quirks    unknown parameters are ignored and the whole list comes back; numbers do not follow dates; details of a new
          notice may be empty for a day
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.dates import read_date
from regwatch.errors import CountOutOfRange, MissingPart, WrongIdentity
from regwatch.model import Document, Follow, Reading, Record, Request, Source
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.leftovers import Facts
from regwatch.reading.names import names_any

API = "https://health-products.canada.ca/api/notice-of-compliance"
FEWEST = 20
MOST_ROWS = 20
IGNORED = ("Abbreviated New Drug Submission", "Supplement to an Abbreviated New Drug Submission")
FIELDS = (
    ("Manufacturer", "noc_manufacturer_name"),
    ("Type of submission", "noc_on_submission_type"),
    ("Class", "noc_submission_class"),
    ("With conditions", "noc_status_with_conditions"),
    ("Administrative", "noc_is_admin"),
    ("Reason of supplement", "noc_reason_supplement"),
    ("Reason of submission", "noc_reason_submission"),
    ("Therapeutic class", "noc_therapeutic_class"),
)
UNREAD = frozenset(
    {
        "noc_number",
        "noc_is_suppliment",
        "noc_product_type",
        "noc_crp_product_name",
        "noc_crp_company_name",
        "noc_crp_country_name",
        "noc_active_status",
        "noc_last_update_date",
    }
)
FLAGS = frozenset({"Y", "N"})


def request(source: Source) -> Request:
    """The list of substances of all notices; the notices of watched ones are read one by one."""
    return Request(f"{API}/medicinalingredient/?lang=en&type=json", accept="application/json")


def read(document: Document) -> Reading:
    """The list of substances, or one notice."""
    answer = load(_without_mark(document))
    if not isinstance(answer, list):
        raise MissingPart("list of rows", type(answer).__name__)
    if document.request.part:
        return _read_notice(answer, document)
    if len(answer) < FEWEST:
        raise CountOutOfRange(f"the list of substances has {len(answer)} rows; many thousands are usual")
    found: dict[int, str] = {}
    for row in answer:
        name = need(row, "noc_pi_medic_ingr_name", str)
        if names_any(name, document.source.watch):
            found.setdefault(need(row, "noc_number", int), clean(name))
    reading = Reading()
    for number, name in sorted(found.items()):
        page = f"{API}/noticeofcompliancemain/?id={number}&lang=en&type=json"
        reading.follow(Follow(Request(page, f"notice/{number}", "application/json"), name, name, timedelta(days=60)))
    return reading


def _without_mark(document: Document) -> Document:
    """The document without the byte order mark that this service may put before its JSON."""
    body = document.body.removeprefix(b"\xef\xbb\xbf")
    return document if body == document.body else Document(**{**vars(document), "body": body})


def _read_notice(rows: list[Any], document: Document) -> Reading:
    wanted = document.request.part.removeprefix("notice/")
    if len(rows) > MOST_ROWS:
        raise CountOutOfRange(f"{document.final_url} answered with {len(rows)} rows: the parameter id was ignored")
    if not rows:
        raise MissingPart("row of the notice, which is there a day after its substances at the latest")
    if {str(need(row, "noc_number", int)) for row in rows} != {wanted}:
        raise WrongIdentity(f"{document.final_url} is not notice {wanted}")
    reading = Reading()
    row = Facts(rows[0])
    kind = clean(need(row, "noc_on_submission_type", str))
    day = read_date(need(row, "noc_date", str))
    conditions = row.get("noc_status_with_conditions")
    if conditions not in FLAGS:
        reading.odd("flag of a Canadian notice", f"{wanted}: noc_status_with_conditions {conditions!r}")
    if kind.startswith(IGNORED):
        return reading
    fields = tuple((label, clean(str(row.get(key) or ""))) for label, key in FIELDS)
    row.account(reading, UNREAD, document.final_url)
    page = f"https://health-products.canada.ca/noc-ac/nocInfo?lang=eng&no={wanted}"
    title = f"Notice of compliance {wanted}: {kind}"
    reading.add(Record("notice", wanted, title, page, day, (("Date", day.iso), *fields)))
    return reading


ADAPTER = Adapter(
    "hc_noc",
    ("HealthCanada",),
    request,
    read,
    publisher="Health Canada",
    limits=Limits(0, 2_000),
    minutes=1_440,
)
