from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.story import NOW
from mail import measures, scoreboard
from mail.matrix import COUNTS, LINKED, WORDS, Made, made
from mail.measures import measure
from regwatch.mail.message import write
from regwatch.mail.templates import Rendered

pytestmark = pytest.mark.sqlite("a notice with NUL in its evidence is stored: pages and answers are read without")


@pytest.fixture(scope="module")
def mails() -> list[Made]:
    return list(made())


def test_mails_of_every_size_and_shape_meet_every_target(mails: list[Made]) -> None:
    assert len(mails) == len(WORDS) * len(COUNTS) + 9
    assert scoreboard.faults(scoreboard.in_python(mails)) == []


def test_a_digest_that_is_too_long_counts_what_it_does_not_tell(mails: list[Made]) -> None:
    longest = max(mails, key=lambda mail: mail.changes)
    assert "more, too many for one mail" in " ".join(longest.part("plain").split())


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("DKIM signatures that do not verify", b"Subject: ", b"Subject: Not "),
        ("octets not 7 bit, line ends not CRLF", b"\r\n", b"\n"),
        ("headers missing or repeated", b"To: ", b"Bcc: x@evil.example\r\nTo: "),
        ("headers missing or repeated", b"Precedence: list\r\n", b""),
        ("encoded words in structured headers", b"List-Id: ", b"List-Id: =?utf-8?q?=C3=A4?= "),
        ("octets of a line, verbatim headers aside", b"To: ", b"X-Long: a " + b"b" * 80 + b"\r\nTo: "),
    ],
)
def test_a_spoiled_form_is_seen(mails: list[Made], name: str, before: bytes, after: bytes) -> None:
    mail = next(one for one in mails if one.name == "plain-5")
    assert before in mail.raw
    assert seen(name, replace(mail, raw=mail.raw.replace(before, after, 1)))


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("words, dates, links only in the HTML", lambda text, page: (text, page.replace("</h1>", " tomorrow</h1>"))),
        ("words, dates, links only in the HTML", lambda text, page: (text.replace("/page/1>", ">"), page)),
        ("columns of the text, links aside", lambda text, page: ("a " * 37 + text, page)),
        ("tracking, images, scripts", lambda text, page: (text, page.replace("<h1", "<img src='x'><h1"))),
        ("tracking, images, scripts", lambda text, page: (text, page.replace("/page/1", "/page/1?utm_source=x"))),
        (
            "links to strange hosts",
            lambda text, page: (text, page.replace("https://ec.example", "https://evil.example")),
        ),
        (
            "links to strange hosts",
            lambda text, page: (text, page.replace("https://ec.example", "javascript:ec.example")),
        ),
        ("links that name another host", lambda text, page: (text, page.replace("at ec.example", "at x.example"))),
        ("addresses in links", lambda text, page: (text, page.replace("/page/1", "/page/a%40b.example"))),
        (
            "changes neither told nor counted",
            lambda text, page: (re.sub(r"/(page|transition)/1>", "/leaf/1>", text), page),
        ),
    ],
)
def test_spoiled_words_are_seen(mails: list[Made], name: str, spoil: Callable[[str, str], tuple[str, str]]) -> None:
    mail = next(one for one in mails if one.name == "plain-5")
    text, page = mail.part("plain"), mail.part("html")
    spoiled = Rendered("x", *spoil(text, page))
    assert (spoiled.text, spoiled.html) != (text, page)
    raw = write(spoiled, LINKED, "ana@example.org", "<x@charity.example>", NOW)
    assert not seen(name, replace(mail, raw=write(Rendered("x", text, page), LINKED, "a@b.example", "<x@y>", NOW)))
    assert seen(name, replace(mail, raw=raw))


def seen(name: str, mail: Made) -> bool:
    return scoreboard.faults({name: {"x": measure(mail)[name]}}) != []


def test_every_measure_has_a_row_and_every_limit_a_measure() -> None:
    rows = {
        *measures.names(),
        *scoreboard.IN_CHROMIUM,
        *(name for pair in scoreboard.OUTSIDE.values() for name in pair),
    }
    assert set(scoreboard.LIMITS) <= rows
