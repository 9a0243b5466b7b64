"""A board on a ledger that a test writes: two topics, an authority's page and a company."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlmodel import select

from board.asking import Client
from ledger.saying import TOPIC, Book
from regwatch.board.app import create_app
from regwatch.board.site import Site
from regwatch.clock import DrivenClock
from regwatch.demo.story import DemoSettings
from regwatch.model import Indication, Source, Topic, Treatment
from regwatch.settings import Settings
from regwatch.store.tables import FindingRow, SourceState
from regwatch.watchlist import Watchlist

OTHER = "other-topic"


@dataclass
class Small:
    """One small board; `clock` is what its pages take for the present."""

    folder: Path
    book: Book
    token: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    publisher: str = "The Agency"
    base: str = "https://board.example.org"
    canary: str | None = None

    @cached_property
    def clock(self) -> DrivenClock:
        return DrivenClock(self.book.now)

    @cached_property
    def watchlist(self) -> Watchlist:
        topics = tuple(
            Topic(
                name,
                self.titles.get(name, name),
                Treatment("cabozantinib"),
                Indication("neuroendocrine tumours (NETs)"),
            )
            for name in (TOPIC, OTHER)
        )
        page = "https://agency.example.org/page"
        return Watchlist(
            topics,
            (
                Source("authority", "page", self.publisher, page, (TOPIC,), official_for=("EC", "NICE")),
                Source("company", "feed", "Maker", "https://maker.example.org/news", (TOPIC, OTHER)),
            ),
        )

    @cached_property
    def settings(self) -> Settings:
        return DemoSettings(
            home=self.folder / "var", sources=self.folder / "sources.yaml", operator_token=self.token,
            canary_mail=self.canary,
        )  # fmt: skip

    @cached_property
    def site(self) -> Site:
        return Site(self.settings, lambda: self.watchlist, self.clock, self.base)

    @cached_property
    def client(self) -> Client:
        return Client(create_app(self.site), self.base)

    def read(self, name: str = "authority", *, trouble: str = "") -> None:
        """Note that a source was read now, or that it could not be."""
        with self.book.database.session() as session:
            row = session.get(SourceState, name) or SourceState(id=name, adapter="page")
            row.checked_at = self.book.now
            row.trouble = trouble
            if not trouble:
                row.read_at = self.book.now
            session.add(row)

    def word(self, quote: str, url: str) -> None:
        """Give every finding this quote and address."""
        with self.book.database.session() as session:
            for row in session.exec(select(FindingRow)):
                row.quote, row.url = quote, url
                session.add(row)

    def page(self, path: str) -> str:
        """The text of a page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def close(self) -> None:
        if "site" in self.__dict__:
            self.site.close()
