"""`regwatch source check`: what each source gives today, and what helps where it gives nothing."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regwatch.adapters.registry import adapter
from regwatch.cli.main import app
from regwatch.errors import BlockedPage, Gone, MissingPart, Moved, SourceTrouble, Unreachable
from regwatch.fetch.client import Fetched, Validators
from regwatch.kit.source_check import Checked, check, steps
from regwatch.model import Document, Indication, Request, Source, Topic, Treatment
from regwatch.vocabulary import Milestone

NOW = datetime(2026, 2, 3, tzinfo=UTC)
NEWS = "The FDA has approved exemplanib for adult patients with neuroendocrine tumours."
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><item><title>FDA approves exemplanib</title>'
    f"<link>https://x.example/1</link><description>{NEWS}</description></item></channel></rss>"
)
PAGE = f"<!doctype html><html><head><title>T</title></head><body><main><h1>News</h1><p>{NEWS}</p></main></body></html>"
TOPIC = Topic("net", "Exempla", Treatment("exemplanib"), Indication("neuroendocrine tumours"))
FEED_SOURCE = Source("f", "feed", "X", "https://x.example/feed", ("net",), watch=TOPIC.treatment.names)
NOTICES = replace(FEED_SOURCE, id="notices", adapter="fda_oncology", publisher="FDA", official_for=("FDA",))


class Site:
    """A fetcher that gives one answer to everything that it is asked for, and wants no validator."""

    def __init__(self, answer: str | SourceTrouble) -> None:
        self.answer = answer

    async def fetch(self, source: Source, request: Request, known: Validators | None = None) -> Fetched:
        assert known is None
        if isinstance(self.answer, SourceTrouble):
            raise self.answer
        kind = "application/rss+xml" if self.answer == FEED else "text/html"
        document = Document(source, request, request.url, self.answer.encode(), kind, NOW)
        return Fetched(document, Validators(), not_modified=False)


def checked(source: Source, answer: str | SourceTrouble) -> Checked:
    return asyncio.run(check(source, adapter(source.adapter), [TOPIC], Site(answer), NOW))


def test_a_source_that_is_read_says_how_much_and_what_a_watcher_would_conclude() -> None:
    done = checked(FEED_SOURCE, FEED)
    assert (done.trouble, done.count, done.expected) == (None, 1, "0 to 1000")
    assert [found.milestone for found in done.findings] == [Milestone.APPROVED]
    assert list(steps(done)) == []


def test_an_unknown_layout_leads_to_the_example_and_to_a_reader_that_works() -> None:
    done = checked(NOTICES, PAGE)
    assert isinstance(done.trouble, MissingPart)
    keep, until = steps(done)
    assert "`regwatch source freeze notices`" in keep
    assert "`adapter: page`" in until
    assert "select: main" in until
    assert "`publisher: FDA`" in until
    assert "official_for" not in until


def test_a_page_that_is_a_feed_is_read_as_one() -> None:
    assert any("`adapter: feed`" in step for step in steps(checked(NOTICES, FEED)))


@pytest.mark.parametrize(
    ("trouble", "step"),
    [
        (Moved("it moved", to="https://y.example/"), "`url: https://y.example/`"),
        (Gone("not there"), "new address"),
        (BlockedPage("a wall"), "`regwatch source check f`"),
        (Unreachable("no name"), "`regwatch source check f`"),
    ],
)
def test_a_page_that_does_not_come_has_one_step_too(trouble: SourceTrouble, step: str) -> None:
    [told] = steps(checked(FEED_SOURCE, trouble))
    assert step in told


@pytest.fixture
def site() -> Iterator[str]:
    pages = {"/feed": FEED, "/page": PAGE}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def home(tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    rows = (("f", "feed", "feed"), ("wrong", "feed", "page"), ("gone", "feed", "gone"))
    sources = "".join(
        f"  - {{id: {name}, adapter: {kind}, topics: [net], url: '{site}/{path}', publisher: X}}\n"
        for name, kind, path in rows
    )
    (tmp_path / "sources.yaml").write_text(
        "topics:\n  - {id: net, title: T, treatment: {inn: exemplanib}, "
        "indication: {name: NETs, terms: [neuroendocrine]}}\n"
        f"sources:\n{sources}",
        "utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGWATCH_ALLOW_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("REGWATCH_FETCH_GAP", "0")
    return tmp_path


def test_the_table_changes_nothing_and_a_page_of_another_type_can_be_frozen(home: Path) -> None:
    done = CliRunner().invoke(app, ["source", "check"])
    assert done.exit_code == 1, done.output
    first, *_ = [line for line in done.stdout.splitlines() if line.startswith("f ")]
    assert "FDA approved" in first
    assert "no: gone" in done.stdout
    assert "another page than feed reads" in done.stdout
    assert [path.name for path in home.iterdir()] == ["sources.yaml"]
    kept = CliRunner().invoke(app, ["source", "freeze", "wrong", "--examples", "golden", "--case", "new"])
    assert kept.exit_code == 0, kept.output
    assert (home / "golden/feed/new.trouble.txt").read_text("utf-8").startswith("WrongType: ")
    good = CliRunner().invoke(app, ["source", "check", "f"])
    assert good.exit_code == 0
    unknown = CliRunner().invoke(app, ["source", "check", "nobody"])
    assert "no source is called 'nobody'; there are: f, wrong, gone" in str(unknown.exception)
