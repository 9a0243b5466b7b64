from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest.story import OTHER, TOPIC
from mail.hook import Hook, listening
from regwatch.mail.delivery import send_due
from regwatch.mail.maildrop import MaildropTransport
from regwatch.store.subscriber_tables import Channel, Subscriber
from regwatch.subscribers.channels import add_channel, remove_channel, tell_channels
from subscribers.desk import MARK, House

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise
SECRET = "S3cretT0ken"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as made:
        yield made


def test_a_channel_is_told_once_in_short_and_never_handed_to_the_mail_server(tmp_path: Path, hook: Hook) -> None:
    house = House(tmp_path)
    person = house.join(MARK)
    with house.database.session() as session:
        session.add(Channel(subscriber=person.id or 0, url=hook.url, created_at=house.clock.now()))
    house.news()
    assert [mail.kind for mail in house.compose_next(timedelta(days=1))] == ["daily", "channel"]
    tell_channels(house.database, house.clock)
    tell_channels(house.database, house.clock)
    assert len(hook.heard) == 1
    assert b"European Commission" in hook.heard[0]
    assert MARK.encode() not in hook.heard[0]
    assert send_due(house.database, MaildropTransport(tmp_path / "mail"), house.clock).accepted == 2
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 2
    house.close()


def tells(house: House, person: Subscriber, url: str, topic: str = "") -> Channel:
    with house.database.session() as session:
        return add_channel(session, person, url, topic, house.clock.now())


def state(house: House) -> list[str]:
    return [mail.state for mail in house.mails() if mail.kind == "channel"]


def test_a_channel_that_fails_is_told_once_as_soon_as_it_works(house: House, hook: Hook) -> None:
    tells(house, house.join(MARK), hook.url)
    house.news()
    house.compose_next()
    hook.failing[:] = [500, 503]
    for minutes in (0, 1, 31, 32, 95, 96, 200):
        house.clock.set(house.clock.now() + timedelta(minutes=minutes))
        tell_channels(house.database, house.clock)
    assert (len(hook.heard), hook.failing, state(house)) == (1, [], ["accepted"])


def test_a_channel_for_one_topic_hears_of_that_topic_only(house: House, hook: Hook) -> None:
    tells(house, house.join(MARK, topic=[TOPIC.id, OTHER.id]), hook.url, TOPIC.id)
    house.news(topic=OTHER.id, authority="FDA", milestone="refused")
    house.compose_next()
    assert state(house) == []
    house.news(topic=OTHER.id, authority="FDA", milestone="approved")
    house.news()
    house.compose(timedelta(days=1))
    tell_channels(house.database, house.clock)
    (heard,) = hook.heard
    assert b"European Commission" in heard
    assert b"FDA" not in heard
    assert b"lutetium" not in heard.lower()


def test_to_a_discreet_reader_a_channel_says_only_that_there_is_news(house: House, hook: Hook) -> None:
    tells(house, house.join(MARK, discreet="on"), hook.url)
    house.news()
    house.compose_next()
    tell_channels(house.database, house.clock)
    heard = hook.heard[0].decode().lower()
    assert "1 update" in heard
    assert [word for word in ("cabozantinib", "neuro", "nets", "approved", "commission", MARK) if word in heard] == []


def test_a_channel_that_was_removed_is_told_nothing_more(house: House, hook: Hook) -> None:
    channel = tells(house, house.join(MARK), hook.url)
    house.news()
    house.compose_next()
    with house.database.session() as session:
        remove_channel(session, session.merge(channel), house.clock.now())
    tell_channels(house.database, house.clock)
    assert (hook.heard, state(house)) == ([], ["failed"])


@pytest.mark.parametrize("code", [401, 404, 500])
def test_the_address_of_a_channel_that_fails_is_in_no_log(
    house: House, hook: Hook, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    code: int,
) -> None:  # fmt: skip
    caplog.set_level(0)
    with pytest.raises(ValueError, match="Apprise understands") as wrong:
        tells(house, house.join(MARK), f"nonsense://{SECRET}")
    tells(house, house.person(MARK), f"{hook.url}/{SECRET}".replace("json://", f"json://user:{SECRET}@"))
    house.news()
    house.compose_next()
    hook.failing[:] = [code]
    tell_channels(house.database, house.clock)
    said = capfd.readouterr()
    assert (state(house), hook.failing) == (["deferred"], [])
    assert SECRET not in caplog.text + said.out + said.err + str(wrong.value) + house.mails()[-1].reply


def test_an_address_that_apprise_no_longer_knows_is_given_up(house: House) -> None:
    person = house.join(MARK)
    with house.database.session() as session:
        session.add(Channel(subscriber=person.id or 0, url="gone://x", created_at=house.clock.now()))
    house.news()
    house.compose_next()
    tell_channels(house.database, house.clock)
    assert state(house) == ["failed"]
