"""Recorded pages and data of EMA and the Commission: each series of states yields the events that happened."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from regwatch.adapters.ec import register as ec_register
from regwatch.adapters.ema import medicine as ema_medicine
from regwatch.adapters.ema import medicines as ema_medicines
from regwatch.adapters.ema import post_authorisation as ema_post_authorisation
from regwatch.adapters.ema.uses import granted, sentences, uses
from regwatch.errors import MissingPart, WrongIdentity
from regwatch.model import Claim, Document, Record, Request, Source
from regwatch.reading.markdown import to_html

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
EMA = CAPTURES / "ema"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not EMA.is_dir(), reason="no recorded EMA pages")]
FETCHED = datetime(2026, 9, 30, tzinfo=UTC)
REPORT = EMA / "medicine-data" / "medicines-json-shape.derived.2025-10-27.json"


def document(body: bytes, ids: dict[str, str], content_type: str = "text/html") -> Document:
    source = Source("s", "a", "EMA", "https://www.ema.europa.eu/x", ("t",), ids=ids)
    return Document(source, Request(source.url), source.url, body, content_type, FETCHED)


def medicine(name: str) -> Record:
    text = (EMA / "epar-md" / f"{name}.md").read_text("utf-8")
    number = re.search(r"EMEA/H/C/\d{6}", text)
    assert number
    [record] = ema_medicine.read(document(to_html(text).encode(), {"ema_product_number": number[0]})).records
    return record


def said(claims: tuple[Claim, ...]) -> list[tuple[str, str, str]]:
    found = [(claim.authority, claim.milestone.value, claim.date.iso if claim.date else "") for claim in claims]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("adstiladrin.authorised-conditional", ("EC", "conditionally_approved", "2026-05-28")),
        ("blarcamesine-anavex.1-under-re-examination", ("EMA", "opinion_negative", "2025-12-11")),
        ("blarcamesine-anavex.2-application-withdrawn", ("EMA", "application_withdrawn", "2026-03-25")),
        ("cabometyx.2025-12-02", ("EC", "approved", "")),
        ("cabometyx.2025-12-29", ("EC", "approved", "")),
        ("cabometyx.2026-02-27", ("EC", "approved", "")),
        ("daybu.1-under-re-examination", ("EMA", "opinion_negative", "2026-02-26")),
        ("daybu.2-positive-opinion-after-re-examination", ("EMA", "opinion_positive", "2026-06-25")),
        ("elevidys.refused", ("EC", "refused", "2025-09-24")),
        ("enflonsia.1-opinion-positive-ec-decision-on-hold", ("EMA", "opinion_positive", "2025-09-18")),
        ("enflonsia.2-authorised", ("EC", "approved", "2026-04-15")),
        ("ibandronic-acid-sandoz.1-authorised", ("EC", "approved", "")),
        ("ibandronic-acid-sandoz.2-lapsed", ("EC", "lapsed", "2024-01-09")),
        ("iloperidone-vanda-pharmaceuticals.1-under-re-examination", ("EMA", "opinion_negative", "2026-02-26")),
        (
            "iloperidone-vanda-pharmaceuticals.2-negative-opinion-after-re-examination-dropped",
            ("EMA", "opinion_negative", "2026-02-26"),
        ),
        ("iloperidone-vanda-pharmaceuticals.3-refused", ("EC", "refused", "2026-06-12")),
        ("inflectra.1-authorised", ("EC", "approved", "")),
        ("inflectra.2-withdrawn", ("EC", "authorisation_withdrawn", "2026-05-21")),
        ("kinselby.opinion-negative", ("EMA", "opinion_negative", "2025-05-22")),
        ("ocaliva.revoked", ("EC", "revoked", "2024-08-30")),
        ("oxbryta.suspended", ("EC", "suspended", "")),
        ("rezurock.1-opinion-positive-after-re-examination", ("EMA", "opinion_positive", "2026-01-29")),
        ("rezurock.2-authorised-conditional", ("EC", "conditionally_approved", "2026-03-24")),
        ("xbonzy.1-opinion-positive", ("EMA", "opinion_positive", "2025-09-18")),
        ("xbonzy.2-authorised", ("EC", "approved", "")),
        ("yartemlea.under-re-examination", ("EMA", "opinion_negative", "2026-06-25")),
    ],
)
def test_every_recorded_page_states_what_happened_and_nothing_else(name: str, due: tuple[str, str, str]) -> None:
    assert said(medicine(name).claims) == [due]


def test_every_recorded_page_is_covered() -> None:
    assert len(list((EMA / "epar-md").glob("*.md"))) == 26


def test_three_states_of_the_cabometyx_page_are_one_record() -> None:
    first, second, third = (medicine(f"cabometyx.{day}") for day in ("2025-12-02", "2025-12-29", "2026-02-27"))
    assert first == second == third
    assert len(first.claims) == 5
    assert [claim for claim in first.claims if "neuroendocrine" in claim.indication] == [first.claims[4]]


def test_the_report_and_the_page_of_cabometyx_name_the_same_uses() -> None:
    ids = {"ema_product_number": "EMEA/H/C/004163"}
    [record] = ema_medicines.read(document(REPORT.read_bytes(), ids, "application/json")).records
    page = medicine("cabometyx.2025-12-02")
    assert [claim.indication for claim in record.claims] == [claim.indication for claim in page.claims]
    assert said(record.claims) == [("EC", "approved", "")]


def test_every_human_row_of_the_report_is_read_with_a_known_status() -> None:
    body = REPORT.read_bytes()
    for row in json.loads(body)["data"]:
        due = document(body, {"ema_product_number": row["ema_product_number"]}, "application/json")
        if row["category"] != "Human":
            with pytest.raises(WrongIdentity):
                ema_medicines.read(due)
            continue
        reading = ema_medicines.read(due)
        assert {oddity.what for oddity in reading.oddities} <= {"a flag that is neither Yes nor No"}, row
        assert reading.records[0].claims, row["name_of_medicine"]


def test_the_two_brands_of_cabozantinib_are_told_apart() -> None:
    ids = {"ema_product_number": "EMEA/H/C/002640"}
    [record] = ema_medicines.read(document(REPORT.read_bytes(), ids, "application/json")).records
    assert record.title == "Cometriq"
    assert "medullary" in record.claims[0].indication


def test_recorded_post_authorisation_rows_are_procedures_with_pages() -> None:
    extract = json.loads((EMA / "medicine-data" / "post-authorisation-extract.2026-09-29.json").read_text("utf-8"))
    names = extract["key_to_ema_key"]
    rows = [{names[key]: value or "" for key, value in row.items()} for row in extract["ema_post"]]
    for row in rows:
        row["medicine_url"] = f"https://www.ema.europa.eu/en/medicines/human/{row['medicine_url']}"
        row["last_updated_date"] = row["first_published_date"]
    body = json.dumps({"meta": {"total_records": len(rows)}, "data": rows}).encode()
    for number in {row["ema_product_number"] for row in rows}:
        due = document(body, {"ema_product_number": number}, "application/json")
        reading = ema_post_authorisation.read(due)
        mine = [row for row in rows if row["ema_product_number"] == number]
        assert len(reading.records) == len(mine) + 1
        assert len({record.key for record in reading.records}) == len(mine) + 1
        assert len(reading.follows) == len(mine)
        assert not reading.oddities


@pytest.mark.parametrize(
    ("name", "number", "watched", "count", "day"),
    [
        ("product_newest", "EU/1/25/1979", "EMEA/H/C/006435/0000", 2, date(2025, 9, 17)),
        ("product_newest", "EU/1/25/1979", "EMA/T/0000302036", 2, None),
        ("product_oldest", "EU/1/95/001", "EMEA/H/C/71/I/1", 120, date(1996, 6, 28)),
    ],
)
def test_recorded_register_pages_are_read_whole(
    name: str, number: str, watched: str, count: int, day: date | None
) -> None:
    body = (EMA / "union-register" / f"{name}.html").read_bytes()
    reading = ec_register.read(document(body, {"ec_register": number, "ema_procedure": watched}))
    procedures = [record for record in reading.records if record.kind == "procedure"]
    decided = [claim.date.first for record in procedures for claim in record.claims if claim.date]
    assert len(procedures) == count
    assert decided == ([day] if day else [])
    assert not reading.oddities
    assert reading.records[-1].claims


def test_the_list_of_products_is_no_product_page() -> None:
    body = (EMA / "union-register" / "register_p1.html").read_bytes()
    with pytest.raises(MissingPart, match="dataSet_product_information"):
        ec_register.read(document(body, {"ec_register": "EU/1/16/1136"}))


def test_nearly_every_authorised_medicine_of_2026_has_a_use_and_no_disease_is_cut_out_of_it() -> None:
    subset = json.loads((EMA / "medicine-data" / "medicines-authorised-subset.2026-08-22T18.json").read_text("utf-8"))
    without = []
    for row in subset["medicines"]:
        parts = sentences(row["indication"] or "", row["name"])
        if not uses(parts):
            without.append(row["name"])
    assert len(subset["medicines"]) == 1563
    assert len(without) == 6, "precursors for radiolabelling, and one that points to another document"


def test_every_authorised_medicine_against_neuroendocrine_tumours_is_found() -> None:
    subset = json.loads((EMA / "medicine-data" / "medicines-authorised-subset.2026-08-22T18.json").read_text("utf-8"))
    found = {
        row["name"]
        for row in subset["medicines"]
        for use in uses(sentences(row["indication"] or "", row["name"]))
        if "neuroendocrine tumour" in granted(use).casefold()
    }
    due = {"Afinitor", "Cabometyx", "Lutathera", "Sunitinib Accord", "Sutent", "Welireg"}
    assert due <= found
    assert not found & {"Lutetium (177Lu) chloride Billev (previously Illuzyce)", "Cometriq", "Keytruda"}
