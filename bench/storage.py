"""What is kept of pages that change a little again and again, beside the least that their bytes need.

    python bench/storage.py [--pages 200] [--versions 20] [--kilobytes 40]

Every page is polled by the real pipeline, a few words of it change from version to version, and some tell of a decision
that a person accepts. The floor is the same bodies alone, each compressed by zstd against the version before. Printed:
both in MB, their ratio, what the tables take of it, and the CPU time of a poll that finds a change. At the end every
transition is explained, so that what is small has lost nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import resource
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard
from sqlmodel import select

from regwatch.adapters.registry import adapter
from regwatch.clock import DrivenClock
from regwatch.fetch.client import Fetched, Validators
from regwatch.ledger import review
from regwatch.ledger.evidence import exhibits
from regwatch.model import Document, Indication, Request, Source, Topic, Treatment
from regwatch.polling.outcome import Outcome
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook
from regwatch.store.tables import TransitionRow

TOPIC = Topic(
    "cabo-net", "Cabozantinib for neuroendocrine tumours", Treatment("cabozantinib", ("Cabometyx",)),
    Indication("neuroendocrine tumours"),
)  # fmt: skip
DECISION = "The European Commission approved Cabometyx for neuroendocrine tumours on 23 July 2025."
MARKUP = 24
"""Bytes of the tags around each paragraph."""
RUN = 5
"""Words in a row as they stand on a real page, so that the text is about as hard to compress as one."""
TELLING = 40
"""Every so many pages one tells of a decision, half way through its versions."""


def words() -> list[str]:
    """The words of this repository's own pages, in the frequency that they have there."""
    docs = Path(__file__).parents[1] / "docs"
    return [word for page in sorted(docs.rglob("*.md")) for word in page.read_text("utf-8").split() if _is_plain(word)]


def _is_plain(word: str) -> bool:
    return word.isalpha() and word.islower() and word != TOPIC.treatment.inn


class Site:
    """Pages of a publisher, all of one size, that change by some words at a time."""

    def __init__(self, pages: int, size: int) -> None:
        self.chance, self.words = random.Random(7), words()
        self.pages = [self.page(size * 1000) for _ in range(pages)]
        self.clock = DrivenClock(datetime(2025, 6, 1, tzinfo=UTC))

    def page(self, size: int) -> list[str]:
        texts: list[str] = []
        while sum(len(text) + MARKUP for text in texts) < size:
            texts.append(self.sentence())
        return texts

    def sentence(self) -> str:
        starts = self.chance.choices(range(len(self.words) - RUN), k=60 // RUN)
        return " ".join(word for start in starts for word in self.words[start : start + RUN]) + "."

    def edit(self) -> None:
        for page in self.pages:
            place = self.chance.randrange(len(page))
            told = page[place].split()
            there = self.chance.randrange(max(1, len(told) - 8))
            told[there : there + 8] = self.chance.choices(self.words, k=8)
            page[place] = " ".join(told)

    def tell(self) -> None:
        for page in self.pages[::TELLING]:
            page.insert(0, DECISION)

    def body(self, number: int) -> bytes:
        rows = "\n".join(f'<p class="text">{text}</p>' for text in self.pages[number])
        head = f"<!doctype html><html><head><title>Page {number}</title></head><body><main><h1>Page {number}</h1>"
        return f"{head}\n{rows}\n</main></body></html>".encode()

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        body = self.body(int(request.url.rsplit("/", 1)[1]))
        validators = Validators(sha256=hashlib.sha256(body).hexdigest())
        document = Document(source, request, request.url, body, "text/html; charset=utf-8", self.clock.now())
        return Fetched(document, validators, not_modified=False)


def sources_at(site: Site) -> list[Source]:
    """One source for each page."""
    return [
        Source(
            id=f"page-{number}", adapter="page", publisher="Bench", url=f"https://bench.example/{number}",
            topics=(TOPIC.id,), watch=TOPIC.treatment.names,
            options={"select": "main", "prose": "no" if number % TELLING else "yes"},
        )
        for number in range(len(site.pages))
    ]  # fmt: skip


def delta(body: bytes, before: bytes) -> int:
    """The size of a body that is compressed against the version before it."""
    if not before:
        return len(zstandard.ZstdCompressor(level=3).compress(body))
    known = zstandard.ZstdCompressionDict(before, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return len(zstandard.ZstdCompressor(level=3, dict_data=known).compress(body))


async def keep(site: Site, database: Database, versions: int) -> tuple[int, list[float]]:
    """Poll every version of every page. Gives the size of the floor, and the CPU seconds of each poll of a change."""
    poller = Poller(database, SourceBook(database), site, site.clock, (TOPIC,), adapter)
    before, least, costs = [b""] * len(site.pages), 0, []
    for version in range(versions):
        for number, source in enumerate(sources_at(site)):
            body = site.body(number)
            least, before[number] = least + delta(body, before[number]), body
            used = resource.getrusage(resource.RUSAGE_SELF)
            polled = await poller.poll(source)
            now = resource.getrusage(resource.RUSAGE_SELF)
            if polled.outcome is not (Outcome.CHANGED if version else Outcome.BASELINE):
                raise SystemExit(f"{source.id}: {polled.outcome} {polled.trouble}")
            if version:
                costs.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
        site.clock.set(site.clock.now() + timedelta(hours=25))
        site.edit()
        if version == versions // 2:
            site.tell()
    return least, costs


def tables(file: Path) -> str:
    """What each table and its indexes take, the largest first, where this SQLite can say so."""
    with sqlite3.connect(file) as connection:
        try:
            rows = connection.execute(
                "SELECT coalesce(m.tbl_name, d.name), sum(pgsize) FROM dbstat d LEFT JOIN sqlite_master m USING (name)"
                " GROUP BY 1 ORDER BY 2 DESC LIMIT 6"
            ).fetchall()
        except sqlite3.OperationalError:
            return "(this SQLite has no dbstat)"
    return ", ".join(f"{name} {size / 1e6:.2f}" for name, size in rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--versions", type=int, default=20)
    parser.add_argument("--kilobytes", type=int, default=40)
    wanted = parser.parse_args()
    site = Site(wanted.pages, wanted.kilobytes)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.db"
        database = Database(f"sqlite:///{file}")
        least, costs = asyncio.run(keep(site, database, wanted.versions))
        with database.session() as session:
            for row in review.waiting(session):
                review.decide(session, row.id or 0, review.Decision.ACCEPT, site.clock.now())
            numbers = session.exec(select(TransitionRow.id)).all()
            shown = [exhibit for number in numbers for exhibit in exhibits(session, number or 0)]
        if not shown or not all(any(DECISION in line for line in exhibit.after) for exhibit in shown):
            raise SystemExit("a transition cannot be explained any more")
        database.wipe()
        database.close()
        size = file.stat().st_size
        print(f"{wanted.versions} versions of {wanted.pages} pages of {len(site.body(1)) / 1000:.0f} kB")
        print(f"zstd deltas {least / 1e6:.2f} MB, regwatch {size / 1e6:.2f} MB, ratio {size / least:.2f}")
        print(f"in MB: {tables(file)}")
        print(f"a changed page: {sorted(costs)[len(costs) // 2] * 1000:.1f} ms CPU, {len(shown)} transitions explained")


if __name__ == "__main__":
    main()
