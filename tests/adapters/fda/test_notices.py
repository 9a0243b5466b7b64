"""FDA notices and lists: the fixed first sentence becomes a claim, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regwatch.adapters.fda.notice import read_notice
from regwatch.adapters.fda.oncology import ADAPTER, LIST
from regwatch.model import Document, Record, Request, Source
from regwatch.polling.diff import diff

WATCH = ("cabozantinib", "Cabometyx", "XL184")
SOURCE = Source("fda", "fda_oncology", "FDA", LIST, ("t",), watch=WATCH)
START = "On March 26, 2025, the Food and Drug Administration "
TAIL = "cabozantinib (Cabometyx, Exelixis, Inc.) for adults with neuroendocrine tumors."


def notice(*paragraphs: str) -> Record:
    text = "".join(f"<p>{words}</p>" for words in paragraphs)
    body = (
        '<html><body><article id="main-content"><h1 class="content-title">FDA and cabozantinib</h1>'
        f'<div role="main">{text}</div></article></body></html>'
    )
    request = Request("https://www.fda.gov/drugs/x/y", "notice/drugs/x/y")
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    [record] = read_notice(Document(SOURCE, request, request.url, body.encode(), "text/html", fetched)).records
    return record


@pytest.mark.parametrize(
    ("verb", "milestone"),
    [
        ("approved", "approved"),
        ("granted approval to", "approved"),
        ("granted regular approval to", "approved"),
        ("granted traditional approval to", "approved"),
        ("granted accelerated approval to", "accelerated_approved"),
    ],
)
def test_each_form_of_approval_is_a_claim(verb: str, milestone: str) -> None:
    record = notice(f"{START}{verb} {TAIL} More words follow.")
    [claim] = record.claims
    assert (claim.milestone.value, str(claim.date), claim.treatment) == (milestone, "2025-03-26", "cabozantinib")
    assert claim.indication == "adults with neuroendocrine tumors"
    assert claim.quote == f"{START}{verb} {TAIL}"
    assert not record.prose


@pytest.mark.parametrize(
    "sentence",
    [
        f"{START}did not approve {TAIL}",
        f"{START}accepted an application for {TAIL}",
        f"{START}withdrew approval of {TAIL}",
        f"{START}granted breakthrough therapy designation to {TAIL}",
        f"{START}granted priority review to {TAIL}",
        f"{START}approved a new dosing regimen of {TAIL}",
        f"{START}approved the first generic of {TAIL}",
        f"{START}approved nivolumab (Opdivo, Bristol-Myers Squibb) with cabozantinib (Cabometyx, Exelixis) for cancer.",
        f"{START}approved examplinib (Examplo, Example Co.) for patients who have had cabozantinib.",
        f"{START}approved cabozantinib (Cabometyx, Exelixis, Inc.) for kidney cancer in combination with nivolumab.",
        f"{START}approved updated labeling for {TAIL}",
        f"By March 26, 2025, the Food and Drug Administration approved {TAIL}",
        f"On February 31, 2025, the Food and Drug Administration approved {TAIL}",
        f"On March 26, 2025, the company said that the Food and Drug Administration approved {TAIL}",
        f"{START}approved cabozantinib.",
    ],
)
def test_any_other_sentence_is_left_to_the_language_rules(sentence: str) -> None:
    record = notice(sentence, "Nothing more about cabozantinib.")
    assert record.claims == ()
    assert record.prose


def test_a_companion_test_approved_beside_it_changes_nothing() -> None:
    record = notice(f"{START}approved {TAIL}", "FDA also approved a test as companion diagnostic for cabozantinib.")
    assert len(record.claims) == 1
    assert not record.prose


def rows(lines: list[tuple[str, str, str, str]]) -> Document:
    cells = "".join(f'<tr><td><a href="{a}">{h}</a></td><td>{d}</td><td>{day}</td></tr>' for h, a, d, day in lines)
    body = (
        '<html><body><h1 class="content-title">Oncology Approval Notifications</h1><div role="main">'
        f"<table><thead><tr><th>Headline</th><th>About</th><th>Date</th></tr></thead>{cells}</table></div></body></html>"
    )
    fetched = datetime(2026, 1, 12, tzinfo=UTC)
    return Document(SOURCE, Request(LIST), LIST, body.encode(), "text/html", fetched)


OTHERS = [(f"FDA approves m{i}", f"/drugs/a/m{i}", "text", "1/2/2024") for i in range(25)]
CABO = ("FDA approves x", "/drugs/a/cabo", "On a day the FDA approved XL184 (Brand)", "3/26/2025")


def test_the_order_of_rows_and_tracking_in_links_change_no_record() -> None:
    second = ("FDA approves cabozantinib again", "/drugs/a/cabo-0", "text", "03/27/2025")
    tracked = (CABO[0], "http://www.fda.gov/drugs/a/cabo/?utm_source=mail&source=x#top", *CABO[2:])
    one = ADAPTER.read(rows([CABO, second, *OTHERS]))
    other = ADAPTER.read(rows([*OTHERS, second, tracked]))
    assert diff([("", record) for record in one.records], [("", record) for record in other.records]) == []
    assert {follow.request.part for follow in one.follows} == {follow.request.part for follow in other.follows}


def test_a_row_is_watched_by_its_description_too_and_states_nothing_by_itself() -> None:
    reading = ADAPTER.read(rows([CABO, *OTHERS]))
    [record] = reading.records
    assert (record.claims, record.prose, str(record.published)) == ((), False, "2025-03-26")


def test_the_address_may_be_left_to_the_adapter() -> None:
    assert ADAPTER.request(replace(SOURCE, url="")).url == LIST


def test_two_rows_that_lead_to_one_notice_are_two_records_and_one_page() -> None:
    reading = ADAPTER.read(rows([CABO, ("FDA approves XL184 once more", CABO[1], "text", "03/28/2025"), *OTHERS]))
    assert [record.key for record in reading.records] == ["drugs/a/cabo", "drugs/a/cabo 2025-03-28"]
    assert len({follow.request for follow in reading.follows}) == 1
