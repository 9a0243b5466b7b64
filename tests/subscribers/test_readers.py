from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from digest.story import ANA, OTHER, TOPIC
from mail.kept import KeptMail
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices, address_of, hour_of, is_quiet
from regwatch.watchlist import Cadence
from subscribers.desk import MARK, House, link

DAY = timedelta(days=1)


def header(mail: KeptMail, name: str) -> str:
    return str(message_from_bytes(mail.raw, policy=default).get(name, ""))


def add(house: House, address: str, *topics: Choice, **more: object) -> None:
    chosen = Choices(topics or (Choice(TOPIC.id),), alerts=False, **more)  # type: ignore[arg-type]
    with house.database.session() as session:
        lifecycle.add(session, address, chosen, "test", house.clock.now())


def test_news_between_signing_up_and_the_first_round_is_told(house: House) -> None:
    house.news(milestone="refused")
    add(house, MARK)
    house.news()
    (mail,) = house.compose_next()
    assert mail.subject == "Approved: European Commission, cabozantinib for NETs"
    assert house.compose_next() == []


def test_one_person_gets_one_mail_for_all_topics_of_one_cadence(house: House) -> None:
    add(house, MARK, Choice(TOPIC.id), Choice(OTHER.id))
    house.news()
    house.news(topic=OTHER.id)
    assert len(house.compose_next()) == 1


def test_decisions_are_told_at_once_and_not_again_in_the_digest(house: House) -> None:
    house.join(MARK, alerts="on", cadence="weekly")
    house.news()
    house.news(milestone="validated")
    (alert,) = house.compose(timedelta(minutes=1))
    assert alert.kind == "immediately"
    assert header(alert, "X-Regwatch-Reason") == "decision"
    assert header(alert, "X-Regwatch-Transition") == "ec/approved"
    assert "References" in message_from_bytes(alert.raw)
    (digest,) = house.compose_next(7 * DAY)
    assert b"Approved: European Commission" not in digest.raw.split(b"Where it stands")[0]
    assert digest.kind == "weekly"


def test_quiet_hours_hold_an_alert_until_morning(house: House) -> None:
    house.join(MARK, alerts="on", cadence="weekly")
    house.clock.set(datetime(2026, 9, 2, 23, 0, tzinfo=UTC))
    house.news()
    assert house.compose() == []
    assert house.compose(timedelta(hours=5)) == []
    assert len(house.compose(timedelta(hours=3))) == 1


def test_only_the_chosen_authorities_are_told(house: House) -> None:
    add(house, MARK, Choice(TOPIC.id, ("NICE",)))
    house.news()
    assert house.compose_next() == []
    house.news(authority="NICE", milestone="hta_recommended")
    assert len(house.compose_next()) == 1


def test_whoever_changes_how_often_loses_nothing_and_hears_nothing_twice(house: House) -> None:
    add(house, MARK)
    house.news()
    (first,) = house.compose_next()
    house.news(milestone="suspended")
    fields = {"do": "save", "topic": TOPIC.id, f"cadence.{TOPIC.id}": "immediately", "at": "09:00"}
    house.ask("POST", link(first, "m"), urlencode(fields))
    (second,) = house.compose(timedelta(minutes=1))
    assert second.subject.startswith("Approval suspended")
    assert house.compose_next() == []


def test_what_happens_in_a_pause_is_told_afterwards(house: House) -> None:
    add(house, MARK)
    house.compose_next()
    with house.database.session() as session:
        lifecycle.pause(session, session.merge(house.person(MARK)), None)
    house.news()
    assert house.compose_next(10 * DAY) == []
    with house.database.session() as session:
        lifecycle.resume(session, session.merge(house.person(MARK)))
    assert len(house.compose_next()) == 1


def test_a_configured_recipient_can_stop_too(tmp_path: Path) -> None:
    house = House(tmp_path, (replace(ANA, cadence=Cadence.IMMEDIATELY),))
    house.compose()
    house.news()
    (mail,) = house.compose(timedelta(minutes=1))
    house.ask("POST", link(mail, "u"), "List-Unsubscribe=One-Click")
    house.news(milestone="suspended")
    assert house.compose_next() == []
    house.close()


