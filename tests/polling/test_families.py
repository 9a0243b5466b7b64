"""One release, many copies: one transition with a piece of evidence for each, and no status from a translation."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from polling.pages import START, TOPIC
from regwatch.adapters import registry
from regwatch.clock import DrivenClock
from regwatch.errors import Gone
from regwatch.fetch.client import Fetched, Validators
from regwatch.ledger import queries
from regwatch.model import Document, Request, Source
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import FindingRow

IPSEN = "https://www.ipsen.com/press-releases/"
NUMBER = "3120001"
PAGE = f"{IPSEN}ipsen-receives-approval-{NUMBER}/"
WIRE = "https://www.globenewswire.com/RssFeed/organization/abcDEF123-_ghiJKL456mn%3D%3D"
COPY = f"https://www.globenewswire.com/news-release/2025/07/24/{NUMBER}/0/"
NEWS = (
    "PARIS, FRANCE, 24 July 2025 - Ipsen (Euronext: IPN) announced today that the European Commission has approved "
    "Cabometyx (cabozantinib) for the treatment of adults with pancreatic neuroendocrine tumours (pNET)."
)
NOUVELLES = (
    "PARIS, FRANCE, 24 juillet 2025 - Ipsen annonce aujourd'hui que la Commission européenne a approuvé Cabometyx "
    "(cabozantinib) pour le traitement des patients adultes atteints de tumeurs neuroendocrines (pNET)."
)
EMPTY_LIST = f'<html><body><main><a href="{IPSEN}results-of-the-year-3100000/">Results</a></main></body></html>'
LIST = EMPTY_LIST.replace("<main>", f'<main><a href="{PAGE}">Ipsen receives approval of Cabometyx</a>')
RESULTS = "Ipsen reports results: PARIS, FRANCE, 13 February 2025 - Ipsen announced today that sales grew a great deal."


def release(text: str, kind: str = "main-body-container") -> str:
    shown = f'<h1>Ipsen: news of Cabometyx</h1><div class="{kind}"><p>{text}</p></div>'
    return f"<html><body><main>{shown}</main></body></html>"


def item(language: str, text: str, link: str = COPY) -> str:
    names = 'xmlns:dc="http://dublincore.org/documents/dcmi-namespace/"'
    return (
        f"<item {names}><title>Ipsen: {language} Cabometyx</title><link>{link}{language}/x.html</link>"
        f"<guid>{link}{language}/x.html</guid><pubDate>Thu, 24 Jul 2025 05:00 GMT</pubDate>"
        f"<description>{text}</description><dc:language>{language}</dc:language></item>"
    )


def feed(*items: str) -> str:
    other = item("en", "Results", "https://www.globenewswire.com/news-release/2025/02/13/3100000/0/")
    return f'<rss version="2.0"><channel><title>Ipsen</title>{"".join(items)}{other}</channel></rss>'


@dataclass
class Web:
    """Pages by URL, as bytes."""

    pages: dict[str, str] = field(default_factory=dict)
    clock: DrivenClock = field(default_factory=lambda: DrivenClock(START))

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        if request.url not in self.pages:
            raise Gone(f"{request.url} is not there")
        body = self.pages[request.url].encode()
        validators = Validators(sha256=hashlib.sha256(body).hexdigest())
        if known is not None and known.sha256 == validators.sha256:
            return Fetched(None, validators, not_modified=True)
        return Fetched(Document(source, request, request.url, body, "", self.clock.now()), validators, False)


class Watch:
    """A poller over real adapters and pages in memory."""

    def __init__(self, database: Database) -> None:
        self.database, self.web = database, Web()
        self.poller = Poller(database, SourceBook(database), self.web, self.web.clock, (TOPIC,), registry.adapter)

    def poll(self, *sources: Source) -> None:
        self.web.clock.set(self.web.clock.now() + timedelta(hours=6))
        for source in sources:
            polled = asyncio.run(self.poller.poll(source))
            assert polled.trouble is None, polled.trouble

    def told(self) -> list[tuple[str, str, list[str]]]:
        with self.database.session() as session:
            return [
                (one.authority, one.milestone.value, sorted(piece.source for piece in one.evidence))
                for one in queries.transitions(session)
            ]

    def standings(self) -> list[str]:
        with self.database.session() as session:
            return [one.standing.value for one in queries.transitions(session)]

    def routes(self) -> list[tuple[str, str, str]]:
        with self.database.session() as session:
            rows = session.exec(select(FindingRow)).all()
            return sorted({(row.source, row.milestone, row.route) for row in rows if row.topic})


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    database = Database(f"sqlite:///{tmp_path / 'families.db'}")
    yield Watch(database)
    database.close()


def source(name: str, adapter: str, url: str, options: Mapping[str, str] | None = None) -> Source:
    names = TOPIC.treatment.names
    return Source(name, adapter, "Ipsen", url, (TOPIC.id,), options=options or {}, watch=names)


ROOM = source("room", "ipsen_news", IPSEN)
WIRED = source("wire", "globenewswire_org", WIRE, {"issuer": "Ipsen"})
RAW = source("raw", "feed", WIRE)


def baseline(watch: Watch, *sources: Source) -> None:
    watch.web.pages |= {IPSEN: EMPTY_LIST, WIRE: feed(), f"{IPSEN}results-of-the-year-3100000/": release(RESULTS)}
    watch.web.pages["https://www.globenewswire.com/news-release/2025/02/13/3100000/0/en/x.html"] = release(RESULTS)
    watch.poll(*sources)
    assert watch.told() == []


def test_one_release_in_the_room_and_on_the_wire_is_one_transition_with_two_pieces_of_evidence(watch: Watch) -> None:
    baseline(watch, ROOM, WIRED)
    watch.web.pages |= {IPSEN: LIST, PAGE: release(NEWS), WIRE: feed(item("fr", NOUVELLES), item("en", NEWS))}
    watch.web.pages[f"{COPY}en/x.html"] = release(NEWS)
    watch.poll(ROOM, WIRED)
    assert watch.told() == [("EC", "approved", ["room", "wire"])]


def test_a_translation_on_the_wire_says_nothing_before_the_english_comes(watch: Watch) -> None:
    baseline(watch, WIRED)
    watch.web.pages[WIRE] = feed(item("fr", NOUVELLES))
    watch.poll(WIRED)
    assert watch.routes() == []
    watch.web.pages |= {WIRE: feed(item("en", NEWS), item("fr", NOUVELLES)), f"{COPY}en/x.html": release(NEWS)}
    watch.poll(WIRED)
    assert watch.told() == [("EC", "approved", ["wire"])]


def test_in_any_feed_the_english_edition_is_read_and_its_translation_is_not(watch: Watch) -> None:
    baseline(watch, RAW)
    watch.web.pages[WIRE] = feed(item("fr", NOUVELLES), item("en", NEWS))
    watch.poll(RAW)
    assert watch.routes() == [("raw", "approved", "ledger")]


def test_the_english_edition_of_any_feed_counts_although_its_translation_was_seen_first(watch: Watch) -> None:
    baseline(watch, RAW)
    watch.web.pages[WIRE] = feed(item("fr", NOUVELLES))
    watch.poll(RAW)
    assert watch.told() == []
    watch.web.pages[WIRE] = feed(item("fr", NOUVELLES), item("en", NEWS))
    watch.poll(RAW)
    assert watch.told() == [("EC", "approved", ["raw"])]


def test_a_corrected_release_takes_the_place_of_the_first_and_is_no_second_event(watch: Watch) -> None:
    baseline(watch, WIRED)
    watch.web.pages |= {WIRE: feed(item("en", NEWS)), f"{COPY}en/x.html": release(NEWS)}
    watch.poll(WIRED)
    head = "PARIS, 1 August 2025 - Please replace the release with the following corrected version.</p>"
    head += "<p>The corrected release reads:</p><p>IPSEN: NEWS OF CABOMETYX</p><p>"
    watch.web.clock.set(watch.web.clock.now() + timedelta(days=8))
    watch.web.pages[f"{COPY}en/x.html"] = release(head + NEWS)
    watch.poll(WIRED)
    assert [one[:2] for one in watch.told()] == [("EC", "approved")]
    assert watch.standings() == ["reported"]


def test_a_release_whose_day_is_corrected_takes_nothing_back(watch: Watch) -> None:
    baseline(watch, RAW)
    for day in ("Thu, 24 Jul 2025 05:00 GMT", "Fri, 25 Jul 2025 05:00 GMT"):
        text = NEWS.replace("24 July", day[5:7] + " July")
        watch.web.pages[WIRE] = feed(item("en", text).replace("Thu, 24 Jul 2025 05:00 GMT", day))
        watch.poll(RAW)
    assert watch.standings() == ["reported"]


def test_congress_news_is_evidence_and_never_a_status(watch: Watch) -> None:
    congress = source("congress", "feed", WIRE, {"status": "no", "kind": "trade_news"})
    baseline(watch, congress)
    watch.web.pages[WIRE] = feed(item("en", NEWS))
    watch.poll(congress)
    assert watch.told() == []
    assert watch.routes() == [("congress", "approved", "evidence")]


def test_a_page_of_guidelines_takes_nothing_back_either(watch: Watch) -> None:
    options = {"status": "no", "select": "main", "prose": "yes"}
    pages = source("guideline", "page", "https://guideline.example/net", options)
    watch.web.pages = {"https://guideline.example/net": release("Nothing new.")}
    watch.poll(pages)
    for text in (NEWS, "The text about this medicine was taken out again, and nothing else is said of it here."):
        watch.web.pages["https://guideline.example/net"] = release(text)
        watch.poll(pages)
    assert watch.told() == []
    assert {route for _, _, route in watch.routes()} == {"evidence"}


def test_a_trial_that_was_stopped_is_evidence(watch: Watch) -> None:
    url = "https://clinicaltrials.gov/api/v2/studies/NCT03375320"
    trial = Source("trial", "ctgov_study", "x", url, (TOPIC.id,), ids={"nct": "NCT03375320"})
    for status in ("RECRUITING", "TERMINATED", "COMPLETED"):
        study = {
            "protocolSection": {
                "identificationModule": {"nctId": "NCT03375320", "briefTitle": "CABINET"},
                "statusModule": {"overallStatus": status},
            },
            "hasResults": False,
        }
        watch.web.pages[url] = json.dumps(study)
        watch.poll(trial)
    assert watch.told() == []
    assert watch.routes() == [("trial", "trial_stopped", "evidence")]
