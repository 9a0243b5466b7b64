"""Pages of the live web as others have stored them: what they say is what is read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regwatch.adapters import registry
from regwatch.errors import MissingPart
from regwatch.kit import trial
from regwatch.model import Document, Finding, Indication, Reading, Request, Source, Topic, Treatment
from regwatch.vocabulary import Confidence, Milestone, Mode

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
LIVE = CAPTURES / "live"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not LIVE.is_dir(), reason="no pages of the live web")]
FETCHED = datetime(2026, 10, 5, tzinfo=UTC)
FOLDER = "https://www.sec.gov/Archives/edgar/data/19617/000001961726000241"


def edgar(name: str, part: str, issuer: str = "JPMorgan", url: str = "", cik: str = "19617") -> Reading:
    adapter = registry.adapter("sec_edgar")
    source = Source("s", "sec_edgar", "SEC", "", ("t",), ids={"sec_cik": cik}, options={"issuer": issuer})
    request = Request(url or f"{FOLDER}/{name}", part)
    body = (LIVE / "sec" / name).read_bytes()
    return adapter.reading(Document(source, request, request.url, body, "text/html", FETCHED))


def test_the_filings_of_a_company_are_read() -> None:
    reading = edgar("submissions_CIK0001318605_tesla.2022-10.json", "", "Tesla", cik="1318605")
    filings = [record for record in reading.records if record.kind == "filing"]
    assert (reading.records[0].title, len(filings), reading.oddities) == ("Tesla, Inc.", 20, [])
    assert len(reading.follows) == 20
    assert all(follow.request.url.endswith("-index.htm") for follow in reading.follows)


def test_an_exhibit_is_known_by_the_type_that_the_filings_page_states() -> None:
    reading = edgar("index_jpm_0000019617-26-000241.html", "filing/0000019617-26-000241/2026-06-25")
    assert [follow.request for follow in reading.follows] == [
        Request(
            f"{FOLDER}/jpmcpressrelease06252026.htm",
            "release/0000019617-26-000241/2026-06-25/jpmcpressrelease06252026.htm",
        )
    ]
    assert reading.oddities == []


def test_a_directory_without_types_is_read_by_name() -> None:
    reading = edgar("index_datchat_0001213900-24-004875.json", "filing/0001213900-24-004875/2024-01-19")
    names = [follow.request.url.rpartition("/")[2] for follow in reading.follows]
    assert names == [f"ea191807ex99-{number}_datchat.htm" for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("name", "issuer", "title", "day", "second"),
    [
        (
            "ex99-1_abvc_0001213900-25-032135.htm",
            "ABVC",
            "ABVC BioPharma Announces 2024 Financial Results",
            "2025-04-16",
            "Revenue Surges 234%",
        ),
        (
            "ex99-1_3m_pressrelease3-8x24.htm",
            "3M",
            "3M Board of Directors Approves Spin-off of Solventum",
            "2024-03-08",
            "Record date set",
        ),
    ],
)
def test_an_exhibit_is_headed_by_its_headline_and_dated_by_its_dateline(
    name: str, issuer: str, title: str, day: str, second: str
) -> None:
    [record] = edgar(name, f"release/0-0-0/2025-04-17/{name}", issuer).records
    assert (record.title, str(record.published), record.prose) == (title, day, True)
    assert record.blocks[0].startswith(second)
    assert not any("EX-99" in words or words.startswith("Exhibit 99") for words in record.blocks)


def test_a_release_of_pictures_only_is_refused() -> None:
    name = "ex99-1_jpm_jpmcpressrelease06252026.htm"
    with pytest.raises(MissingPart, match="text of a press release"):
        edgar(name, f"release/0-0-0/2026-06-25/{name}")


PANCREAS = Indication("pancreatic cancer", ("pancreatic adenocarcinoma",))
STOMACH = Indication("gastric cancer", ("gastric",))
BREAST = Indication("breast cancer", ("breast cancer",))


@pytest.mark.parametrize(
    ("name", "medicine", "disease", "milestone", "day"),
    [
        ("daraxonrasib_2026-08-26", "daraxonrasib", PANCREAS, Milestone.APPROVED, "2026-08-26"),
        ("zanidatamab_tislelizumab_2026-08-25", "zanidatamab", STOMACH, Milestone.APPROVED, "2026-08-25"),
        ("zanidatamab_tislelizumab_2026-08-25", "tislelizumab", STOMACH, Milestone.APPROVED, "2026-08-25"),
        ("camizestrant_2026-09-04", "camizestrant", BREAST, Milestone.ACCELERATED_APPROVED, "2026-09-04"),
    ],
)
def test_a_notice_of_the_fda_tells_its_approval_and_nothing_else(
    name: str, medicine: str, disease: Indication, milestone: Milestone, day: str
) -> None:
    [found] = _notice(f"fda_notice_{name}.html", Topic("t", "t", Treatment(medicine), disease))
    assert (found.milestone, found.mode) == (milestone, Mode.ANNOUNCED)
    second_in_title = medicine == "tislelizumab"  # how sure that is depends on the weights; it is never lost
    assert found.confidence is Confidence.HIGH or (second_in_title and found.confidence is Confidence.MEDIUM)
    assert (found.topic, str(found.announced or found.date)) == ("t", day)


def _notice(name: str, topic: Topic) -> list[Finding]:
    adapter = registry.adapter("fda_oncology")
    source = trial.trial_source(adapter, "https://www.fda.gov/drugs/x", [topic], ids={}, options={}, watch=())
    request = Request(source.url, "notice/drugs/x")
    body = (LIVE / "fda" / name).read_bytes()
    return [*trial.read(adapter, Document(source, request, source.url, body, "text/html", FETCHED), [topic]).findings]


def test_an_answer_of_openfda_gives_the_approval() -> None:
    adapter = registry.adapter("fda_drugsfda")
    source = Source("s", "fda_drugsfda", "FDA", "", ("t",), ids={"fda_application": "NDA215341"}, watch=("x",))
    body = (LIVE / "fda" / "openfda_drugsfda_NDA215341.2026-10-02.json").read_bytes()
    request = adapter.request(source)
    reading = adapter.reading(Document(source, request, request.url, body, "application/json", FETCHED))
    days = {record.key: str(record.published) for record in reading.records}
    assert days == {"ORIG-1": "2021-07-09", "SUPPL-1": "2022-09-01", "SUPPL-9": "2025-07-11", "SUPPL-11": "2026-09-16"}
    assert (reading.oddities, [record.claims for record in reading.records]) == ([], [()] * 4)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("NCT00973089", {"status": "withdrawn", "start": "2010-05", "enrolment": "0 (actual)", "results": "none"}),
        ("NCT03475563", {"status": "unknown", "primary completion": "2019-12-30 (estimated)", "results": "none"}),
        ("NCT06171568", {"status": "not yet recruiting", "start": "2024-02-01 (estimated)", "results": "none"}),
        ("NCT00763412", {"status": "completed", "results posted": "2017-06-05 (actual)", "results": "posted"}),
        ("NCT03630471", {"status": "completed", "completion": "2019-02-28 (actual)", "results": "none"}),
        ("NCT05594173", {"status": "completed", "enrolment": "20 (actual)", "results": "posted"}),
    ],
)
def test_a_study_is_read_with_its_status(number: str, shown: dict[str, str]) -> None:
    adapter = registry.adapter("ctgov_study")
    source = Source("s", "ctgov_study", "ClinicalTrials.gov", "", ("t",), ids={"nct": number}, watch=("x",))
    body = (LIVE / "clinicaltrials" / f"ctgov_v2_{number}.json").read_bytes()
    request = adapter.request(source)
    reading = adapter.reading(Document(source, request, request.url, body, "application/json", FETCHED))
    [record] = reading.records
    assert (record.key, reading.oddities) == (number, [])
    assert shown.items() <= dict(record.fields).items()
    stopped = [claim.milestone for claim in record.claims]
    assert stopped == ([Milestone.TRIAL_STOPPED] if shown["status"] == "withdrawn" else [])
    assert ("why stopped" in dict(record.fields)) == (shown["status"] == "withdrawn")
