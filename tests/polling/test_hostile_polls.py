"""Every adapter through the real poll: what is not the page changes nothing, and the page that returns is no news."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from golden.cases import Case
from golden.test_hostile import HOSTILE, OTHERS, pages
from regwatch.adapters import registry
from regwatch.clock import DrivenClock
from regwatch.errors import Gone
from regwatch.fetch.client import Fetched, Validators
from regwatch.model import Document, Indication, Request, Source, Topic, Treatment
from regwatch.polling.outcome import Outcome, Polled
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import (
    Blob,
    ChangeRow,
    EventRow,
    ExpectationRow,
    FindingRow,
    Message,
    OddityRow,
    Snapshot,
    TransitionRow,
)

KEPT = (Blob, Snapshot, ChangeRow, FindingRow, OddityRow, TransitionRow, ExpectationRow, EventRow, Message)
START = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


@dataclass
class Site:
    """A server that answers at one address, and has nothing anywhere else."""

    url: str
    body: bytes = b""
    content_type: str = ""

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        if request.url != self.url:
            raise Gone(f"{request.url} is not there")
        name = hashlib.sha256(self.body).hexdigest()
        if known and known.sha256 == name:
            return Fetched(None, known, not_modified=True)
        document = Document(source, request, self.url, self.body, self.content_type, START)
        return Fetched(document, Validators(sha256=name), not_modified=False)


class Watch:
    """One source, whose first page is that of the example, in a database that has read it."""

    def __init__(self, case: Case, folder: Path) -> None:
        good = case.document()
        self.database = Database(f"sqlite:///{folder / 'regwatch.db'}")
        self.clock = DrivenClock(START)
        self.site = Site(good.request.url)
        self.good = (good.body, good.content_type)
        names = good.source.watch or ("cabozantinib",)
        topic = Topic("topic", "T", Treatment(names[0], names[1:]), Indication("neuroendocrine tumours", ("NETs",)))
        self.source = replace(good.source, topics=("topic",), official_for=case.adapter.authorities, confirm=0)
        adapter = replace(case.adapter, request=lambda _: good.request, fallback=None)
        self.poller = Poller(
            self.database, SourceBook(self.database), self.site, self.clock, (topic,), lambda _: adapter
        )

    def poll(self, body: bytes, content_type: str) -> Polled:
        self.site.body, self.site.content_type = body, content_type
        self.clock.set(self.clock.now() + timedelta(hours=6))
        return asyncio.run(self.poller.poll(self.source))

    def kept(self) -> dict[str, list[str]]:
        """Everything in the database but the state of the source and the log of its polls."""
        with self.database.session() as session:
            return {table.__tablename__: rows(session, table) for table in KEPT}


def asked_for_another(source: Source) -> Source:
    """The same source, configured for a medicine that the page is not about."""
    ids = {
        name: OTHERS.get(name, f"{value[:-1]}{'7' if value[-1:] == '8' else '8'}") for name, value in source.ids.items()
    }
    return replace(source, ids=ids, watch=("examplinib-of-nobody",))


def rows(session: Session, table: type) -> list[str]:
    return sorted(repr(row) for row in session.exec(select(table)))


def hostile(case: Case) -> Iterator[tuple[str, bytes, str]]:
    good = case.document()
    yield from ((kind, body, content_type) for kind, (body, content_type) in HOSTILE.items())
    yield "cut off", good.body[: len(good.body) // 2], good.content_type


@pytest.mark.parametrize("case", [case for name in registry.names() for case in pages(name)], ids=str)
def test_what_is_not_the_page_changes_nothing_that_is_kept(case: Case, tmp_path: Path) -> None:
    watch = Watch(case, tmp_path)
    assert watch.poll(*watch.good).outcome is Outcome.BASELINE
    before = watch.kept()
    for kind, body, content_type in hostile(case):
        polled = watch.poll(body, content_type)
        assert polled.outcome is Outcome.TROUBLE, f"{kind}: {polled}"
        assert watch.kept() == before, kind
    returned = watch.poll(*watch.good)
    assert returned.outcome in (Outcome.UNCHANGED, Outcome.SAME), returned
    watch.database.close()


@pytest.mark.parametrize(
    "case", [case for name in registry.names() if registry.adapter(name).needs for case in pages(name)], ids=str
)
def test_the_right_page_of_the_wrong_medicine_tells_nothing(case: Case, tmp_path: Path) -> None:
    """A page is refused; a list of many medicines has no row of the other, and when ours returns it is no news."""
    watch = Watch(case, tmp_path)
    watch.poll(*watch.good)
    before = watch.kept()
    right, watch.source = watch.source, asked_for_another(watch.source)
    body, content_type = watch.good
    polled = watch.poll(body + b" ", content_type)
    if polled.outcome is Outcome.TROUBLE:
        assert watch.kept() == before
    assert watch.kept()["event"] == before["event"]
    watch.source = right
    assert watch.poll(*watch.good).events == 0
    assert watch.kept()["event"] == before["event"]
    watch.database.close()
