"""Recorded FDA data that other adapters read: the whole data file of 2019, published letters, a study record."""

from __future__ import annotations

import json
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regwatch.adapters.ctgov import study as ctgov_study
from regwatch.adapters.fda import crl as fda_crl
from regwatch.adapters.fda import drugsatfda as fda_drugsatfda
from regwatch.adapters.fda.tables import Tables
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Document, Reading, Request, Source
from regwatch.vocabulary import Milestone

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
FDA = CAPTURES / "fda"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not FDA.is_dir(), reason="no recorded FDA data")]
FETCHED = datetime(2019, 7, 3, tzinfo=UTC)


def document(adapter: str, body: bytes, url: str, **ids: str) -> Document:
    source = Source("s", adapter, "FDA", url, ("t",), ids=ids)
    return Document(source, Request(url), url, body, "", FETCHED)


def bulk(application: str, submission: str = "") -> Reading:
    body = (FDA / "drugsatfda_2019-07-02.zip").read_bytes()
    named = {"fda_submission": submission} if submission else {}
    return fda_drugsatfda.read(
        document("fda_drugsatfda", body, fda_drugsatfda.FILE, fda_application=application, **named)
    )


def test_the_data_file_gives_the_approvals_of_cabometyx() -> None:
    reading = bulk("NDA208692", "SUPPL-3")
    days = {record.key: (str(record.published), *dict(record.fields).values()) for record in reading.records}
    assert days["ORIG-1"][0] == "2016-04-25"
    assert days["SUPPL-2"] == ("2017-12-19", "AP", "2017-12-19", "EFFICACY", "PRIORITY", "")
    assert days["SUPPL-3"] == ("2019-01-14", "AP", "2019-01-14", "EFFICACY", "STANDARD", "")
    [claim] = [claim for record in reading.records for claim in record.claims]
    assert (claim.milestone, str(claim.date)) == (Milestone.APPROVED, "2019-01-14")
    assert [oddity.what for oddity in reading.oddities] == ["the data file has no table of actions"]


def test_the_data_file_gives_cometriq_beside_it_and_never_mixes_them_up() -> None:
    reading = bulk("NDA203756")
    assert {record.key: str(record.published) for record in reading.records} == {
        "ORIG-1": "2012-11-29",
        "SUPPL-1": "2014-02-28",
        "SUPPL-2": "2016-05-20",
        "SUPPL-4": "2017-10-05",
        "SUPPL-5": "2018-01-12",
    }
    with pytest.raises(WrongIdentity, match="NDA"):
        bulk("BLA208692")
    with pytest.raises(WrongIdentity, match="nothing"):
        bulk("NDA999999")


def test_the_data_file_holds_what_is_known_of_it_and_every_line_is_read() -> None:
    body = (FDA / "drugsatfda_2019-07-02.zip").read_bytes()
    tables = Tables(document("fda_drugsatfda", body, fda_drugsatfda.FILE))
    states: dict[str, int] = {}
    last = ""
    for row in tables.rows("Submissions", ("ApplNo", "SubmissionStatus", "SubmissionStatusDate")):
        if row["ApplNo"].isdecimal():
            states[row["SubmissionStatus"]] = states.get(row["SubmissionStatus"], 0) + 1
            last = max(last, row["SubmissionStatusDate"])
    assert states == {"AP": 156_032, "TA": 910}
    assert last.startswith("2019-07-01")


def test_the_data_file_is_read_in_little_memory() -> None:
    tracemalloc.start()
    try:
        bulk("NDA208692")
        assert tracemalloc.get_traced_memory()[1] < 12 * 1024 * 1024
    finally:
        tracemalloc.stop()


def letters(name: str, application: str) -> Reading:
    answer = json.loads((FDA / name).read_text("utf-8"))
    number = f"{application[:-6]} {application[-6:]}"
    found = [letter for letter in answer["results"] if number in letter["application_number"]]
    body = json.dumps({"results": found}).encode()
    return fda_crl.read(
        document("fda_crl", body, "https://api.fda.gov/transparency/crl.json", fda_application=application)
    )


@pytest.mark.parametrize(("application", "day"), [("NDA210168", "2024-03-22"), ("BLA761180", "2021-04-23")])
def test_a_published_letter_that_names_no_disease_counts_for_no_topic(application: str, day: str) -> None:
    reading = letters("openfda_crl_page_2026-08_abridged.json", application)
    [record] = reading.records
    assert str(record.published) == day
    assert dict(record.fields)["type"] == "COMPLETE RESPONSE"
    assert record.claims == ()
    assert len(reading.oddities) == 1


def test_the_letters_of_another_application_are_refused() -> None:
    body = (FDA / "openfda_crl_page_2026-08_abridged.json").read_bytes()
    with pytest.raises(WrongIdentity, match="NDA210168"):
        fda_crl.read(document("fda_crl", body, "https://api.fda.gov/x", fda_application="NDA210168"))


def test_a_whole_published_letter_is_read_and_names_no_disease() -> None:
    answer = json.loads((FDA / "openfda_crl_doc_examples.json").read_text("utf-8"))
    [letter] = answer["results"]
    assert "cannot approve this application in its present form" in " ".join(letter["text"].split())
    assert fda_crl.purpose(letter["text"]) == ""


def test_a_study_record_gives_status_and_dates_and_no_claim() -> None:
    body = (FDA / "ctgov_v2_study_NCT04280705_rewrapped.json").read_bytes()
    reading = ctgov_study.read(document("ctgov_study", body, "https://clinicaltrials.gov/x", nct="NCT04280705"))
    [record] = reading.records
    assert dict(record.fields) == {
        "status": "completed",
        "start": "2020-02-21 (actual)",
        "primary completion": "2020-05-21 (actual)",
        "completion": "2020-05-21 (actual)",
        "results posted": "2020-09-25 (actual)",
        "enrolment": "1062 (actual)",
        "results": "posted",
    }
    assert record.claims == ()
    assert reading.oddities == []


def test_a_study_that_was_merged_and_a_list_of_studies_are_refused() -> None:
    body = (FDA / "ctgov_v2_study_NCT04280705_rewrapped.json").read_bytes()
    with pytest.raises(WrongIdentity, match="NCT04280705"):
        ctgov_study.read(document("ctgov_study", body, "https://clinicaltrials.gov/x", nct="NCT03375320"))
    listed = (FDA / "ctgov_v2_studies_page_NCT04280705.json").read_bytes()
    with pytest.raises(MissingPart, match="protocolSection"):
        ctgov_study.read(document("ctgov_study", listed, "https://clinicaltrials.gov/x", nct="NCT04280705"))
