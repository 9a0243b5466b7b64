"""Loopback stand-ins for everybody whom `regwatch topic new` asks, with answers in the publishers' own shapes.

python tests/discovery/standins.py WORDS...    types one command of regwatch against the stand-ins, such as
`topic new Welireg 'von Hippel-Lindau disease'`. Whatever is not asked of a stand-in cannot be reached.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from regwatch.clock import DrivenClock
from regwatch.demo.archive import ArchivedPage, DemoArchive, PageState, load_archive
from regwatch.demo.archive_server import serving
from regwatch.demo.story import END
from regwatch.fetch.loopback import LoopbackTransport

GOLDEN = Path(__file__).parents[1] / "golden"
EMA = "https://www.ema.europa.eu/en"
REPORTS = f"{EMA}/documents/report"
REGISTER = "https://ec.europa.eu/health/documents/community-register/html"
FDA = "https://api.fda.gov/drug/drugsfda.json"
TRIALS = "https://clinicaltrials.gov/api/v2/studies"
NICE = "https://www.nice.org.uk"
SMC = "https://www.scottishmedicines.org.uk/umbraco/Api/ListMedicineAdviceApi/GetResultsByType"
FILINGS = "https://data.sec.gov/submissions"
LISTS = ("indevelopment", "inconsultation", "awaiting-development", "published", "terminated")
SINCE = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Medicine:
    """One medicine as the publishers know it. What is empty is known to nobody."""

    brand: str
    inn: str
    company: str = ""
    code: str = ""
    use: str = ""
    ema_number: str = ""
    ema_status: str = "Authorised"
    eu_number: str = ""
    opinion_on: str = ""
    fda_number: str = ""
    trials: tuple[tuple[str, str, str, str], ...] = ()
    """Number, title, condition, phase."""
    appraisals: tuple[tuple[str, str, str], ...] = ()
    """Title, list, last part of the address."""
    scotland: tuple[tuple[str, str], ...] = ()
    """Number, indication."""
    filings: tuple[str, str] = ("", "")
    """Number of the company at the SEC, and its name there."""


def _report(rows: list[dict[str, str]], like: str) -> bytes:
    """A report of EMA with these rows, every other key of it empty."""
    keys = json.loads((GOLDEN / like).read_text("utf-8"))["data"][0]
    filled = [dict.fromkeys(keys, "") | row for row in rows]
    meta = {"total_records": len(rows), "timestamp": "2026-01-12T06:04:11Z"}
    return json.dumps({"meta": meta, "data": filled}).encode()


def _medicines(one: Medicine) -> bytes:
    no = {"generic": "No", "biosimilar": "No", "conditional_approval": "No", "category": "Human"}
    other = no | {
        "name_of_medicine": "Otherol", "ema_product_number": "EMEA/H/C/009002", "medicine_status": "Authorised",
        "opinion_status": "Positive", "therapeutic_indication": "Treatment of migraine in adults",
        "medicine_url": f"{EMA}/medicines/human/EPAR/otherol",
    }  # fmt: skip
    own = no | {
        "name_of_medicine": one.brand, "ema_product_number": one.ema_number, "medicine_status": one.ema_status,
        "opinion_status": "Positive", "international_non_proprietary_name_common_name": one.inn,
        "therapeutic_indication": one.use, "opinion_adopted_date": "13/11/2025",
        "marketing_authorisation_developer_applicant_holder": one.company,
        "medicine_url": f"{EMA}/medicines/human/EPAR/{one.brand.lower()}",
    }  # fmt: skip
    if one.ema_status == "Authorised":
        own |= {"marketing_authorisation_date": "12/02/2025", "european_commission_decision_date": "12/02/2025"}
    return _report([other, own] if one.ema_number else [other], "ema_medicines/authorised-initial.json")


def _opinions(one: Medicine) -> bytes:
    row = {
        "category": "Human", "name_of_medicine": one.brand, "ema_product_number": one.ema_number,
        "post_authorisation_procedure_status": "Opinion", "post_authorisation_opinion_status": "Positive",
        "post_authorisation_opinion_date": "19/06/2025", "first_published_date": "20/06/2025",
        "last_updated_date": "20/06/2025", "medicine_url": f"{EMA}/medicines/human/variation/{one.brand.lower()}",
    }  # fmt: skip
    other = row | {"name_of_medicine": "Otherol", "ema_product_number": "EMEA/H/C/009002",
                   "medicine_url": f"{EMA}/medicines/human/variation/otherol"}  # fmt: skip
    return _report([other, row] if one.opinion_on else [other], "ema_post_authorisation/opinion-positive.json")


def _opinion_page(one: Medicine) -> bytes:
    page = (GOLDEN / "ema_post_authorisation/page-opinion-positive.html").read_text("utf-8")
    old = (
        "Cabometyx is indicated for the treatment of adults with progressive extra-pancreatic and pancreatic "
        "neuroendocrine tumours after at least one systemic therapy other than somatostatin analogues."
    )
    assert old in page
    return (
        page.replace(old, f"{one.brand} is indicated for {one.opinion_on}.")
        .replace("<p><strong>Neuroendocrine tumours (NET)</strong></p>\n", "")
        .replace("Cabometyx", one.brand).replace("cabozantinib", one.inn)
        .replace("EMEA/H/C/004163", one.ema_number)
    ).encode()  # fmt: skip


def _register(one: Medicine) -> bytes:
    rows = [{"eu_num": {"display": "EU/1/20/9002", "pre": "h", "id": "9002"}, "name": "Otherol", "inn": "otherolum",
             "indication": "Migraine.", "company": "Other"}]  # fmt: skip
    if one.eu_number:
        number = {"display": one.eu_number, "pre": "h", "id": one.eu_number.rpartition("/")[2]}
        rows.append({"eu_num": number, "name": one.brand, "inn": one.inn.title(), "indication": one.use,  # type: ignore[dict-item]
                     "company": one.company})  # fmt: skip
    return f"<html><title>Union Register</title><script>var dataSet = {json.dumps(rows)};</script></html>".encode()


def _fda(one: Medicine) -> bytes:
    substances = [{"name": one.inn.upper(), "strength": "40MG"}]
    products = [{"brand_name": one.brand.upper(), "active_ingredients": substances}]
    first = {
        "submission_type": "ORIG",
        "submission_number": "1",
        "submission_status": "AP",
        "submission_status_date": "20210813",
    }
    generic = {"application_number": "ANDA210001", "sponsor_name": "COPY", "products": products, "submissions": [first]}
    own = {"application_number": one.fda_number, "sponsor_name": one.company.upper(), "products": products,
           "submissions": [first]}  # fmt: skip
    return json.dumps({"meta": {"last_updated": "2026-01-06"}, "results": [own, generic]}).encode()


def _fda_one(one: Medicine) -> bytes:
    answer = json.loads(_fda(one))
    answer["results"] = answer["results"][:1]
    return json.dumps(answer).encode()


def _trial(one: Medicine, told: tuple[str, str, str, str]) -> dict[str, Any]:
    number, title, condition, phase = told
    return {
        "protocolSection": {
            "identificationModule": {"nctId": number, "briefTitle": title},
            "statusModule": {"overallStatus": "RECRUITING", "startDateStruct": {"date": "2023-05", "type": "ACTUAL"}},
            "sponsorCollaboratorsModule": {"leadSponsor": {"name": one.company, "class": "INDUSTRY"}},
            "conditionsModule": {"conditions": [condition]},
            "designModule": {"phases": [phase]},
            "armsInterventionsModule": {"interventions": [
                {"type": "DRUG", "name": one.inn.title(), "otherNames": [one.code] if one.code else []},
                {"type": "DRUG", "name": "Placebo"},
            ]},
        },
        "hasResults": False,
    }  # fmt: skip


def _nice_list(one: Medicine, name: str) -> bytes:
    documents = [
        {"title": title, "pathAndQuery": f"/guidance/{name}/{last}", "guidanceStatus": ["In progress"]}
        for title, listed, last in one.appraisals
        if listed == name
    ]
    answer = {
        "props": {"pageProps": {"results": {"failed": False, "resultCount": len(documents), "documents": documents}}}
    }
    data = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(answer)}</script>'
    return f"<!DOCTYPE html><html><head><title>Guidance</title></head><body><h1>NICE</h1>{data}</body></html>".encode()


def _nice_project(title: str, last: str) -> bytes:
    page = (GOLDEN / "nice_project/in_progress_bare.html").read_text("utf-8")
    return (
        page.replace("GID-TA10546", last.upper()).replace("gid-ta10546", last)
        .replace("A medicine for a condition [ID1620]", title)
    ).encode()  # fmt: skip


def _scotland(one: Medicine) -> bytes:
    rows = [
        {"Heading": f"{one.inn} ({one.brand})", "DrugId": number, "PublishedDateText": "", "AdviceDueDateText": "",
         "MeetingDateText": "", "SubmissionType": "Full submission", "Indication": f"<p>{use}</p>",
         "Link": {"IsValid": False, "Url": ""}}
        for number, use in one.scotland
    ]  # fmt: skip
    other = {"Heading": "examplinib (Exampla)", "DrugId": "SMC2891", "Link": {"IsValid": True, "Url": "/x/"}}
    return json.dumps({"PageCount": 1, "ResultCount": 1840, "SearchResults": [other, *rows]}).encode()


def _filings(one: Medicine) -> bytes:
    recent = {"form": ["8-K"], "accessionNumber": ["0000000000-26-000001"], "filingDate": ["2026-01-05"],
              "items": ["2.02,9.01"], "primaryDocument": ["a.htm"], "primaryDocDescription": [""]}  # fmt: skip
    cik, name = one.filings
    return json.dumps({"cik": cik.zfill(10), "name": name, "filings": {"recent": recent}}).encode()


def answers(one: Medicine) -> dict[str, tuple[bytes, str]]:
    """Address to body and content type."""
    html, data = "text/html; charset=utf-8", "application/json"
    under = (GOLDEN / "ema_under_evaluation/list.pdf").read_bytes()
    page = (GOLDEN / "ema_under_evaluation/page.html").read_bytes()
    listed = f"{REPORTS}/applications-new-human-medicines-under-evaluation-january-2026_en.pdf"
    told: dict[str, tuple[bytes, str]] = {
        f"{REPORTS}/medicines-output-medicines_json-report_en.json": (_medicines(one), data),
        f"{REPORTS}/medicines-output-post_authorisation_json-report_en.json": (_opinions(one), data),
        f"{REPORTS}/medicines-output-orphan_designations-json-report_en.json": (
            (GOLDEN / "ema_orphan/nothing-of-ours.json").read_bytes(), data),
        f"{EMA}/medicines/medicines-human-use-under-evaluation": (page, html),
        listed: (under, "application/pdf"),
        f"{REGISTER}/reg_hum_act.htm": (_register(one), html),
        TRIALS: (json.dumps({"studies": [_trial(one, trial) for trial in one.trials]}).encode(), data),
        f"{NICE}/consultations/api/Consultations": ((GOLDEN / "nice_consultations/none.json").read_bytes(), data),
        SMC: (_scotland(one), data),
    }  # fmt: skip
    told |= {f"{NICE}/guidance/{name}": (_nice_list(one, name), html) for name in LISTS}
    told |= {f"{TRIALS}/{trial[0]}": (json.dumps(_trial(one, trial)).encode(), data) for trial in one.trials}
    if one.opinion_on:
        told[f"{EMA}/medicines/human/variation/{one.brand.lower()}"] = (_opinion_page(one), html)
    if one.fda_number:
        told[FDA] = (_fda(one), data)
        told[f"{FDA}?search=application_number:{one.fda_number}&limit=2"] = (_fda_one(one), data)
    for title, name, last in one.appraisals:
        if last.startswith("gid-"):
            told[f"{NICE}/guidance/{name}/{last}"] = (_nice_project(title, last), html)
    if one.filings[0]:
        told[f"{FILINGS}/CIK{one.filings[0].zfill(10)}.json"] = (_filings(one), data)
    return told


def archive(
    *medicines: Medicine, instead: Mapping[str, bytes] | None = None, more: Sequence[ArchivedPage] = ()
) -> DemoArchive:
    """The demo's pages as they ended, without those of its own medicine, the answers for these, and more.

    Left out are also the robots' rules: they ask for pauses, which a test must not wait for.
    """
    own = (
        "/robots.txt", "/EPAR/", "/variation/", "/gid-ta", "/h1136", "drugsfda.json", "medicines_json",
        "post_authorisation_json",
    )  # fmt: skip
    pages = {
        page.url: ArchivedPage(page.url, (replace(page.states[-1], since=SINCE),))
        for page in load_archive().pages
        if not any(part in page.url for part in own)
    }
    for one in medicines:
        for url, (body, kind) in answers(one).items():
            body = (instead or {}).get(url, body)
            pages[url] = ArchivedPage(url, (PageState(SINCE, 200, body, {"Content-Type": kind}),))
    return DemoArchive(tuple((pages | {page.url: page for page in more}).values()))


def story_pages() -> list[ArchivedPage]:
    """Every page of the demo as its story ended, but for the robots' rules."""
    return [
        ArchivedPage(page.url, (replace(page.states[-1], since=SINCE),))
        for page in load_archive().pages
        if "/robots.txt" not in page.url
    ]


