"""A year of publishers that exist only here: the worked example's pages, press rooms with news of other medicines, and
all that goes wrong on the way, for the daemon's own work on a driven clock.

The same seed gives the same year. Every event that is planted has a medicine of its own, so that a mail tells which
events it tells by the names in it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

import httpx

from regwatch.clock import Clock
from regwatch.demo.archive import DemoArchive, load_archive
from regwatch.demo.archive_server import _NOT_FOUND

SHOWN = 15
"""How many entries a press room's feed shows."""
NOISE_A_DAY = 0.4
STORY = "cabozantinib"
DISEASES = ("thymic carcinoma", "biliary tract cancer", "chordoma", "uveal melanoma", "osteosarcoma", "mesothelioma")
TOLD = (
    ("FDA Approves {m} for Adults with {d}", "the U.S. Food and Drug Administration has approved {m} for {p}"),
    ("European Commission Approves {m} for {d}", "the European Commission has approved {m} as a treatment for {p}"),
    (
        "{c} Receives Positive CHMP Opinion for {m} in {d}",
        "the Committee for Medicinal Products for Human Use (CHMP) of the European Medicines Agency (EMA) adopted a "
        "positive opinion recommending the approval of {m} for {p}",
    ),
    (
        "MHRA Approves {m} for Adults with {d}",
        "the UK Medicines and Healthcare products Regulatory Agency (MHRA) has granted a marketing authorisation for "
        "{m} for the treatment of {p}",
    ),
    (
        "U.S. FDA Accepts Application for {m} in {d}",
        "the U.S. Food and Drug Administration (FDA) has accepted for review its supplemental New Drug Application for "
        "{m} for {p}",
    ),
    (
        "{c} Receives Complete Response Letter from FDA for {m} in {d}",
        "the U.S. Food and Drug Administration (FDA) has issued a Complete Response Letter for the supplemental New "
        "Drug Application for {m} for {p}",
    ),
    ("Health Canada Approves {m} for {d}", "Health Canada has approved {m} for the treatment of {p}"),
)
"""Headline and sentence of what is planted."""
NOISE = (
    ("{c} to Present at the Spring Healthcare Conference", "management will take part in a fireside chat"),
    ("{c} Reports Results for the Quarter", "total revenues were $310 million, and costs will stay as they were"),
    ("{c} Appoints a Chief People Officer", "its board has appointed a Chief People Officer"),
    ("New Data on {m} in {d} at a Congress", "data of {m} in {d} will be shown as a poster at a congress"),
    ("{c} Begins a Phase 3 Trial of {m} in {d}", "the first patient has been treated in a trial of {m} in {d}"),
    ("FDA Approves {other} for Asthma", "the U.S. Food and Drug Administration (FDA) has approved {other} for asthma"),
)
WALL = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    b"<body>Enable JavaScript and cookies to continue</body></html>"
)
CLOSED = (
    b"<html><head><title>Maintenance</title></head>"
    b"<body><h1>Scheduled maintenance</h1><p>We will be back soon.</p></body></html>"
)
FAULTS = [
    "503",
    "502",
    "500",
    "404",
    "429",
    "timeout",
    "refused",
    "reset",
    "wall",
    "closed",
    "cut",
    "empty",
    "mojibake",
]


@dataclass(frozen=True)
class Entry:
    """One release of a press room, and when (UTC) it appears; `event` is the medicine whose news it plants."""

    at: datetime
    title: str
    text: str
    link: str
    event: str = ""


@dataclass(frozen=True)
class Outage:
    """What a host answers instead of its pages, between two instants (UTC)."""

    begin: datetime
    end: datetime
    kind: str