def test_a_correction_reaches_exactly_those_who_were_told_and_answers_that_mail(house: House) -> None:
    add(house, MARK)
    number = house.news()
    (told,) = house.compose_next()
    add(house, "late@reader.example")
    house.news(kind="retracted", of=number)
    (correction,) = house.compose_next()
    assert correction.recipient == MARK
    assert header(correction, "In-Reply-To") == told.message_id


def test_alerts_of_one_topic_at_one_authority_are_one_conversation(house: House) -> None:
    add(house, MARK, Choice(TOPIC.id, cadence="immediately"), Choice(OTHER.id, cadence="immediately"))
    roots = []
    for topic in (TOPIC.id, TOPIC.id, OTHER.id):
        house.news(topic=topic, milestone="approved" if not roots else "suspended")
        roots += [header(mail, "References") for mail in house.compose(timedelta(hours=1))]
    assert roots[0] == roots[1] != roots[2]


def test_a_discreet_mail_says_nothing_in_its_headers(house: House) -> None:
    add(house, MARK, Choice(TOPIC.id, cadence="immediately"), discreet=True)
    house.news()
    (mail,) = house.compose(timedelta(minutes=1))
    assert mail.subject == "regwatch: 1 update"
    head = mail.raw.split(b"\r\n\r\n")[0].lower()
    assert [word for word in (b"cabozantinib", b"neuro", b"nets", b"approved") if word in head] == []


def test_who_has_ended_is_not_mailed_what_waits(house: House) -> None:
    person = house.join(MARK)
    house.news()
    house.compose_next()
    with house.database.session() as session:
        lifecycle.stop(session, session.merge(person), "", "stopped", house.clock.now())
    assert house.mails()[-1].state == "failed"


@pytest.mark.parametrize("day", [datetime(2026, 10, 24, tzinfo=UTC), datetime(2027, 3, 27, tzinfo=UTC)])
def test_one_digest_per_local_day_when_the_clocks_change(house: House, day: datetime) -> None:
    house.clock.set(day)
    add(house, MARK, zone="Europe/London", at="08:30")
    days = []
    for half in range(2 * 72):
        house.clock.set(day + timedelta(minutes=30 * half))
        if half % 4 == 0:
            house.news(milestone="suspended" if half % 8 else "approved")
        days += [mail.created_at.astimezone(ZoneInfo("Europe/London")).date() for mail in house.compose()]
    assert len(days) == len(set(days)) == 3


@pytest.mark.parametrize(
    ("at", "why"), [("24:00", "as 08:30"), ("03:00", "from 07:00"), ("8:30", "as 08:30"), ("22:30", "from")]
)
def test_nobody_is_mailed_at_night(at: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        hour_of(at, "Europe/London")


def test_quiet_hours_may_go_over_midnight() -> None:
    assert [hour for hour in range(24) if is_quiet("22-7", hour)] == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    assert [hour for hour in range(24) if is_quiet("1-3", hour)] == [1, 2]
    assert not any(is_quiet("", hour) for hour in range(24))


def test_international_domains_are_taken_and_what_relays_refuse_is_said(house: House) -> None:
    assert address_of(" ana@bücher.example ") == "ana@xn--bcher-kva.example"
    with pytest.raises(ValueError, match="before the @"):
        address_of("änä@example.org")


def test_still_watching_comes_once_a_month_to_those_who_ask(house: House) -> None:
    house.news()
    add(house, MARK, monthly=True)
    add(house, "other@reader.example")
    assert house.compose_next() == []
    sent = [mail for _ in range(62) for mail in house.compose(DAY)]
    assert [mail.recipient for mail in sent] == [MARK, MARK]
    assert {mail.subject for mail in sent} == {"regwatch: still watching"}
    assert b"European Commission" in sent[0].raw
    assert link(sent[0], "u")
