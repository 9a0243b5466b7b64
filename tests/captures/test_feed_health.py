"""Real feeds over 16 days, polled at several paces: which lists turn over between two polls, and which fall silent."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from captures.test_feeds import CAPTURES, FEEDS, Item, rendered
from regwatch.adapters.registry import adapter
from regwatch.clock import DrivenClock
from regwatch.fetch.client import Fetched, Validators
from regwatch.model import Document, Indication, Request, Source, Topic, Treatment
from regwatch.monitoring.rounds import run_checks
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.watchlist import Watchlist

pytestmark = [pytest.mark.captures, pytest.mark.skipif(not FEEDS, reason="no recorded feeds beside the repository")]

TOPIC = Topic("t", "T", Treatment("nothing-that-is-named"), Indication("nothing"))
SOURCE = Source(
    "feed", "feed", "A publisher", "https://example.org/rss", ("t",), watch=TOPIC.treatment.names,
    every=timedelta(days=1), options={"empty": "allowed"},
)  # fmt: skip


class Recorded:
    """A server that answers with one recorded day after the other."""

    body = b""

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        validators = Validators(sha256=hashlib.sha256(self.body).hexdigest())
        if known and known.sha256 == validators.sha256:
            return Fetched(None, known, not_modified=True)
        document = Document(source, request, request.url, self.body, "text/xml", datetime(2026, 5, 1, tzinfo=UTC))
        return Fetched(document, validators, not_modified=False)


def noticed(folder: Path, days: Sequence[tuple[datetime, list[Item]]], *, silent_for: int = 0) -> list[tuple[str, str]]:
    """Poll on each of these days, wait, and give what was noticed: kind and day."""
    database = Database(f"sqlite:///{folder / 'regwatch.db'}")
    clock, site, book = DrivenClock(days[0][0]), Recorded(), SourceBook(database)
    poller = Poller(database, book, site, clock, (TOPIC,), adapter)
    found = []

    def look() -> None:
        asyncio.run(poller.poll(SOURCE))
        book.flush()
        turn = run_checks(database.session, Watchlist((TOPIC,), (SOURCE,)), clock.now())
        found.extend((row.kind, clock.now().date().isoformat()) for row in turn.opened)

    for at, items in days:
        clock.set(at)
        site.body = rendered(items)
        look()
    for _ in range(silent_for):
        clock.set(clock.now() + timedelta(days=1))
        look()
    database.close()
    return found


def recorded(name: str) -> list[tuple[datetime, list[Item]]]:
    return [
        (datetime.fromisoformat(f"{path.stem}T12:00:00+00:00"), json.loads(path.read_text("utf-8")))
        for path in sorted((CAPTURES / "feeds" / name).glob("*.json"))
    ]


@pytest.mark.parametrize(("pace", "day"), [(1, "2026-04-17"), (2, "2026-04-17"), (3, "2026-04-18")])
def test_the_drugs_feed_of_the_fda_turns_over_within_a_day_and_is_noticed_once(
    pace: int, day: str, tmp_path: Path
) -> None:
    assert noticed(tmp_path, recorded("fda_drugs")[::pace]) == [("overflow", day)]


def test_a_real_list_that_turned_over_within_a_day_is_noticed(tmp_path: Path) -> None:
    assert noticed(tmp_path, recorded("eli_lilly"))[-1] == ("overflow", "2026-04-30")


@pytest.mark.parametrize("name", ["biopharma_dive", "pfizer_news", "statnews", "abbvie", "pharma_times"])
def test_a_feed_that_goes_on_as_usual_has_no_notice(name: str, tmp_path: Path) -> None:
    assert noticed(tmp_path, recorded(name)) == []


def test_a_feed_that_stands_still_is_noticed_once_after_six_usual_gaps(tmp_path: Path) -> None:
    ((kind, day),) = noticed(tmp_path, recorded("biopharma_dive"), silent_for=30)
    assert (kind, day) == ("silence", "2026-05-07")


def test_a_company_that_publishes_rarely_is_given_longer(tmp_path: Path) -> None:
    found = noticed(tmp_path, recorded("abbvie"), silent_for=60)
    assert found == []