@dataclass
class PublishingYear:
    """Answers for every host at the present time of the clock. `events` are the planted medicines."""

    begin: datetime
    end: datetime
    clock: Clock
    rooms: int = 12
    news_a_day: float = 0.02
    seed: int = 1
    faulty: bool = True
    events: dict[str, Entry] = field(default_factory=dict, init=False)
    answers: Counter[str] = field(default_factory=Counter, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._archive: DemoArchive = load_archive()
        self._feeds = {
            f"press-{n}.example.org": sorted(self._releases(n), key=lambda e: e.at) for n in range(self.rooms)
        }
        hosts = {*self._feeds, *(httpx.URL(page.url).host for page in self._archive.pages)}
        self._outages = {host: list(self._bad_days()) if self.faulty else [] for host in sorted(hosts)}

    def watchlist(self, readers: str) -> str:
        """The topics and sources of the year as YAML, after the worked example's own, with `readers` as recipients."""
        topics, sources = [], []
        for name, entry in self.events.items():
            disease = next(one for one in DISEASES if one in entry.text)
            topics.append(
                f"  - id: {name}\n    title: {name} for {disease}\n    treatment: {{inn: {name}}}\n"
                f"    indication: {{name: {disease}, terms: [{disease}]}}\n"
            )
        every = ", ".join(self.events)
        for n in range(self.rooms):
            sources.append(
                f"  - id: press-{n}\n    adapter: feed\n    topics: [{every}]\n    publisher: Press room {n}\n"
                f"    url: https://press-{n}.example.org/feed.xml\n"
            )
        return f"topics:\n{''.join(topics)}sources:\n{''.join(sources)}{readers}"

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """What a publisher answers now. Raises what a broken connection raises."""
        host, now = request.url.host, self.clock.now()
        bad = next((one for one in self._outages.get(host, ()) if one.begin <= now < one.end), None)
        if bad is not None:
            self.answers[bad.kind] += 1
            return self._broken(bad, request)
        answer = self._well(host, request, now)
        self.answers[str(answer.status_code)] += 1
        return answer

    def _releases(self, room: int) -> Iterator[Entry]:
        chance, company = self._chance, f"Norvane {chr(65 + room)} Pharma"
        days = (self.end - self.begin).days
        for day in range(-30, days):
            date = self.begin + timedelta(days=day)
            news = ["noise"] * (chance.random() < NOISE_A_DAY)
            # What appears before the first look, or so late that no look is left, belongs to no mail.
            if 3 <= day < days - days // 4 and chance.random() < self.news_a_day:
                news.append("event")
            for kind in news if date.weekday() < 5 else ():
                yield self._release(
                    kind, company, date.replace(hour=chance.randint(6, 17), minute=chance.randint(0, 59))
                )

    def _release(self, kind: str, company: str, at: datetime) -> Entry:
        chance = self._chance
        known = list(self.events)
        new = kind == "event"
        medicine = self._medicine() if new else chance.choice(known) if known else "tolvanib"
        disease = chance.choice(DISEASES)
        title, said = chance.choice(TOLD if new else NOISE)
        words = {
            "c": company,
            "m": medicine,
            "d": disease,
            "p": f"adult patients with {disease}",
            "other": "brelutamab",
        }
        text = (
            f"CAMBRIDGE, Mass., {at:%B} {at.day}, {at.year} -- {company} today announced that {said.format(**words)}. "
            f"The company thanks all who took part. About {company}: it makes medicines."
        )
        host = f"press-{ord(company.split()[1]) - 65}.example.org"
        entry = Entry(at, title.format(**words), text, f"https://{host}/news/{at:%Y%m%d%H%M}", medicine if new else "")
        if new:
            self.events[medicine] = entry
        return entry

    def _medicine(self) -> str:
        while True:
            name = "".join(
                self._chance.choice(("za", "mo", "ri", "fe", "lu", "ta", "ve", "ko", "du")) for _ in range(4)
            )
            if f"{name}tinib" not in self.events:
                return f"{name}tinib"

    def _bad_days(self) -> Iterator[Outage]:
        at = self.begin + timedelta(days=self._chance.expovariate(1 / 12))
        while at < self.end - timedelta(days=8):
            hours = min(self._chance.expovariate(1 / 9), 72.0)
            yield Outage(at, at + timedelta(hours=hours), self._chance.choice(FAULTS))
            at += timedelta(hours=hours, days=self._chance.expovariate(1 / 12))

    def _broken(self, bad: Outage, request: httpx.Request) -> httpx.Response:
        page = {"Content-Type": "text/html; charset=utf-8"}
        match bad.kind:
            case "timeout":
                raise httpx.ReadTimeout("no answer", request=request)
            case "refused":
                raise httpx.ConnectError("connection refused", request=request)
            case "reset":
                raise httpx.ReadError("connection reset", request=request)
            case "wall":
                return httpx.Response(200, headers=page, content=WALL)
            case "closed":
                return httpx.Response(200, headers=page, content=CLOSED)
            case "empty":
                return httpx.Response(200, headers=page, content=b"")
            case "cut" | "bytes":
                whole = self._well(request.url.host, request, self.clock.now(), validators=False)
                damaged = whole.content[: len(whole.content) // 2] if bad.kind == "cut" else b"\xff\xfe" + whole.content
                kept = {"Content-Type": whole.headers.get("Content-Type", "text/html")}
                return httpx.Response(whole.status_code, headers=kept, content=damaged)
            case "429":
                return httpx.Response(429, headers=page | {"Retry-After": "3600"}, content=CLOSED)
        return httpx.Response(int(bad.kind), headers=page, content=CLOSED)

    def _well(self, host: str, request: httpx.Request, now: datetime, *, validators: bool = True) -> httpx.Response:
        if host in self._feeds and request.url.path == "/feed.xml":
            return self._feed(host, request, now, validators)
        page = self._archive.find(host, request.url.raw_path.decode())
        state = page.at(now) if page else None
        if state is None or state.status == 404:
            return httpx.Response(404, headers={"Content-Type": "text/html; charset=utf-8"}, content=_NOT_FOUND)
        tag = state.headers.get("ETag")
        if validators and tag and request.headers.get("If-None-Match") == tag:
            return httpx.Response(304, headers={"ETag": tag})
        return httpx.Response(state.status, headers=dict(state.headers), content=state.body)

    def _feed(self, host: str, request: httpx.Request, now: datetime, validators: bool) -> httpx.Response:
        shown = [entry for entry in self._feeds[host] if entry.at <= now][-SHOWN:][::-1]
        churning = int(host.split("-")[1].split(".")[0]) % 3 == 0
        built = now if churning else shown[0].at if shown else self.begin
        tag = f'"{shown[0].at:%Y%m%d%H%M}-{len(shown)}"' if shown else '"0"'
        if validators and not churning and request.headers.get("If-None-Match") == tag:
            return httpx.Response(304, headers={"ETag": tag})
        items = "".join(
            f"<item><title>{escape(entry.title)}</title><link>{entry.link}</link><guid>{entry.link}</guid>"
            f"<pubDate>{format_datetime(entry.at, usegmt=True)}</pubDate>"
            f"<description>{escape(entry.text)}</description></item>"
            for entry in shown
        )
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{host}</title>'
            f"<link>https://{host}/</link><description>News</description>"
            f"<lastBuildDate>{format_datetime(built, usegmt=True)}</lastBuildDate>{items}</channel></rss>"
        )
        headers = {"Content-Type": "application/rss+xml; charset=utf-8"} | ({} if churning else {"ETag": tag})
        return httpx.Response(200, headers=headers, content=body.encode())
