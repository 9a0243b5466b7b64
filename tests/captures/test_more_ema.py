"""Recorded EMA data that is read by name: applications refused and withdrawn, and the news."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regwatch.adapters.ema import applications as ema_applications
from regwatch.adapters.ema import news as ema_news
from regwatch.dates import from_iso
from regwatch.model import Document, Reading, Request, Source

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
DATA = CAPTURES / "ema" / "medicine-data"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not DATA.is_dir(), reason="no recorded EMA data")]
FETCHED = datetime(2026, 10, 1, tzinfo=UTC)


def document(body: bytes, *watch: str) -> Document:
    source = Source("s", "a", "EMA", "https://www.ema.europa.eu/x", ("t",), watch=watch)
    return Document(source, Request(source.url), source.url, body, "application/json", FETCHED)


def medicines(*watch: str) -> Reading:
    body = (DATA / "medicines-json-shape.derived.2025-10-27.json").read_bytes()
    return ema_applications.read(document(body, *watch))


def told(reading: Reading) -> set[tuple[str, str, str]]:
    claims = [(record.title, claim) for record in reading.records for claim in record.claims]
    return {(title, claim.milestone.value, str(claim.date or "")) for title, claim in claims}


def test_refused_and_withdrawn_applications_are_found_by_name() -> None:
    assert told(medicines("delandistrogene moxeparvovec")) == {("Elevidys", "refused", "2025-09-24")}
    [(title, milestone, _)] = told(medicines("plitidepsin"))
    assert (title, milestone) == ("Aplidin", "application_withdrawn")


def test_both_brands_of_one_substance_are_told_apart_by_their_uses() -> None:
    reading = medicines("cabozantinib", "Cabometyx")
    assert [record.title for record in reading.records[1:]] == ["Cabometyx", "Cometriq"]
    uses = {record.title: " ".join(claim.indication for claim in record.claims) for record in reading.records[1:]}
    assert "neuroendocrine" in uses["Cabometyx"]
    assert "neuroendocrine" not in uses["Cometriq"]
    assert "medullary thyroid" in uses["Cometriq"]
    assert all("cabozantinib" in claim.treatment for record in reading.records for claim in record.claims)


def test_what_befalls_generics_is_nobodys_news() -> None:
    reading = medicines("dimethyl fumarate", "Tecfidera")
    assert len(reading.records) == 6
    assert told(reading) == set()


def test_the_end_of_a_product_counts_only_where_its_brand_is_watched() -> None:
    assert told(medicines("obeticholic acid")) == set()
    [(title, milestone, _)] = told(medicines("obeticholic acid", "Ocaliva"))
    assert (title, milestone) == ("Ocaliva", "revoked")


def news(*watch: str) -> Reading:
    extract = json.loads((DATA / "news-extract.2026-10-01.json").read_text("utf-8"))
    names = extract["key_to_ema_key"]
    rows = []
    for item in extract["noticias"]:
        row = {names[key]: value or "" for key, value in item.items()}
        day = from_iso(row["first_published_date"]).first
        rows.append({**row, "first_published_date": f"{day:%d/%m/%Y}", "press_release": "No", "last_updated_date": ""})
    body = json.dumps({"meta": {"total_records": len(rows), "timestamp": "x"}, "data": rows}).encode()
    return ema_news.read(document(body, *watch))


def test_news_of_a_watched_medicine_is_an_announcement() -> None:
    reading = news("Tavneos", "avacopan")
    [record] = reading.records[1:]
    assert record.title == "EMA recommends revoking marketing authorisation for Tavneos"
    assert record.prose
    assert str(record.published) == "2026-06-26"


def test_the_committees_meetings_and_other_medicines_are_left_to_their_own_sources() -> None:
    assert len(news("Keytruda", "Frehemgo").records) == 1
    assert len(news("cabozantinib").records) == 1
