"""Recorded releases of companies, labelled by us: what each announces, by its row."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from regwatch.classify.language import classify_text
from regwatch.model import Announcement, Finding, Treatment
from regwatch.vocabulary import Mode

CAPTURES = Path(os.environ.get("REGWATCH_CAPTURES") or Path(__file__).parents[2].parent / "shared" / "captures")
PRESS = CAPTURES / "press"
pytestmark = [pytest.mark.captures, pytest.mark.skipif(not PRESS.is_dir(), reason="no recorded releases")]

WATCH = tuple(
    Treatment(inn, tuple(brands.split("/")) if brands else ())
    for inn, brands in (
        ("tirzepatide", "Zepbound/Mounjaro"), ("donanemab", "Kisunla"), ("lebrikizumab", "Ebglyss"),
        ("pirtobrutinib", "Jaypirca"), ("empagliflozin", "Jardiance"), ("abemaciclib", "Verzenio"),
        ("baricitinib", "Olumiant"), ("mirikizumab", "Omvoh"), ("selpercatinib", "Retevmo"),
        ("dulaglutide", "Trulicity"), ("ramucirumab", "Cyramza"), ("ixekizumab", "Taltz"),
        ("pembrolizumab", "Keytruda"), ("enfortumab vedotin", "Padcev"), ("sotatercept", ""),
        ("olaparib", "Lynparza"), ("lenvatinib", "Lenvima"), ("molnupiravir", ""), ("letermovir", "Prevymis"),
        ("ebola zaire vaccine", "Ervebo"), ("lifileucel", "Amtagvi"), ("deramiocel", ""),
        ("ustekinumab", "Selarsdi/Stelara"), ("hb-700", ""), ("tofersen", "Qalsody"),
        ("chikungunya vaccine", "Ixchiq"), ("ersodetug", "RZ358"), ("epinephrine", "neffy"), ("exa-cel", "Casgevy"),
        ("lecanemab", "Leqembi"), ("tocilizumab", "Tofidence"), ("nirogacestat", "Ogsiveo"),
        ("amivantamab", "Rybrevant"), ("teclistamab", "Tecvayli"), ("daratumumab", "Darzalex"),
        ("ceftazidime and avibactam", "Avycaz"), ("onabotulinumtoxina", "Botox"), ("abt-450", ""), ("nipocalimab", ""),
    )
)  # fmt: skip

RELEASES: dict[str, tuple[str, ...]] = {
    "lilly-0": ("tirzepatide FDA approved 2024-12-20",),
    "lilly-1": ("donanemab NMPA approved 2024-12-17",),
    "lilly-28": ("lebrikizumab FDA approved 2024-09-13",),
    "lilly-31": (),
    "lilly-84": ("pirtobrutinib FDA accelerated_approved",),
    "lilly-109": ("empagliflozin FDA approved",),
    "lilly-129": ("empagliflozin FDA approved",),
    "lilly-154": ("empagliflozin FDA accepted_for_review",),
    "lilly-156": ("abemaciclib FDA approved 2023-03-03",),
    "lilly-191": (),
    "lilly-215": ("baricitinib EMA opinion_positive 2022-05-20",),
    "lilly-246": ("baricitinib - trial_stopped",),
    "lilly-262": ("empagliflozin FDA accepted_for_review", "empagliflozin FDA priority_review"),
    "lilly-296": ("empagliflozin FDA breakthrough_designation",),
    "lilly-323": ("donanemab FDA breakthrough_designation",),
    "lilly-444": ("baricitinib EMA opinion_positive 2020-09-18",),
    "lilly-457": ("dulaglutide FDA approved",),
    "lilly-514": ("empagliflozin FDA complete_response",),
    "lilly-557": ("ramucirumab EMA opinion_positive 2019-12-13",),
    "lilly-639": ("ramucirumab FDA approved 2019-05-13",),
    "merck-5": ("pembrolizumab NMPA approved 2024-12-16",),
    "merck-17": (),
    "merck-21": (),
    "merck-35": ("pembrolizumab+enfortumab vedotin FDA approved 2023-12-15",),
    "merck-50": ("pembrolizumab EMA opinion_positive 2023-11-10",),
    "merck-71": (
        "sotatercept FDA accepted_for_review", "sotatercept FDA priority_review",
        "sotatercept FDA goal_date_set 2024-03-26",
    ),
    "merck-125": ("pembrolizumab FDA approved 2023-03-29",),
    "merck-157": ("olaparib EC approved 2022-12-21",),
    "merck-195": ("olaparib MHLW approved 2022-08-25",),
    "merck-249": ("pembrolizumab+lenvatinib MHLW approved 2022-02-25",),
    "merck-288": ("pembrolizumab+lenvatinib EC approved 2021-11-29",),
    "merck-284": ("molnupiravir FDA advisory_positive",),
    "merck-427": ("olaparib EMA opinion_positive 2020-09-21",),
    "merck-516": ("pembrolizumab FDA complete_response",),
    "merck-519": (),
    "merck-539": ("olaparib FDA advisory_positive",),
    "merck-553": ("ebola zaire vaccine EC conditionally_approved 2019-11-11",),
}  # fmt: skip
ITEMS: dict[int, tuple[str, ...]] = {
    1480: ("lifileucel FDA accelerated_approved",),
    2131: (),
    2649: ("tofersen EC approved",),
    2851: ("chikungunya vaccine HealthCanada approved",),
    3498: (),
    3741: ("deramiocel FDA submitted",),
    1445: (),
    707: (),
    488: ("lecanemab MHLW approved",),
    515: ("tocilizumab FDA approved",),
    973: ("nirogacestat FDA approved",),
    473: ("epinephrine FDA complete_response",),
    3248: ("epinephrine FDA approved",),
    1443: ("exa-cel EC approved",),
    2176: ("tocilizumab EMA opinion_positive",),
}
ROOM: dict[int, tuple[str, ...]] = {
    0: ("ceftazidime and avibactam FDA approved 2019-03-18",),
    1: (),
    2: ("onabotulinumtoxina FDA approved",),
    3: (),
    4: ("abt-450 EMA submitted",),
    5: (), 6: (), 7: (), 8: (),
    9: ("teclistamab+daratumumab EMA submitted 2026-01-06",),
    10: (), 11: (),
}  # fmt: skip


def rows(name: str) -> list[dict[str, Any]]:
    path = PRESS / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def check(text: str, published: str, expected: tuple[str, ...]) -> None:
    day = date.fromisoformat(published) if published else None
    announcement = Announcement("x", "company_press_release", "", "", day, text)
    found = [f for f in classify_text(announcement, WATCH) if f.mode is Mode.ANNOUNCED]
    assert sorted({name(f) for f in found}) == sorted(event.rsplit(" 20", 1)[0] for event in expected)
    for event in expected:
        if event[-10:-8] == "20":
            assert event[-10:] in {f.day.iso for f in found if f.day}
    for finding in found:
        assert text[finding.offset : finding.offset + len(finding.quote)] == finding.quote


def name(finding: Finding) -> str:
    return f"{finding.treatment} {finding.authority or '-'} {finding.milestone.value}"


@pytest.mark.parametrize("row", RELEASES, ids=str)
def test_a_company_s_release_announces_what_a_person_read_in_it(row: str) -> None:
    release = next(r for r in rows("releases/lilly_merck_releases.jsonl") if r["id"] == row)
    check(release["text"], release["published"], RELEASES[row])


@pytest.mark.parametrize("row", ITEMS, ids=str)
def test_a_wire_item_announces_what_a_person_read_in_it(row: int) -> None:
    item = next(r for r in rows("releases/globenewswire_items.jsonl") if r["row"] == row)
    check(
        f"{item.get('title') or ''}\n{item.get('summary') or ''}",
        (item.get("published_eastern") or "")[:10],
        ITEMS[row],
    )


@pytest.mark.parametrize("row", ROOM, ids=str)
def test_a_newsroom_page_announces_what_a_person_read_in_it(row: int) -> None:
    page = rows("newsrooms/jnj_abbvie_releases.jsonl")[row]
    title = page["title_y"] if page["title_y"] and "News Center" not in page["title_y"] else page["title_x"]
    check(f"{title}\n{page['article_text']}", (page["publish_date"] or "")[:10], ROOM[row])


def test_block_pages_announce_nothing() -> None:
    for page in rows("newsrooms/akamai_access_denied.jsonl"):
        check(f"{page.get('title_y') or ''}\n{page['article_text']}", "", ())
