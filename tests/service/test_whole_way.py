"""From a change on a page, over real sockets and a real database, to a mail that a mail server took."""

from __future__ import annotations

import asyncio
import email
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.polling.outcome import Outcome
from regwatch.service.assembly import Assembly, read_watchlist
from regwatch.service.mail_service import MailService
from regwatch.settings import Settings

ITEM = """<item><title>{title}</title><link>https://maker.example/{key}</link><guid>{key}</guid>
<pubDate>{day} 12:00:00 +0000</pubDate><description>{text}</description></item>"""
OLD = ITEM.format(title="Maker reports its results", key="1", day="Mon, 02 Jun 2025", text="Results of the quarter.")
NEW = ITEM.format(
    title="European Commission approves cabozantinib for neuroendocrine tumours",
    key="2",
    day="Thu, 24 Jul 2025",
    text="PARIS, 24 July 2025 - Maker announced today that the European Commission has approved cabozantinib for "
    "adults with unresectable or metastatic neuroendocrine tumours.",
)


class Site(BaseHTTPRequestHandler):
    """A company's feed."""

    items = ""

    def do_GET(self) -> None:
        found = self.path == "/feed.xml"
        body = f'<rss version="2.0"><channel><title>News</title>{Site.items}</channel></rss>'.encode() if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Site.items = OLD
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def settings_for(folder: Path, site: str, port: int) -> Settings:
    (folder / "sources.yaml").write_text(f"""
topics:
  - id: cabo-net
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib, brands: [Cabometyx]}}
    indication: {{name: neuroendocrine tumours, terms: [NET]}}
sources:
  - id: maker
    adapter: feed
    topics: [cabo-net]
    url: {site}/feed.xml
    publisher: Maker
digest:
  recipients:
    - {{address: you@example.org, cadence: immediately}}
""")
    return Settings(
        home=folder / "var",
        sources=folder / "sources.yaml",
        contact="test@example.org",
        allow_private_addresses=True,
        fetch_gap=0,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        mail_from="regwatch <news@example.org>",
    )


async def one_round(settings: Settings, clock: DrivenClock) -> Outcome:
    """What the daemon does, from a fresh start: poll, compose, send."""
    clock.set(clock.now() + timedelta(hours=6))
    async with Assembly.open(settings, read_watchlist(settings), clock=clock) as assembly:
        post = MailService.of(settings, assembly.database, clock)
        post.start(assembly.watchlist)
        (polled,) = [await assembly.poller.poll(source) for source in assembly.watchlist.sources]
        await asyncio.to_thread(post.compose, assembly.watchlist)
        await asyncio.to_thread(post.send)
        return polled.outcome


def test_a_new_announcement_is_mailed_once_with_its_quote_and_link(tmp_path: Path, site: str) -> None:
    with running(Relay()) as relay:
        settings = settings_for(tmp_path, site, relay.port)
        clock = DrivenClock(datetime(2025, 7, 24, 6, 0, tzinfo=UTC))
        assert asyncio.run(one_round(settings, clock)) is Outcome.BASELINE
        assert relay.mails == []
        Site.items = NEW + OLD
        assert asyncio.run(one_round(settings, clock)) is Outcome.CHANGED
        for _ in range(2):
            asyncio.run(one_round(settings, clock))
        Site.items = OLD
        asyncio.run(one_round(settings, clock))
    ((to, raw),) = relay.mails
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert to == "you@example.org"
    assert str(mail["Subject"]).startswith("Approved (reported): EU Commission")
    text = mail.get_body(("plain",))
    assert text is not None
    words = " ".join(text.get_content().split())
    for piece in ("24 July 2025", "has approved cabozantinib", "https://maker.example/2", "Reported by the company"):
        assert piece in words, piece
