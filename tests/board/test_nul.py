"""NUL and bytes that are no text, which PostgreSQL keeps in no column: refused in words, whatever the database is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from board.test_operator_actions import SHOWN, Office, state, waiting
from digest.story import TOPIC
from regwatch.store.note_tables import NoteRow
from store.dumped import dumped
from subscribers.desk import MARK, House, link

NUL = "a\0b"
BYTES = ["%00", "%ED%A0%80", "%FF"]
"""NUL, a surrogate as UTF-8 must not write it, and no UTF-8 at all; each in an address of the web."""
CHOSEN = {"email": "x@reader.example", "topic": TOPIC.id, "cadence": "daily", "consent": "on"}
FIELDS = (
    "email", "topic", "cadence", f"cadence.{TOPIC.id}", f"authority.{TOPIC.id}", "weekday", "zone", "at", "quiet",
    "consent", "t", "website", "alerts", "never asked for",
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_the_sign_up_takes_it(house: House, field: str) -> None:
    answer = house.sign_up("x@reader.example", **{field: NUL})
    assert answer.status_code == 400
    assert "holds a character that is in no text" in answer.text
    assert house.mails() == []


@pytest.mark.parametrize("field", ["do", *FIELDS])
def test_no_field_of_the_page_of_choices_takes_it(house: House, field: str) -> None:
    house.join(MARK)
    path = house.manage(MARK)
    before = dumped(house.database)
    answer = house.ask("POST", path, urlencode({"do": "save", **CHOSEN, field: NUL}))
    assert answer.status_code == 400
    assert "holds a character that is in no text" in answer.text
    assert dumped(house.database) == before


def test_a_stop_link_stops_whatever_comes_with_it(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    assert house.ask("POST", f"{link(mail, 'u')}?x=%00", f"what={NUL}&x=%ED%A0%80").status_code == 200
    assert house.person(MARK).standing == "ended"


@pytest.mark.parametrize("field", ["do", "note", "milestone", "date", "topic", "t"])
def test_no_decision_of_the_operator_takes_it(office: Office, field: str) -> None:
    number = waiting(office)
    asked = {"do": "correct", "milestone": "refused", "note": "read", field: NUL}
    shown = re.search(r'name="t" value="([^"]+)"', office.see("/operator/review"))
    assert shown
    answer = office.ask("POST", f"/operator/review/{number}", urlencode({"t": shown[1], **asked}), headers=SHOWN)
    assert answer.status_code == 400
    assert "holds a character that is in no text" in answer.text
    assert state(office, number) == "open"
    with office.database.session() as session:
        assert session.exec(select(NoteRow)).all() == []


@pytest.mark.parametrize("path", ["/operator/reader/x", "/operator/mail/x", "/operator/source/ec"])
def test_no_other_form_of_the_operator_takes_it(office: Office, path: str) -> None:
    assert office.press("/operator", path, do="test", address=f"{NUL}@reader.example") == (400, "This cannot be read")


PAGES = (
    "/", f"/t/{TOPIC.id}", "/subscribe", "/about", "/page/1", "/api/v1/topics", "/api/v1/board", "/api/v1/sources",
    "/api/v1/transitions", "/operator", "/operator/outbox", "/operator/review", "/operator/readers",
)  # fmt: skip
READ = {
    "/api/v1/topics": ("after", "limit"), "/api/v1/board": ("after", "limit"),
    "/api/v1/sources": ("after", "limit"), "/api/v1/transitions": ("topic", "authority", "since", "after", "limit"),
}  # fmt: skip
"""The parameters that a page reads; of public pages, others are dropped before anybody looks at them."""


@pytest.mark.parametrize("path", READ)
def test_no_parameter_takes_it(office: Office, path: str) -> None:
    for name in READ[path]:
        answer = office.ask("GET", f"{path}?{name}=%00x")
        assert answer.status_code == 400, name
        assert "NUL, which is in no text" in answer.json()["detail"]


def test_no_topic_that_a_page_of_the_board_links_to_the_sign_up_with_takes_it(house: House) -> None:
    for name in ("topic", "authority"):
        answer = house.ask("GET", f"/subscribe?topic={TOPIC.id}&{name}=%00")
        assert answer.status_code == 400
        assert "holds a character that is in no text" in answer.text


@pytest.mark.parametrize("odd", BYTES)
@pytest.mark.parametrize("path", PAGES)
def test_no_query_breaks_a_page(office: Office, path: str, odd: str) -> None:
    waiting(office)
    for name in ("topic", "authority", "since", "after", "limit", "page", "q", "address", odd):
        assert office.ask("GET", f"{path}?{name}={odd}", headers=SHOWN).status_code < 500, name


@pytest.mark.parametrize("odd", BYTES)
@pytest.mark.parametrize(
    "path",
    [
        "/{}", "/t/{}", "/t/x{}", "/t/{}/dates.ics", "/transition/{}", "/page/{}", "/feeds/{}.atom", "/badge/{}/ec.svg",
        "/api/v1/topics/{}", "/api/v1/transitions/{}", "/c/{}", "/u/{}", "/m/{}", "/m/{}/data.json", "/static/{}",
        "/operator/review/{}", "/operator/transition/{}",
    ],
)  # fmt: skip
def test_an_address_with_it_leads_nowhere(office: Office, path: str, odd: str) -> None:
    for handle in (odd, odd + "a" * 21):
        for method in ("GET", "POST"):
            answer = office.ask(method, path.format(handle), headers=SHOWN)
            assert answer.status_code < 500, answer.text
            # A link of a mail that is not known is answered as one that was erased.
            assert answer.status_code >= 400 or path.startswith(("/c/", "/u/", "/m/"))
