"""Many readers, many topics, many processes: one mail each, of what is theirs, the most urgent first."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from digest.story import ANA, OTHER, TOPIC
from mail.relay import Relay, running
from regwatch.digest.due_digests import count_resting
from regwatch.mail.delivery import send_due
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.store.subscriber_tables import Channel, Subscriber
from regwatch.store.tables import Message, MessageEvent, MessageText
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.crowd import compose_in_a_process
from subscribers.desk import MARK, House

DAY = timedelta(days=1)


def add(house: House, address: str, *topics: Choice, alerts: bool = False, **more: object) -> Subscriber:
    chosen = Choices(topics or (Choice(TOPIC.id),), alerts=alerts, **more)  # type: ignore[arg-type]
    with house.database.session() as session:
        return lifecycle.add(session, address, chosen, "test", house.clock.now())


def alter(house: House, address: str, **values: object) -> None:
    with house.database.session() as session:
        person = lifecycle.by_address(session, address)
        assert person is not None
        for name, value in values.items():
            setattr(person, name, value)
        session.add(person)


def test_four_processes_at_once_make_one_mail_for_each_reader_and_channel(tmp_path: Path) -> None:
    house = House(tmp_path, (ANA,))
    house.clock.set(datetime(2026, 10, 23, 12, 0, tzinfo=UTC))
    for number in range(5):
        person = add(house, f"s{number}@reader.example", Choice(TOPIC.id), Choice(OTHER.id), alerts=number == 0,
                     at="07:00", quiet="")  # fmt: skip
        with house.database.session() as session:
            session.add(Channel(subscriber=person.id or 0, url="json://127.0.0.1:9", created_at=house.clock.now()))
        alter(house, person.address, monthly=True, monthly_sent="2026-09" if number else "")
    house.compose()
    before = len(house.mails())
    house.news()
    house.news(topic=OTHER.id, milestone="validated")
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(4)
    # 01:30 in London, which the clocks of this night show twice, and 09:00
    moments = [datetime(2026, 10, 25, *time, tzinfo=UTC).isoformat() for time in ((0, 30), (1, 30), (9, 0))]
    arguments = (str(tmp_path), house.database.url, moments, start)
    workers = [spawn.Process(target=compose_in_a_process, args=arguments) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 4
    mails = [(mail.recipient, mail.kind) for mail in house.mails()[before:]]
    assert mails[:2] == [("s0@reader.example", "immediately"), ("channel 1", "channel")], "only the decision, at night"
    assert sorted(mails) == sorted(
        [
            ("ana@example.org", "daily"),
            ("s0@reader.example", "immediately"),
            ("channel 1", "channel"),
            *((f"s{number}@reader.example", "daily") for number in range(5)),
            *((f"channel {number}", "channel") for number in range(1, 6)),
        ]
    )
    assert [mail.kind for mail in house.mails()[:before]] == ["weekly"] * 4, "the letters of October"
    house.close()


def test_a_confirmation_leaves_before_a_decision_and_both_before_five_hundred_digests(house: House) -> None:
    with house.database.session() as session:
        for number in range(500):
            session.add(
                Message(
                    message_id=f"<{number}@charity.example>", recipient=f"r{number}@reader.example", kind="daily",
                    subject="News", created_at=house.clock.now(), state="pending",
                )
            )  # fmt: skip
            session.add(MessageText(message=number + 1, raw=b"Subject: News\r\n\r\nnews\r\n"))
    add(house, "now@reader.example", Choice(TOPIC.id, cadence="immediately"))
    house.compose()
    house.news()
    house.compose(timedelta(minutes=1))
    house.sign_up("new@reader.example")
    with running(Relay()) as relay:
        server = SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none")
        send_due(house.database, SmtpTransport(server), house.clock, stop=lambda: len(relay.to) == 3)
    assert relay.to == ["new@reader.example", "now@reader.example", "r0@reader.example"]


def test_topics_that_overlap_make_one_mail_in_which_each_decision_stands_once_the_gravest_first(house: House) -> None:
    add(house, MARK, Choice(TOPIC.id), Choice(OTHER.id))
    house.compose()
    house.news(milestone="validated")
    house.news(topic=OTHER.id, milestone="submitted")
    house.news(topic=OTHER.id, milestone="refused", authority="FDA")
    (mail,) = house.compose(DAY)
    with house.database.session() as session:
        assert sorted(row.event for row in session.exec(select(MessageEvent))) == [1, 2, 3]
    assert mail.subject.startswith("Not approved by FDA") or mail.subject.startswith("Refused by FDA")
    text = mail.raw.decode()
    assert text.index(OTHER.title) < text.index(TOPIC.title)


@pytest.mark.parametrize("cadence", ["immediately", "daily", "weekly"])
def test_those_who_are_corrected_are_those_who_were_told(house: House, cadence: str) -> None:
    told = [f"told{number}@reader.example" for number in range(4)]
    for address in (*told, "left@reader.example"):
        add(house, address, Choice(TOPIC.id, cadence=cadence), quiet="")
    add(house, "nice@reader.example", Choice(TOPIC.id, ("NICE",)))
    add(house, "other@reader.example", Choice(OTHER.id))
    house.compose()
    number = house.news()
    assert {mail.recipient for mail in house.compose(8 * DAY)} == {*told, "left@reader.example"}
    with house.database.session() as session:
        left = lifecycle.by_address(session, "left@reader.example")
        assert left is not None
        lifecycle.stop(session, left, "", "stopped", house.clock.now())
    add(house, "late@reader.example")
    add(house, "left@reader.example")
    house.compose()
    house.news(kind="retracted", of=number)
    corrections = house.compose(8 * DAY)
    assert {mail.recipient for mail in corrections} == set(told)
    assert all(b"In-Reply-To" in mail.raw for mail in corrections)


def test_the_monthly_letter_comes_once_a_month_by_day_in_every_zone_and_waits_for_a_pause(house: House) -> None:
    house.news()
    zones = ("Europe/London", "Pacific/Apia", "Pacific/Honolulu", "Asia/Kathmandu")
    for number, zone in enumerate(zones):
        add(house, f"m{number}@reader.example", zone=zone, monthly=True)
    add(house, "paused@reader.example", monthly=True)
    alter(house, "paused@reader.example", paused_until=house.clock.now() + 45 * DAY)
    sent = []
    for _ in range(62 * 24 // 7):
        sent += house.compose(timedelta(hours=7))
    for number, zone in enumerate(zones):
        moments = [
            mail.created_at.astimezone(ZoneInfo(zone)) for mail in sent if mail.recipient == f"m{number}@reader.example"
        ]
        assert [f"{moment:%m}" for moment in moments] == ["10", "11"]
        assert {moment.day for moment in moments} == {1}
        assert all(8 <= moment.hour < 22 for moment in moments)
    late = [mail.created_at for mail in sent if mail.recipient == "paused@reader.example"]
    assert [f"{moment:%m}" for moment in late] == ["11"], "it begins with the month after the first one they were there"


def test_whoever_moves_over_the_date_line_on_the_first_gets_the_letter_of_the_month_once(house: House) -> None:
    house.news()
    add(house, MARK, zone="Pacific/Apia", monthly=True)
    house.compose(timedelta(hours=12))
    house.clock.set(datetime(2026, 9, 30, 20, 0, tzinfo=UTC))  # 1 October, 09:00 in Apia
    assert len(house.compose()) == 1
    alter(house, MARK, zone="Pacific/Honolulu")  # 30 September, 10:00
    assert house.compose(timedelta(minutes=1)) == []
    assert len(house.compose(3 * DAY)) == 0
    assert len(house.compose(30 * DAY)) == 1


def test_those_who_are_told_at_once_are_counted_while_their_quiet_hours_last(house: House) -> None:
    house.clock.set(datetime(2026, 10, 23, 22, 30, tzinfo=UTC))
    add(house, "sleeps@reader.example", Choice(TOPIC.id, cadence="immediately"), zone="Europe/London", quiet="22-7")
    add(house, "daily@reader.example", zone="Europe/London", quiet="22-7")
    add(house, "wakes@reader.example", Choice(TOPIC.id, cadence="immediately"), zone="Europe/London", quiet="")

    def resting() -> int:
        with house.database.session() as session:
            return count_resting(session, house.watchlist, house.clock.now())

    house.compose()
    assert resting() == 0
    house.news()
    assert {mail.recipient for mail in house.compose()} >= {"wakes@reader.example"}
    assert resting() == 1
    house.clock.set(datetime(2026, 10, 24, 8, 0, tzinfo=UTC))
    assert resting() == 0