class _Without(LoopbackTransport):
    """The stand-ins, some of whom are down."""

    def __init__(self, base: str, down: frozenset[str]) -> None:
        super().__init__(base)
        self._down = down

    async def handle_async_request(self, request: Any) -> Any:
        if request.url.host in self._down:
            return await LoopbackTransport({}).handle_async_request(request)
        return await super().handle_async_request(request)


@contextmanager
def standing_in(
    *medicines: Medicine,
    down: frozenset[str] = frozenset(),
    instead: Mapping[str, bytes] | None = None,
    more: Sequence[ArchivedPage] = (),
) -> Iterator[str]:
    """Whatever fetches in this process asks the stand-ins while the block lasts, without pauses between questions."""
    ready, ended, base = threading.Event(), threading.Event(), []

    async def serve() -> None:
        async with serving(archive(*medicines, instead=instead, more=more), DrivenClock(END)) as url:
            base.append(url)
            ready.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    ready.wait()
    try:
        with (
            patch("regwatch.fetch.client.CheckedTransport", lambda policy: _Without(base[0], down)),
            patch("regwatch.cli.replay.CheckedTransport", lambda policy: _Without(base[0], down)),
            patch("regwatch.service.assembly.HOST_GAPS", {}),
            patch.dict("os.environ", {"REGWATCH_FETCH_GAP": "0", "REGWATCH_CONTACT": "you@example.org"}),
        ):
            yield base[0]
    finally:
        ended.set()
        thread.join()


VHL = "von Hippel-Lindau disease"
WELIREG = Medicine(
    "Welireg", "belzutifan", "Merck Sharp & Dohme B.V.", "MK-6482",
    f"Welireg is indicated as monotherapy for the treatment of adult patients with {VHL} who require therapy.",
    "EMEA/H/C/005636", "Authorised", "EU/1/24/1893",
    fda_number="NDA215383",
    trials=(("NCT03401788", "A study of belzutifan in von Hippel-Lindau disease", VHL, "PHASE2"),),
    appraisals=(
        ("Belzutifan for treating tumours associated with von Hippel-Lindau disease [ID3932]", "published", "ta1011"),
    ),
    scotland=(("SMC2587", f"For adults with {VHL} who require therapy."),),
    filings=("310158", "Merck & Co., Inc."),
)  # fmt: skip

if __name__ == "__main__":
    from regwatch.cli.main import run

    sys.argv = ["regwatch", *sys.argv[1:]]
    with standing_in(WELIREG):
        run()
