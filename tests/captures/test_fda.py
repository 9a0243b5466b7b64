"""Recorded FDA pages and data: the page template, and openFDA's facts on cabozantinib."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regwatch.adapters.fda import drugsfda as fda_drugsfda
from regwatch.adapters.fda import oncology as fda_oncology
from regwatch.errors import CountOutOfRange, MissingPart, WrongIdentity
from regwatch.model import Document, Reading, Request, Source

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
FDA = CAPTURES / "fda"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not FDA.is_dir(), reason="no recorded FDA pages")]
FETCHED = datetime(2026, 9, 17, tzinfo=UTC)
TEMPLATE = "fda_novel_drug_approvals_2026_abridged.html"


def page(body: bytes, part: str = "", *watch: str) -> Document:
    source = Source("s", "fda_oncology", "FDA", fda_oncology.LIST, ("t",), watch=watch)
    return Document(source, Request(fda_oncology.LIST, part), fda_oncology.LIST, body, "text/html", FETCHED)


def test_another_page_of_the_same_template_is_refused() -> None:
    with pytest.raises(WrongIdentity, match="Novel Drug Approvals for 2026"):
        fda_oncology.ADAPTER.read(page((FDA / TEMPLATE).read_bytes()))


def test_a_table_with_other_columns_is_refused_even_under_the_right_heading() -> None:
    body = (FDA / TEMPLATE).read_bytes().replace(b"Novel Drug Approvals for 2026", b"Oncology Approval Notifications")
    with pytest.raises(CountOutOfRange, match="0 rows"):
        fda_oncology.ADAPTER.read(page(body))


def test_a_real_page_gives_its_heading_and_text_without_menus_or_dates_of_rendering() -> None:
    [record] = fda_oncology.ADAPTER.read(page((FDA / TEMPLATE).read_bytes(), "notice/x", "camizestrant")).records
    assert record.title == "Novel Drug Approvals for 2026"
    assert record.blocks[0] == 'What are "Novel" Drugs?'
    assert "camizestrant" in record.blocks
    assert not any("current as of" in words or words == "Novel Drug Approvals for 2025" for words in record.blocks)
    assert record.prose
    assert record.claims == ()


def drugsfda(application: str, submissions: list[dict[str, Any]], **ids: str) -> Reading:
    source = Source("s", "fda_drugsfda", "FDA", "", ("t",), ids={"fda_application": application, **ids})
    answer = {"meta": {}, "results": [{"application_number": application, "submissions": submissions}]}
    request = fda_drugsfda.ADAPTER.request(source)
    body = json.dumps(answer).encode()
    return fda_drugsfda.ADAPTER.read(Document(source, request, request.url, body, "application/json", FETCHED))


def bulk(application: str) -> list[dict[str, Any]]:
    """The submissions of one application in the bulk file of July 2019, in openFDA's shape."""
    classes = {row["SubmissionClassCodeID"]: row["SubmissionClassCode"] for row in table("SubmissionClass_Lookup")}
    return [
        {
            "submission_type": row["SubmissionType"].strip(),
            "submission_number": row["SubmissionNo"],
            "submission_status": row["SubmissionStatus"],
            "submission_status_date": row["SubmissionStatusDate"][:10].replace("-", ""),
            "submission_class_code": classes.get(row["SubmissionClassCodeID"], ""),
            "review_priority": row["ReviewPriority"],
        }
        for row in table("Submissions")
        if row["ApplNo"] == application
    ]


def table(name: str) -> list[dict[str, str]]:
    text = (FDA / "drugsatfda_extract" / f"{name}.txt").read_bytes().decode("cp1252")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_bulk_file_gives_the_known_approvals_of_cabometyx() -> None:
    reading = drugsfda("NDA208692", bulk("208692"))
    days = {record.key: (str(record.published), dict(record.fields)["class"]) for record in reading.records}
    assert reading.oddities == []
    assert days["ORIG-1"] == ("2016-04-25", "TYPE 3")
    assert days["SUPPL-1"] == ("2017-11-16", "LABELING")
    assert days["SUPPL-2"] == ("2017-12-19", "EFFICACY")
    assert days["SUPPL-3"] == ("2019-01-14", "EFFICACY")
    assert all(record.claims == () for record in reading.records)


@pytest.mark.parametrize("application", ["203756", "022334", "208700", "206947", "021938", "022074"])
def test_every_application_of_the_extract_is_read_without_oddities(application: str) -> None:
    rows = bulk(application)
    reading = drugsfda(f"NDA{application}", rows)
    assert reading.oddities == []
    assert len(reading.records) == len(rows) > 0


def test_tentative_approvals_of_generics_are_no_approvals() -> None:
    tentative = {row["ApplNo"] for row in table("Submissions") if row["SubmissionStatus"] == "TA"}
    kinds = {row["ApplNo"]: row["ApplType"] for row in table("Applications")}
    assert tentative
    for number in sorted(tentative):
        rows = [row for row in bulk(number) if row["submission_status"] == "TA"]
        for row in rows:
            named = f"{row['submission_type']}-{row['submission_number']}"
            reading = drugsfda(f"{kinds[number]}{number}", rows, fda_submission=named)
            assert all(record.claims == () for record in reading.records)


def test_the_supplement_for_neuroendocrine_tumours_is_an_approval_of_26_march_2025() -> None:
    extract = json.loads((FDA / "openfda_efficacy_supplements_2025_extract.json").read_text("utf-8"))
    rows = [
        {
            "submission_type": "SUPPL",
            "submission_number": row["submission_number"],
            "submission_status": "AP",
            "submission_status_date": row["decision_date"].replace("-", ""),
            "submission_class_code": "EFFICACY",
            "review_priority": row["review_priority"],
        }
        for row in extract["supplements"]
        if row["application_number"] == "NDA208692"
    ]
    reading = drugsfda("NDA208692", bulk("208692") + rows, fda_submission="SUPPL-17")
    claims = [claim for record in reading.records for claim in record.claims]
    assert [(claim.authority, claim.milestone.value, str(claim.date)) for claim in claims] == [
        ("FDA", "approved", "2025-03-26")
    ]


def test_the_documentation_sample_is_another_application() -> None:
    sample = json.loads((FDA / "openfda_drugsfda_doc_examples.json").read_text("utf-8"))
    body = json.dumps({**sample["meta"], "results": [sample["result"]]}).encode()
    source = Source("s", "fda_drugsfda", "FDA", "", ("t",), ids={"fda_application": "NDA208692"})
    request = fda_drugsfda.ADAPTER.request(source)
    with pytest.raises(WrongIdentity, match="ANDA084321"):
        fda_drugsfda.ADAPTER.read(Document(source, request, request.url, body, "application/json", FETCHED))


def test_complete_response_letters_are_no_application_record() -> None:
    body = (FDA / "openfda_crl_page_2026-08_abridged.json").read_bytes()
    source = Source("s", "fda_drugsfda", "FDA", "", ("t",), ids={"fda_application": "NDA208692"})
    request = fda_drugsfda.ADAPTER.request(source)
    with pytest.raises(MissingPart):
        fda_drugsfda.ADAPTER.read(Document(source, request, request.url, body, "application/json", FETCHED))
