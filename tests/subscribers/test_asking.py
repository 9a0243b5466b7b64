"""What a sign-up does for an address that is known already: whoever fills the form in may be anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.story import ANA, OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.errors import StoreUnwritable
from regwatch.mail.short_mail import enqueue_short_mail
from regwatch.store.subscriber_tables import Consent, Subscriber
from regwatch.subscribers import account, lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import BASE, MARK, House, link

DAY = timedelta(days=1)
ODD = {"cadence": "weekly", "at": "20:30", "zone": "Asia/Tokyo", "quiet": "0-23", "discreet": "on"}

ONLY_NICE: dict[str, Any] = {f"authority.{TOPIC.id}": ["NICE"]}


def state(house: House, address: str = MARK) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """All that counts of somebody: their own row but for when they were asked, and what they follow."""
    with house.database.session() as session:
        person = lifecycle.by_address(session, address)
        assert person is not None
        rows = [row.model_dump() for row in lifecycle.subscriptions(session, person.id or 0)]
    return {name: value for name, value in person.model_dump().items() if name != "asked_at"}, rows


def words(mail: KeptMail) -> str:
    text = mail.raw.replace(b"=\r\n", b"").decode().partition("text/html")[0]
    return " ".join(text.split())


def asked_again(house: House, **more: Any) -> KeptMail:
    house.clock.set(house.clock.now() + 2 * DAY)
    house.sign_up(MARK, **more)
    return house.mails()[-1]


def test_a_stranger_who_asks_changes_nothing(house: House) -> None:
    house.join(MARK, alerts="on")
    before = state(house)
    asked_again(house, topic=[TOPIC.id, OTHER.id], **ODD)
    assert state(house) == before
    house.news()
    (mail,) = house.compose_next()
    assert mail.recipient == MARK


def test_whoever_confirms_again_gets_what_is_new_besides_and_the_rest_stays(house: House) -> None:
    house.join(MARK, alerts="on")
    person, rows = state(house)
    mail = asked_again(house, topic=[TOPIC.id, OTHER.id], **ODD)
    assert "this is added to what you get. Nothing else changes" in words(mail)
    assert f"{OTHER.title}: once a week" in words(mail)
    assert f"{TOPIC.title}: " not in words(mail)
    house.ask("POST", link(mail, "c"))
    house.ask("POST", link(mail, "c"))
    now, followed = state(house)
    assert now == person
    assert followed[0] == rows[0]
    assert [(row["topic"], row["cadence"]) for row in followed] == [(TOPIC.id, "daily"), (OTHER.id, "weekly")]


def test_whoever_asks_for_what_they_get_is_shown_where_to_change_it(house: House) -> None:
    house.join(MARK)
    before = state(house)
    mail = asked_again(house, **ODD)
    assert "You need do nothing" in words(mail)
    assert re.search(rf"{BASE}/c/", words(mail)) is None
    assert house.ask("GET", link(mail, "m")).status_code == 200
    assert state(house) == before


def test_the_mail_to_somebody_new_says_what_they_would_get_and_how_often(house: House) -> None:
    house.sign_up(MARK, alerts="on", at="09:30", zone="Europe/Paris", **ONLY_NICE)
    said = words(house.mails()[0])
    assert f"{TOPIC.title}: once a day, if there is news; only of NICE" in said
    assert "at 09:30, Europe/Paris time; decisions at once, but not between 22:00 and 07:00" in said
    assert "we forget your address" in said


def test_whoever_wants_all_news_at_once_is_told_of_the_quiet_hours_and_of_no_other(house: House) -> None:
    house.sign_up(MARK, alerts="on", cadence="immediately", at="09:30", zone="Europe/Paris")
    said = words(house.mails()[0])
    assert f"{TOPIC.title}: as soon as we see a change" in said
    assert "at once, but not between 22:00 and 07:00, Europe/Paris time" in said
    assert "09:30" not in said


def test_whoever_left_begins_anew_with_what_they_ask_for_and_hears_nothing_of_meanwhile(house: House) -> None:
    person = house.join(MARK, topic=[TOPIC.id, OTHER.id])
    house.compose()
    with house.database.session() as session:
        lifecycle.pause(session, session.merge(person), None)
        lifecycle.stop(session, session.merge(person), "", "stopped", house.clock.now())
    house.news(topic=OTHER.id)
    mail = asked_again(house, topic=OTHER.id, cadence="weekly", at="20:30")
    house.news(topic=OTHER.id, milestone="suspended")
    house.ask("POST", link(mail, "c"))
    now, rows = state(house)
    assert (now["standing"], now["at"], now["paused_until"]) == ("active", "20:30", None)
    assert [row["ended_at"] is None for row in rows] == [False, True]
    assert house.compose_next(8 * DAY) == []
    house.news(topic=OTHER.id, milestone="revoked")
    (digest,) = house.compose(8 * DAY)
    assert "suspended" not in digest.subject


def test_an_address_that_must_not_be_written_to_gets_no_mail_until_it_is_allowed(house: House) -> None:
    with house.database.session() as session:
        lifecycle.suppress(session, house.links.key, MARK, "marked as spam", house.clock.now())
    house.sign_up(MARK)
    assert house.mails() == []
    with house.database.session() as session:
        assert lifecycle.allow(session, house.links.key, MARK.upper()) == "marked as spam"
    house.sign_up(MARK)
    assert len(house.mails()) == 1


def test_a_sign_up_is_noted_and_answered_in_one_step_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*given: Any, **named: Any) -> None:
        enqueue_short_mail(*given, **named)
        raise StoreUnwritable("the disk is full")

    with monkeypatch.context() as dies:
        dies.setattr("regwatch.board.subscriptions.enqueue_short_mail", dying)
        house.sign_up(MARK)
    with house.database.session() as session:
        assert lifecycle.by_address(session, MARK) is None
    house.sign_up(MARK)
    assert [mail.recipient for mail in house.mails()] == [MARK]


def test_who_never_confirms_is_told_of_nothing(house: House) -> None:
    house.sign_up(MARK)
    house.news()
    assert house.compose_next(8 * DAY) == []


def test_what_a_listed_reader_chooses_counts_from_then_on_and_the_list_for_the_rest(tmp_path: Path) -> None:
    house = House(tmp_path, (replace(ANA, address=MARK, topics=(TOPIC.id, OTHER.id)),))
    house.compose()
    house.news()
    house.sign_up(MARK, topic=TOPIC.id, cadence="weekly", weekday="0")
    house.ask("POST", link(house.mails()[-1], "c"))
    assert [mail.kind for mail in house.compose(DAY)] == ["daily"], "what the list had to tell is told by it"
    house.news(milestone="suspended")
    house.news(topic=OTHER.id)
    assert [mail.kind for mail in house.compose(DAY) + house.compose(7 * DAY)] == ["daily", "weekly"]
    house.close()


def test_once_a_week_is_once_a_week_for_a_listed_reader_too(tmp_path: Path) -> None:
    house = House(tmp_path, (replace(ANA, address=MARK),))
    house.compose()
    with house.database.session() as session:
        person = lifecycle.by_address(session, MARK)
        assert isinstance(person, Subscriber)
        account.weekly_instead(session, person, "", house.watchlist, house.clock.now())
    kinds = []
    for day in range(14):
        house.news(milestone=("approved", "suspended")[day % 2])
        kinds += [mail.kind for mail in house.compose(DAY)]
    assert kinds == ["weekly", "weekly"]
    house.close()


def test_a_change_by_the_operator_is_kept_as_such(house: House) -> None:
    person = house.join(MARK)
    choices = Choices((Choice(OTHER.id),))
    with house.database.session() as session:
        account.change(session, session.merge(person), choices, house.clock.now(), "operator, on request")
        assert session.get_one(Consent, 2).method == "operator, on request"


def test_what_happened_before_a_listed_reader_stopped_is_not_brought_up_when_they_come_back(tmp_path: Path) -> None:
    house = House(tmp_path, (replace(ANA, address=MARK),))
    house.compose()
    house.news()
    with house.database.session() as session:
        person = lifecycle.by_address(session, MARK)
        assert person is not None
        lifecycle.stop(session, person, TOPIC.id, "stopped", house.clock.now())
    house.sign_up(MARK, cadence="immediately")
    house.ask("POST", link(house.mails()[-1], "c"))
    house.news(milestone="suspended")
    (mail,) = house.compose() + house.compose(2 * DAY)
    assert (mail.kind, b"approved" in mail.raw.split(b"text/html")[0].split(b"Where it stands")[0].lower()) == (
        "immediately", False
    )  # fmt: skip
    house.close()
