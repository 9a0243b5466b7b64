"""What the operator decides in the browser is done once, by the operator alone, and by no other site in their name."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from ledger.saying import Book
from regwatch.board.app import create_app, create_operator_app
from regwatch.demo.story import DemoSettings
from regwatch.store.tables import FindingRow
from regwatch.store.wishes import wishes
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import MARK, TOPIC, House

TOKEN = "sesame, open up!"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


class Office(House):
    """A house whose operator has a token, and what they see and post."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.settings = DemoSettings(  # type: ignore[misc]
            home=folder / "var", sources=folder / "sources.yaml", base_url=self.base, operator_token=TOKEN,
            operator_mail="op@charity.example",
        )  # fmt: skip
        self.app = create_app(self.site, desk=self.desk)  # type: ignore[misc]

    def see(self, path: str) -> str:
        answer = self.ask("GET", path, headers=SHOWN)
        assert answer.status_code == 200
        return answer.text

    def press(self, page: str, path: str, **fields: str) -> tuple[int, str]:
        """Post what a form of that page would."""
        found = re.search(r'name="t" value="([^"]+)"', self.see(page))
        assert found
        answer = self.ask("POST", path, urlencode({"t": found[1], **fields}), headers=SHOWN)
        heading = re.search(r"<h1>(.*?)</h1>", answer.text)
        return answer.status_code, heading[1] if heading else ""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def waiting(house: House, **more: str) -> int:
    """A finding that waits, about the first topic."""
    Book(house.database, house.clock.now()).says("EC", "approved", on="2025-06-19")
    with house.database.session() as session:
        row = session.exec(select(FindingRow)).one()
        row.review, row.topic = "open", more.get("topic", TOPIC.id)
        session.add(row)
        return row.id or 0


def state(house: House, number: int) -> str:
    with house.database.session() as session:
        return session.get_one(FindingRow, number).review


def test_a_finding_is_accepted_rejected_or_put_right(office: Office) -> None:
    number = waiting(office)
    assert office.press("/operator/review", f"/operator/review/{number}", do="correct", milestone="no such") == (
        422, "Nothing was done: no milestone is called &#39;no such&#39;: see docs/reference/milestones.md",
    )  # fmt: skip
    assert state(office, number) == "open"
    status, told = office.press("/operator/review", f"/operator/review/{number}", do="correct", milestone="refused")
    assert (status, "is accepted: European Commission: refused (ledger)" in told) == (200, True)
    assert state(office, number) == "correct"


def test_a_decision_is_taken_once(office: Office) -> None:
    number = waiting(office)
    stamp = re.search(r'name="t" value="([^"]+)"', office.see("/operator/review"))
    assert stamp
    body = urlencode({"t": stamp[1], "do": "reject"})
    first, again = (office.ask("POST", f"/operator/review/{number}", body, headers=SHOWN) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 422)
    assert "is not waiting for review" in again.text


@pytest.mark.parametrize("stamp", ["", "1.0123456789abcdef", "public"])
def test_a_form_of_another_page_is_worth_nothing(office: Office, stamp: str) -> None:
    number = waiting(office)
    if stamp == "public":
        from regwatch.board.forms import stamp as made

        stamp = made(office.links.key, office.clock.now().timestamp())
    answer = office.ask("POST", f"/operator/review/{number}", urlencode({"t": stamp, "do": "accept"}), headers=SHOWN)
    assert answer.status_code == 403
    assert state(office, number) == "open"


def test_a_page_that_was_left_open_for_weeks_is_worth_nothing(office: Office) -> None:
    number = waiting(office)
    found = re.search(r'name="t" value="([^"]+)"', office.see("/operator/review"))
    assert found
    office.clock.set(office.clock.now() + timedelta(days=30))
    body = urlencode({"t": found[1], "do": "accept"})
    assert office.ask("POST", f"/operator/review/{number}", body, headers=SHOWN).status_code == 403


