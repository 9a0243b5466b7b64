"""Recorded data files of other authorities: what they say is read, and what did not happen is not told."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from reading.workbook import xlsx
from regwatch.adapters import registry
from regwatch.adapters.cda.vocabulary import RECOMMENDATION, STATUS
from regwatch.adapters.gba.decisions import POSITIVE, SILENT
from regwatch.classify.changes import classify
from regwatch.model import Document, Finding, Indication, Reading, Record, Request, Source, Topic, Treatment
from regwatch.polling.diff import diff
from regwatch.reading.html import label
from regwatch.vocabulary import Confidence, Milestone

ROOT = Path(os.environ.get("REGWATCH_CAPTURES", Path(__file__).parents[3] / "shared" / "captures")) / "other"
pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ROOT.is_dir(), reason="the recorded files are not beside the repository"),
]


def document(adapter: str, body: bytes, content_type: str, *watch: str, part: str = "", **ids: str) -> Document:
    source = Source(adapter, adapter, "Publisher", "", ("topic",), ids=ids, watch=watch)
    url = "https://example.org/file"
    return Document(source, Request(url, part), url, body, content_type, datetime(2026, 1, 12, tzinfo=UTC))


def read(found: Document) -> Reading:
    adapter = registry.adapter(found.source.adapter)
    reading = adapter.read(found)
    adapter.limits.check(reading)
    return reading


def news(before: list[Record], after: list[Record], topics: list[Topic]) -> list[Finding]:
    """What is sure and new between two readings, and not told already by the first one."""
    source = Source("source", "adapter", "Publisher", "", tuple(topic.id for topic in topics))

    def told(one: list[Record], other: list[Record]) -> list[Finding]:
        changes = diff([("", record) for record in one], [("", record) for record in other])
        found = [item.finding for item in classify(changes, one, other, source, topics)]
        return [finding for finding in found if finding.topic and finding.confidence is Confidence.HIGH]

    known = {(one.topic, one.authority, one.milestone) for one in told([], before)}
    return [one for one in told(before, after) if (one.topic, one.authority, one.milestone) not in known]


def topic(name: str, brand: str, inn: str, *terms: str) -> Topic:
    return Topic(name, name, Treatment(inn, (brand,)), Indication(terms[0], terms[1:]))


SWISS = [
    topic("minjuvi", "Minjuvi", "tafasitamab", "lymphome folliculaire", "follikuläres Lymphom"),
    topic("minjuvi-dlbcl", "Minjuvi", "tafasitamab", "lymphome diffus à grandes cellules B", "DLBCL"),
    topic("aspaveli", "Aspaveli", "pegcetacoplan", "C3-Glomerulopathie", "C3G"),
    topic("aspaveli-pnh", "Aspaveli", "pegcetacoplan", "paroxysmale nächtliche Hämoglobinurie", "PNH"),
    topic("alhemo", "Alhemo", "concizumab", "Hämophilie A ohne Inhibitoren", "Hämophilie B ohne Inhibitoren"),
    topic("yuflyma", "Yuflyma", "adalimumab", "Maladie de Crohn chez l'adulte, l'enfant"),
    topic("yuflyma-ra", "Yuflyma", "adalimumab", "Polyarthrite rhumatoïde"),
    topic("eylea", "Eylea", "aflibercept", "Makulaödem", "RVO", "Venenverschluss"),
    topic("actonel", "Actonel", "risedronat", "Osteoporose", "Ostéoporose", "Paget-Krankheit", "Maladie de Paget"),
    topic("actonel-german", "Actonel", "risedronat", "Ostéoporose"),
    topic("rivasur", "Rivasur", "rivastigmin", "Demenz vom Alzheimer-Typ", "Demenza di tipo Alzheimer"),
    topic("rivasur-italian", "Rivasur", "rivastigmin", "Demenza"),
    topic("inhalant", "Inhalant", "levomentholum", "Inhalation"),
    topic("gastricumeel", "Gastricumeel", "acidum arsenicosum", "Magenbeschwerden"),
    topic("viburcol", "Viburcol N", "matricaria recutita", "Unruhezuständen"),
    topic("septonsil", "Septonsil", "phytolacca americana", "Halsentzündungen", "Spagyrik"),
    topic("ferrodona", "Ferrodona", "ferrum metallicum", "Blutarmut"),
    topic("cabometyx", "Cabometyx", "cabozantinib", "Neuroendokrine Tumoren"),
    topic("lutathera", "Lutathera", "oxodotreotid", "neuroendokrine Tumore", "GEP-NET"),
]


def packages(day: str) -> list[Record]:
    """The list as a workbook: its heading line, then the columns, then the packages."""
    with (ROOT / "swissmedic" / f"packages_stand_{day}.csv").open(encoding="utf-8") as file:
        lines = list(csv.reader(file))
    watch = [name for one in SWISS for name in one.treatment.names]
    return read(document("swissmedic_packages", xlsx(lines), "application/octet-stream", *watch)).records


def test_a_swiss_month_has_exactly_its_four_new_uses() -> None:
    found = news(packages("2025-11-30"), packages("2025-12-31"), SWISS)
    assert sorted({one.topic for one in found}) == ["alhemo", "aspaveli", "minjuvi", "yuflyma"]
    assert {one.milestone for one in found} == {Milestone.APPROVED}


def test_the_swiss_list_authorises_cabozantinib_in_neuroendocrine_tumours_throughout() -> None:
    for day in ("2025-11-30", "2025-12-31"):
        uses = [claim.indication for record in packages(day) if record.key == "66471" for claim in record.claims]
        assert uses[-1] == "Neuroendokrine Tumoren (NET)"


def test_a_swiss_month_read_backwards_approves_nothing() -> None:
    assert news(packages("2025-12-31"), packages("2025-11-30"), SWISS) == []


def opinions() -> list[Record]:
    body = (ROOT / "france_bdpm" / "CIS_HAS_SMR_bdpm_extract.txt").read_bytes()
    return read(document("has_opinions", body, "text/plain", "Cabometyx", "Lutathera", "Afinitor", "Sutent")).records


def test_opposite_values_of_one_french_file_stay_apart_whatever_the_number_of_strengths() -> None:
    said = {
        record.key: [claim.milestone for claim in record.claims]
        for record in opinions()
        if record.key.startswith(("CT-19276", "CT-16606"))
    }
    assert said == {
        "CT-19276/Important": [Milestone.HTA_RECOMMENDED_RESTRICTED],
        "CT-19276/Insuffisant": [Milestone.HTA_NOT_RECOMMENDED],
        "CT-16606/Important": [Milestone.HTA_RECOMMENDED],
        "CT-16606/Insuffisant": [Milestone.HTA_NOT_RECOMMENDED],
    }


def test_the_french_file_on_everolimus_names_each_of_its_uses() -> None:
    (record,) = [record for record in opinions() if record.key == "CT-14349/Important"]
    assert [("rein" in claim.indication, "neuroendocrines" in claim.indication) for claim in record.claims] == [
        (True, False),
        (False, True),
    ]


def test_every_word_of_the_canadian_table_has_a_meaning() -> None:
    with (ROOT / "canada_cda" / "cadth_reimbursement_reviews_2023-04.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1055
    assert {label(row["Project Status"]) for row in rows} - set(STATUS) == {""}
    assert {label(row["Recommendation Type"]) for row in rows} - set(RECOMMENDATION) == set()


def extract(drug: str, status: str, ingredients: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, text in (("drug.txt", drug), ("status.txt", status), ("ingred.txt", ingredients)):
            archive.writestr(name, text)
    return body.getvalue()


def test_three_years_of_the_canadian_product_database_tell_no_milestone() -> None:
    topics = [
        topic(name.casefold(), name, name.casefold(), "neuroendocrine tumours", "NETs")
        for name in ("Cabometyx", "Lutathera", "Afinitor", "Somatuline", "Sutent", "Caprelsa", "Welireg")
    ]
    watch = [one.treatment.brands[0] for one in topics] + ["Somatuline Autogel"]
    series = sorted((ROOT / "canada_dpd" / "series").iterdir())
    ingredients = (ROOT / "canada_dpd" / "2026-04-01_marketed" / "ingred.txt").read_text("utf-8-sig")
    months = []
    for folder in series:
        texts = [(folder / name).read_text("utf-8-sig") for name in ("drug.txt", "status.txt")]
        reading = read(document("hc_products", extract(*texts, ingredients), "application/zip", *watch))
        assert reading.oddities == []
        months.append(reading.records)
    assert len(months) == 31
    assert min(len(records) for records in months) >= 16
    assert not [claim for records in months for record in records for claim in record.claims]
    assert [found for one, other in pairwise(months) for found in news(one, other, topics)] == []


def test_a_bulk_change_of_dates_in_the_canadian_database_changes_no_record() -> None:
    ingredients = (ROOT / "canada_dpd" / "2026-04-01_marketed" / "ingred.txt").read_text("utf-8-sig")
    records = []
    for day in ("2025-03-05", "2025-04-05"):
        texts = [
            (ROOT / "canada_dpd" / "series" / day / name).read_text("utf-8-sig") for name in ("drug.txt", "status.txt")
        ]
        records.append(
            read(document("hc_products", extract(*texts, ingredients), "application/zip", "Cabometyx")).records
        )
    assert records[0] == records[1]


def test_the_recorded_canadian_notices_lead_to_their_records() -> None:
    answers = json.loads((ROOT / "canada_noc" / "noc_api_samples_2026-10.json").read_text("utf-8"))
    rows = answers["medicinalingredient_id_38344"] * 20
    reading = read(document("hc_noc", json.dumps(rows).encode(), "application/json", "zongertinib"))
    assert [follow.request.part for follow in reading.follows] == ["notice/38344"]
    notice = [{**answers["noticeofcompliancemain_first_record_truncated_fr"], "noc_number": 403}]
    body = json.dumps(notice).encode()
    (record,) = read(document("hc_noc", body, "application/json", "x", part="notice/403")).records
    assert (record.published and record.published.iso, record.claims) == ("2002-03-13", ())


def searched(name: str, *watch: str) -> Reading:
    """A recorded answer of NICE's search inside a page that carries it as the lists do."""
    answer = json.loads((ROOT.parent / "nice" / "next-web" / "search" / f"{name}.json").read_text("utf-8"))
    answer["resultCount"] = len(answer["documents"])
    data = json.dumps({"props": {"pageProps": {"results": answer}}})
    page = f'<html><h1>NICE guidance</h1><script id="__NEXT_DATA__" type="application/json">{data}</script></html>'
    return read(document("nice_lists", page.encode(), "text/html", *watch))


