"""A board with sign-up on a ledger of its own, and people who use it, without a network."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

import httpx
from sqlmodel import select

from digest.story import OTHER, TOPIC
from regwatch.board.app import create_app
from regwatch.board.rendering import Templates
from regwatch.board.site import Site
from regwatch.board.subscriptions import Desk, routes
from regwatch.clock import DrivenClock
from regwatch.demo.story import DemoSettings
from regwatch.digest.posting import Mailing
from regwatch.digest.render import Sender
from regwatch.digest.run import compose_due
from regwatch.model import Source
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.people import Subscriber
from regwatch.store.tables import EventRow, FindingRow, Message, TransitionRow
from regwatch.subscribers.links import Links, read_key
from regwatch.watchlist import Recipient, Watchlist

BASE = "https://news.charity.example"
START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
MARK = "marker-address@reader.example"


@dataclass
class House:
    """Everything that a subscriber meets."""

    folder: Path
    recipients: tuple[Recipient, ...] = ()

    @cached_property
    def clock(self) -> DrivenClock:
        return DrivenClock(START)

    @cached_property
    def settings(self) -> Settings:
        return DemoSettings(home=self.folder / "var", sources=self.folder / "sources.yaml", base_url=BASE)

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def watchlist(self) -> Watchlist:
        page = "https://agency.example.org/page"
        topics = (TOPIC.id, OTHER.id)
        source = Source("ec", "page", "European Commission", page, topics, official_for=("EC", "NICE"))
        return Watchlist((TOPIC, OTHER), (source,), self.recipients)

    @cached_property
    def links(self) -> Links:
        return Links(BASE, read_key(self.settings.home))

    @property
    def mailing(self) -> Mailing:
        sender = Sender("regwatch", "news@charity.example", "hello@charity.example", web=BASE, links=True)
        return Mailing(self.watchlist, sender, links=self.links)

    @cached_property
    def site(self) -> Site:
        assert self.database
        return Site(self.settings, lambda: self.watchlist, self.clock, BASE)

    @cached_property
    def app(self) -> object:
        desk = Desk(
            self.site, Templates(self.site), self.database, lambda: self.mailing, self.links,
            clock=lambda: self.clock.now().timestamp(),
        )  # fmt: skip
        return create_app(self.site, [routes(desk)])

    def ask(self, method: str, url: str, body: str = "", kind: str = FORM) -> httpx.Response:
        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=("198.51.100.7", 5000))  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
                return await client.request(method, url, content=body, headers={"Content-Type": kind} if body else {})

        return asyncio.run(one())

    def sign_up(self, address: str, **more: str | list[str]) -> httpx.Response:
        """Fill the form in, ten seconds after it was shown."""
        page = self.ask("GET", "/subscribe").text
        stamp = re.search(r'name="t" value="([^"]+)"', page)
        assert stamp
        self.clock.set(self.clock.now() + timedelta(seconds=10))
        fields = {"email": address, "topic": [TOPIC.id], "cadence": "daily", "consent": "on", "t": stamp[1], **more}
        return self.ask("POST", "/subscribe", urlencode(fields, doseq=True))

    def join(self, address: str, **more: str | list[str]) -> Subscriber:
        """Sign up and confirm."""
        before = len(self.mails())
        assert self.sign_up(address, **more).status_code == 200
        mail = self.mails()[before]
        assert self.ask("POST", link(mail, "c")).status_code == 200
        return self.person(address)

    def person(self, address: str) -> Subscriber:
        with self.database.session() as session:
            return session.exec(select(Subscriber).where(Subscriber.address == address)).one()

    def mails(self) -> list[Message]:
        with self.database.session() as session:
            return list(session.exec(select(Message).order_by(Message.id)))  # type: ignore[arg-type]

    def news(
        self, *, topic: str = TOPIC.id, authority: str = "EC", milestone: str = "approved", kind: str = "", of: int = 0
    ) -> int:  # fmt: skip
        """One line in the log, about a new transition or about one that is there. Returns the transition."""
        with self.database.session() as session:
            at, number = self.clock.now(), of
            if not of:
                row = TransitionRow(
                    topic=topic, authority=authority, milestone=milestone, detected_at=at, standing="confirmed"
                )
                session.add(row)
                session.flush()
                number = row.id or 0
                session.add(
                    FindingRow(
                        change=1, source="ec", at=at, topic=topic, milestone=milestone, mode="announced",
                        confidence="high", quote="Decision of the Commission", official=True, transition=number,
                    )
                )  # fmt: skip
            session.add(EventRow(kind=kind or "transition", topic=topic, authority=authority, at=at, transition=number))
        return number

    def compose(self, later: timedelta = timedelta()) -> list[Message]:
        """Let time pass, compose, and return what is new in the outbox."""
        before = len(self.mails())
        self.clock.set(self.clock.now() + later)
        compose_due(self.database.session, self.mailing, self.clock.now())
        return self.mails()[before:]

    def compose_next(self, later: timedelta = timedelta(days=1)) -> list[Message]:
        """Let the first round after a sign-up go by, then a day or more, and return what is composed then."""
        return self.compose() + self.compose(later)

    def close(self) -> None:
        if "site" in self.__dict__:
            self.site.close()
        self.database.close()


def link(mail: Message, purpose: str) -> str:
    """The path of a link in a mail."""
    found = re.search(rf"<{BASE}(/{purpose}/[A-Za-z0-9_-]{{22}})>".encode(), mail.raw.replace(b"=\r\n", b""))
    assert found, mail.raw.decode()
    return found[1].decode()
