"""A board with sign-up on a ledger of its own, and people who use it, without a network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI
from sqlmodel import select

from digest.story import OTHER, TOPIC
from mail.kept import KeptMail, kept_mails
from marked import MARK as MARK
from regwatch.board.app import create_app
from regwatch.board.page_templates import Templates
from regwatch.board.signup_context import SignupContext
from regwatch.board.site import Site
from regwatch.board.subscriptions import routes
from regwatch.clock import DrivenClock
from regwatch.demo.story import DemoSettings
from regwatch.digest.due_digests import compose_due
from regwatch.digest.posting import Mailing
from regwatch.mail.sender import Sender
from regwatch.model import Source
from regwatch.secret_key import read_key
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import EventRow, FindingRow, TransitionRow
from regwatch.subscribers.link_handles import Links, Purpose
from regwatch.watchlist import Recipient, Watchlist

BASE = "https://news.charity.example"
START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


@dataclass
class House:
    """Everything that a subscriber meets."""

    folder: Path
    recipients: tuple[Recipient, ...] = ()
    base: str = BASE

    @cached_property
    def clock(self) -> DrivenClock:
        return DrivenClock(START)

    @cached_property
    def settings(self) -> Settings:
        return DemoSettings(home=self.folder / "var", sources=self.folder / "sources.yaml", base_url=self.base)

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
        return Links(self.base, read_key(self.settings.home))

    @property
    def mailing(self) -> Mailing:
        sender = Sender("regwatch", "news@charity.example", "hello@charity.example", web=self.base, links=True)
        return Mailing(self.watchlist, sender, links=self.links, key=self.links.key)

    @cached_property
    def site(self) -> Site:
        assert self.database
        return Site(self.settings, lambda: self.watchlist, self.clock, self.base)

    @cached_property
    def desk(self) -> SignupContext:
        return SignupContext(
            self.site, Templates(self.site), self.database, lambda: self.mailing, self.links,
            clock=lambda: self.clock.now().timestamp(),
        )  # fmt: skip

    @cached_property
    def app(self) -> FastAPI:
        return create_app(self.site, [routes(self.desk)])

    def ask(
        self, method: str, url: str, body: str = "", kind: str = FORM, *,
        peer: str = "198.51.100.7", forwarded: str = "", app: Any = None, headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """Send one request from the address `peer`, which says that it stands for another with `forwarded`."""
        headers = dict(headers or {}) | ({"Content-Type": kind} if body else {})
        headers |= {"X-Forwarded-For": forwarded} if forwarded else {}

        async def one() -> httpx.Response:
            transport = httpx.ASGITransport(app or self.app, client=(peer, 5000))
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, url, content=body, headers=headers)

        return asyncio.run(one())

    def sign_up(
        self, address: str, *, peer: str = "198.51.100.7", forwarded: str = "", app: Any = None, **more: str | list[str]
    ) -> httpx.Response:
        """Fill the form in, ten seconds after it was shown."""
        page = self.ask("GET", "/subscribe").text
        stamp = re.search(r'name="t" value="([^"]+)"', page)
        assert stamp
        self.clock.set(self.clock.now() + timedelta(seconds=10))
        fields = {"email": address, "topic": [TOPIC.id], "cadence": "daily", "consent": "on", "t": stamp[1], **more}
        body = urlencode(fields, doseq=True)
        return self.ask("POST", "/subscribe", body, peer=peer, forwarded=forwarded, app=app)

    def join(self, address: str, **more: str | list[str]) -> Subscriber:
        """Sign up and confirm."""
        before = len(self.mails())
        assert self.sign_up(address, **more).status_code == 200  # type: ignore[arg-type]
        mail = self.mails()[before]
        assert self.ask("POST", link(mail, "c")).status_code == 200
        return self.person(address)

    def person(self, address: str) -> Subscriber:
        with self.database.session() as session:
            return session.exec(select(Subscriber).where(Subscriber.address == address)).one()

    def manage(self, address: str) -> str:
        """The path of somebody's page of choices."""
        with self.database.session() as session:
            handle = self.links.handle(session, Purpose.MANAGE, self.person(address).id or 0, "", self.clock.now())
        return f"/m/{handle}"

    def mails(self) -> list[KeptMail]:
        with self.database.session() as session:
            return kept_mails(session)

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

    def compose(self, later: timedelta = timedelta()) -> list[KeptMail]:
        """Let time pass, compose, and return what is new in the outbox."""
        before = len(self.mails())
        self.clock.set(self.clock.now() + later)
        compose_due(self.database.session, self.mailing, self.clock.now())
        return self.mails()[before:]

    def compose_next(self, later: timedelta = timedelta(days=1)) -> list[KeptMail]:
        """Let the first round after a sign-up go by, then a day or more, and return what is composed then."""
        return self.compose() + self.compose(later)

    def close(self) -> None:
        if "site" in self.__dict__:
            self.site.close()
        self.database.close()


def link(mail: KeptMail, purpose: str) -> str:
    """The path of a link in a mail."""
    found = re.search(rf"<https?://[^/<>]+(/{purpose}/[A-Za-z0-9_-]{{22}})>".encode(), mail.raw.replace(b"=\r\n", b""))
    assert found, mail.raw.decode()
    return found[1].decode()
