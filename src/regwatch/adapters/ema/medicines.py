"""The EMA medicines report: the row of one product in the JSON file of all centrally assessed medicines.

Gives     one medicine record: status, opinion, holder, dates, the indication sentence by sentence
Withheld  extensions of indication before the decision (see ema_post_authorisation); the day of a later decision's use
Quirks    `Authorised` never moves when a use is added: the new sentence of the indication is the sign. The opinion and
          authorisation dates are those of the first authorisation for ever; the Commission's is of any last decision
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema import standing as ema_standing
from regwatch.adapters.ema import uses as ema_uses
from regwatch.adapters.ema.numbers import product_number
from regwatch.adapters.ema.report import rows, text_in
from regwatch.adapters.ema.standing import MedicineState
from regwatch.adapters.ema.vocabulary import PUBLISHER, REPORTS, day, flag, status_of
from regwatch.dates import PartialDate
from regwatch.errors import CountOutOfRange, WrongIdentity
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.reading.leftovers import Facts

REPORT = f"{REPORTS}medicines-output-medicines_json-report_en.json"
FIELDS = (
    ("Status", "medicine_status"),
    ("Opinion status", "opinion_status"),
    ("Common name", "international_non_proprietary_name_common_name"),
    ("Holder", "marketing_authorisation_developer_applicant_holder"),
    ("Opinion adopted", "opinion_adopted_date"),
    ("Marketing authorisation", "marketing_authorisation_date"),
    ("Commission decision", "european_commission_decision_date"),
    ("Refusal", "refusal_of_marketing_authorisation_date"),
    ("Withdrawal of application", "withdrawal_of_application_date"),
    ("End of authorisation", "withdrawal_expiry_revocation_lapse_of_marketing_authorisation_date"),
)

UNREAD = frozenset(
    (
        "category",
        "ema_product_number",
        "therapeutic_area_mesh",
        "active_substance",
        "species_veterinary",
        "patient_safety",
        "atc_code_human",
        "atcvet_code_veterinary",
        "pharmacotherapeutic_group_human",
        "pharmacotherapeutic_group_veterinary",
        "accelerated_assessment",
        "additional_monitoring",
        "advanced_therapy",
        "biosimilar",
        "exceptional_circumstances",
        "generic",
        "orphan_medicine",
        "prime_priority_medicine",
        "start_of_evaluation_date",
        "start_of_rolling_review_date",
        "latest_procedure_affecting_product_information",
        "suspension_of_marketing_authorisation_date",
        "revision_number",
        "first_published_date",
        "last_updated_date",
    )
)


def request(source: Source) -> Request:
    """The report; the product is picked out of it."""
    product_number(source)
    return Request(REPORT, accept="application/json")


def read(document: Document) -> Reading:
    """The row of the source's product. Raises `WrongIdentity` where the report has no such human medicine."""
    wanted = product_number(document.source)
    found = [row for row in rows(document) if text_in(row, "ema_product_number").upper() == wanted]
    if not found:
        raise WrongIdentity(f"the medicines report has no product {wanted}: check ema_product_number")
    if len(found) > 1:
        raise CountOutOfRange(f"the medicines report has {len(found)} rows for {wanted}; one is usual")
    if "Human" not in text_in(found[0], "category").split(";"):
        raise WrongIdentity(f"{wanted} is listed under {text_in(found[0], 'category')!r}, not as a human medicine")
    reading = Reading()
    reading.add(medicine(found[0], wanted, reading))
    return reading


def medicine(row: dict[str, Any], number: str, reading: Reading) -> Record:
    """The record of one row of the report. Raises `MissingPart` where its status or its uses cannot be read."""
    row = Facts(row)
    name = text_in(row, "name_of_medicine")
    facts = [(label, text_in(row, key)) for label, key in FIELDS]
    conditional = flag(text_in(row, "conditional_approval"), reading)
    facts.append(("Conditional approval", {True: "Yes", False: "No", None: "unknown"}[conditional]))
    indication = ema_uses.sentences(text_in(row, "therapeutic_indication"), name)
    status = status_of(text_in(row, "medicine_status"))
    standing = MedicineState(
        status,
        date=day(text_in(row, status.date_key)),
        initial=_initial(row),
        sentences=indication,
        applied=" ".join(indication),
        conditional=conditional,
        direction=text_in(row, "opinion_status"),
    )
    url = text_in(row, "medicine_url")
    row.account(reading, UNREAD, url)
    return Record(
        "medicine",
        number,
        name,
        url,
        fields=tuple((label, words) for label, words in facts if words),
        blocks=indication,
        claims=ema_standing.claims(standing, reading),
    )


def _initial(row: dict[str, Any]) -> PartialDate | None:
    """The day of the authorisation, while no later decision can have added a use."""
    first, last = text_in(row, "marketing_authorisation_date"), text_in(row, "european_commission_decision_date")
    return day(first) if last in ("", first) else None


ADAPTER = Adapter(
    "ema_medicines",
    authorities=("EMA", "EC"),
    request=request,
    read=read,
    publisher=PUBLISHER,
    needs=("ema_product_number",),
    limits=Limits(1, 1),
    minutes=720,
)
