"""Every state of every page in the archive, read by the adapter that the demo reads it with."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from regwatch.adapters import registry
from regwatch.demo import archive as demo_archive
from regwatch.demo.archive import DemoArchive, PageState
from regwatch.errors import WrongType
from regwatch.model import Document, Reading, Request, Source
from regwatch.vocabulary import Mode
from regwatch.watchlist import Watchlist, load_watchlist

ARCHIVE = Path(demo_archive.__file__).parent / "archive"
WATCHLIST: Watchlist = load_watchlist(ARCHIVE.parent / "sources.yaml", registry.CATALOGUE)
BOT_WALL = datetime(2024, 12, 2, 12, 0, tzinfo=UTC)


def shown(archive: DemoArchive, url: str, instant: datetime) -> PageState | None:
    address = urlsplit(url)
    target = f"{address.path}?{address.query}" if address.query else address.path
    page = archive.find(address.netloc, target)
    return page.at(instant) if page else None


def walk(archive: DemoArchive, source: Source, instant: datetime) -> Iterator[tuple[Request, PageState, Reading]]:
    """What a look at a source finds: its root and every page that a reading leads to."""
    adapter = registry.adapter(source.adapter)
    queue = deque([adapter.request(source)])
    while queue:
        request = queue.popleft()
        state = shown(archive, request.url, instant)
        if state is None or state.status != 200:
            continue
        kind = state.headers["Content-Type"].split(";")[0]
        document = Document(source, request, request.url, state.body, kind, instant, charset="utf-8")
        reading = adapter.read(document)
        if not request.part:
            adapter.limits.check(reading)
        yield request, state, reading
        queue.extend(follow.request for follow in reading.follows)


@pytest.mark.parametrize("source", WATCHLIST.sources, ids=lambda source: source.id)
def test_every_state_of_a_source_is_read_without_trouble_or_oddity(source: Source, archive: DemoArchive) -> None:
    seen = 0
    for instant in archive.changes():
        if source.adapter == "exelixis_news" and instant == BOT_WALL:
            with pytest.raises(WrongType):
                list(walk(archive, source, instant))
            continue
        for request, _, reading in walk(archive, source, instant):
            assert not reading.oddities, (request.url, instant)
            seen += 1
    assert seen


def test_every_page_of_the_archive_is_one_that_some_source_leads_to(archive: DemoArchive) -> None:
    reached = set()
    for source in WATCHLIST.sources:
        for instant in archive.changes():
            if instant != BOT_WALL:
                reached |= {urlsplit(request.url).path.rstrip("/") for request, _, _ in walk(archive, source, instant)}
    kept = {urlsplit(page.url).path.rstrip("/") for page in archive.pages}
    assert kept - reached == {"/robots.txt"}


def test_each_file_of_the_archive_is_used(archive: DemoArchive) -> None:
    table = (ARCHIVE / "archive.toml").read_text("utf-8")
    files = {path.relative_to(ARCHIVE).as_posix() for path in ARCHIVE.rglob("*.*")} - {"archive.toml"}
    assert not {name for name in files if f'"{name}"' not in table and f'"@{name}"' not in table}


def test_the_two_templates_of_the_nice_page_give_equal_records(archive: DemoArchive) -> None:
    source = next(source for source in WATCHLIST.sources if source.adapter == "nice_project")
    first, second = (next(walk(archive, source, datetime(2025, month, 20, tzinfo=UTC)))[2].records for month in (4, 7))
    assert first == second


@pytest.mark.parametrize("name", ["fda_oncology", "ema_medicine", "ipsen_news"])
def test_a_page_that_is_only_rendered_anew_gives_equal_records(name: str, archive: DemoArchive) -> None:
    pairs = {
        "fda_oncology": (datetime(2024, 9, 1, tzinfo=UTC), datetime(2024, 11, 1, tzinfo=UTC)),
        "ema_medicine": (datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        "ipsen_news": (datetime(2024, 9, 1, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)),
    }
    source = next(source for source in WATCHLIST.sources if source.adapter == name)
    before, after = (next(walk(archive, source, instant)) for instant in pairs[name])
    assert before[1].body != after[1].body
    assert before[2].records == after[2].records


def test_no_page_but_those_of_the_mhra_silence_claims_an_mhra_authorisation(archive: DemoArchive) -> None:
    source = next(source for source in WATCHLIST.sources if source.adapter == "mhra_news")
    for instant in archive.changes():
        for _, state, reading in walk(archive, source, instant):
            assert b"cabozantinib" not in state.body.lower()
            assert not [c for record in reading.records for c in record.claims if c.mode is Mode.ANNOUNCED]


def test_the_archive_names_no_person_and_no_mail_address() -> None:
    for path in ARCHIVE.rglob("*.*"):
        text = path.read_text("utf-8")
        assert not re.search(r"\b(?:Dr|Prof|Mr|Mrs|Ms)\.? [A-Z]|\b[A-Z][a-z]+ [A-Z][a-z]+, (?:M\.?D|Ph\.?D)", text), (
            path
        )
        assert not re.search(r"[\w.]+@[\w-]+\.\w", text.replace("@fda", "").replace('"@', '"')), path