def test_every_recorded_list_of_nice_is_read_without_oddity() -> None:
    every = ("DG11", "deferred", "a", "and", "for", "in", "of", "the", "to", "with", "adults", "treating")
    names = ("published", "inconsultation", "indevelopment", "deferred", "proposed", "prioritisation", "terminated")
    for name in names:
        reading = searched(f"guidance-{name}", *every)
        assert reading.records
        assert reading.oddities == []
        assert not [claim for record in reading.records for claim in record.claims]


def test_the_recorded_lists_of_nice_have_their_dates_as_fields() -> None:
    (record, *_) = [
        record
        for record in searched("guidance-inconsultation", "of", "and", "the", "for", "in").records
        if "Consultation ends" in dict(record.fields)
    ]
    assert dict(record.fields)["Consultation"]


def test_a_recorded_consultation_says_until_when() -> None:
    answer = json.loads((ROOT.parent / "nice" / "consultations" / "api-Consultation.json").read_text("utf-8"))
    body = json.dumps([answer]).encode()
    (record,) = read(document("nice_consultations", body, "application/json", nice_gid="GID-TA10232")).records
    assert dict(record.fields)["Closes"] == "2018-05-31 17:00"


def test_german_decisions_on_cabozantinib_have_words_that_are_known() -> None:
    held = json.loads((ROOT / "germany_gba" / "gba_decisions_extract_2026-03-04.json").read_text("utf-8"))["data"]
    assert {row["benefit_rating"].casefold() for row in held} <= POSITIVE | SILENT
