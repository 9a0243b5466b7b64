"""What is fuzzed: each reader of strangers' bytes, good inputs for it, and the errors that it declares."""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from protego import Protego

from golden.cases import Case, cases
from regwatch.adapters.registry import CATALOGUE
from regwatch.classify.language import prepared, understand
from regwatch.errors import BadDate, ConfigError, Crashed, SourceTrouble
from regwatch.fetch.politeness import retry_after
from regwatch.mail.incoming.reports import read_report
from regwatch.mail.replies import about
from regwatch.mail.server_log import queued
from regwatch.model import Announcement, Treatment
from regwatch.reading import pdf_apart
from regwatch.reading.links import canonical, identity, web_link
from regwatch.reading.moments import read_time
from regwatch.resources import data_file
from regwatch.watchlist import load_watchlist

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
_REPORTS = Path(__file__).parents[1] / "subscribers" / "reports"


@dataclass(frozen=True)
class Target:
    """One reader. `declared` are the errors that it may raise."""

    name: str
    read: Callable[[bytes], object]
    seeds: Sequence[bytes]
    declared: tuple[type[Exception], ...] = ()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _pages(*suffixes: str, of: str = "", most: int = 25, largest: int = 20_000) -> tuple[list[Case], list[bytes]]:
    found = [one for one in cases() if one.page.suffix in suffixes and of in one.adapter_name and one.kind == "good"]
    small = sorted(found, key=lambda one: one.page.stat().st_size)[:most]
    kept = [one for one in small if one.page.stat().st_size < largest] or small[:2]
    return kept, [one.page.read_bytes() for one in kept]


def _by_adapters(name: str, *suffixes: str, of: str = "", most: int = 25) -> Target:
    """All adapters in turn, chosen by the length of the input, so that the same input goes to the same one."""
    known, seeds = _pages(*suffixes, of=of, most=most)

    def read(data: bytes) -> None:
        case = known[len(data) % len(known)]
        try:
            case.adapter.reading(case.document(data))
        except Crashed as crash:
            raise crash.__cause__ or crash from None

    return Target(name, read, seeds, (SourceTrouble,))


def _dates(data: bytes) -> None:
    for order in (None, "dmy", "mdy"):
        read_time(_text(data), "Europe/London", order)  # type: ignore[arg-type]


def _links(data: bytes) -> None:
    text = _text(data)
    canonical(web_link("https://example.org/a/b?c#d", text))
    identity(text, text)


def _robots(data: bytes) -> None:
    rules = Protego.parse(_text(data))
    rules.can_fetch("https://example.org/a/b?c", "regwatch")
    rules.crawl_delay("regwatch")


@cache
def _watch_file() -> Path:
    return Path(tempfile.mkdtemp(prefix="regwatch-fuzz-")) / "sources.yaml"


def _config(data: bytes) -> None:
    _watch_file().write_bytes(data)
    load_watchlist(_watch_file(), CATALOGUE)


_TREATMENT = prepared((Treatment("cabozantinib", ("Cabometyx",)),))


def _classifier(data: bytes) -> None:
    said = Announcement("x", "company_press_release", "Nobody", "", None, _text(data)[:1500])
    understand(said, _TREATMENT, (), None)


def _reports() -> list[bytes]:
    return [path.read_bytes() for path in sorted(_REPORTS.iterdir())]


_DAYS = (
    b"Tue, 04 Nov 2025 09:00:00 GMT",
    b"2025-11-04T09:00:00+01:00",
    b"4 November 2025",
    b"4/11/2025",
    b"20251104T090000Z",
    b"1762246800",
    b"November 4, 2025 at 9:00 a.m. EST",
    b"4. November 2025, 24:00 Uhr",
    "2025年11月4日".encode(),
    b"Q3 2025",
    b"2025-H2",
    b"mardi 4 novembre 2025",
)
_LINKS = (
    b"https://www.example.org/news/1?utm_source=x#top",
    b"/a/../b",
    b"//host/x",
    b"http://[2001:db8::1]:8080/",
    b"mailto:a@b.c",
    b"?q=%C3%A9&r=1",
    b"https://www.globenewswire.com/news-release/2025/07/24/1234567/0/en/x.html",
    "https://bücher.example/ß".encode(),
)
_LOG = (
    b"Jul 25 07:30:01 mx postfix/cleanup[815]: 4bXk2r1zQ: message-id=<held@example.org>\n"
    b"Jul 25 07:30:01 mx postfix/qmgr[700]: 4bXk2r1zQ: "
    b"from=<news@example.org>, size=9211, nrcpt=1 (queue active)\n",
    b"2025-07-25 07:30:01 1xUY2x-000807-35 <= news@example.org H=x P=esmtp S=900 id=held@example.org\n",
    b"Jul 25 07:30:01 mx smtpd[1]: 1a2b smtp envelope evpid=0123456789abcdef "
    b"from=<bounce+1-0123456789abcdef@x.org> to=<a@b.c>\n",
)
_REPLIES = (
    b"550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown",
    b"554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked",
    b"550 5.4.5 Daily user sending quota exceeded",
    b"552-5.2.2 The recipient's inbox is out of storage",
    b"421 4.7.0 try again later",
)
_ROBOTS = (
    b"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 10\n",
    b"# x\r\nUSER-AGENT:regwatch\r\nDisallow:\r\n",
)
_SAID = (
    b"The FDA has approved cabozantinib (Cabometyx) for adult patients with neuroendocrine tumours on 26 March 2025.",
    b"CHMP recommends approval of Cabometyx; NICE does not recommend it. A decision is expected in Q3 2025.",
)


def _all() -> dict[str, Target]:
    pdf_apart.apart = False
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    made = (
        Target("dates", _dates, _DAYS, (BadDate,)),
        Target("links", _links, _LINKS),
        Target("retry-after", lambda data: retry_after(_text(data), NOW), (b"120", b"Fri, 31 Dec 2026 23:59:59 GMT")),
        Target("replies", lambda data: about(_text(data)), _REPLIES),
        Target("mail-log", lambda data: queued(data.splitlines(), {"<held@example.org>": 1}), _LOG),
        Target("robots", _robots, _ROBOTS),
        Target("reports", read_report, _reports()),
        Target("config", _config, (data_file("sources.yaml").read_bytes()[:3000],), (ConfigError,)),
        Target("classifier", _classifier, _SAID),
        _by_adapters("html", ".html"),
        _by_adapters("json", ".json"),
        _by_adapters("feed", ".xml"),
        _by_adapters("xlsx", ".xlsx"),
        _by_adapters("pdf", ".pdf", most=4),
    )
    return {one.name: one for one in made if one.seeds}


TARGETS = _all()
