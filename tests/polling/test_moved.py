"""A page that has moved is read where it is, and the operator is told where to look."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from polling.pages import TOPIC
from polling.test_families import Web
from regwatch.adapters import registry
from regwatch.model import Source
from regwatch.monitoring import checks
from regwatch.monitoring.listed_days import ListedDays
from regwatch.polling.outcome import Outcome
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import OddityRow

HERE, THERE = "https://agency.example/status", "https://agency.example/medicines/status"
SOURCE = Source("p", "page", "Agency", HERE, (TOPIC.id,), options={"select": "main p"}, watch=TOPIC.treatment.names)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'moved.db'}")
    yield made
    made.close()


def test_a_canonical_address_elsewhere_is_a_notice_of_its_own_until_it_is_gone(database: Database) -> None:
    web = Web()
    poller = Poller(database, SourceBook(database), web, web.clock, (TOPIC,), registry.adapter)

    def poll(head: str) -> list[tuple[str, str]]:
        web.pages[HERE] = f"<!doctype html><html><head>{head}</head><body><main><p>Text</p></main></body></html>"
        assert asyncio.run(poller.poll(SOURCE)).outcome in (Outcome.BASELINE, Outcome.SAME)
        with database.session() as session:
            found = checks.of_sources(session, [SOURCE], web.clock.now(), ListedDays())
            return [(one.kind.value, one.evidence) for one in found]

    assert poll(f'<link rel="canonical" href="{THERE}">') == [("moved", f"{THERE} instead of {HERE}")]
    assert poll(f'<link rel="canonical" href="{HERE}/">') == []
    with database.session() as session:
        assert [bool(row.resolved_at) for row in session.exec(select(OddityRow))] == [True]
