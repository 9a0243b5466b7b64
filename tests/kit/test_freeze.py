"""`regwatch source freeze`: a real page becomes an example that reads the same and names nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from regwatch.adapters.registry import adapter
from regwatch.clock import DrivenClock
from regwatch.errors import UsageError
from regwatch.fetch.client import Fetched, Validators
from regwatch.kit import freeze as freezer
from regwatch.kit.golden import cases, difference
from regwatch.kit.trim import trimmed, without_people
from regwatch.model import Document, Indication, Request, Source, Topic, Treatment
from regwatch.polling.outcome import Outcome
from regwatch.polling.poll import Poller
from regwatch.store import pruning, snapshots
from regwatch.store.database import Database
from regwatch.store.source_book import SourceBook

LISTING = "https://www.ipsen.com/press-releases/"
RELEASE = "https://www.ipsen.com/press-releases/cabometyx-approved-in-the-european-union-3121353/"
NOISE = """<!-- rendered 12:00:01 by web-07 --><script nonce="r4nd0m">track("session=41")</script>
<style>.a{color:red}</style><meta name="csrf-token" content="s3cret">"""
LIST_PAGE = f"""<!DOCTYPE html><html><head>{NOISE}</head><body data-build="7f3a"><nav>Menu</nav>
<main><a href="{RELEASE}" onclick="go(1)">Cabometyx approved in the European Union</a></main></body></html>"""
RELEASE_PAGE = f"""<!DOCTYPE html><html><head>{NOISE}</head><body><main><article>
<h1>Ipsen's Cabometyx approved in the European Union for neuroendocrine tumours</h1>
<p>PARIS, FRANCE, 24 July 2025 - Ipsen announced today that the European Commission has approved Cabometyx
(cabozantinib) for adult patients with progressive neuroendocrine tumours.</p>
<p>Contacts: Jane Person, jane.person@ipsen.example, +33 6 12 34 56 78</p>
</article></main></body></html>"""
TOPIC = Topic("cabo", "Cabozantinib", Treatment("cabozantinib", ("Cabometyx",)), Indication("neuroendocrine tumours"))
SOURCE = Source("ipsen", "ipsen_news", "Ipsen", LISTING, ("cabo",), watch=TOPIC.treatment.names)


class Site:
    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        body = {LISTING: LIST_PAGE, RELEASE: RELEASE_PAGE}[request.url].encode()
        at = datetime(2025, 7, 25, tzinfo=UTC)
        return Fetched(Document(source, request, request.url, body, "text/html", at), Validators(), not_modified=False)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'regwatch.db'}")
    clock = DrivenClock(datetime(2025, 7, 25, 6, tzinfo=UTC))
    poller = Poller(opened, SourceBook(opened), Site(), clock, (TOPIC,), adapter)
    assert asyncio.run(poller.poll(SOURCE)).outcome is Outcome.BASELINE
    yield opened
    opened.close()


def frozen(database: Database, folder: Path, part: str = "", name: str = "real") -> list[Path]:
    with database.session() as session:
        kept = freezer.stored_page(session, SOURCE, adapter("ipsen_news"), part)
        assert kept is not None
    return freezer.freeze(kept, SOURCE, adapter("ipsen_news"), folder, name)


@pytest.mark.parametrize("part", ["", "release/3121353"])
def test_a_frozen_page_is_an_example_that_passes(database: Database, tmp_path: Path, part: str) -> None:
    page, *_ = frozen(database, tmp_path / "golden", part)
    (case,) = cases(tmp_path / "golden")
    assert difference(case) == ""
    assert case.meta.get("part", "") == part
    assert "2025-07-25" in case.meta["note"]
    text = page.read_text("utf-8")
    for noise in ("script", "nonce", "web-07", "csrf", "color:red", "data-build", "Menu", "onclick"):
        assert noise not in text


def test_addresses_of_people_go_even_where_the_adapter_reads_them(database: Database, tmp_path: Path) -> None:
    page, _, expected = frozen(database, tmp_path / "golden", "release/3121353")
    for path in (page, expected):
        text = path.read_text("utf-8")
        assert "jane.person" not in text
        assert "12 34" not in text
        assert "name@example.org, +00 0000 000000" in text


def test_dates_and_numbers_of_procedures_are_no_telephone_numbers() -> None:
    told = b"2025-07-24 EMEA/H/C/004163/II/0040 3121353 0012345678 24/07/2025 10:00 NCT03375320 globenewswire/3121353"
    assert without_people(told) == told


@pytest.mark.parametrize("number", ["+44 20 7946 0958", "0033 6 12 34 56 78", "(650) 555-0199", "650-555-0199"])
def test_a_telephone_number_is_nobodys_any_more(number: str) -> None:
    assert without_people(f"Call {number}.".encode()) == b"Call +00 0000 000000."


def test_a_frozen_example_is_never_overwritten(database: Database, tmp_path: Path) -> None:
    frozen(database, tmp_path / "golden")
    with pytest.raises(UsageError, match="choose another name with --case"):
        frozen(database, tmp_path / "golden")


def test_a_part_that_nothing_leads_to_is_refused_with_those_that_are_known(database: Database) -> None:
    with database.session() as session:
        assert freezer.stored_page(session, SOURCE, adapter("ipsen_news"), "release/1") is None
        with pytest.raises(UsageError, match="parts: 'release/3121353'"):
            freezer.address(session, SOURCE, adapter("ipsen_news"), "release/1")


def test_a_page_that_is_not_kept_any_more_is_asked_for_at_its_address(database: Database) -> None:
    with database.session() as session:
        pruning.delete_blobs(session, set(_raw(session)))
    with database.session() as session:
        for part, url in (("", LISTING), ("release/3121353", RELEASE)):
            assert freezer.stored_page(session, SOURCE, adapter("ipsen_news"), part) is None
            assert freezer.address(session, SOURCE, adapter("ipsen_news"), part).url == url


def _raw(session: Session) -> list[int]:
    manifest = snapshots.latest(session, SOURCE.id).manifest
    assert manifest is not None
    return [part.raw for part in manifest.parts.values()]


def test_a_page_that_cannot_be_read_is_kept_with_its_trouble_and_all_its_words(tmp_path: Path) -> None:
    body = LIST_PAGE.replace("<main>", "<div>").replace(f'<a href="{RELEASE}"', "<b").encode()
    request = adapter("ipsen_news").request(SOURCE)
    came = Document(SOURCE, request, request.url, body, "text/html", datetime(2026, 2, 3, tzinfo=UTC))
    page, meta, trouble = freezer.freeze(
        freezer.fetched_page(came), SOURCE, adapter("ipsen_news"), tmp_path / "golden", "unread"
    )
    (case,) = cases(tmp_path / "golden")
    assert (case.kind, difference(case), trouble.name) == ("trouble", "", "unread.trouble.txt")
    assert "2026-02-03" in meta.read_text("utf-8")
    text = page.read_text("utf-8")
    assert "Menu" in text
    for noise in ("<script", "nonce", "web-07", "csrf", "color:red"):
        assert noise not in text


def test_what_the_adapter_reads_is_never_trimmed() -> None:
    body = b"<html><body><script>var status = 1</script><p>x</p></body></html>"
    assert b"var status" in trimmed(body, ".html", lambda candidate: b"var status" in candidate)
    assert b"var status" not in trimmed(body, ".html", lambda candidate: b"<p>x</p>" in candidate)


@pytest.mark.parametrize(
    ("body", "suffix"),
    [(b'{"a": 1}', ".json"), (b"<?xml version='1.0'?><rss/>", ".xml"), (b"<!DOCTYPE html><html>", ".html"),
     (b"%PDF-1.7", ".pdf"), (b"\xef\xbb\xbf[1]", ".json"), (b'<?xml version="1.0"?><html lang="en">', ".html")],
)  # fmt: skip
def test_a_page_is_named_by_what_it_begins_with(body: bytes, suffix: str) -> None:
    assert freezer.suffix_of(body) == suffix
