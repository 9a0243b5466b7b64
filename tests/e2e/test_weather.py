"""What publishers, operators and clocks do over the years: no false news, and nothing lost.

One press room on loopback, the real fetcher, a real database; rounds as the daemon makes them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from e2e.press_room import EARLIER, NEW, OLD, WALL, Answer, PressRoom, serving
from regwatch.clock import DrivenClock
from regwatch.polling.outcome import Outcome, Polled
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.mail_service import MailService
from regwatch.settings import Settings
from regwatch.store.tables import EventRow, Message, TransitionRow

START = datetime(2025, 7, 24, 6, 0, tzinfo=UTC)
YOU = "you@example.org"
HTML = {"Content-Type": "text/html"}


class Watch:
    """An installation whose daemon is started anew for every round."""

    def __init__(self, folder: Path, room: PressRoom) -> None:
        self.folder, self.room = folder, room
        self.clock = DrivenClock(START)
        self.configure()

    def configure(self, **facts: str) -> None:
        (self.folder / "sources.yaml").write_text(self.room.watchlist(YOU, **facts))

    def round(self, hours: float = 6) -> Polled:
        self.clock.set(self.clock.now() + timedelta(hours=hours))
        return asyncio.run(self._round())

    async def _round(self) -> Polled:
        async with self.open() as assembly:
            post = MailService.of(assembly.settings, assembly.database, self.clock)
            post.start(assembly.watchlist)
            (polled,) = [await assembly.poller.poll(source) for source in assembly.watchlist.sources]
            await asyncio.to_thread(post.compose, assembly.watchlist)
            await asyncio.to_thread(post.send)
            return polled

    def open(self) -> Assembly:
        settings = Settings(
            home=self.folder / "var",
            sources=self.folder / "sources.yaml",
            contact="test@example.org",
            allow_private_addresses=True,
            fetch_gap=0,
        )
        return Assembly.open(settings, read_watchlist(settings), clock=self.clock)

    def news(self) -> list[str]:
        """Every line of the log that is news, with what it is about."""

        async def read() -> list[str]:
            async with self.open() as assembly:
                with assembly.database.session() as session:
                    events = session.exec(select(EventRow).where(EventRow.baseline == False)).all()  # noqa: E712
                    rows = {row.id: row for row in session.exec(select(TransitionRow))}
                    return [f"{event.kind} {rows[event.transition].authority}" for event in events if event.transition]

        return asyncio.run(read())

    def mails(self) -> int:
        async def read() -> int:
            async with self.open() as assembly:
                with assembly.database.session() as session:
                    return len(session.exec(select(Message)).all())

        return asyncio.run(read())


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with serving() as room:
        yield Watch(tmp_path, room)


def approved(watch: Watch) -> None:
    assert watch.news() == ["transition EC"]
    assert watch.mails() == 1


def test_an_origin_that_flaps_between_two_copies_tells_once(watch: Watch) -> None:
    watch.round()
    for turn in range(8):
        watch.room.items = NEW + OLD if turn % 2 == 0 else OLD
        watch.round()
    approved(watch)


def test_a_block_page_for_days_and_then_news(watch: Watch) -> None:
    watch.round()
    watch.room.answer = lambda _: (200, HTML, WALL)
    assert {watch.round().outcome for _ in range(5)} == {Outcome.TROUBLE}
    watch.room.answer, watch.room.items = (lambda _: None), NEW + OLD
    watch.round()
    approved(watch)


def test_a_block_page_at_the_first_look_is_no_baseline(watch: Watch) -> None:
    watch.room.answer = lambda _: (200, HTML, WALL)
    watch.round()
    watch.room.answer = lambda _: None
    assert watch.round().outcome is Outcome.BASELINE
    watch.room.items = NEW + OLD
    watch.round()
    approved(watch)


def test_a_storm_of_not_modified_never_stands_for_a_page_that_was_not_read(watch: Watch) -> None:
    watch.room.answer = lambda _: (304, {}, b"")
    assert watch.round().outcome is Outcome.TROUBLE
    watch.room.answer = lambda _: None
    assert watch.round().outcome is Outcome.BASELINE
    watch.room.answer = lambda _: (304, {}, b"")
    assert watch.round().outcome in (Outcome.UNCHANGED, Outcome.TROUBLE)
    watch.room.answer, watch.room.items = (lambda _: None), NEW + OLD
    watch.round()
    approved(watch)


def test_a_page_dated_before_our_last_look_is_read(watch: Watch) -> None:
    def dated(headers: dict[str, str]) -> Answer:
        """As RFC 9110 section 13.1.3 has it: 304 where the page is not newer than the date in the request."""
        body = f'<rss version="2.0"><channel><title>News</title>{watch.room.items}</channel></rss>'.encode()
        day = (
            "Tue, 01 Jul 2025 00:00:00 GMT" if "Commission" not in watch.room.items else "Mon, 30 Jun 2025 00:00:00 GMT"
        )
        same = headers.get("if-modified-since") == day
        return (304, {}, b"") if same else (200, {"Content-Type": "application/rss+xml", "Last-Modified": day}, body)

    watch.room.answer = dated
    watch.round()
    assert watch.round().outcome is Outcome.UNCHANGED
    watch.room.items = NEW + OLD
    watch.round()
    approved(watch)


def test_other_content_for_conditional_requests_is_no_news_of_what_was_there(watch: Watch) -> None:
    """Some edges answer a conditional request from an old copy: the older list takes nothing back."""
    watch.room.etag, watch.room.items = '"1"', NEW + OLD
    watch.round()
    old = f'<rss version="2.0"><channel><title>News</title>{OLD}</channel></rss>'.encode()
    kind = {"Content-Type": "application/rss+xml"}
    watch.room.answer = lambda headers: (200, kind, old) if "if-none-match" in headers else None
    for _ in range(4):
        watch.round()
    assert (watch.news(), watch.mails()) == ([], 0)


def test_an_etag_that_stays_while_the_page_changes_is_found_out_by_nobody_but_a_new_one_is(watch: Watch) -> None:
    watch.room.etag = '"1"'
    watch.round()
    watch.room.etag, watch.room.items = '"2"', NEW + OLD
    watch.round()
    approved(watch)


def test_a_source_that_was_removed_and_comes_back_tells_what_it_missed(watch: Watch) -> None:
    watch.round()
    sources = (watch.folder / "sources.yaml").read_text()
    (watch.folder / "sources.yaml").write_text(sources.replace("id: maker", "id: elsewhere").replace("/feed", "/feed2"))
    watch.round()
    watch.room.items = NEW + OLD
    (watch.folder / "sources.yaml").write_text(sources)
    watch.round()
    approved(watch)


def test_a_source_with_a_new_name_has_a_first_look(watch: Watch) -> None:
    watch.room.items = NEW + OLD
    watch.round()
    watch.configure(name="renamed")
    assert watch.round().outcome is Outcome.BASELINE
    assert (watch.news(), watch.mails()) == ([], 0)


def test_a_topic_added_to_a_source_mails_no_old_news_and_hides_no_new(watch: Watch) -> None:
    watch.configure(topics="other-net")
    watch.room.items = EARLIER + OLD
    watch.round()
    watch.configure(topics="cabo-net, other-net")
    watch.room.items = NEW + EARLIER + OLD
    watch.round()
    approved(watch)


def test_a_new_address_of_a_source_makes_old_news_no_news(watch: Watch) -> None:
    watch.room.items = OLD
    watch.round()
    watch.configure(path="/feed/other")
    watch.room.items = EARLIER + OLD
    watch.round()
    assert (watch.news(), watch.mails()) == ([], 0)
    watch.room.items = NEW + EARLIER + OLD
    watch.round()
    approved(watch)


def test_a_clock_that_jumps_forth_and_back_neither_repeats_nor_loses(watch: Watch) -> None:
    watch.round()
    watch.round(hours=24 * 400)
    watch.round(hours=-24 * 400)
    watch.room.items = NEW + OLD
    watch.round()
    watch.round(hours=24 * 30)
    watch.round(hours=-24 * 60)
    approved(watch)
