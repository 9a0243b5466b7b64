"""What every mail of the story must carry, so that an advocate can act on it, forward it, and check it."""

from __future__ import annotations

import email
import json
import re
from email.message import EmailMessage
from email.policy import default
from html import unescape
from pathlib import Path

import pytest
from sqlmodel import Session, select

from regwatch.demo.story import Told, demo_settings
from regwatch.digest.entry import quotes_of
from regwatch.ledger import evidence, queries
from regwatch.store import blobs
from regwatch.store.database import Database
from regwatch.store.tables import Snapshot


@pytest.fixture(scope="module")
def mails(told: Told) -> list[tuple[str, str]]:
    """Text and HTML of every mail, blanks folded."""
    return [_parts(mail.page.with_suffix(".eml").read_bytes()) for mail in told.mails]


def _parts(raw: bytes) -> tuple[str, str]:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert page is not None
    words = unescape(re.sub(r"<(?!a )[^>]*>", " ", page.get_content().partition("<body")[2]))
    return " ".join(plain.get_content().split()), " ".join(words.split())


_MARKS = str.maketrans("", "", "®™")
"""Signs that are left out of what is read: `Cabometyx®` is Cabometyx."""
_DATA = '"results": ['
"""In a file of data, of which fields and values are quoted and no sentences."""
AUTHORITIES = {
    "FDA, US": ("he US Food and Drug Administration", "https://www.fda.gov/drugs/", "Effective date: 26 March 2025"),
    "EMA, EU": ("committee (CHMP)", "https://www.ema.europa.eu/en/medicines/human/variation/", "Date: 19 June 2025"),
    "European Commission, EU": (
        "The European Commission",
        "https://ec.europa.eu/health/",
        "Effective date: 23 July 2025",
    ),
    "MHRA, UK": ("the UK medicines regulator (MHRA)", "https://www.ipsen.com/uk-", "Announced: 22 September 2025"),
    "NICE, England": ("NICE", "https://www.nice.org.uk/consultations/", "Date: the source gives none"),
}


@pytest.mark.parametrize("where", AUTHORITIES)
def test_an_item_says_what_for_which_use_where_from_what_to_what_when_and_what_comes_next(
    where: str, mails: list[tuple[str, str]]
) -> None:
    name, link, date = AUTHORITIES[where]
    text, page = next(both for both in reversed(mails) if f": {where} -----" in both[0])
    for shown in (text, page):
        assert "cabozantinib for neuroendocrine tumours (NETs)" in shown
        assert name in shown
        assert re.search(r"Before: [a-z ]+ .{1,6} ?Now: [a-z ]+", shown)
        assert re.search(r"Seen by us:? \d{1,2} \w+ \d{4}, \d\d:\d\d (BST|GMT)", shown)
        assert link in shown
        assert "What comes next" in shown
    assert date in text
    assert date.replace(": ", " ", 1) in page


def test_no_link_tells_a_site_by_which_mail_a_reader_came(mails: list[tuple[str, str]]) -> None:
    assert not [both for both in mails if "utm_" in both[0] + both[1]]


def test_every_quote_names_the_stored_copy_that_it_is_from(told: Told, mails: list[tuple[str, str]]) -> None:
    copies = {(piece.snapshot, piece.sha256[:16]) for one in told.history for piece in one.evidence}
    copies |= {(piece.snapshot, piece.sha256[:16]) for one in told.coming for piece in one.evidence}
    for text, page in mails:
        named = re.findall(r"Our copy of it: number (\d+), SHA-256 ([0-9a-f]{16})\.\.\.", text)
        assert len(named) == text.count("Read it at") > 0
        assert {(int(number), begun) for number, begun in named} <= copies
        assert named == re.findall(r"Our copy of it: number (\d+), SHA-256 ([0-9a-f]{16})\.\.\.", page)


def test_every_quote_of_a_mail_stands_word_for_word_in_the_stored_copy_that_it_names(told: Told, folder: Path) -> None:
    database = Database(demo_settings(folder).database)
    try:
        with database.session() as session:
            for one in told.history:
                exhibits = evidence.exhibits(session, one.id)
                for quote in quotes_of(one.evidence):
                    begun = quote.text.removesuffix("…")
                    shown = next(found for found in exhibits if found.evidence.quote.startswith(begun))
                    copy = session.exec(select(Snapshot).where(Snapshot.id == shown.evidence.snapshot)).one()
                    assert (copy.source, copy.manifest) == (shown.evidence.source, shown.evidence.sha256)
                    status, words = _apart(begun)
                    assert status in shown.after or not status
                    stored = " ".join([*shown.after, *_pages(session, copy)])
                    for piece in re.split(r"[ ,:]+" if _DATA in stored else r"(?<=[a-z)])[.:] (?=[A-Z])", words):
                        assert piece in stored, "the heading, the name and the text of an item, each word for word"
    finally:
        database.close()


def _apart(quote: str) -> tuple[str, str]:
    """A register states a field and a text: `Register status: ACTIVE. Neuroendocrine tumours ...`."""
    if found := re.match(r"(?:Register s|S)(tatus: \w+)\. (?=\S)", quote):
        return f"S{found[1]}", quote[found.end() :]
    return "", quote


def _pages(session: Session, copy: Snapshot) -> list[str]:
    """The words of the pages that are kept with a copy."""
    bodies = [blobs.get(session, number) for number in json.loads(copy.bodies).values()]
    bare = [re.sub(rb"</?(?:a|b|i|em|span|strong|su[bp])\b[^>]*>", b"", body) for body in bodies]
    words = [unescape(re.sub(rb"<[^>]*>", b" ", body).decode()).translate(_MARKS) for body in bare]
    return [" ".join(one.split()) for one in words]


def test_every_mail_says_why_it_comes_how_often_since_when_and_how_to_change_that(mails: list[tuple[str, str]]) -> None:
    for both in mails:
        for shown in both:
            footer = shown.partition("Why am I getting this email?")[2]
            assert "You get news of this topic: Cabozantinib for neuroendocrine tumours." in footer
            assert "We write once a day, if there is news." in footer
            assert "put you on the list; you have been on it since 5 August 2024." in footer
            assert "To change what you get, or to stop, answer this mail or write to" in footer


def test_a_date_that_passed_is_told_from_the_next_day_on_and_never_as_one_ahead(mails: list[tuple[str, str]]) -> None:
    september, november = mails[5][0], mails[6][0]
    assert "Dates ahead ----------- - By 19 November 2025: final guidance from NICE. " in september
    passed = september.partition("Dates that have passed without news")[2]
    assert "- On 10 September 2025: a committee meeting at NICE, no news of it yet." in passed
    assert "was expected by 19 November 2025. That date has passed, and we have not seen it on the page yet" in november
    assert "You can ask NICE or the company when to expect news." in november
    assert "Either the page names a new date, or the news itself comes." in november
    assert "Dates ahead" not in november + mails[7][0]


def test_a_meeting_that_passed_is_on_the_board_until_something_follows_it(told: Told, folder: Path) -> None:
    database = Database(demo_settings(folder).database)
    try:
        with database.session() as session:
            (nice,) = (one for one in queries.board(session, [told.topic]) if one.authority == "NICE")
            assert nice.transition is not None
            assert nice.unanswered is None, "the draft guidance is what came of the meeting"
    finally:
        database.close()
