"""Links in mails: opening one changes nothing, pressing a button does, for ever, and no answer tells who is known."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from digest.story import OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.subscribers.choices import CONSENT
from regwatch.subscribers.lifecycle import subscriptions
from regwatch.watchlist import Recipient
from store.dumped import dumped
from subscribers.desk import BASE, MARK, House, link

URLENCODED = ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click")
MULTIPART = (
    "multipart/form-data; boundary=x",
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
)
UNKNOWN = "A" * 22


def following(house: House, address: str) -> list[str]:
    person = house.person(address)
    with house.database.session() as session:
        return [f"{row.topic} {row.cadence}" for row in subscriptions(session, person.id or 0, current=True)]


def mailed(house: House, **choices: str | list[str]) -> KeptMail:
    """The first news of somebody who has signed up."""
    house.join(MARK, **choices)
    house.news()
    return house.compose_next()[0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_that_opens_every_link_changes_nothing_at_all(house: House, method: str) -> None:
    house.sign_up("new@reader.example")
    confirm = link(house.mails()[0], "c")
    mail = mailed(house)
    before = dumped(house.database)
    for path in (confirm, link(mail, "u"), link(mail, "m"), link(mail, "m") + "/data.json", "/subscribe"):
        for query in ("", "?what=all&do=erase&List-Unsubscribe=One-Click"):
            house.ask(method, path + query)
    assert dumped(house.database) == before


@pytest.mark.parametrize(("kind", "body"), [URLENCODED, MULTIPART, ("text/plain", "x"), ("", "")])
def test_one_click_stops_at_once_without_a_redirect_as_often_as_it_is_pressed(
    house: House, kind: str, body: str
) -> None:
    mail = mailed(house)
    parsed = message_from_bytes(mail.raw, policy=default)
    url = parsed["List-Unsubscribe"].split(">")[0].lstrip("<")
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url == BASE + link(mail, "u")
    assert len(url) <= 75
    answers = []
    for _ in range(2):
        answer = house.ask("POST", url, body, kind)
        assert answer.status_code == 200
        assert not {"location", "set-cookie", "refresh"} & set(answer.headers)
        assert following(house, MARK) == []
        answers.append(answer.content)
    assert house.person(MARK).standing == "ended"
    assert answers[0] == answers[1]


def test_a_link_in_the_body_counts_for_nothing(house: House) -> None:
    mail = mailed(house)
    for name in ("handle", "token", "what", "u"):
        house.ask("POST", f"/u/{UNKNOWN}", urlencode({name: link(mail, "u"), "List-Unsubscribe": "One-Click"}))
        house.ask("POST", f"/u/{UNKNOWN}", urlencode({name: link(mail, "u").rpartition("/")[2]}))
    assert following(house, MARK) == [f"{TOPIC.id} daily"]


def test_a_link_serves_its_own_purpose_only(house: House) -> None:
    mail = mailed(house)
    stop, manage = (link(mail, one).rpartition("/")[2] for one in "um")
    house.ask("POST", f"/u/{manage}", URLENCODED[1])
    house.ask("POST", f"/m/{stop}", "do=erase")
    house.ask("POST", f"/c/{stop}")
    assert following(house, MARK) == [f"{TOPIC.id} daily"]
    assert house.ask("GET", f"/m/{stop}").content == house.ask("GET", f"/m/{UNKNOWN}").content
    assert house.ask("GET", f"/m/{stop}/data.json").status_code == 404


def test_links_of_old_mails_work_after_years_and_changes(house: House) -> None:
    mail = mailed(house)
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
    house.ask("POST", stop, URLENCODED[1])
    assert following(house, MARK) == []


def test_what_is_kept_about_me_tells_which_version_of_the_consent_i_gave(house: House) -> None:
    mail = mailed(house)
    (given,) = house.ask("GET", link(mail, "m") + "/data.json").json()["consents"]
    assert given["text_sha256"] == sha256(CONSENT.encode()).hexdigest()
    assert (given["text"], given["method"]) == (CONSENT, "web form")


def test_links_of_old_mails_work_under_a_new_key(house: House) -> None:
    mail = mailed(house)
    (house.settings.home / "links.key").write_bytes(b"k" * 32)
    later = House(house.folder)
    later.clock.set(house.clock.now() + timedelta(days=400))
    assert MARK in later.ask("GET", link(mail, "m") + "/data.json").text
    later.news(milestone="suspended")
    (newer,) = later.compose()
    assert link(newer, "u") != link(mail, "u")
    later.ask("POST", link(mail, "u"), URLENCODED[1])
    assert following(later, MARK) == []
    later.close()


def test_the_stop_page_offers_this_topic_once_a_week_and_everything(house: House) -> None:
    mail = mailed(house, topic=[TOPIC.id, OTHER.id])
    page = house.ask("GET", link(mail, "u")).text
    assert re.findall(r'name="what" value="(\w+)"', page) == ["this", "weekly", "all"]
    assert page.count("<form") == page.count("<button") == 3
    assert "<script" not in page
    assert "at most once a week" in house.ask("POST", link(mail, "u"), "what=weekly").text
    assert following(house, MARK) == [f"{TOPIC.id} weekly", f"{OTHER.id} weekly"]
    assert not house.person(MARK).alerts
    assert "All emails from us have stopped" in house.ask("POST", link(mail, "u"), "what=all").text
    assert house.person(MARK).standing == "ended"


def test_the_link_of_a_mail_about_one_topic_leaves_the_others(house: House) -> None:
    house.join(MARK, topic=[TOPIC.id, OTHER.id], **{f"cadence.{OTHER.id}": "weekly"})
    house.news()
    mail = house.compose_next()[0]
    house.ask("POST", link(mail, "u"), "what=this")
    assert following(house, MARK) == [f"{OTHER.id} weekly"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("body", ["", "what=this", "what=weekly", "what=all"])
def test_to_stop_is_answered_alike_for_links_that_are_known_unknown_and_erased(
    house: House, method: str, body: str
) -> None:
    mail = mailed(house)
    house.join("gone@reader.example")
    house.news(milestone="suspended")
    (theirs,) = (one for one in house.compose_next() if one.recipient.startswith("gone"))
    house.ask("POST", link(theirs, "m"), "do=erase")
    answers = [house.ask(method, path, body) for path in (link(mail, "u"), link(theirs, "u"), f"/u/{UNKNOWN}", "/u/x")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_whoever_erased_themselves_gets_the_page_of_a_link_that_never_was(house: House) -> None:
    mail = mailed(house)
    first = house.ask("POST", link(mail, "m"), "do=erase")
    for path in (link(mail, "m"), f"/m/{UNKNOWN}"):
        for method, body in (("POST", "do=erase"), ("POST", "do=pause"), ("GET", "")):
            answer = house.ask(method, path, body)
            assert (answer.status_code, answer.content) == (200, first.content)


def test_to_confirm_is_answered_alike_for_links_that_are_old_unknown_and_erased(house: House) -> None:
    house.sign_up(MARK)
    old = link(house.mails()[0], "c")
    assert house.ask("GET", old).content == house.ask("GET", f"/c/{UNKNOWN}").content
    house.clock.set(house.clock.now() + timedelta(days=8))
    answers = [house.ask("POST", old), house.ask("POST", f"/c/{UNKNOWN}")]
    assert len({answer.content for answer in answers}) == 1
    assert house.person(MARK).standing == "pending"


def test_pressing_the_button_again_after_leaving_does_not_say_that_mails_come(house: House) -> None:
    house.sign_up(MARK)
    confirm = link(house.mails()[0], "c")
    assert "you are signed up" in house.ask("POST", confirm).text
    assert "This link was used already" in house.ask("POST", confirm).text
    house.news()
    mail = house.compose_next()[0]
    house.ask("POST", link(mail, "u"), "what=all")
    assert "This link was used already" in house.ask("POST", confirm).text
    assert house.person(MARK).standing == "ended"


def configured(house: House) -> KeptMail:
    house.recipients = (Recipient(MARK, (TOPIC.id,)),)
    house.compose()
    house.news()
    return house.compose(timedelta(days=1))[0]


def test_somebody_of_the_operators_list_is_offered_only_what_they_can_have(house: House) -> None:
    mail = configured(house)
    page = house.ask("GET", link(mail, "m")).text
    assert re.findall(r'name="do" value="(\w+)"', page) == ["pause", "stop", "erase"]
    assert 'name="topic"' not in page
    assert "are kept by the people who run this service" in page
    refused = house.ask("POST", link(mail, "m"), urlencode({"do": "save", "topic": TOPIC.id}))
    assert refused.status_code == 422
    assert "Please check" in refused.text
    assert "paused" in house.ask("POST", link(mail, "m"), "do=pause").text
    assert "Go on sending" in house.ask("GET", link(mail, "m")).text
    house.ask("POST", link(mail, "m"), "do=resume")
    assert "All emails have stopped" in house.ask("POST", link(mail, "m"), "do=stop").text
    house.news(milestone="suspended")
    assert house.compose(timedelta(days=1)) == []


def test_somebody_of_the_operators_list_who_erases_themselves_is_written_to_no_more(house: House) -> None:
    mail = configured(house)
    assert "Nothing is kept about you" in house.ask("POST", link(mail, "m"), "do=erase").text
    house.news(milestone="suspended")
    assert house.compose() + house.compose(timedelta(days=2)) == []


def test_every_answer_to_a_link_is_kept_nowhere_and_found_by_nobody(house: House) -> None:
    mail = mailed(house)
    for path in ("/subscribe", f"/c/{UNKNOWN}", link(mail, "u"), link(mail, "m"), link(mail, "m") + "/data.json",
                 f"/m/{UNKNOWN}", f"/m/{UNKNOWN}/data.json", "/m/x/y", "/u/", f"/u/{UNKNOWN}.txt"):  # fmt: skip
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT"):
            headers = house.ask(method, path, "x" * 30_000 if method == "POST" else "").headers
            assert headers["cache-control"] == "no-store", (method, path)
            assert headers["x-robots-tag"] == "noindex, nofollow", (method, path)
            assert headers["referrer-policy"] == "no-referrer", (method, path)
            assert not {"set-cookie", "etag", "access-control-allow-origin"} & set(headers), (method, path)
