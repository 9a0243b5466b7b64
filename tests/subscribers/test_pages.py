from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlencode

import pytest

from digest.story import OTHER, TOPIC
from regwatch.subscribers.people import subscriptions
from subscribers.desk import BASE, MARK, House, link


def following(house: House, address: str) -> list[str]:
    person = house.person(address)
    with house.database.session() as session:
        return [f"{row.topic} {row.cadence}" for row in subscriptions(session, person.id or 0, current=True)]


def test_a_scanner_that_opens_every_link_neither_confirms_nor_stops(house: House) -> None:
    house.sign_up(MARK)
    confirm = link(house.mails()[0], "c")
    for method in ("GET", "HEAD", "OPTIONS"):
        house.ask(method, confirm)
    assert house.person(MARK).standing == "pending"
    assert house.ask("POST", confirm).status_code == 200
    house.news()
    (mail,) = house.compose_next()
    for method in ("GET", "HEAD", "OPTIONS"):
        house.ask(method, link(mail, "u"))
        house.ask(method, link(mail, "m"))
    assert following(house, MARK) == [f"{TOPIC.id} daily"]


def test_one_click_stops_at_once_without_a_redirect_as_often_as_it_is_pressed(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    parsed = message_from_bytes(mail.raw, policy=default)
    url = parsed["List-Unsubscribe"].split(">")[0].lstrip("<")
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url == BASE + link(mail, "u")
    assert len(url) <= 75
    for kind, body in (
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'),
    ):
        answer = house.ask("POST", url, body, kind)
        assert (answer.status_code, answer.headers.get("location"), answer.headers.get("set-cookie")) == (
            200,
            None,
            None,
        )
        assert following(house, MARK) == []
    assert house.person(MARK).standing == "ended"


def test_links_of_old_mails_work_after_years_and_changes(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    manage, stop = link(mail, "m"), link(mail, "u")
    for cadence in ("weekly", "immediately"):
        house.clock.set(house.clock.now() + timedelta(days=200))
        fields = {
            "do": "save",
            "topic": TOPIC.id,
            f"cadence.{TOPIC.id}": cadence,
            "at": "09:00",
            "zone": "Europe/Paris",
        }
        assert "saved" in house.ask("POST", manage, urlencode(fields)).text
    assert following(house, MARK) == [f"{TOPIC.id} immediately"]
    house.ask("POST", stop, "List-Unsubscribe=One-Click")
    assert following(house, MARK) == []


def test_the_stop_page_offers_less_and_everything(house: House) -> None:
    house.join(MARK, topic=[TOPIC.id, OTHER.id])
    house.news()
    (mail,) = house.compose_next()
    page = house.ask("GET", link(mail, "u")).text
    assert page.count("<form") == page.count("<button") == 3
    assert "<script" not in page
    house.ask("POST", link(mail, "u"), "what=weekly")
    assert following(house, MARK) == [f"{TOPIC.id} weekly", f"{OTHER.id} weekly"]
    house.ask("POST", link(mail, "u"), "what=all")
    assert house.person(MARK).standing == "ended"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_link_gets_the_same_page_as_a_known_one(house: House, method: str) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    known, unknown = (house.ask(method, path) for path in (link(mail, "u"), "/u/" + "A" * 22))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)


def test_a_link_serves_its_own_purpose_only(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    handle = link(mail, "m").rpartition("/")[2]
    house.ask("POST", f"/u/{handle}")
    assert following(house, MARK) != []
    assert house.ask("GET", f"/m/{link(mail, 'u').rpartition('/')[2]}").status_code == 404
    house.ask("POST", "/u/" + "B" * 22, urlencode({"handle": link(mail, "u")}))
    assert following(house, MARK) != []


def test_the_reply_to_a_sign_up_does_not_tell_who_is_known_and_floods_nobody(house: House) -> None:
    house.join(MARK)
    replies = {house.sign_up(address).content for address in (MARK, "new@reader.example", MARK, "new@reader.example")}
    assert len(replies) == 1
    house.clock.set(house.clock.now() + timedelta(hours=2))
    for _ in range(20):
        house.sign_up("new@reader.example")
    assert [mail.recipient for mail in house.mails()].count("new@reader.example") == 1


def test_a_machine_that_fills_everything_in_gets_the_same_reply_and_no_mail(house: House) -> None:
    trapped = house.sign_up(MARK, website="https://spam.example")
    assert house.mails() == []
    assert trapped.content == house.sign_up("new@reader.example").content


def test_one_network_cannot_sign_up_without_end(house: House) -> None:
    codes = {house.sign_up(f"a{number}@reader.example").status_code for number in range(60)}
    assert codes == {200, 429}
    assert len(house.mails()) < 60


def test_a_form_with_faults_keeps_what_was_written_and_names_them(house: House) -> None:
    page = house.sign_up("not an address", consent="", at="03:00")
    assert page.status_code == 422
    assert 'value="not an address"' in page.text
    assert 'role="alert"' in page.text
    assert 'href="#email"' in page.text
    assert house.mails() == []


def test_an_unconfirmed_address_is_forgotten_after_a_week(house: House) -> None:
    from regwatch.subscribers.retention import tidy

    house.sign_up(MARK)
    confirm = link(house.mails()[0], "c")
    house.clock.set(house.clock.now() + timedelta(days=8))
    with house.database.session() as session:
        assert tidy(session, house.links.key, house.clock.now()) == 1
    assert b"run out" in house.ask("POST", confirm).content
    assert stored(house, MARK) == []


def test_whoever_erases_themselves_is_gone_from_every_table(house: House) -> None:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    assert "erased" in house.ask("POST", link(mail, "m"), "do=erase").text
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


def test_pages_of_links_are_kept_nowhere_and_set_no_cookie(house: House) -> None:
    for path in ("/subscribe", "/c/" + "A" * 22, "/u/" + "A" * 22):
        headers = house.ask("GET", path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]
        assert "set-cookie" not in headers


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
    """The lines of a dump of the database that hold the word, mails decoded."""
    assert house.settings.database.startswith("sqlite:///")
    with sqlite3.connect(house.settings.database.removeprefix("sqlite:///")) as connection:
        rows = []
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows += [f"{table} {row}" for row in connection.execute(f'SELECT * FROM "{table}"')]
    return [row for row in rows if word in row]
