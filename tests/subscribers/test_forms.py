"""The sign-up form and its guards: faults are named beside their fields, and nobody can be flooded or found out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from digest.story import OTHER, TOPIC
from regwatch.board.forms import Buckets
from regwatch.board.web_server import config
from regwatch.subscribers.lifecycle import subscriptions
from subscribers.desk import MARK, House

NICE: dict[str, Any] = {f"authority.{OTHER.id}": ["NICE"]}


def faults(page: str) -> dict[str, str]:
    """By id of the field that the summary leads to, the words beside that field."""
    soup = BeautifulSoup(page, "lxml")
    found = {}
    for link in soup.select(".faults[role=alert] a"):
        field = soup.select_one(str(link["href"]))
        assert field is not None, link
        around = field.find_parent("fieldset")
        described = str(field.get("aria-describedby") or (around and around.get("aria-describedby")))
        words = soup.find(id=described)
        assert words is not None
        assert link.get_text().lower() in words.get_text().lower()
        found[str(field["id"])] = words.get_text()
    return found


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"topic": []}, f"t-{TOPIC.id}"),
        ({"topic": ["no-such-topic"]}, f"t-{TOPIC.id}"),
        ({"consent": []}, "agree"),
        ({"at": "03:00"}, "at"),
        ({"at": ""}, "at"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"cadence": "hourly"}, f"t-{TOPIC.id}"),
        ({f"authority.{TOPIC.id}": ["XX"]}, f"t-{TOPIC.id}"),
        ({"weekday": "9"}, f"t-{TOPIC.id}"),
        ({"quiet": "never"}, "quiet"),
    ],
)
def test_a_fault_is_named_beside_its_field_and_the_summary_leads_there(
    house: House, wrong: dict[str, Any], field: str
) -> None:
    page = house.sign_up(
        **{"address": "ana@example.org", **wrong} if "email" not in wrong else {"address": "x", **wrong}
    )
    assert page.status_code == 422
    assert "<title>Please check: " in page.text
    if field != "quiet":
        assert list(faults(page.text)) == [field]
    assert house.mails() == []


def test_every_fault_is_named_at_once_and_what_was_written_is_kept(house: House) -> None:
    page = house.sign_up(
        "not an address", topic=[OTHER.id], consent=[], at="03:00", zone="Nowhere", cadence="weekly", weekday="3",
        discreet="on", **NICE,
    ).text  # fmt: skip
    assert list(faults(page)) == ["email", "zone", "at", "agree"]
    soup = BeautifulSoup(page, "lxml")
    values = {str(one["name"]): one.get("value") for one in soup.select("input:not([type=checkbox],[type=radio])")}
    assert (values["email"], values["at"], values["zone"]) == ("not an address", "03:00", "Nowhere")
    ticked = {(one["name"], one["value"]) for one in soup.select("input[checked]")}
    assert ticked == {("topic", OTHER.id), ("cadence", "weekly"), ("discreet", "on"), (f"authority.{OTHER.id}", "NICE")}
    assert soup.select_one("option[selected]")["value"] == "3"  # type: ignore[index]
    assert soup.select_one("details").has_attr("open")  # type: ignore[union-attr]
    assert soup.select_one(".faults").has_attr("autofocus")  # type: ignore[union-attr]


def test_faults_on_the_page_of_choices_keep_what_was_written_too(house: House) -> None:
    house.join(MARK)
    manage = house.manage(MARK)
    page = house.ask("POST", manage, f"do=save&topic={OTHER.id}&cadence.{OTHER.id}=weekly&at=03:00&zone=X&quiet=no")
    assert page.status_code == 422
    assert list(faults(page.text)) == ["zone", "at", "quiet"]
    soup = BeautifulSoup(page.text, "lxml")
    assert [one["value"] for one in soup.select("input[name=topic][checked]")] == [OTHER.id]
    assert soup.select_one("#at")["value"] == "03:00"  # type: ignore[index]
    assert house.person(MARK).at == "08:30"


def test_quiet_hours_can_be_taken_away_and_the_day_of_the_weekly_mail_chosen(house: House) -> None:
    house.join(MARK)
    fields = (
        f"do=save&topic={TOPIC.id}&cadence.{TOPIC.id}=weekly&at=08:30&zone=Europe/London&weekday=4&quiet=&alerts=on"
    )
    assert "saved" in house.ask("POST", house.manage(MARK), fields).text
    person = house.person(MARK)
    assert (person.quiet, person.alerts) == ("", True)
    with house.database.session() as session:
        assert [row.weekday for row in subscriptions(session, person.id or 0, current=True)] == [4]
    soup = BeautifulSoup(house.ask("GET", house.manage(MARK)).text, "lxml")
    assert soup.select_one("#weekday option[selected]").get_text() == "Friday"  # type: ignore[union-attr]


@pytest.mark.parametrize("known", [True, False])
def test_a_hundred_sign_ups_for_one_address_make_one_mail_and_tell_nothing(house: House, known: bool) -> None:
    if known:
        house.join("ana@example.org")
        house.clock.set(house.clock.now() + timedelta(days=2))
    before = len(house.mails())
    house.desk.buckets = Buckets(each=1000, all=1000)
    replies = {house.sign_up(address).content for _ in range(50) for address in ("ana@example.org", "Ana@Example.org")}
    assert [mail.recipient for mail in house.mails()[before:]] == ["ana@example.org"]
    assert replies == {house.sign_up("somebody@else.example").content}


def test_the_reply_does_not_tell_who_must_not_be_written_to(house: House) -> None:
    house.join("ana@example.org")
    with house.database.session() as session:
        from regwatch.subscribers import lifecycle

        person = lifecycle.by_address(session, "ana@example.org")
        assert person
        lifecycle.erase(session, house.links.key, person, house.clock.now(), never_again=True)
    before = len(house.mails())
    refused = house.sign_up("ana@example.org")
    assert len(house.mails()) == before
    assert refused.content == house.sign_up("new@reader.example").content


def test_a_machine_that_fills_everything_in_gets_the_same_reply_and_no_mail(house: House) -> None:
    trapped = house.sign_up(MARK, website="https://spam.example")
    assert house.mails() == []
    assert trapped.content == house.sign_up("new@reader.example").content


def test_a_form_that_is_sent_at_once_or_under_a_forged_time_is_asked_again(house: House) -> None:
    for stamp in ("", "x", "1.2", "9" * 40, f"{int(house.clock.now().timestamp()) - 60}.0123456789abcdef"):
        page = house.sign_up(MARK, t=stamp)
        assert page.status_code == 422
        assert 'href="#send"' in page.text
    assert house.mails() == []


def test_one_network_cannot_sign_up_without_end_nor_use_up_what_others_have(house: House) -> None:
    codes = [house.sign_up(f"a{number}@reader.example").status_code for number in range(40)]
    assert codes == [200] * 30 + [429] * 10
    assert len(house.mails()) == 30
    assert house.sign_up("b@reader.example", peer="203.0.113.9").status_code == 200


def test_tokens_come_back_with_time_and_all_networks_together_are_bounded() -> None:
    now = [0.0]
    buckets = Buckets(each=2, all=3, clock=lambda: now[0])
    assert [buckets.take("198.51.100.1") for _ in range(9)] == [True] * 2 + [False] * 7
    assert buckets.take("198.51.100.99") is False, "one network is 256 addresses"
    assert [buckets.take(f"203.0.{number}.1") for number in range(3)] == [True, False, False]
    now[0] = 3600
    assert buckets.take("198.51.100.1")
    assert [buckets.take(f"2001:db8:{number}::1") for number in range(3)] == [True, True, False]
    for number in range(10_050):
        buckets.take(f"2001:{number:x}::1")
    assert not buckets.take("192.0.2.1"), "the bound on all outlives the memory of the networks"


def behind(house: House, trusted: str, forwarded: Sequence[str]) -> list[int]:
    """The answers to sign-ups that a proxy on this machine passes on, each with the addresses it names."""
    served = config(house.app, "127.0.0.1", 80, trusted)
    served.load()
    house.desk.buckets = Buckets(each=1)
    return [
        house.sign_up(
            f"a{number}@reader.example", peer="127.0.0.1", app=served.loaded_app, forwarded=named
        ).status_code
        for number, named in enumerate(forwarded)
    ]  # fmt: skip


def test_behind_a_proxy_that_is_named_every_reader_has_an_address_of_their_own(house: House) -> None:
    readers = ["203.0.1.7", "203.0.2.7", "203.0.3.7"]
    assert behind(house, "127.0.0.1/32", readers) == [200, 200, 200]
    assert behind(house, "", readers) == [200, 429, 429], "nobody's word about the address counts"
    assert behind(house, "192.0.2.0/24", readers) == [200, 429, 429]


def test_what_a_reader_writes_into_the_header_does_not_count_behind_a_proxy(house: House) -> None:
    assert behind(house, "127.0.0.1/32", [f"10.0.{one}.1, 203.0.113.7" for one in range(3)]) == [200, 429, 429]
