"""A page with a layout that its adapter does not know: its prose goes to a person, and what was known stands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from regwatch.adapters.contract import Adapter
from regwatch.clock import DrivenClock
from regwatch.errors import MissingPart
from regwatch.fetch.client import Fetched, Validators
from regwatch.kit import freeze as freezer
from regwatch.model import Document, Indication, Reading, Record, Request, Source, Topic, Treatment
from regwatch.polling.degraded import DEGRADED
from regwatch.polling.outcome import Outcome, Polled
from regwatch.polling.poll import Poller
from regwatch.reading.html import need, soup, text_of
from regwatch.store import snapshots
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import EventRow, FindingRow, SourceState

URL = "https://regulator.example/exempla"
TOPIC = Topic("net", "Exempla", Treatment("exemplanib"), Indication("neuroendocrine tumours"))
SOURCE = Source("s", "strict", "FDA", URL, ("net",), official_for=("FDA",), watch=TOPIC.treatment.names)
START = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)
APPROVED = "The FDA has approved exemplanib for adult patients with neuroendocrine tumours."
KNOWN = "<html><body><p class='status'>Under review</p><p>Menu</p></body></html>"
ANEW = "<html><body><h1>Exempla</h1><div>Menu</div><div>{}</div></body></html>"


def _read(document: Document) -> Reading:
    status = need(soup(document).select_one("p.status"), "status")
    return Reading([Record("status", "1", text_of(status), URL, fields=(("Status", text_of(status)),))])


STRICT = Adapter("strict", ("FDA",), lambda source: Request(source.url), _read)


class Watch:
    """One source that is polled every six hours."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'regwatch.db'}")
        self.clock, self.body = DrivenClock(START), ""
        self.poller = Poller(self.database, SourceBook(self.database), self, self.clock, (TOPIC,), lambda _: STRICT)

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        document = Document(source, request, URL, self.body.encode(), "text/html", self.clock.now())
        return Fetched(document, Validators(etag='"same"'), not_modified=False)

    def poll(self, body: str) -> Polled:
        self.body = body
        self.clock.set(self.clock.now() + timedelta(hours=6))
        return asyncio.run(self.poller.poll(SOURCE))

    def findings(self) -> list[FindingRow]:
        with self.database.session() as session:
            return list(session.exec(select(FindingRow)))

    def state(self) -> SourceState:
        with self.database.session() as session:
            return session.exec(select(SourceState)).one()


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    made = Watch(tmp_path)
    assert made.poll(KNOWN).outcome is Outcome.BASELINE
    yield made
    made.database.close()


def test_the_prose_of_an_unknown_layout_waits_for_a_person_from_the_second_time_on(watch: Watch) -> None:
    once = watch.poll(ANEW.format(APPROVED))
    assert (once.outcome, watch.findings()) == (Outcome.TROUBLE, [])
    twice = watch.poll(ANEW.format(APPROVED))
    assert isinstance(twice.trouble, MissingPart)
    [found] = watch.findings()
    assert (found.milestone, found.confidence, found.review) == ("approved", "low", "open")
    with watch.database.session() as session:
        assert session.exec(select(EventRow)).all() == []


def test_the_same_prose_is_told_once_and_the_source_stays_troubled(watch: Watch) -> None:
    for _ in range(4):
        watch.poll(ANEW.format(APPROVED))
    state = watch.state()
    assert len(watch.findings()) == 1
    assert (state.failures, state.trouble, state.read_at) == (4, "missing_part", START + timedelta(hours=6))
    assert "its prose is read" in state.trouble_text


def test_the_last_good_records_stand_and_the_page_that_comes_back_is_no_news(watch: Watch) -> None:
    for _ in range(3):
        watch.poll(ANEW.format(APPROVED))
    with watch.database.session() as session:
        manifest = snapshots.latest(session, "s").manifest
    assert manifest is not None
    assert [record.title for record in manifest.parts[""].records] == ["Under review"]
    back = watch.poll(KNOWN)
    assert back.trouble is None
    assert [*back.changes, *back.findings] == []
    state = watch.state()
    assert (state.failures, state.trouble, state.trouble_since) == (0, "", None)


def test_a_page_that_names_nothing_watched_or_is_cut_off_changes_nothing(watch: Watch) -> None:
    for body in (ANEW.format("Something else."), ANEW.format(APPROVED)[:-14], "<html><body>x</body></html>") * 2:
        assert watch.poll(body).outcome is Outcome.TROUBLE
    assert watch.findings() == []


def test_a_page_that_was_never_read_has_no_prose_to_compare(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    assert {watch.poll(ANEW.format(APPROVED)).outcome for _ in range(3)} == {Outcome.TROUBLE}
    assert watch.findings() == []
    watch.database.close()


def test_the_page_that_just_failed_can_be_frozen(watch: Watch) -> None:
    for _ in range(2):
        watch.poll(ANEW.format(APPROVED))
    with watch.database.session() as session:
        kept = freezer.stored_page(session, SOURCE, STRICT, "")
        manifest = snapshots.latest(session, "s").manifest
    assert manifest is not None
    assert DEGRADED in manifest.parts
    assert kept is not None
    assert APPROVED.encode() in kept.body
    assert kept.part == ""
