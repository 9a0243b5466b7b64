"""Lives through a made-up year with the daemon's own work: sweeps, mail, checks and tidying, on a driven clock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from itertools import count
from pathlib import Path

import httpx

from e2e.publishing_year import STORY, PublishingYear
from regwatch.adapters.registry import CATALOGUE
from regwatch.clock import DrivenClock
from regwatch.demo.story import demo_settings
from regwatch.fetch.client import Policy
from regwatch.service.assembly import Assembly
from regwatch.service.daemon import Daemon
from regwatch.settings import Settings
from regwatch.watchlist import Watchlist, load_watchlist

TURN = timedelta(hours=1)
READERS = ("daily@example.org", "weekly@example.org", "now@example.org")
RECIPIENTS = """digest:
  recipients:
    - {address: daily@example.org, cadence: daily, at: "08:30", zone: Europe/London}
    - {address: weekly@example.org, cadence: weekly, zone: Europe/London}
    - {address: now@example.org, cadence: immediately, zone: Europe/London}
"""


@dataclass
class Lived:
    """What the readers got: for each of them the names of the events in each mail, in the order of sending."""

    told: dict[str, list[frozenset[str]]] = field(default_factory=lambda: {reader: [] for reader in READERS})

    def times(self, reader: str, event: str) -> int:
        """In how many mails a reader read of an event."""
        return sum(event in mail for mail in self.told[reader])

    def missed(self, events: Iterable[str]) -> list[str]:
        """Reader and event, for each event that a reader was not told."""
        return [f"{reader}: {event}" for reader in READERS for event in events if not self.times(reader, event)]

    def repeated(self, events: Iterable[str]) -> list[str]:
        """Reader and event, for each event that a reader was told more than once."""
        return [f"{reader}: {event}" for reader in READERS for event in events if self.times(reader, event) > 1]

    def empty(self) -> int:
        """How many mails told nothing that was planted and nothing of the worked example."""
        return sum(not mail for mails in self.told.values() for mail in mails)


def settle(folder: Path, year: PublishingYear) -> tuple[Settings, Watchlist]:
    """The folder of somebody who watches the worked example and every planted medicine."""
    story = (files("regwatch.demo") / "sources.yaml").read_text("utf-8")
    story = story[: story.index("\ndigest:")]
    topics, sources = year.watchlist(RECIPIENTS).split("sources:\n", 1)
    told = story.replace(
        "\nsources:\n", f"\n{topics.removeprefix('topics:')}\nsources:\n{sources.split('digest:')[0]}", 1
    )
    told = re.sub(r"(?m)^    adapter: .*$", r"\g<0>\n    every: 6h", told)
    settings = demo_settings(folder)
    folder.mkdir(exist_ok=True)
    settings.sources.write_text(f"{told}\n{RECIPIENTS}", "utf-8")
    return settings, load_watchlist(settings.sources, CATALOGUE)


async def live(
    folder: Path, year: PublishingYear, clock: DrivenClock, *, on_month: Callable[[datetime], None] = lambda at: None
) -> Lived:
    """From the year's beginning to its end; the daemon is started anew each month, as a machine is that is kept up to
    date. `on_month` hears of each start.
    """
    settings, watchlist = settle(folder, year)
    clock.set(year.begin)
    while clock.now() < year.end:
        on_month(clock.now())
        until = min(clock.now() + timedelta(days=30), year.end)
        fetching = Policy(contact="year@example.org", gap=0, host_gaps={})
        transport = httpx.MockTransport(year)
        async with Assembly.open(settings, watchlist, clock=clock, transport=transport, policy=fetching) as assembly:
            await _month(Daemon(assembly), assembly, clock, until)
    on_month(clock.now())
    return _read(settings.mail_dir, set(year.events) | {STORY})


async def _month(daemon: Daemon, assembly: Assembly, clock: DrivenClock, until: datetime) -> None:
    daemon._mail.start(assembly.watchlist)
    for turn in count():
        await daemon.sweep()
        while daemon._engine.running:
            await asyncio.gather(*daemon._engine.polls)
        for work in (daemon.keep_time, daemon.mail, daemon.run_checks, daemon.flush):
            await work()
        if turn % 24 == 0:
            await daemon.cleanup()
        if clock.now() >= until:
            return
        clock.set(clock.now() + TURN)


def _read(folder: Path, names: set[str]) -> Lived:
    lived = Lived()
    for path in sorted(folder.glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        news = body.get_content().split("Why am I getting this email?")[0] if body else ""
        words = set(re.findall(r"\w+", news.lower()))
        reader = str(mail["To"]).split("<")[-1].rstrip(">")
        lived.told[reader].append(frozenset(names & words))
    return lived
