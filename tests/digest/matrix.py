"""Writes mails of every size and shape to a folder, and holds their size, lines and equality of text and HTML.

python tests/digest/matrix.py FOLDER
"""

from __future__ import annotations

import html
import quopri
import re
import sys
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.story import ANA, NOW, SENDER, TOPIC, TOPICS, board, event, evidence, transition, whole_story
from regwatch.digest.compose import compose
from regwatch.digest.message import write
from regwatch.digest.render import render
from regwatch.ledger.entries import Event
from regwatch.model import Topic

LINKED = replace(SENDER, web="https://news.charity.example", links=True)
HANDLES = ("AbCdEfGhIjKlMnOpQrStUv", "0123456789_-0123456789")
WORDS = {
    "plain": "Commission Implementing Decision on the change of use",
    "long": "Decision " * 700,
    "hostile": "</p><script>alert(1)</script>\r\nBcc: x@evil.example \u202e\u2028\x00 {{ 7 * 7 }}",
    "scripts": "Решение комиссии · 委員会の決定 · قرار اللجنة · Απόφαση · ą̊ǫ́",
}


def items(count: int, words: str) -> list[Event]:
    """So many transitions, each with this quote."""
    return [
        event(n, moved=transition(n, proof=(evidence(words, url=f"https://ec.example/page/{n}"),)))
        for n in range(1, count + 1)
    ]


def mail(events: list[Event], topics: dict[str, Topic]) -> bytes:
    """The whole mail, with links."""
    digest = compose(events, topics, board(), NOW, ANA)
    assert digest is not None
    rendered = render(digest, LINKED).linked(*HANDLES)
    stop = f"{LINKED.web}/u/{HANDLES[0]}"
    return write(rendered, LINKED, ANA.address, "<d.1.00ff00ff@charity.example>", NOW, stop=stop)


def check(name: str, raw: bytes) -> list[str]:
    """What is wrong with it."""
    parsed = message_from_bytes(raw, policy=default)
    text, page = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    body = re.sub(r"<(style|title)>.*?</\1>", "", page, flags=re.DOTALL)
    words = re.findall(r"\w{3,}", html.unescape(re.sub(r"<[^>]+>", " ", body)))
    missing = sorted(set(words) - set(re.findall(r"\w{3,}", text)))
    urls = {html.unescape(url) for url in re.findall(r'href="(https?://[^"]+)"', page)}
    only = sorted(urls - set(re.findall("<(http[^>]+)>", text)))
    size = len(quopri.encodestring(page.encode()))
    wrong = {
        f"the HTML has {size} bytes": size > 100_000,
        "not 7 bit": max(raw) > 127,
        "a line is too long": max(map(len, raw.split(b"\r\n"))) > 998,
        f"links only in the HTML: {only[:2]}": bool(only),
        f"words only in the HTML: {missing[:8]}": bool(missing),
        "tracking or scripts": bool(re.search(r"utm_|<img|<script", page)),
        "a header was added": "Bcc" in parsed or len(parsed.get_all("Subject", [])) != 1,
    }
    print(f"{name:28} {len(raw):8,} bytes, HTML {size:8,}")
    return [f"{name}: {words}" for words, is_so in wrong.items() if is_so]


def main(folder: Path) -> int:
    """Write and check all of them."""
    faults = []
    cases = {
        f"{kind}-{count}": (items(count, words), TOPICS) for kind, words in WORDS.items() for count in (1, 5, 60, 200)
    }
    cases["story"] = (whole_story(), TOPICS)
    hostile = replace(TOPIC, title=WORDS["hostile"] + WORDS["long"])
    cases["hostile-title"] = (items(2, WORDS["plain"]), {**TOPICS, TOPIC.id: hostile})
    for name, (events, topics) in cases.items():
        raw = mail(events, topics)
        (folder / f"{name}.eml").write_bytes(raw)
        (folder / f"{name}.html").write_text(
            message_from_bytes(raw, policy=default).get_body(("html",)).get_content(), "utf-8"  # type: ignore[union-attr]
        )  # fmt: skip
        faults += check(name, raw)
    print("\n".join(faults))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