def test_without_the_token_nothing_is_done_also_on_loopback(office: Office) -> None:
    number = waiting(office)
    stamp = re.search(r'name="t" value="([^"]+)"', office.see("/operator/review"))
    assert stamp
    body = urlencode({"t": stamp[1], "do": "accept"})
    assert office.ask("POST", f"/operator/review/{number}", body).status_code == 401
    office.base = "http://127.0.0.1:8081"
    local = create_operator_app(office.site, office.desk)
    assert office.ask("POST", f"/operator/review/{number}", body, app=local).status_code == 401
    assert office.ask("POST", f"/operator/review/{number}", body, app=local, headers=SHOWN).status_code == 200


def test_without_a_token_that_is_set_the_pages_only_show(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.base = "http://127.0.0.1:8081"
    local = create_operator_app(house.site, house.desk)
    page = house.ask("GET", "/operator", app=local)
    assert "REGWATCH_OPERATOR_TOKEN" in page.text
    assert "<form" not in page.text
    assert house.ask("POST", "/operator/source/ec", "do=poll", app=local).status_code in (404, 405)


def test_a_source_is_looked_at_now_rests_and_goes_on(office: Office) -> None:
    assert office.press("/operator", "/operator/source/ec", do="poll")[0] == 200
    assert office.press("/operator", "/operator/source/ec", do="pause")[0] == 200
    with office.database.session() as session:
        found = wishes(session)
        assert found.now == {"ec"}
        assert found.rests("ec", office.clock.now() + timedelta(days=6))
        assert not found.rests("ec", office.clock.now() + timedelta(days=8))
    assert "Rests until" in office.see("/operator")
    assert office.press("/operator", "/operator/source/ec", do="resume")[0] == 200
    assert "Rests until" not in office.see("/operator")
    assert office.press("/operator", "/operator/source/nobody", do="poll")[0] == 422


def test_a_test_digest_goes_the_way_of_all_mail_and_says_what_it_is(office: Office) -> None:
    assert 'value="op@charity.example"' in office.see("/operator/outbox")
    assert office.press("/operator/outbox", "/operator/mail/test", do="test", address="op@charity.example")[0] == 200
    (sent,) = office.mails()
    assert (sent.kind, sent.recipient) == ("test", "op@charity.example")
    assert sent.subject.startswith("Test, not news: ")
    assert b"Nothing in it has happened." in sent.raw.replace(b"=\r\n", b"")
    assert office.press("/operator/outbox", "/operator/mail/test", do="test", address="nobody")[0] == 422


def test_a_mail_that_waits_is_dropped_and_taken_up_again(office: Office) -> None:
    office.press("/operator/outbox", "/operator/mail/test", do="test", address="op@charity.example")
    number = office.mails()[0].id
    assert office.press("/operator/outbox", f"/operator/mail/{number}", do="drop")[0] == 200
    assert (office.mails()[0].state, office.mails()[0].reply) == ("failed", "not sent: dropped by the operator")
    assert office.press("/operator/outbox", f"/operator/mail/{number}", do="drop")[0] == 422
    assert office.press("/operator/outbox", f"/operator/mail/{number}", do="retry")[0] == 200
    assert office.mails()[0].state == "pending"


def test_a_reader_is_found_and_stands_in_no_address_of_a_page(office: Office) -> None:
    with office.database.session() as session:
        lifecycle.add(session, MARK, Choices((Choice(TOPIC.id),)), "test", office.clock.now())
    status, told = office.press("/operator/readers", "/operator/reader/find", address=MARK)
    assert (status, told) == (200, f"They are active, came as added, and follow: {TOPIC.id} (daily).")
    assert office.press("/operator/readers", "/operator/reader/find", address="no@body.example")[1] == (
        "Nobody has this address."
    )
    assert MARK not in office.see("/operator/readers")


def test_the_topics_with_their_numbers_are_shown(office: Office) -> None:
    assert TOPIC.title in office.see("/operator/topics")
