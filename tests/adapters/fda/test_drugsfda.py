"""openFDA drugsfda: order, documents and releases of the data set make no change, and no guess is made."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from regwatch.adapters.fda.drugsfda import ADAPTER
from regwatch.errors import WrongIdentity
from regwatch.model import Document, Reading, Source

SOURCE = Source("s", "fda_drugsfda", "FDA", "", ("t",), ids={"fda_application": "NDA208692"})


def submission(number: int, **more: Any) -> dict[str, Any]:
    return {
        "submission_type": "SUPPL",
        "submission_number": str(number),
        "submission_status": "AP",
        "submission_status_date": f"2025{number:02d}15",
        "submission_class_code": "EFFICACY",
        **more,
    }


def read(submissions: list[dict[str, Any]], source: Source = SOURCE, **results: Any) -> Reading:
    answer = {"meta": {}, "results": [{"application_number": "NDA208692", "submissions": submissions, **results}]}
    request = ADAPTER.request(source)
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    body = json.dumps(answer).encode()
    return ADAPTER.read(Document(source, request, request.url, body, "application/json", fetched))


def test_the_order_of_the_array_and_added_documents_change_no_record() -> None:
    rows = [submission(n) for n in range(1, 13)]
    shuffled = [
        {**row, "application_docs": [{"url": "https://example.org/moved corrected.pdf", "date": "20260101"}]}
        for row in random.Random(7).sample(rows, len(rows))
    ]
    assert read(rows).records == read(shuffled, products=[{"brand_name": "X"}]).records
    assert [record.key for record in read(shuffled).records][:3] == ["SUPPL-1", "SUPPL-2", "SUPPL-3"]


def test_an_efficacy_supplement_that_the_topic_does_not_name_states_nothing() -> None:
    assert all(not record.claims for record in read([submission(3)]).records)


@pytest.mark.parametrize("named", ["SUPPL-3", "suppl 3", "SUPPL-003"])
def test_the_submission_that_the_topic_names_is_an_approval(named: str) -> None:
    source = replace(SOURCE, ids={**SOURCE.ids, "fda_submission": named})
    claims = [claim for record in read([submission(3), submission(4)], source).records for claim in record.claims]
    assert [(claim.milestone.value, str(claim.date), claim.indication) for claim in claims] == [
        ("approved", "2025-03-15", "")
    ]


@pytest.mark.parametrize("changed", [{"submission_status": "TA"}, {"submission_status_date": "2025"}])
def test_a_tentative_or_hardly_dated_approval_is_no_day_of_approval(changed: dict[str, str]) -> None:
    source = replace(SOURCE, ids={**SOURCE.ids, "fda_submission": "SUPPL-3"})
    [record] = read([submission(3, **changed)], source).records
    assert [claim.date for claim in record.claims if claim.date and claim.date.precision == "day"] == []


@pytest.mark.parametrize("given", ["NDA208692", "nda 208692", "NDA 208692"])
def test_the_application_number_has_one_spelling(given: str) -> None:
    url = ADAPTER.request(replace(SOURCE, ids={"fda_application": given})).url
    assert url == "https://api.fda.gov/drug/drugsfda.json?search=application_number:NDA208692&limit=2"


@pytest.mark.parametrize("given", ["", "208692", "NDA", "NDA208692 OR x"])
def test_a_malformed_application_number_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="must look like NDA208692"):
        ADAPTER.request(replace(SOURCE, ids={"fda_application": given}))


def test_two_applications_in_one_answer_are_trouble() -> None:
    answer = {"results": [{"application_number": "NDA208692", "submissions": []}, {"application_number": "NDA203756"}]}
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    request = ADAPTER.request(SOURCE)
    document = Document(SOURCE, request, request.url, json.dumps(answer).encode(), "application/json", fetched)
    with pytest.raises(WrongIdentity):
        ADAPTER.read(document)
