"""EMA pages and reports: the words of the vocabulary, numbers, dates, envelopes; and what changes make no claim."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from golden.cases import Case, cases, outcome
from regwatch.adapters.ema import medicine as ema_medicine
from regwatch.adapters.ema import medicines as ema_medicines
from regwatch.adapters.ema import report as ema_report
from regwatch.adapters.ema import variation as ema_variation
from regwatch.adapters.ema.highlights_sections import outcome_of
from regwatch.adapters.ema.numbers import procedure
from regwatch.adapters.ema.vocabulary import STATUS, day
from regwatch.errors import BadDate, CountOutOfRange, MissingPart, SourceTrouble, Truncated, WrongType
from regwatch.model import Document, Reading, Record, Request, Source
from regwatch.vocabulary import Milestone

NUMBER = "EMEA/H/C/009001"
CASES: dict[str, Case] = {str(case): case for case in cases()}


def reading(name: str, change: tuple[str, str] | None = None) -> Reading:
    case = CASES[name]
    body = case.page.read_text("utf-8")
    if change:
        assert change[0] in body
        body = body.replace(*change)
    found = outcome(case, body.encode())
    assert isinstance(found, Reading), found
    return found


def medicine(name: str, change: tuple[str, str] | None = None) -> Record:
    return reading(name, change).records[-1]


def report(rows: object, **meta: object) -> Document:
    body = json.dumps({"meta": {"total_records": 1, **meta}, "data": rows}).encode()
    source = Source("s", "ema_medicines", "EMA", "u", ("t",), ids={"ema_product_number": NUMBER})
    return Document(source, Request("u"), "u", body, "application/json", datetime(2026, 1, 12, tzinfo=UTC))


def test_every_status_of_the_vocabulary_has_a_golden_row_and_page() -> None:
    for adapter in ("ema_medicines", "ema_medicine"):
        told = {
            value.casefold()
            for name, case in CASES.items()
            if name.startswith(f"{adapter}/") and case.kind == "good"
            for record in reading(name).records
            for label, value in record.fields
            if label == "Status"
        }
        assert told == set(STATUS)


@pytest.mark.parametrize("twin", ["authorised-run-on", "authorised-definition-list"])
def test_three_templates_of_one_page_are_one_record(twin: str) -> None:
    assert medicine(f"ema_medicine/{twin}") == medicine("ema_medicine/authorised")


@pytest.mark.parametrize(
    "change",
    [
        ('"last_updated_date": "17/09/2025"', '"last_updated_date": "28/02/2026"'),
        ('"revision_number": "19"', '"revision_number": "21"'),
        ("II/0040", "VR/0000271719"),
        ("2026-01-12T06:04:11Z", "2026-01-12T18:02:27Z"),
        ("Carcinoma, Renal Cell;", "Neuroendocrine Tumors;"),
        ("&nbsp;", "\u00a0"),
        ("Ipsen Pharma ", "Ipsen Pharma"),
    ],
)
def test_administrative_and_volatile_values_leave_the_record_as_it_is(change: tuple[str, str]) -> None:
    assert medicine("ema_medicines/authorised", change) == medicine("ema_medicines/authorised")


def test_a_later_decision_of_the_commission_alone_makes_no_new_claim() -> None:
    change = ('"european_commission_decision_date": "23/07/2025"', '"european_commission_decision_date": "15/01/2026"')
    before, after = medicine("ema_medicines/authorised"), medicine("ema_medicines/authorised", change)
    assert before.claims == after.claims
    assert before.fields != after.fields


def test_a_use_that_is_added_makes_one_new_claim_and_no_date() -> None:
    whole = medicine("ema_medicines/authorised").claims
    cut = (
        "Neuroendocrine tumours (NET)Cabometyx is indicated for the treatment of adult&nbsp;patients with progressive "
    )
    before = medicine("ema_medicines/authorised", (cut, "Nothing for ")).claims
    new = [claim for claim in whole if claim not in before]
    assert [(claim.milestone, claim.date) for claim in new] == [(Milestone.APPROVED, None)]
    assert "neuroendocrine" in new[0].indication


def test_a_conditional_authorisation_that_is_converted_changes_its_milestone() -> None:
    change = ('"conditional_approval": "Yes"', '"conditional_approval": "No"')
    [before], [after] = (medicine("ema_medicines/authorised-conditional", c).claims for c in (None, change))
    assert (before.milestone, after.milestone) == (Milestone.CONDITIONALLY_APPROVED, Milestone.APPROVED)


def test_flags_in_another_language_change_no_record() -> None:
    change = ('"Da"', '"Yes"')
    foreign = medicine("ema_medicines/authorised-localised-flags")
    assert foreign == medicine("ema_medicines/authorised-localised-flags", change)
    assert foreign == medicine("ema_medicines/authorised-conditional")


def test_the_days_of_an_extended_authorisation_are_given_to_no_use() -> None:
    assert all(claim.date is None for claim in medicine("ema_medicine/authorised").claims)
    assert [claim.date and claim.date.iso for claim in medicine("ema_medicine/authorised-initial").claims] == [
        "2024-04-03"
    ]


def test_the_progress_strip_and_the_banner_say_nothing() -> None:
    strip = ("<li>European Commission decision</li>", "<li>Withdrawal of application</li><li>Refused</li>")
    assert medicine("ema_medicine/opinion-positive", strip) == medicine("ema_medicine/opinion-positive")


def test_a_re_examination_repeats_the_first_opinion_and_no_more() -> None:
    for adapter in ("ema_medicines", "ema_medicine"):
        first, again = medicine(f"{adapter}/opinion-negative"), medicine(f"{adapter}/re-examination")
        assert first.claims == again.claims
        assert first.fields != again.fields


def test_an_opinion_on_a_variation_names_only_the_new_use_and_never_approves() -> None:
    [claim] = medicine("ema_variation/opinion-positive").claims
    assert claim.milestone is Milestone.OPINION_POSITIVE
    assert claim.authority == "EMA"
    assert claim.date is not None
    assert claim.date.first == date(2025, 6, 19)
    assert "neuroendocrine" in claim.indication
    assert "renal" not in claim.indication


@pytest.mark.parametrize("case", ["opinion-negative", "application-withdrawn", "opinion-extended"])
def test_no_older_use_is_drawn_into_an_outcome(case: str) -> None:
    [claim] = medicine(f"ema_variation/{case}").claims
    assert "neuroendocrine" in claim.indication
    assert "renal" not in claim.indication
    assert "hepatocellular" not in claim.indication


def test_a_badge_set_as_a_heading_changes_no_reading() -> None:
    change = ("<div><span>Opinion</span></div>", "<h5>Opinion</h5>")
    assert medicine("ema_variation/opinion-positive", change) == medicine("ema_variation/opinion-positive")
    change = ("<div><span>Application withdrawn</span></div>", "<h5>Application withdrawn</h5>")
    assert medicine("ema_variation/application-withdrawn", change) == medicine("ema_variation/application-withdrawn")


def test_the_followed_variation_page_reads_like_the_page_as_a_source() -> None:
    assert medicine("ema_post_authorisation/page-opinion-positive") == medicine("ema_variation/opinion-positive")


def test_a_row_of_the_post_authorisation_report_claims_nothing_by_itself() -> None:
    for name, case in CASES.items():
        if name.startswith("ema_post_authorisation/") and case.kind == "good" and not case.meta.get("part"):
            assert not any(record.claims for record in reading(name).records)


def test_equal_days_and_products_on_two_pages_are_two_procedures() -> None:
    name, change = "ema_post_authorisation/application-withdrawn", ("10/09/2025", "19/06/2025")
    keys = [record.key for record in reading(name, change).records]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EMEA/H/C/004163/II/0040", "II/0040"),
        ("EMEA/H/C/004163/II/0040/G", "II/0040"),
        ("EMA/VR/0000271719", "VR/0000271719"),
        ("VR-0000312515", "EMA/VR/0000312515"),
        ("EMAVR0000245108", "VR/0000245108\u00a0"),
        ("EMEA/H/C/71/I/1", "I/1"),
    ],
)
def test_spellings_of_one_procedure_number_are_equal(one: str, other: str) -> None:
    assert procedure(one) == procedure(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("II/0040", "II/0004"),
        ("II/0040", "IB/0040"),
        ("EMEA/H/C/71/I/7-8", "EMEA/H/C/71/I/78"),
        ("EMA/VR/0000271719", "EMA/X/0000271719"),
    ],
)
def test_different_procedures_are_not_equal(one: str, other: str) -> None:
    assert procedure(one) != procedure(other)


@pytest.mark.parametrize(
    ("heading", "milestone"),
    [
        ("Positive recommendation on new biosimilar medicine", Milestone.OPINION_POSITIVE),
        ("Positive recommendations on extensions of therapeutic indications", Milestone.OPINION_POSITIVE),
        ("Negative recommendation on new medicine", Milestone.OPINION_NEGATIVE),
        ("Negative recommendations on extensions of therapeutic indication", Milestone.OPINION_NEGATIVE),
        ("Withdrawals of applications", Milestone.APPLICATION_WITHDRAWN),
        ("Withdrawal of application", Milestone.APPLICATION_WITHDRAWN),
    ],
)
def test_a_heading_decides_the_outcome(heading: str, milestone: Milestone) -> None:
    found = outcome_of(heading)
    assert found is not None
    assert found.milestone is milestone


@pytest.mark.parametrize("heading", ["Start of referral", "CHMP statistics", "Conclusion of referral", "Other updates"])
def test_other_headings_decide_nothing(heading: str) -> None:
    assert outcome_of(heading) is None


def test_dates_are_read_in_both_forms_and_never_guessed() -> None:
    assert day("") is None
    assert day("23/07/2025") == day("2025-07-23T00:00:00Z") == day("2025-07-23")
    with pytest.raises(BadDate):
        day("07/23/2025")


def test_an_unreadable_date_of_a_status_is_trouble() -> None:
    case = CASES["ema_medicines/refused"]
    body = case.page.read_text("utf-8").replace("12/12/2025", "soon").encode()
    assert isinstance(outcome(case, body), BadDate)


@pytest.mark.parametrize(
    ("rows", "meta", "trouble"),
    [
        ([], {}, CountOutOfRange),
        ([{}], {"total_records": "many"}, MissingPart),
        (["x"], {}, MissingPart),
        ([{"ema_product_number": 7}], {}, MissingPart),
        ({}, {}, MissingPart),
    ],
)
def test_an_envelope_that_is_not_as_due_is_trouble(rows: object, meta: dict[str, object], trouble: type) -> None:
    with pytest.raises(trouble):
        ema_medicines.read(report(rows, **meta))


def test_a_report_longer_than_one_piece_is_read_whole() -> None:
    rows = [{"n": f"{number}", "text": "\u00e9\u4e16" * 300} for number in range(300)]
    document = report(rows, total_records=len(rows))
    assert list(ema_report.rows(document)) == rows
    for end in range(1, len(document.body), 20_011):
        with pytest.raises((Truncated, WrongType, MissingPart)):
            list(ema_report.rows(replace(document, body=document.body[:end])))


def test_a_whole_report_is_read_in_little_memory() -> None:
    rows = [{"ema_product_number": f"EMEA/H/C/{number:06d}", "text": "\u2019 words " * 150} for number in range(2_700)]
    document = report(rows, total_records=len(rows))
    del rows
    tracemalloc.start()
    try:
        assert sum(1 for _ in ema_report.rows(document)) == 2_700
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_bytes_that_are_not_utf_8_are_trouble() -> None:
    document = report([{"a": "b"}])
    with pytest.raises(WrongType, match="UTF-8"):
        list(ema_report.rows(replace(document, body=document.body.replace(b'"b"', b'"\xe9"'))))


def test_addresses_come_from_the_source_or_its_ids() -> None:
    source = Source("s", "a", "EMA", "https://www.ema.europa.eu/en/x", ("t",), ids={"ema_product_number": NUMBER})
    assert ema_medicine.request(source).url == source.url
    slug = replace(source, url="", ids={**source.ids, "ema_epar_url": "neofordex-0", "ema_variation_slug": "x-1"})
    assert ema_medicine.request(slug).url == "https://www.ema.europa.eu/en/medicines/human/EPAR/neofordex-0"
    assert ema_variation.request(slug).url == "https://www.ema.europa.eu/en/medicines/human/variation/x-1"
    with pytest.raises(SourceTrouble, match="ema_epar_url"):
        ema_medicine.request(replace(source, url=""))
    with pytest.raises(SourceTrouble, match="EMEA/H/C"):
        ema_medicine.request(replace(source, ids={}))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("On 19 June 2025, the CHMP adopted a positive opinion", "opinion_positive"),
        ("On 19 June 2025 the CHMP adopted by majority a positive opinion", "opinion_positive"),
        ("On 19 June 2025, the CHMP, following a re-examination, adopted a final negative opinion", "opinion_negative"),
    ],
)
def test_the_sentence_of_an_opinion_is_read_in_its_variants(written: str, said: str) -> None:
    stored = "On 19 June 2025, the Committee for Medicinal Products for Human Use (CHMP) adopted a positive opinion"
    found = medicine("ema_variation/opinion-positive", (stored, written))
    assert ("Outcome", said.replace("_", " ")) in found.fields
    assert ("Date", "2025-06-19") in found.fields


def test_an_opinion_in_the_highlights_is_found_by_brand_or_common_name() -> None:
    [claim] = medicine("ema_chmp_highlights/page-extension").claims
    assert claim.treatment == "Cabometyx (cabozantinib)"


def test_only_recent_meetings_that_name_the_product_and_the_newest_are_followed() -> None:
    parts = [follow.request.part for follow in reading("ema_chmp_highlights/news").follows]
    assert [part.rpartition("-chmp-")[2] for part in parts] == ["8-11-december-2025", "10-13-november-2025"]


def test_every_golden_page_is_our_own_and_small() -> None:
    for case in CASES.values():
        if case.adapter_name.startswith(("ema_", "ec_")):
            assert Path(case.page).stat().st_size < 12_000
