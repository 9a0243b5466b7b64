"""The board, its data and its readers on PostgreSQL: the same pages and the same mails as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, create_engine, func, insert, select, text

from board.asking import Client
from board.conftest import story as story
from board.serving import demo_site
from digest.story import TOPIC
from regwatch.board.app import create_app, create_operator_app
from regwatch.board.site import Site
from regwatch.clock import DrivenClock
from regwatch.demo.story import END, DemoSettings, demo_settings
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.tables import Table as Rows
from store.postgresql import fresh_database
from subscribers.desk import BASE, House, link

PAGES = (
    "/", "/?since=2025-06-01", "/about", "/follow", "/feeds/all.atom", "/feeds/topic/cabozantinib-net.atom",
    "/badge/cabozantinib-net/nice.svg",
    "/dates.ics", "/t/cabozantinib-net",
    "/t/cabozantinib-net.txt", "/t/cabozantinib-net/timeline.svg", "/t/cabozantinib-net/nice", "/transition/2",
    "/api/v1/topics/cabozantinib-net", "/api/v1/transitions", "/api/v1/sources", "/healthz/ready",
)  # fmt: skip


@pytest.fixture
def url() -> Iterator[str]:
    with fresh_database() as address:
        yield address


def copy(source: str, target: str) -> None:
    """Every row of one database into another of the same schema, and every counter to where it stood."""
    Database(target).close()
    old, new = create_engine(source), create_engine(target)
    with old.connect() as reading, new.begin() as writing:
        for table in Rows.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
            _count_on(writing, table)
    old.dispose()
    new.dispose()


def _count_on(writing: Connection, table: Table) -> None:
    column = table.autoincrement_column
    if column is not None:
        last = writing.execute(select(func.max(column))).scalar() or 0
        counter = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
        writing.execute(text(f"SELECT setval({counter}, {last + 1}, false)"))


@pytest.mark.sqlite("it compares the two")
def test_every_page_reads_as_on_sqlite(story: Path, url: str) -> None:
    settings = demo_settings(story)
    copy(settings.database, url)
    here = demo_site(story)
    there = Site(
        settings.model_copy(update={"database": url.replace("+psycopg", "")}),
        here._watchlist,
        DrivenClock(END),
        here.base,
    )
    try:
        for make, base in ((create_app, here.base), (create_operator_app, "http://127.0.0.1:8081")):
            one, other = Client(make(here), base, "127.0.0.1"), Client(make(there), base, "127.0.0.1")
            operator = ("/operator", "/operator/review", "/operator/outbox", "/metrics")
            for path in PAGES if make is create_app else operator:
                expected, found = one.get(path), other.get(path)
                assert expected.status_code == 200, path
                assert (found.status_code, found.text) == (200, expected.text), path
    finally:
        here.close()
        there.close()


@dataclass
class Elsewhere(House):
    """A house whose database is another one."""

    url: str = ""

    @cached_property
    def settings(self) -> Settings:
        return DemoSettings(
            home=self.folder / "var", sources=self.folder / "sources.yaml", base_url=BASE, database=self.url
        )


def test_a_reader_joins_is_told_once_and_leaves(tmp_path: Path, url: str) -> None:
    house = Elsewhere(tmp_path, url=url)
    house.join("ana@example.org", cadence="immediately")
    house.compose()
    house.news()
    (mail,) = house.compose(timedelta(minutes=1))
    assert mail.recipient == "ana@example.org"
    assert house.compose(timedelta(minutes=1)) == []
    assert TOPIC.title in house.ask("GET", f"/t/{TOPIC.id}").text
    assert house.ask("POST", link(mail, "u"), "List-Unsubscribe=One-Click").status_code == 200
    house.news(milestone="suspended")
    assert house.compose(timedelta(hours=1)) == []
    house.ask("POST", link(mail, "m"), "do=erase")
    assert [one.recipient for one in house.mails()] == ["erased 1", "erased 1"]
    house.close()
