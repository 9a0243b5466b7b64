"""The EMA medicines report: the row of one product in the JSON file of all centrally assessed medicines.

Gives     one medicine record: status, opinion, holder, dates, the indication sentence by sentence
Withheld  extensions of indication before the decision (see ema_post_authorisation); the day of a later decision's use
Quirks    `Authorised` never moves when a use is added: the new sentence of the indication is the sign. The opinion and
          authorisation dates are those of the first authorisation for ever; the Commission's is of any last decision
"""

from __future__ import annotations

from typing import Any

from regwatch.adapters import ema_uses
from regwatch.adapters.contract import Adapter, Limits
from regwatch.adapters.ema_report import rows, text_in
from regwatch.adapters.ema_vocabulary import (
    AUTHORISED,
    OPINION,
    PUBLISHER,
    RE_EXAMINED,
    REPORTS,
    WHOLE_PRODUCT,
    Status,
    day,
    direction_of,
    flag,
    product_number,
    status_of,
)
from regwatch.dates import PartialDate
from regwatch.errors import CountOutOfRange, WrongIdentity
from regwatch.model import Claim, Document, Reading, Record, Request, Source
from regwatch.vocabulary import Milestone

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
    reading.add(_medicine(found[0], wanted, reading))
    return reading


def _medicine(row: dict[str, Any], number: str, reading: Reading) -> Record:
    name = text_in(row, "name_of_medicine")
    facts = [(label, text_in(row, key)) for label, key in FIELDS]
    conditional = flag(text_in(row, "conditional_approval"), reading)
    facts.append(("Conditional approval", {True: "Yes", False: "No", None: "unknown"}[conditional]))
    indication = ema_uses.sentences(text_in(row, "therapeutic_indication"), name)
    status = status_of(text_in(row, "medicine_status"), reading)
    return Record(
        "medicine",
        number,
        name,
        text_in(row, "medicine_url"),
        fields=tuple((label, words) for label, words in facts if words),
        blocks=indication,
        claims=_claims(row, status, conditional, indication, reading) if status else (),
    )


def _claims(
    row: dict[str, Any], status: Status, conditional: bool | None, indication: tuple[str, ...], reading: Reading
) -> tuple[Claim, ...]:
    uses, date = ema_uses.uses(indication), day(text_in(row, status.date_key))
    if status is AUTHORISED:
        if conditional is None:
            return ()
        milestone = Milestone.CONDITIONALLY_APPROVED if conditional else Milestone.APPROVED
        prefix = f"Status: {status.word}."
        return ema_uses.claims(uses, status.authority, milestone, "ema.indication", date=_initial(row), prefix=prefix)
    applied = uses or (" ".join(indication),)
    if status in (OPINION, RE_EXAMINED):
        direction = text_in(row, "opinion_status")
        if not (opinion := direction_of(direction, reading)):
            return ()
        prefix = f"Opinion status: {direction}. Opinion adopted: {date.plain if date else 'not stated'}."
        return ema_uses.claims(applied, status.authority, opinion, "ema.opinion", date=date, prefix=prefix)
    assert status.milestone is not None
    about = ("",) if status.milestone in WHOLE_PRODUCT else applied
    prefix = f"Status: {status.word}." + (f" {status.date_label}: {date.plain}." if date else "")
    return ema_uses.claims(about, status.authority, status.milestone, "ema.status", date=date, prefix=prefix)


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
