"""Recorded NICE project data and recommendation markup: every row is understood, and no record is invented."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from regwatch.adapters.nice.claims import claims
from regwatch.adapters.nice.opening import read_opening
from regwatch.adapters.nice.paragraphs import numbered
from regwatch.adapters.nice.recommendation import NiceOutcome, weigh
from regwatch.adapters.nice.steps import STATUS, Step, step
from regwatch.model import Document, Request, Source
from regwatch.reading.html import fragment, text_of
from regwatch.vocabulary import Milestone, Mode

ROOT = Path(os.environ.get("REGWATCH_CAPTURES", Path(__file__).parents[3] / "shared" / "captures")) / "nice"
PROJECTS = sorted((ROOT / "next-web" / "indev-project").glob("gid-[th]*.json"))
SHOWN = {"InProgress": "In progress", "ImpactedByCOVID19": "Impacted by COVID-19", "TopicSelection": "Topic selection"}
STANDS = {
    "gid-hst10009": (Milestone.HTA_SUSPENDED, "2020-05-05"),
    "gid-hst10037": (Milestone.HTA_SUSPENDED, "2022-03-01"),
    "gid-hst10044": (Milestone.HTA_COMMITTEE, "2022-09-08"),
    "gid-ta10730": (Milestone.HTA_CONSULTATION_OPEN, "2023-02-21"),
    "gid-ta10914": (Milestone.HTA_COMMITTEE, "2023-01-12"),
    "gid-ta10992": (Milestone.HTA_SCOPING, "2022-09-06"),
    "gid-ta11036": (Milestone.HTA_SCOPING, "2022-05-11"),
    "gid-ta11102": (Milestone.HTA_COMMITTEE, "2023-01-24"),
    "gid-tag360": (Milestone.HTA_SUSPENDED, ""),
    "gid-tag377": (Milestone.HTA_TERMINATED, ""),
    "gid-tag383": (Milestone.HTA_SUSPENDED, ""),
}
pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ROOT.is_dir(), reason="the recorded pages are not beside the repository"),
]


def rows(project: dict[str, Any], kind: str) -> list[dict[str, str]]:
    held = project["_embedded"].get(f"nice.indev:{kind}-list", {}).get("_embedded", {}).get(f"nice.indev:{kind}", [])
    return held if isinstance(held, list) else [held]


def steps(project: dict[str, Any]) -> list[Step]:
    def words(markup: str) -> str:
        return text_of(fragment(f"<div>{markup}</div>"))

    planned = [
        step(words(r["Column1"]), words(r["Column2"]), planned=True) for r in rows(project, "provisional-schedule")
    ]
    return planned + [step(words(r["Column2"]), words(r["Column1"]), planned=False) for r in rows(project, "timeline")]


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_a_recorded_project_stands_where_it_stood(path: Path) -> None:
    project = json.loads(path.read_bytes())
    status = STATUS[SHOWN.get(project["Status"], project["Status"]).casefold()]
    now = [claim for claim in claims(status, steps(project)) if claim.mode is Mode.ANNOUNCED]
    assert [(claim.milestone, claim.date.iso if claim.date else "") for claim in now] == [STANDS[path.stem]]


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_every_date_but_tbc_is_read(path: Path) -> None:
    unread = [one.when for one in steps(json.loads(path.read_bytes())) if one.start is None]
    assert set(unread) <= {"TBC"}


def test_recorded_recommendation_markup_gives_the_negative_draft() -> None:
    chapters = json.loads((ROOT / "consultations" / "indev-mock-db.json").read_bytes())["chapters"]
    [markup] = [one["Content"] for one in chapters if "Risdiplam is not recommended" in one["Content"]][:1]
    page: BeautifulSoup = fragment(markup)
    verdict = weigh(numbered(page))
    assert verdict.outcomes == (NiceOutcome.NOT_RECOMMENDED,)
    assert verdict.quote.startswith("Risdiplam is not recommended")


def test_recorded_consultation_data_give_both_days() -> None:
    body = (ROOT / "consultations" / "api-Consultation.json").read_bytes()
    source = Source("nice", "nice_project", "NICE", "", ("t",))
    request = Request("https://www.nice.org.uk/consultations/api/Consultation?consultationId=1", "opening/1")
    document = Document(source, request, request.url, body, "application/json", datetime(2018, 5, 1, tzinfo=UTC))
    [record] = read_opening(document, "GID-TA10232").records
    assert dict(record.fields) == {"Consultation": "Draft guidance", "Opens": "2018-04-01", "Closes": "2018-05-31"}
    assert [(claim.milestone, claim.mode, str(claim.date)) for claim in record.claims] == [
        (Milestone.HTA_CONSULTATION_OPEN, Mode.ANNOUNCED, "2018-04-01"),
        (Milestone.HTA_CONSULTATION_CLOSES, Mode.EXPECTED, "2018-05-31"),
    ]
