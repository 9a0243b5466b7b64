"""A publisher in memory: pages that change, fail and answer conditional requests, and an adapter that reads them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from regwatch.adapters.contract import Adapter, Limits
from regwatch.clock import DrivenClock
from regwatch.dates import from_iso
from regwatch.errors import Gone, MissingPart, SourceTrouble
from regwatch.fetch.client import Fetched, Validators
from regwatch.model import (
    Claim,
    Document,
    Follow,
    Indication,
    Reading,
    Record,
    Request,
    Source,
    Topic,
    Treatment,
)
from regwatch.polling.outcome import Polled
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.vocabulary import Milestone, Mode

START = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
ROOT = "https://authority.example/list"
TOPIC = Topic(
    "cabo-net",
    "Cabozantinib for neuroendocrine tumours",
    Treatment("cabozantinib", ("Cabometyx",)),
    Indication("neuroendocrine tumours", ("NET", "pNET")),
)
OTHER = Topic(
    "other-net", "Otherinib for neuroendocrine tumours", Treatment("otherinib"), Indication("neuroendocrine tumours")
)


def read(document: Document) -> Reading:
    """A page is JSON: {"status": milestone or null, "items": [...], "follow": {part: version}, "odd": text}."""
    page = json.loads(document.body)
    if "layout" in page:
        raise MissingPart("status")
    reading = Reading()
    if status := page.get("status"):
        claim = Claim("NICE", Milestone(status), Mode.ANNOUNCED, f"Status: {status}", "test.status")
        reading.add(Record("project", "p1", fields=(("Status", status),), claims=(claim,)))
    if due := page.get("due"):
        claim = Claim("NICE", Milestone.HTA_RECOMMENDED, Mode.EXPECTED, due, "test.due", date=from_iso(due))
        reading.add(Record("step", fields=(("Expected publication", due),), claims=(claim,)))
    for key, text in page.get("items", {}).items():
        day = from_iso(page.get("day", "2025-06-01"))
        reading.add(Record("item", key, title=text, url=f"{ROOT}/{key}", published=day, prose=True))
    for part, (version, hint) in page.get("follow", {}).items():
        again = timedelta(days=page["again"]) if "again" in page else None
        reading.follow(Follow(Request(f"{ROOT}/{part}", part), version, hint, again))
    if odd := page.get("odd"):
        reading.odd("status", odd)
    return reading


@dataclass
class Publisher:
    """Pages by URL. `asked` counts requests; `fails` holds what to raise."""

    pages: dict[str, dict[str, object]] = field(default_factory=dict)
    fails: dict[str, SourceTrouble] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    clock: DrivenClock = field(default_factory=lambda: DrivenClock(START))

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        self.asked.append(request.url)
        if request.url in self.fails:
            raise self.fails[request.url]
        if request.url not in self.pages:
            raise Gone(f"{request.url} is not there")
        body = json.dumps(self.pages[request.url]).encode()
        validators = Validators(sha256=hashlib.sha256(body).hexdigest())
        if known is not None and known.sha256 == validators.sha256:
            return Fetched(None, validators, not_modified=True)
        document = Document(source, request, request.url, body, "application/json", self.clock.now())
        return Fetched(document, validators, not_modified=False)


class Scene:
    """One poller over one publisher and one database, and a source to poll."""

    def __init__(self, database: Database, **facts: object) -> None:
        self.site = Publisher()
        self.database = database
        confirm = int(facts.pop("confirm", 0))  # type: ignore[call-overload]
        self.adapter = Adapter(
            name="test",
            authorities=("NICE",),
            request=lambda source: Request(ROOT),
            read=read,
            limits=Limits(0, 100),
            **facts,  # type: ignore[arg-type]
        )
        self.source = Source(
            id="nice",
            adapter="test",
            publisher="NICE",
            url=ROOT,
            topics=("cabo-net",),
            official_for=("NICE",),
            watch=TOPIC.treatment.names,
            confirm=confirm,
        )
        self.restart()

    def restart(self) -> None:
        """As after the process was killed: everything in memory is gone."""
        self.book = SourceBook(self.database)
        self.poller = Poller(
            self.database, self.book, self.site, self.site.clock, (TOPIC, OTHER), lambda name: self.adapter
        )

    async def poll(self, **page: object) -> Polled:
        """Put this on the root page (if anything) and poll, six hours after the last time."""
        if page:
            self.site.pages[ROOT] = dict(page)
        self.site.clock.set(self.site.clock.now() + timedelta(hours=6))
        return await self.poller.poll(self.source)
