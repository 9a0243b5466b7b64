"""A feed whose identities clash or change: nothing on it is lost or told twice, and the operator hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from polling.pages import TOPIC
from polling.test_families import Web
from regwatch.adapters import registry
from regwatch.ledger import queries
from regwatch.model import Source
from regwatch.polling.outcome import Outcome, Polled
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import ChangeRow, OddityRow, SourceState

FEED = "https://news.example/feed.xml"
NEWS = "The FDA has approved cabozantinib for adult patients with neuroendocrine tumours."
OLD, MEETING = "Older news of cabozantinib.", "We meet and speak of cabozantinib."


def item(title: str, link: str, guid: str, text: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>1 June 2025</pubDate><description>{text}</description></item>"
    )


class Reader:
    """One feed, read again and again."""

    def __init__(self, database: Database, **options: str) -> None:
        self.database, self.web = database, Web()
        self.poller = Poller(database, SourceBook(database), self.web, self.web.clock, (TOPIC,), registry.adapter)
        options = {"match": "all", **options}
        self.source = Source("f", "feed", "Example", FEED, (TOPIC.id,), options=options, watch=TOPIC.treatment.names)

    def poll(self, *items: str) -> Polled:
        self.web.pages[FEED] = f"<rss version='2.0'><channel><title>N</title>{''.join(items)}</channel></rss>"
        self.web.clock.set(self.web.clock.now() + timedelta(hours=1))
        polled = asyncio.run(self.poller.poll(self.source))
        assert polled.trouble is None
        return polled

    def told(self) -> list[str]:
        with self.database.session() as session:
            return [one.milestone.value for one in queries.transitions(session)]

    def changes(self) -> list[str]:
        with self.database.session() as session:
            return [row.title for row in session.exec(select(ChangeRow)) if not row.baseline]

    def oddities(self) -> list[str]:
        with self.database.session() as session:
            return [row.what for row in session.exec(select(OddityRow)) if row.resolved_at is None]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'feeds.db'}")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("link", "guid"),
    [
        ("https://x.example/{}", "same"),
        ("https://x.example/news#{}", ""),
        ("https://x.example/news", "https://x.example/#{}"),
        ("https://x.example/", ""),
        ("https://x.example/#!/news/{}", ""),
    ],
)
def test_no_entry_hides_another_and_what_was_there_is_no_news(database: Database, link: str, guid: str) -> None:
    def entry(number: int, title: str, text: str) -> str:
        return item(title, link.format(number), guid.format(number), text)

    reader = Reader(database)
    old, new, meeting = entry(1, "Old", OLD), entry(2, "FDA approves", NEWS), entry(3, "A meeting", MEETING)
    reader.poll(old)
    reader.poll(meeting, new, old)
    assert reader.told() == ["approved"]
    assert reader.changes() == ["A meeting", "FDA approves"]
    assert bool(reader.oddities()) == ("#!" not in link)
    assert reader.poll(meeting, new).outcome in (Outcome.SAME, Outcome.UNCHANGED)
    assert reader.poll(new).outcome is Outcome.SAME
    assert reader.changes() == ["A meeting", "FDA approves"]


@pytest.mark.parametrize("follow", ["no", "yes"])
def test_identities_that_change_at_every_look_are_no_news_and_are_told(database: Database, follow: str) -> None:
    reader = Reader(database, follow=follow)
    links = [f"https://x.example/{n}" for n in range(5)]
    for link, text in zip(links, [NEWS, OLD, OLD, MEETING, OLD], strict=True):
        title = "FDA approves cabozantinib for neuroendocrine tumours" if text is NEWS else "News"
        reader.web.pages[link] = (
            f"<html><body><main><h1>{title}</h1>"
            f"<p>LYON, France, 1 June 2025 - {text} And so on.</p></main></body></html>"
        )
    made = [("Old", OLD), ("Older", OLD), ("Meeting", MEETING), ("Oldest", OLD)]
    for look in range(3):
        reader.poll(*(item(t, links[n], f"{look}-{n}", text) for n, (t, text) in enumerate(made, 1)))
    assert reader.changes() == []
    with database.session() as session:
        assert session.get_one(SourceState, "f").gap_at is None
    assert [what.split(":")[0] for what in reader.oddities()] == [
        "items of the list go by other identities than at the last look"
    ]
    reader.poll(*(item(t, links[n], f"9-{n}", text) for n, (t, text) in enumerate([("FDA approves", NEWS), *made])))
    assert "FDA approves" in reader.changes()
    assert set(reader.changes()) <= {"FDA approves", "FDA approves cabozantinib for neuroendocrine tumours"}
    assert reader.told() == ["approved"]


def test_the_same_words_on_another_day_at_another_address_are_news(database: Database) -> None:
    reader = Reader(database)
    reader.poll(item("FDA approves", "https://x.example/1", "1", NEWS))
    reader.poll(item("FDA approves", "https://x.example/2", "2", NEWS).replace("1 June", "9 June"))
    assert reader.changes() == ["FDA approves"]


def test_entries_with_one_page_for_all_are_read_in_the_feed_itself(database: Database) -> None:
    reader = Reader(database, follow="yes")
    reader.poll(item("Old", "https://x.example/", "1", OLD))
    polled = reader.poll(
        item("FDA approves", "https://x.example/", "2", NEWS), item("Old", "https://x.example/", "1", OLD)
    )
    assert not polled.parts
    assert reader.told() == ["approved"]
