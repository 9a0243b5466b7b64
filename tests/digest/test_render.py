from __future__ import annotations

import quopri
import re
import socket
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.story import (
    ANA,
    NOW,
    OTHER,
    SENDER,
    TOPIC,
    TOPICS,
    board,
    event,
    evidence,
    expectation,
    transition,
    whole_story,
)
from regwatch.digest.compose import Digest, compose
from regwatch.digest.outages import Silence
from regwatch.digest.render import SIZE_LIMIT, render
from regwatch.errors import ConfigError
from regwatch.ledger.entries import ExpectationState
from regwatch.mail.templates import Rendered
from regwatch.palette import DARK, GROUNDS, LIGHT, TEXTS
from regwatch.reading import links as reading
from regwatch.safe_text import one_line, web_link

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> & \"quotes\" 'x' </title></blockquote>"
    "\r\nBcc: a@b\u202e\u2028\x00"
)


class Page(HTMLParser):
    """The visible words, links, tags and headings of an HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self._skip = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag in ("style", "title"):
            self._skip += 1
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title"):
            self._skip -= 1

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self.text.append(data)
            if self.links and self.lasttag == "a" and not self.links[-1][1]:
                self.links[-1] = (self.links[-1][0], data.strip())


def whole() -> Digest:
    late = expectation(6, date="2025-07-02", state=ExpectationState.OVERDUE)
    silence = Silence("MHRA", "https://www.gov.uk/mhra", NOW, (TOPIC.id,), ("MHRA",))
    found = compose(whole_story(), TOPICS, board(late, moved=transition()), NOW, ANA, [silence])
    assert found is not None
    return found


def many(count: int) -> Digest:
    both = replace(ANA, topics=(TOPIC.id, OTHER.id))
    found = compose(
        [
            event(n, moved=transition(n, topic=(TOPIC.id, OTHER.id)[n % 2], proof=(evidence("word " * 70),)))
            for n in range(1, count + 1)
        ],
        TOPICS,
        [],
        NOW,
        both,
    )
    assert found is not None
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def words_of_text(text: str) -> list[str]:
    return words(re.sub(r"<https?://[^>]*>", " ", text))


@pytest.mark.parametrize("digest", [whole(), many(1), many(60), many(200)], ids=["whole", "1", "60", "200"])
def test_text_and_html_say_the_same_words_in_the_same_order(digest: Digest) -> None:
    rendered = render(digest, SENDER)
    assert words_of_text(rendered.text) == words(" ".join(Page(rendered.html).text))


def test_every_link_of_the_html_is_in_the_text() -> None:
    rendered = render(whole(), SENDER)
    links = [href for href, _ in Page(rendered.html).links if href.startswith("http")]
    assert links
    assert all(f"<{href}>" in rendered.text for href in links)


def test_the_first_words_of_both_parts_are_the_summary() -> None:
    digest = whole()
    rendered = render(digest, SENDER)
    assert words(rendered.text)[:12] == words(digest.summary[0])[:12]
    assert words(" ".join(Page(rendered.html).text))[:12] == words(digest.summary[0])[:12]


def test_text_lines_fit_seventy_two_columns() -> None:
    for digest in (whole(), many(60)):
        for line in render(digest, SENDER).text.splitlines():
            assert len(line) <= 72 or "<http" in line
            assert line == line.rstrip()


@pytest.mark.parametrize("count", [1, 5, 60, 200, 2000])
def test_a_long_digest_stays_under_the_size_where_mailboxes_clip_it(count: int) -> None:
    rendered = render(many(count), SENDER)
    assert sum(len(quopri.encodestring(part.encode())) for part in (rendered.html, rendered.text)) < SIZE_LIMIT
    assert "Why am I getting this email?" in rendered.html
    if count == 2000:
        assert re.search(r"And \d+ more, too many for one mail", rendered.text)


def test_no_news_is_left_out_of_a_digest_of_two_hundred() -> None:
    text = render(many(200), SENDER).text
    assert len(re.findall(r"European\s+Commission\s+approved", text)) == 200
    assert "too many for one mail" not in text


def test_the_structure_reads_aloud_well() -> None:
    html = render(whole(), SENDER).html
    page = Page(html)
    assert html.lower().startswith("<!doctype html>")
    assert page.tags.count("h1") == 1
    assert page.attributes.count(("lang", "en-GB")) == 2
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.tags.count("table") == page.tags.count("caption")
    assert page.tags.count("th") == page.attributes.count(("scope", "row")) > 0


def test_nothing_is_loaded_run_or_tracked() -> None:
    rendered = render(whole(), SENDER)
    tags = set(Page(rendered.html).tags)
    assert not tags & {"img", "script", "iframe", "link", "form", "object", "svg", "video", "input"}
    assert not re.search(r"url\(|@import|utm_|flex|grid|var\(", rendered.html)


def test_styles_are_inline_and_the_dark_ones_are_kept() -> None:
    html = render(whole(), SENDER).html
    assert "prefers-color-scheme: dark" in html.replace("prefers-color-scheme:dark", "prefers-color-scheme: dark")
    assert re.search(r'<h1 style="[^"]*font-size', html)
    body = html.split("<body")[1]
    assert "background-color" in body.split(">")[0]


def test_body_text_is_never_small() -> None:
    html = render(whole(), SENDER).html
    sizes = [int(size) for size in re.findall(r"font-size:\s*(\d+)px", html)]
    assert sizes
    assert min(sizes) >= 16


@pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
def test_colours_can_be_read_in_light_in_dark_and_inverted(text: str, ground: str) -> None:
    for palette in (LIGHT, DARK):
        assert contrast(palette[text], palette[ground]) >= 4.5
        assert contrast(inverted(palette[text]), inverted(palette[ground])) >= 4.5


def test_no_ground_is_pure_white_or_black() -> None:
    assert not {p[g] for p in (LIGHT, DARK) for g in GROUNDS} & {"#ffffff", "#000000"}


def test_every_colour_of_the_template_is_of_the_palette() -> None:
    used = set(re.findall(r"#[0-9a-fA-F]{6}\b", render(whole(), SENDER).html))
    assert used <= set(LIGHT.values()) | set(DARK.values())


def inverted(colour: str) -> str:
    return "#" + "".join(f"{255 - int(colour[i : i + 2], 16):02x}" for i in (1, 3, 5))


def contrast(one: str, two: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    bright, dim = sorted((luminance(one), luminance(two)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def hostile(text: str, url: str = "https://ok.example/") -> Rendered:
    proof = (evidence(text, publisher=text, url=url),)
    topic = replace(TOPIC, title=text)
    found = compose(
        [event(1, moved=replace(transition(proof=proof), indication=text)), event(2, moved=transition(2, "FDA"))],
        {TOPIC.id: topic},
        [],
        NOW,
        replace(ANA, name=text),
        [Silence(text, url, NOW, (TOPIC.id,), (text,))],
    )
    assert found is not None
    return render(found, SENDER)


PLAIN_TAGS = set(Page(hostile("plain").html).tags)


@given(st.one_of(st.just(HOSTILE), st.text(max_size=6000)))
@settings(max_examples=80, deadline=None)
def test_hostile_words_stay_words(text: str) -> None:
    rendered = hostile(text)
    assert "\n" not in rendered.subject
    assert len(rendered.subject) <= 78
    page = Page(rendered.html)
    assert set(page.tags) <= PLAIN_TAGS
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u2028\x00\x1b]", rendered.html + rendered.text)
    assert words_of_text(rendered.text) == words(" ".join(page.text))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://user:pass@evil.example/",
        "http://",
        "https://exa mple.org/",
        "https://example.org/\r\nBcc: x",
        "ftp://example.org/x",
        "https://[::1/",
        "https://[nowhere]/",
        "https://example.org/" + "a" * 3000,
        "https://example.org:99999/",
    ],
)
def test_only_plain_web_links_are_linked(url: str) -> None:
    assert web_link(url) == ""
    rendered = hostile("quote", url)
    assert all(href.startswith("mailto:") or "ec.example" in href for href, _ in Page(rendered.html).links)


WRITTEN = st.text("abcXYZ019-._~:/?#[]@!$&'()*+,;=%", max_size=40)
HOSTS = st.sampled_from(
    ["example.org", "WWW.Example.org", "example.org:8080", "[2001:db8::1]", "[2001:db8::1]:81", "https"]
)


@given(st.sampled_from(["http", "https"]), HOSTS, WRITTEN)
def test_a_link_in_a_mail_is_the_link_of_the_page(scheme: str, host: str, place: str) -> None:
    url = f"{scheme}://{host}/{place}"
    assert web_link(reading.web_link("https://example.org/", url)) == url
    assert url in [href for href, _ in Page(hostile("quote", url).html).links]


def test_links_name_the_host_that_they_lead_to() -> None:
    rendered = hostile("quote", "https://www.nice.org.uk/guidance/x?a=b&c=%20d#e")
    links = [(href, text) for href, text in Page(rendered.html).links if "nice.org" in href]
    assert links
    assert all((urlsplit(href).hostname or "-") in text for href, text in links)


def test_a_foreign_script_in_a_host_is_shown_as_it_is_sent() -> None:
    assert web_link("https://аpple.example/").startswith("https://xn--")


@given(st.text(max_size=400), st.integers(10, 100))
@settings(max_examples=200)
def test_one_line_is_one_line_and_bounded(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert len((line + "x").splitlines()) == 1
    assert one_line(line, limit) == line


def test_an_operator_s_own_template_wins(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "digest.txt.j2").write_text("{{ digest.subject }}\n")
    assert render(whole(), SENDER, overrides=tmp_path).text == whole().subject + "\n"


@pytest.mark.parametrize("body", ["{{ nothing }}", "{% if %}"])
def test_a_broken_template_is_named(tmp_path: Path, body: str) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "digest.txt.j2").write_text(body)
    with pytest.raises(ConfigError, match="put the template right"):
        render(whole(), SENDER, overrides=tmp_path)


def test_a_style_sheet_that_a_template_names_is_never_fetched(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        sheet = f'<link rel="stylesheet" href="http://127.0.0.1:{listening.getsockname()[1]}/x.css">'
        (tmp_path / "email" / "digest.html.j2").write_text(f"<html><head>{sheet}</head><body>x</body></html>")
        render(whole(), SENDER, overrides=tmp_path)
        with pytest.raises(BlockingIOError):
            listening.accept()
