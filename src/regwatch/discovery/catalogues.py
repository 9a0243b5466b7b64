"""Answers of search interfaces, read for one purpose: the numbers that a medicine has there.

openFDA, ClinicalTrials.gov, the list of the Union Register and that of Scotland's advice can be asked by name. The
others are read by the adapters that poll them.
"""

from __future__ import annotations

import json as plain_json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from regwatch.characters import html_text
from regwatch.discovery.candidate import SearchHit, SearchQuery
from regwatch.errors import MissingPart, WrongType
from regwatch.model import Document
from regwatch.reading.html import clean
from regwatch.reading.json import load, need
from regwatch.reading.names import names_any

REGISTER = "https://ec.europa.eu/health/documents/community-register/html/"
SCOTLAND = "https://www.scottishmedicines.org.uk"
MOST = 40
_CODE = re.compile(r"[A-Z]{2,5}[- ]?\d{3,7}[A-Z]?\Z")
_SALT = re.compile(
    r" (?:s-|l-)?(?:malate|mesylate|hydrochloride|dihydrochloride|tosylate|phosphate|sodium|potassium|acetate|maleate"
    r"|fumarate|succinate|besylate|tartrate|sulfate|citrate|monohydrate)\Z"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FIELDS = (
    "NCTId", "BriefTitle", "OverallStatus", "Phase", "Condition", "InterventionName", "InterventionOtherName",
    "LeadSponsorName",
)  # fmt: skip


def fda_address(asked: SearchQuery) -> str:
    """openFDA, by substance or brand; words between which a plus stands are alternatives there."""
    names = asked.treatment.names[:6]
    wanted = [f'products.{field}:"{name}"' for name in names for field in ("active_ingredients.name", "brand_name")]
    return f"https://api.fda.gov/drug/drugsfda.json?search={quote_plus(' '.join(wanted))}&limit=100"


def fda(document: Document, asked: SearchQuery) -> list[SearchHit]:
    """Applications of the medicine, generics left out. Whether a supplement is for the disease is not told there."""
    found = []
    for one in need(load(document), "results", list):
        number = need(one, "application_number", str)
        products = [product for product in one.get("products") or [] if isinstance(product, dict)]
        brands = tuple(dict.fromkeys(clean(str(product.get("brand_name") or "")).title() for product in products))
        inns = dict.fromkeys(
            clean(str(part.get("name") or "")).lower()
            for product in products
            for part in product.get("active_ingredients") or []
        )
        if number.startswith("ANDA") or not names_any(" ; ".join((*brands, *inns)), asked.treatment.names):
            continue
        inn = "+".join(_SALT.sub("", name) for name in inns)
        company = clean(str(one.get("sponsor_name") or "")).title()
        title = f"{', '.join(brands)} ({inn}), {company}"
        url = f"https://www.accessdata.fda.gov/scripts/cder/daf/index.cfm?event=overview.process&ApplNo={number[-6:]}"
        ids = (("fda_application", number),)
        found.append(SearchHit("openFDA", title, url, ids, _approved(one), None, inn, brands, company=company))
    return found


def _approved(application: dict[str, Any]) -> str:
    days = [
        str(part.get("submission_status_date") or "")
        for part in application.get("submissions") or []
        if isinstance(part, dict) and part.get("submission_type") == "ORIG" and part.get("submission_status") == "AP"
    ]
    day = min((one for one in days if re.fullmatch(r"\d{8}", one)), default="")
    return f"first approved {day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


def trials_address(asked: SearchQuery) -> str:
    """ClinicalTrials.gov: trials of the medicine in the disease."""
    query = {
        "query.intr": " OR ".join(asked.treatment.names[:6]),
        "query.cond": " OR ".join((asked.indication.name, *asked.indication.terms)[:6]),
        "fields": ",".join(_FIELDS),
        "pageSize": str(MOST),
    }
    return f"https://clinicaltrials.gov/api/v2/studies?{urlencode(query)}"


def trials(document: Document, asked: SearchQuery) -> list[SearchHit]:
    """The trials found. One in phase 3 goes before others: applications rest on it."""
    found = []
    for study in need(load(document), "studies", list):
        protocol = need(study, "protocolSection", dict)
        names = need(protocol, "identificationModule", dict)
        number, title = need(names, "nctId", str), clean(need(names, "briefTitle", str))
        conditions = [clean(str(one)) for one in _module(protocol, "conditionsModule").get("conditions") or []]
        phases = [str(one) for one in _module(protocol, "designModule").get("phases") or []]
        status = str(_module(protocol, "statusModule").get("overallStatus") or "").replace("_", " ").lower()
        sponsor = _module(protocol, "sponsorCollaboratorsModule").get("leadSponsor")
        detail = ", ".join(part for part in ("/".join(phases).lower().replace("phase", "phase "), status) if part)
        inn, codes = _names(_module(protocol, "armsInterventionsModule").get("interventions") or [], asked)
        found.append(
            SearchHit(
                "ClinicalTrials.gov",
                title,
                f"https://clinicaltrials.gov/study/{number}",
                (("nct", number),),
                detail,
                asked.fits(" ; ".join((title, *conditions))),
                inn=inn,
                codes=codes,
                company=clean(str(sponsor.get("name") or "")) if isinstance(sponsor, dict) else "",
                first_choice="PHASE3" in phases,
            )
        )
    return found


def _module(protocol: dict[str, Any], name: str) -> dict[str, Any]:
    found = protocol.get(name)
    return found if isinstance(found, dict) else {}


def _names(interventions: Iterable[Any], asked: SearchQuery) -> tuple[str, tuple[str, ...]]:
    """The name of the medicine at the registry and its names from before it had one; "" where it has none yet."""
    name, codes = "", dict[str, None]()
    for one in interventions:
        told = one if isinstance(one, dict) else {}
        names = [clean(str(told.get("name") or "")), *(clean(str(other)) for other in told.get("otherNames") or [])]
        if names_any(" ; ".join(names), asked.treatment.names):
            codes |= dict.fromkeys(other for other in names if _CODE.match(other))
            name = name or (names[0].lower() if re.fullmatch(r"[A-Za-z]{4,40}", names[0]) else "")
    return name, tuple(codes)


def register(document: Document, asked: SearchQuery) -> list[SearchHit]:
    """Active medicines of the Union Register's list. Raises `MissingPart` without its literal."""
    text = html_text(document.body, document.charset)
    opening = re.search(r"\bvar dataSet\s{0,8}=\s{0,8}(?=\[)", text)
    end = text.find("];", opening.end()) if opening else -1
    if opening is None or end < 0:
        raise MissingPart("script literal dataSet of the register's list")
    try:
        rows = plain_json.loads(_CONTROLS.sub("", text[opening.end() : end + 1]))
    except plain_json.JSONDecodeError as error:
        raise WrongType(f"{document.final_url}: dataSet is not JSON at character {error.pos}") from error
    found = []
    for row in rows:
        name, inn = clean(str(row.get("name") or "")), clean(str(row.get("inn") or "")).lower()
        if names_any(f"{name} ; {inn}", asked.treatment.names):
            number = need(row, "eu_num", dict)
            shown, page = need(number, "display", str), f"{number.get('pre') or ''}{number.get('id') or ''}"
            uses, company = clean(str(row.get("indication") or "")), clean(str(row.get("company") or ""))
            fits = asked.fits(uses) if uses else None
            ids, url = (("ec_register", shown),), f"{REGISTER}{page}.htm"
            title = f"{name} ({inn}), {company}"
            found.append(
                SearchHit("Union Register", title, url, ids, "", fits, inn.replace(" / ", "+"), (name,), (), company)
            )
    return found


def scotland_address(asked: SearchQuery) -> str:
    """The list of the Scottish Medicines Consortium, narrowed to the first name."""
    keywords = quote_plus(asked.treatment.names[0])
    path = "/umbraco/Api/ListMedicineAdviceApi/GetResultsByType?node-id=6990&active-tab=0&current-page-0=1"
    return f"{SCOTLAND}{path}&keywords={keywords}"


def scotland(document: Document, asked: SearchQuery) -> list[SearchHit]:
    """Advice on the medicine: good to know; it is watched by name."""
    found = []
    for row in need(load(document), "SearchResults", list):
        heading = clean(need(row, "Heading", str))
        if names_any(heading, asked.treatment.names):
            link = row.get("Link")
            path = urlsplit(str(link.get("Url") or "")).path if isinstance(link, dict) else ""
            told = [clean(str(row.get(key) or "")) for key in ("DrugId", "SubmissionType", "PublishedDateText")]
            uses = clean(str(row.get("Indication") or ""))
            fits = asked.fits(uses) if uses else None
            found.append(SearchHit("SMC", heading, SCOTLAND + path, (), ", ".join(part for part in told if part), fits))
    return found
