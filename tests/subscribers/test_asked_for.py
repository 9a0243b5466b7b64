"""Readers get what they asked for, as often as they asked, and each mail says which that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlencode

import pytest

from digest.story import OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.errors import UsageError
from regwatch.model import Topic
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from regwatch.subscribers.roster import read_roster
from subscribers.desk import MARK, House

LATER = replace(OTHER, id="later-topic", title="A topic that came later")


def words(mail: KeptMail) -> str:
    body = message_from_bytes(mail.raw, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def watch_too(house: House, topic: Topic) -> None:
    house.watchlist = replace(house.watchlist, topics=(*house.watchlist.topics, topic))  # type: ignore[misc]


def test_daily_means_daily_for_who_signs_up_is_added_or_imported(house: House, tmp_path: Path) -> None:
    house.join(MARK)
    assert not house.person(MARK).alerts
    assert not Choices((Choice(TOPIC.id),)).alerts
    file = tmp_path / "people.csv"
    file.write_text("address,alerts\nana@example.org,\nben@example.org,yes\n")
    ana, ben = read_roster(file, [TOPIC.id], "Europe/London")
    assert (ana.choices.alerts, ben.choices.alerts) == (False, True)
    house.news()
    assert house.compose(timedelta(minutes=1)) == []
    (mail,) = house.compose_next()
    assert "We write once a day, if there is news. You signed up on" in words(mail)


def test_who_asks_for_decisions_at_once_is_told_so_in_both_kinds_of_mail(house: House) -> None:
    house.join(MARK, alerts="on", cadence="weekly")
    house.news()
    (alert,) = house.compose(timedelta(minutes=1))
    said = words(alert)
    assert "Decisions come at once, as you asked. Everything else comes once a week, if there is news." in said
    house.news(milestone="validated")
    (digest,) = house.compose_next(timedelta(days=7))
    said = words(digest)
    assert (
        "We write once a week, if there is news. Decisions come at once, in a mail of their own, as you asked." in said
    )


def test_everything_includes_what_is_watched_later_as_often_as_the_rest(house: House) -> None:
    house.join(MARK, topic=[], everything="on", cadence="weekly")
    watch_too(house, LATER)
    house.news(topic=LATER.id)
    house.compose(timedelta(minutes=1))
    with house.database.session() as session:
        rows = lifecycle.subscriptions(session, house.person(MARK).id or 0, current=True)
        assert {(row.topic, row.cadence) for row in rows} == {
            (TOPIC.id, "weekly"), (OTHER.id, "weekly"), (LATER.id, "weekly"),
        }  # fmt: skip


def test_who_chose_topics_gets_no_other(house: House) -> None:
    house.join(MARK)
    watch_too(house, LATER)
    house.compose(timedelta(minutes=1))
    with house.database.session() as session:
        assert [row.topic for row in lifecycle.subscriptions(session, house.person(MARK).id or 0)] == [TOPIC.id]


def test_a_topic_that_was_stopped_does_not_come_back_with_everything(house: House) -> None:
    house.join(MARK, topic=[], everything="on")
    with house.database.session() as session:
        person = house.person(MARK)
        lifecycle.stop(session, person, OTHER.id, "test", house.clock.now())
        assert lifecycle.follow_new(session, [TOPIC.id, OTHER.id], house.clock.now()) == 0


def test_everything_can_be_chosen_and_left_on_the_page_of_choices(house: House) -> None:
    house.join(MARK)
    page = house.ask("GET", house.manage(MARK)).text
    assert "Everything, also topics that are added later" in page
    form = {"do": "save", "everything": "on", "at": "08:30", "zone": "Europe/London", "quiet": ""}
    assert house.ask("POST", house.manage(MARK), urlencode(form)).status_code == 200
    assert house.person(MARK).everything
    form = {"do": "save", "topic": TOPIC.id, "at": "08:30", "zone": "Europe/London", "quiet": ""}
    assert house.ask("POST", house.manage(MARK), urlencode(form)).status_code == 200
    assert not house.person(MARK).everything


def test_all_in_a_roster_is_all_that_will_be(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"address,topics\nana@example.org,\nben@example.org,{TOPIC.id}\n")
    assert [one.choices.everything for one in read_roster(file, [TOPIC.id], "Europe/London")] == [True, False]
    file.write_text("address,alerts\nana@example.org,perhaps\n")
    with pytest.raises(UsageError, match="2: alerts must be yes or no, not 'perhaps'"):
        read_roster(file, [TOPIC.id], "Europe/London")
