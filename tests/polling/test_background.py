"""Which items of the background are kept: new ones, once, and never what the first look shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from regwatch.dates import PartialDate
from regwatch.model import Change, Indication, Record, Source, Topic, Treatment
from regwatch.polling.background_rows import OLD, background_rows
from regwatch.store.background_tables import BackgroundRow
from regwatch.store.database import Database

NOW = datetime(2025, 10, 18, 12, tzinfo=UTC)
TOPIC = Topic("t", "T", Treatment("cabozantinib"), Indication("neuroendocrine tumours"))
SOURCE = Source("company", "feed", "Maker", "https://maker.example.org", ("t",))


def release(title: str, days: int = 0) -> Change:
    published = PartialDate.of_day((NOW - timedelta(days=days)).date())
    lead = "Data on cabozantinib in neuroendocrine tumours."
    return Change("", None, Record("news", title, title, published=published, blocks=(lead,), prose=True))


def test_an_item_is_kept_once_however_many_pages_show_it(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    one = release("Results of a phase 3 trial")
    with database.session() as session:
        rows = background_rows(session, [one, one], [], set(), SOURCE, [TOPIC], NOW)
        session.add_all(rows)
    assert [(row.title, row.url, row.published) for row in rows] == [
        ("Results of a phase 3 trial", "https://maker.example.org", "2025-10-18")
    ]
    with database.session() as session:
        assert background_rows(session, [one], [], set(), SOURCE, [TOPIC], NOW + timedelta(days=2)) == []
        assert len(background_rows(session, [one], [], set(), SOURCE, [TOPIC], NOW + timedelta(days=40))) == 1
        assert len(session.exec(select(BackgroundRow)).all()) == 1
    database.close()


def test_what_was_there_before_or_is_long_past_is_not_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    one, past = release("Results of a phase 3 trial"), release("Data of a phase 3 trial", OLD.days + 1)
    with database.session() as session:
        assert background_rows(session, [one], [], {id(one)}, SOURCE, [TOPIC], NOW) == []
        assert background_rows(session, [past], [], set(), SOURCE, [TOPIC], NOW) == []
        assert background_rows(session, [one], [], set(), SOURCE, [], NOW) == []
    database.close()
