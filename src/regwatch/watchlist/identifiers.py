"""The identifiers that the adapters of regwatch understand: what each is, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Identifier:
    """One identifier: help with an example, its form, and the form in a few words for those who wrote another one."""

    help: str
    form: re.Pattern[str]
    like: str


def _is(help: str, form: str, like: str) -> Identifier:
    return Identifier(help, re.compile(form, re.IGNORECASE), like)


_SLUG = r"(?:https?://[^\s]{4,300}/)?[a-z0-9][a-z0-9-]{0,150}/?"

IDENTIFIERS = {
    "nice_gid": _is(
        "NICE project reference, as in the page's address: GID-TA11613", r"GID-[A-Z]{2,5}\d{1,6}", "GID-TA11613"
    ),
    "ema_product_number": _is(
        "EMA product number of the medicine: EMEA/H/C/004163", r"EMEA/H/[A-Z]{1,2}/\d{3,6}", "EMEA/H/C/004163"
    ),
    "ema_epar_url": _is("address of the medicine's page at EMA, or the end of it: cabometyx", _SLUG, "cabometyx"),
    "ema_variation_slug": _is(
        "end of the address of the page about an application for a new use at EMA: cabometyx", _SLUG, "cabometyx"
    ),
    "ema_procedure": _is(
        "EMA procedure of this application: EMEA/H/C/004163/II/0040, or EMA/VR/0000271719 since 2025",
        r"[A-Z0-9/\s,;-]*\d[A-Z0-9/\s,;-]*",
        "EMEA/H/C/004163/II/0040 or EMA/VR/0000271719",
    ),
    "ec_register": _is(
        "number in the Union Register of medicinal products: EU/1/16/1136",
        r"(?:EU/1/\d{2}/|h)?\d{1,5}",
        "EU/1/16/1136, without the number of a package behind it",
    ),
    "fda_application": _is("FDA application number: NDA208692", r"(?:NDA|BLA|ANDA) ?\d{5,6}", "NDA208692 or BLA125514"),
    "fda_submission": _is(
        "FDA submission of this application: SUPPL-17", r"(?:ORIG|SUPPL)[- ]\d{1,4}", "SUPPL-17 or ORIG-1"
    ),
    "cda_project": _is("project number at Canada's Drug Agency: PC0399", r"[A-Z]{2}\d{4}(?:-\d{3})?", "PC0399"),
    "pbs_document": _is(
        "number of the submission at the PBS Medicine Status Website, as in its address: 623", r"\d{1,6}", "623"
    ),
    "sec_cik": _is("number of a company at the US Securities and Exchange Commission: 310158", r"\d{1,10}", "310158"),
    "nct": _is("trial number at ClinicalTrials.gov: NCT03375320", r"NCT\d{8}", "NCT03375320"),
}

_OTHER_NICE_NUMBERS = (
    (r"ID ?\d{1,5}", "is the number in brackets behind the title of the appraisal"),
    (r"(?:TA|HST|NG|MTG) ?\d{1,4}", "is the number of published guidance"),
    (r"(?:TA|HST)?\d{4,6}", "is only the end of the reference"),
    (r"https?://\S+/gid-\S+", "is the whole address"),
)
"""What else NICE calls a project, and people write in the reference's place."""


def fault_of(name: str, value: str) -> str:
    """What is wrong with the value of an identifier; "" if nothing is, or if it is not one of ours."""
    known = IDENTIFIERS.get(name)
    if known is None or known.form.fullmatch(value.strip()):
        return ""
    shown = repr(value if len(value) <= 60 else value[:57] + "...")
    if name == "nice_gid":
        for form, what in _OTHER_NICE_NUMBERS:
            if re.fullmatch(form, value.strip(), re.IGNORECASE):
                return (
                    f"{shown} {what}: write the reference as in the address of the project's page, such as {known.like}"
                )
    return f"must be written like {known.like}, not {shown}"
