from __future__ import annotations

import json
from datetime import timedelta

import pytest

from store.dumped import dumped
from subscribers.desk import MARK, House, link


def test_an_unconfirmed_address_is_forgotten_after_a_week(house: House) -> None:
    from regwatch.subscribers.retention import tidy

    house.sign_up(MARK)
    confirm = link(house.mails()[0], "c")
    house.clock.set(house.clock.now() + timedelta(days=8))
    with house.database.session() as session:
        assert tidy(session, house.links.key, house.clock.now()) == 1
    assert b"works no more" in house.ask("POST", confirm).content
    assert stored(house, MARK) == []


def test_whoever_erases_themselves_is_gone_from_every_table(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    assert "Nothing is kept about you" in house.ask("POST", link(mail, "m"), "do=erase").text
    assert stored(house, MARK) == []
    assert house.ask("POST", link(mail, "u")).status_code == 200


def test_all_that_is_kept_can_be_had(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    data = json.loads(house.ask("GET", link(mail, "m") + "/data.json").text)
    assert data["subscriber"]["address"] == MARK
    assert "my health" in data["consents"][0]["text"]
    fields = set(data["subscriber"]) | {name for row in data["consents"] for name in row}
    assert not fields & {"name", "ip", "birth", "opened", "clicked", "agent"}


def test_an_address_is_in_no_url_and_in_no_log(
    house: House, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    for method in ("GET", "POST"):
        for purpose in ("u", "m"):
            house.ask(method, link(mail, purpose))
    body = mail.raw.replace(b"=\r\n", b"").decode()
    urls = [piece.split(">")[0].split('"')[0] for piece in body.split("https://")[1:]]
    assert [url for url in urls if "@" in url or "%40" in url] == []
    out, err = capfd.readouterr()
    assert MARK not in out + err + caplog.text


def stored(house: House, word: str) -> list[str]:
    """The lines of a dump of the database that hold the word."""
    return [row for row in dumped(house.database) if word in row]
