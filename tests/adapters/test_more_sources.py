"""Wires, rooms and data files: what they ask for, and what they refuse."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest

from regwatch.adapters import registry
from regwatch.adapters.fda import tables as fda_tables
from regwatch.errors import MissingPart, TooLarge, Truncated
from regwatch.model import Document, Request, Source
from regwatch.reading.links import edition

ISSUER = {"issuer": "Examplon"}


def source(adapter: str, url: str = "", **facts: dict[str, str]) -> Source:
    return Source("s", adapter, "x", url, ("t",), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("adapter", "url", "asked"),
    [
        ("notified_news", "https://ir.examplon.com", "https://ir.examplon.com/rss/news-releases.xml"),
        ("notified_news", "https://ir.examplon.com/rss/x.xml?items=15", "https://ir.examplon.com/rss/x.xml?items=15"),
        ("globenewswire_org", "https://rss.globenewswire.com/RssFeed/x", "https://rss.globenewswire.com/RssFeed/x"),
        ("prnewswire_news", "", "https://www.prnewswire.com/rss/health-latest-news/pharmaceuticals-list.rss"),
    ],
)
def test_a_room_is_asked_for_its_feed(adapter: str, url: str, asked: str) -> None:
    assert registry.adapter(adapter).request(source(adapter, url, options=ISSUER)).url == asked


@pytest.mark.parametrize(
    ("adapter", "url"),
    [
        ("globenewswire_org", ""),
        ("globenewswire_org", "https://notglobenewswire.com/feed"),
        ("businesswire_company", "https://www.businesswire.com/news"),
        ("prnewswire_news", "https://prnewswire.example/rss"),
        ("notified_news", ""),
        ("q4_news", ""),
    ],
)
def test_an_address_that_is_not_the_wires_own_is_a_fault(adapter: str, url: str) -> None:
    with pytest.raises(ValueError, match=r"needs the"):
        registry.adapter(adapter).request(source(adapter, url, options=ISSUER))


@pytest.mark.parametrize(
    "adapter", ["globenewswire_org", "businesswire_company", "prnewswire_news", "notified_news", "q4_news", "sec_edgar"]
)
def test_a_room_without_an_issuer_is_a_fault(adapter: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        registry.adapter(adapter).request(source(adapter, "https://ir.examplon.com", ids={"sec_cik": "939767"}))


@pytest.mark.parametrize("given", ["", "EXEL", "12345678901"])
def test_a_company_at_the_sec_is_a_number(given: str) -> None:
    with pytest.raises(ValueError, match="sec_cik"):
        registry.adapter("sec_edgar").request(source("sec_edgar", options=ISSUER, ids={"sec_cik": given}))


def test_the_letters_of_one_application_are_asked_for_as_the_set_writes_it() -> None:
    asked = registry.adapter("fda_crl").request(source("fda_crl", ids={"fda_application": "NDA208692"})).url
    assert asked.endswith("search=application_number:%22NDA%20208692%22&limit=100")


@pytest.mark.parametrize(
    ("url", "language"),
    [
        ("https://www.globenewswire.com/news-release/2023/04/18/2648851/35690/en/Title.html", "en"),
        ("https://www.globenewswire.com/news-release/2025/06/20/3102345/0/fr/Titre.html", "fr"),
        ("https://www.businesswire.com/news/home/20211002005018/zh-HK/Title", "zh"),
        ("https://example.com/fr/news", ""),
    ],
)
def test_an_edition_tells_its_language_by_its_address(url: str, language: str) -> None:
    assert edition(url) == language


def tables(body: bytes) -> fda_tables.Tables:
    url = "https://www.fda.gov/media/89850/download"
    at = datetime(2026, 1, 12, tzinfo=UTC)
    return fda_tables.Tables(Document(source("fda_drugsatfda"), Request(url), url, body, "application/zip", at))


def packed(text: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Submissions.txt", text)
    return file.getvalue()


def test_a_row_that_breaks_inside_its_notes_keeps_what_stands_before_them() -> None:
    body = packed(
        b"ApplNo\tStatus\tNotes\tPriority\r\n208692\tAP\tsee\r\nbelow\tPRIORITY\r\n203756\tTA\t\tSTANDARD\r\n"
    )
    rows = list(tables(body).rows("Submissions", ("Status", "Priority"), ApplNo="208692"))
    assert rows == [{"Status": "AP", "Priority": "", "ApplNo": "208692"}]


def test_a_table_that_unpacks_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fda_tables, "MOST_BYTES", 1000)
    with pytest.raises(TooLarge, match="unpacks"):
        list(tables(packed(b"ApplNo\r\n" * 1000)).rows("Submissions", ("ApplNo",)))


def test_a_damaged_table_and_one_without_its_column_are_trouble() -> None:
    body = bytearray(packed(bytes(range(48, 90)) * 40))
    for place in range(60, 80):
        body[place] ^= 0xFF
    with pytest.raises((Truncated, MissingPart)):
        list(tables(bytes(body)).rows("Submissions", ("ApplNo",)))
    with pytest.raises(MissingPart, match="column Status"):
        list(tables(packed(b"ApplNo\r\n208692\r\n")).rows("Submissions", ("Status",)))
