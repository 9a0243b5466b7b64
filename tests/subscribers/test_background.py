"""The background reaches those who asked for it, with their digest or once a week, and nobody at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from digest.story import OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.errors import UsageError
from regwatch.store.background_tables import BackgroundRow
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices, as_json, from_json
from regwatch.subscribers.roster import read_roster
from regwatch.watchlist import Recipient
from subscribers.desk import MARK, House
from subscribers.test_asked_for import words

HEADING = "Background: none of this changes a status"
DAY, WEEK = timedelta(days=1), timedelta(days=7)


def tell(house: House, title: str = "Results at ESMO", topic: str = TOPIC.id) -> None:
    with house.database.session() as session:
        session.add(BackgroundRow(
            topic=topic, kind="congress", source="ipsen", title=title, url="https://maker.example.org/x",
            published="2025-06-18", at=house.clock.now(),
        ))  # fmt: skip


def kinds(mails: list[KeptMail]) -> list[str]:
    return [mail.subject.partition(":")[0] for mail in mails]


def test_by_default_nobody_gets_it(house: House) -> None:
    house.join(MARK)
    assert not house.person(MARK).background
    tell(house)
    assert house.compose_next(2 * WEEK) == []
    house.news()
    (mail,) = house.compose_next()
    assert HEADING not in words(mail)


def test_who_asked_gets_it_at_the_end_of_a_digest_and_once(house: House) -> None:
    tell(house, "Old before they signed up")
    house.join(MARK, background="on")
    house.compose()
    tell(house)
    house.news()
    (mail,) = house.compose_next()
    said = words(mail)
    assert said.index("Where it stands today") < said.index(HEADING)
    assert "- Congress: Results at ESMO. ipsen, 18 June 2025" in said
    assert "Nothing here is approved or paid for because of it." in said
    assert "Old before" not in said
    assert mail.subject.startswith("Approved: European Commission")
    house.news(milestone="suspended")
    (later,) = house.compose_next()
    assert HEADING not in words(later)


def test_without_news_a_letter_comes_once_a_week_at_most_and_says_that_nothing_changed(house: House) -> None:
    house.join(MARK, background="on")
    house.compose()
    tell(house)
    assert house.compose(6 * DAY) == []
    (letter,) = house.compose(2 * DAY)
    assert letter.subject == "regwatch: background, no status has changed"
    assert f"{HEADING} Trials, congresses" in words(letter)
    assert "Congress: Results at ESMO, ipsen, 18 June 2025: <https://maker.example.org/x>" in words(letter)
    tell(house, "More at ESMO")
    assert house.compose(6 * DAY) == []
    assert house.compose(1 * DAY) != []
    assert house.compose(2 * WEEK) == []


@pytest.mark.parametrize("cadence", ["immediately", "weekly"])
def test_it_never_makes_a_mail_at_once(house: House, cadence: str) -> None:
    house.join(MARK, background="on", cadence=cadence, alerts="on")
    house.compose()
    tell(house)
    assert house.compose(timedelta(minutes=30)) == []
    house.news()
    (mail,) = house.compose(timedelta(minutes=1))
    assert (HEADING in words(mail)) == (cadence == "immediately"), "mails of decisions alone have none"


def test_who_begins_to_ask_or_comes_back_gets_what_comes_from_then_on(house: House) -> None:
    house.join(MARK)
    house.compose()
    tell(house, "Before")
    choice = {"do": "save", "topic": TOPIC.id, f"cadence.{TOPIC.id}": "daily", "at": "08:30", "zone": "Europe/London"}
    page = house.ask("POST", house.manage(MARK), urlencode({**choice, "quiet": "22-7", "background": "on"}))
    assert 'name="background" value="on" checked' in page.text
    tell(house, "Since")
    house.news()
    (mail,) = house.compose_next()
    assert "Since" in words(mail)
    assert "Before" not in words(mail).replace("Before:", "").replace("Before and", "")
    with house.database.session() as session:
        lifecycle.stop(session, lifecycle.by_address(session, MARK), "", "x", house.clock.now())  # type: ignore[arg-type]
    tell(house, "While away")
    house.join(MARK, background="on")
    assert house.compose(2 * WEEK) == []


def test_who_stands_in_sources_yaml_gets_it_where_the_entry_says_so(tmp_path: Path) -> None:
    anna = Recipient(MARK, (TOPIC.id,))
    house = House(tmp_path, (anna, Recipient("ben@charity.example", (TOPIC.id,), background=True)))
    house.compose()
    tell(house, "Before")
    (letter,) = house.compose(8 * DAY)
    assert (letter.recipient, HEADING in words(letter)) == ("ben@charity.example", True)
    house.watchlist = replace(house.watchlist, recipients=(replace(anna, background=True),))
    tell(house, "Since")
    house.news()
    (mail,) = house.compose_next()
    assert mail.recipient == MARK
    assert "Congress: Since. ipsen" in words(mail)
    assert "Congress: Before" not in words(mail)
    house.close()


def test_a_topic_with_background_alone_stands_behind_the_news_of_another(house: House) -> None:
    house.join(MARK, background="on", topic=[TOPIC.id, OTHER.id])
    house.compose()
    tell(house, topic=OTHER.id)
    house.news()
    (mail,) = house.compose_next()
    said = words(mail)
    assert said.index(OTHER.title) > said.index(TOPIC.title)
    assert "Results at ESMO" in said


def test_a_choice_is_kept_read_and_imported_as_it_was_made(tmp_path: Path) -> None:
    chosen = Choices((Choice(TOPIC.id),), background=True)
    assert from_json(as_json(chosen)) == chosen
    file = tmp_path / "people.csv"
    file.write_text("address,background\nana@example.org,yes\nben@example.org,\n")
    assert [one.choices.background for one in read_roster(file, [TOPIC.id], "Europe/London")] == [True, False]
    file.write_text("address,background\nana@example.org,perhaps\n")
    with pytest.raises(UsageError, match="background must be yes or no, not 'perhaps'"):
        read_roster(file, [TOPIC.id], "Europe/London")
