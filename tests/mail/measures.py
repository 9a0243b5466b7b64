"""What is measured of a mail in Python: its form, its signature, its links, and that both parts say the same."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.policy import compat32
from html.parser import HTMLParser
from urllib.parse import urlsplit

import dkim

from mail.dkim_key import signing_key
from mail.matrix import Made

Measure = tuple[float, str]
"""How much, and what of."""

ONCE = (
    "date", "from", "to", "subject", "message-id", "mime-version", "content-type", "reply-to", "list-id",
    "list-unsubscribe", "list-help", "list-owner", "list-archive", "list-subscribe", "auto-submitted", "precedence",
    "x-auto-response-suppress", "dkim-signature",
)  # fmt: skip
_VERBATIM = re.compile(rb"(?:List-[A-Za-z-]+|Message-ID|References|In-Reply-To): ")
_STRUCTURED = re.compile(rb"^(?:List-|Message-ID|References|In-Reply-To|Date|MIME|Content-|To:|Reply-To).*=\?")
_BELOW = re.compile(rb"(?:\A|\r\n)([A-Za-z-]+):[ \t]*\r\n[ \t]")
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:[a-z]{2,})\b")


class Page(HTMLParser):
    """The links of an HTML part, each with its words, and its visible words; the style and the title are neither."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self._hidden = self._linked = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden += tag in ("style", "title")
        if tag == "a":
            self._linked = 1
            self.links.append((dict(attrs).get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")
        self._linked -= tag == "a"

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += re.findall(r"[^\W_]+", data)
            if self._linked:
                url, words = self.links[-1]
                self.links[-1] = (url, words + data)


def measure(mail: Made) -> dict[str, Measure]:
    """Every measure of one mail."""
    return {name: of(mail) for name, of in _MEASURES.items()}


def _some(found: list[str]) -> Measure:
    return len(found), "; ".join(found[:3])


def _unverified(mail: Made) -> Measure:
    return int(not _verifies(mail.raw)), "the signature"


def _verifies(raw: bytes) -> bool:
    with suppress(dkim.DKIMException):
        return bool(dkim.verify(raw, dnsfunc=lambda name, timeout=5: signing_key()[1]))
    return False


def _unnoticed(mail: Made) -> Measure:
    """Changes on the way that leave the signature good: one byte of each of these headers, and a second sender."""
    names = [b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Subject", b"From", b"To", b"Date", b"Message-ID"]
    present = [name for name in names if b"\r\n" + name + b": " in mail.raw]
    changed = {name.decode(): _flipped(mail.raw, b"\r\n" + name + b": ") for name in present}
    changed["a second From"] = mail.raw.replace(b"\r\nFrom: ", b"\r\nFrom: Eve <eve@evil.example>\r\nFrom: ", 1)
    changed["the body"] = _flipped(mail.raw, b"\r\n\r\n--=_")
    return _some([name for name, raw in changed.items() if raw == mail.raw or _verifies(raw)])


def _flipped(raw: bytes, after: bytes) -> bytes:
    at = raw.index(after) + len(after) + 3
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def _html_size(mail: Made) -> Measure:
    found = mail.parsed.get_body(("html",))
    assert found is not None
    return len(str(found.get_payload()).encode()), "bytes as they are sent"


def _untold(mail: Made) -> Measure:
    """Changes that are neither told nor counted at the end. A letter has none."""
    if not mail.changes:
        return 0, ""
    text = mail.part("plain")
    told = len(set(re.findall(r"/(?:page|transition)/(\d+)>", text))) or 1
    counted = re.search(r"And (\d+) more, too many", " ".join(text.split()))
    left = mail.changes - told - int(counted[1] if counted else 0)
    return abs(left), f"{told} told of {mail.changes}"


def _only_in_html(mail: Made) -> Measure:
    """Words (statuses and dates among them) and links."""
    page, text = Page(mail.part("html")), mail.part("plain")
    lost = [url for url, _ in page.links if url.startswith("http") and f"<{url}>" not in text]
    words = set(re.findall(r"[^\W_]+", text.lower()))
    return _some(lost + sorted({word.lower() for word in page.words} - words))


def _columns(mail: Made) -> Measure:
    """Of the text, lines with a link aside and single words that cannot be broken."""
    lines = [line for line in mail.part("plain").splitlines() if "<http" not in line and " " in line.strip()]
    longest = max(lines, key=len)
    return len(longest), longest[:60]


def _octets(mail: Made) -> Measure:
    """Of a line on the wire, aside from headers that must be written as they are and words that cannot be folded."""
    lines = [line for line in mail.raw.split(b"\r\n") if not _VERBATIM.match(line)]
    folds = [line for line in lines if b" " in line.partition(b": ")[2].strip() or len(line) < 78]
    longest = max(folds, key=len)
    return len(longest), longest[:60].decode("ascii", "replace")


def _bad_octets(mail: Made) -> Measure:
    bare = mail.raw.replace(b"\r\n", b"")
    return sum(one > 127 or one in b"\r\n\x00" for one in bare), "beyond ASCII, NUL, or a line end that is not CRLF"


def _headers(mail: Made) -> Measure:
    """Missing or repeated, as two parsers of Python count them."""
    wrong = []
    for parsed in (mail.parsed, message_from_bytes(mail.raw, policy=compat32)):
        names = [name.lower() for name in parsed.keys()]  # noqa: SIM118
        wrong += [f"{name}: {names.count(name)}" for name in ONCE if names.count(name) != 1]
        wrong += [f"{name} twice" for name in set(names) if names.count(name) > 1]
        wrong += [name for name in ("bcc", "cc", "sender") if name in names]
    wrong += [f"{name.decode()} begins below its name" for name in _BELOW.findall(mail.raw.partition(b"\r\n\r\n")[0])]
    return _some(wrong)


def _encoded_words(mail: Made) -> Measure:
    unfolded = mail.raw.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").split(b"\r\n")
    return _some([line[:60].decode("ascii", "replace") for line in unfolded if _STRUCTURED.match(line)])


def _addresses(mail: Made) -> Measure:
    return _some([url for url in _urls(mail) if "@" in url or "%40" in url.lower()])


def _urls(mail: Made) -> list[str]:
    """Every web address in headers, text and HTML."""
    headers = " ".join(str(value) for value in mail.parsed.values())
    found = re.findall(r"https?://[^\s<>\"]+", f"{headers} {mail.part('plain')} {html.unescape(mail.part('html'))}")
    return [url.rstrip(".,;)") for url in found]


def _tracking(mail: Made) -> Measure:
    page = mail.part("html")
    tags = Page(page).tags & {"img", "script", "iframe", "link", "form", "object", "svg", "video", "input", "audio"}
    return _some([*tags, *re.findall(r"utm_\w+|url\(|@import|\son\w+\s*=\s*[\"']", re.sub(r"&[a-z#0-9]+;", "", page))])


def _links(mail: Made) -> list[tuple[str, str]]:
    return [(url, words) for url, words in Page(mail.part("html")).links if not url.startswith("mailto:")]


def _strange(mail: Made) -> Measure:
    """Links that lead to a host that is neither ours nor a source's, or another way than by http."""
    return _some([url for url, _ in _links(mail) if urlsplit(url).hostname not in mail.hosts or url[:4] != "http"])


def _misleading(mail: Made) -> Measure:
    """Links whose words name another host than the one they lead to."""
    wrong: list[str] = []
    for url, words in _links(mail):
        wrong += [f"{words} -> {url}" for host in _HOST.findall(words.lower()) if host != urlsplit(url).hostname]
    return _some(wrong)


_MEASURES: dict[str, Callable[[Made], Measure]] = {
    "DKIM signatures that do not verify": _unverified,
    "changes on the way that DKIM misses": _unnoticed,
    "bytes of the HTML part, encoded": _html_size,
    "bytes of the whole mail": lambda mail: (len(mail.raw), ""),
    "changes neither told nor counted": _untold,
    "words, dates, links only in the HTML": _only_in_html,
    "columns of the text, links aside": _columns,
    "octets of a line, verbatim headers aside": _octets,
    "octets not 7 bit, line ends not CRLF": _bad_octets,
    "headers missing or repeated": _headers,
    "encoded words in structured headers": _encoded_words,
    "addresses in links": _addresses,
    "tracking, images, scripts": _tracking,
    "links to strange hosts": _strange,
    "links that name another host": _misleading,
}


def names() -> Iterator[str]:
    """Of the measures, in the order of the table."""
    yield from _MEASURES
