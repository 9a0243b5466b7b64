"""A row that was lost when its source was first read is no news when it comes, unless its own day is that of news."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from golden.cases import HERE, Case
from polling.played import Told, played, topics_of
from polling.test_families import Watch, source
from polling.test_standing_text import STANDING, official, reading
from regwatch.dates import PartialDate
from regwatch.ledger import queries
from regwatch.model import Reading, Record, Source
from regwatch.polling.outcome import Outcome
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow
from regwatch.vocabulary import EVIDENCE, Mode

LISTS = (
    "cda_reviews", "ec_register", "ema_applications", "ema_chmp_highlights", "fda_drugsatfda", "fda_drugsfda",
    "fda_withdrawn_accelerated", "gba_decisions", "has_opinions", "nice_project", "pmda_approvals",
)  # fmt: skip
"""Adapters of whose dated rows one can be missing."""


def day_of(record: Record) -> PartialDate | None:
    """The day of the last act that a record states."""
    acts = [claim for claim in record.claims if claim.mode is Mode.ANNOUNCED and claim.milestone not in EVIDENCE]
    return max((claim.date for claim in acts if claim.date), key=lambda day: day.last, default=None)


def row_of(name: str) -> tuple[Case, Record, PartialDate]:
    """A dated row of the example of an adapter that has the most records."""
    mine = [case for case in STANDING if case.adapter_name == name and any(map(day_of, reading(case).records))]
    case = max(mine, key=lambda one: len(reading(one).records))
    return next((case, record, day) for record in reading(case).records if (day := day_of(record)))


def found_again(case: Case, row: Record, day: PartialDate, after: timedelta) -> list[Told]:
    """What the states after the first come to, where a row is lost in it, so long after the day of the row."""
    whole = reading(case)
    less = Reading([one for one in whole.records if one is not row], list(whole.oddities))
    start = datetime.combine(day.last + after, time(6), UTC)
    first, *rest = played(
        case.adapter, official(case), topics_of([whole], case.source), [less, whole, less, whole], start
    )
    assert first.outcome is Outcome.BASELINE
    return rest


@pytest.mark.parametrize("name", LISTS)
def test_a_row_of_long_ago_is_left_to_a_person_and_one_of_these_days_is_told(name: str) -> None:
    case, row, day = row_of(name)
    late = found_again(case, row, day, timedelta(days=200))
    assert ([line for one in late for line in one.moves], late[0].reviews != []) == ([], True)
    new, *later = found_again(case, row, day, timedelta(days=-10))
    assert (new.moves != [], [line for one in later for line in one.moves]) == (True, [])


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    database = Database(f"sqlite:///{tmp_path / 'lost.db'}")
    yield Watch(database)
    database.close()


def looked_at(watch: Watch, one: Source, day: datetime, pages: dict[str, str]) -> None:
    """Poll a source whose pages are these, on a day."""
    watch.web.pages = pages
    watch.web.clock.set(day)
    watch.poll(one)


def news(watch: Watch) -> list[str]:
    with watch.database.session() as session:
        return [one.milestone.value for one in queries.transitions(session) if not one.baseline]


def asked(watch: Watch) -> list[str]:
    with watch.database.session() as session:
        return [row.milestone for row in session.exec(select(FindingRow).where(FindingRow.review == "open"))]


ROOT = "https://www.fda.gov/drugs/resources-information-approved-drugs/"
LIST = f"{ROOT}oncology-cancerhematologic-malignancies-approval-notifications"
NOTICE = f"{ROOT}fda-approves-cabozantinib-adults-and-pediatric-patients-12-years-age-and-older-pnet-and-epnet"


@pytest.mark.parametrize(
    ("first", "told", "left"),
    [(datetime(2025, 11, 1, tzinfo=UTC), [], ["approved"]), (datetime(2025, 3, 20, tzinfo=UTC), ["approved"], [])],
)
def test_a_row_of_the_fdas_list_brings_its_notice_as_news_only_in_its_days(
    watch: Watch, first: datetime, told: list[str], left: list[str]
) -> None:
    folder = HERE / "fda_oncology"
    table, notice = (folder.joinpath(f"{one}.html").read_text("utf-8") for one in ("list", "notice_approved"))
    table = re.sub(r"\?utm_[^\"]*", "", table)
    lost = re.sub(r"<tr><td><a href=[^>]*pnet-and-epnet.*?</tr>", "", table)
    assert lost != table
    one = replace(source("fda", "fda_oncology", LIST), official_for=("FDA",))
    looked_at(watch, one, first, {LIST: lost, NOTICE: notice})
    looked_at(watch, one, first + timedelta(days=14), {LIST: table, NOTICE: notice})
    assert (news(watch), asked(watch)) == (told, left)
