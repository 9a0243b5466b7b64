from __future__ import annotations

import multiprocessing
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from digest.composing import BOB, compose_in_a_process, mailing
from digest.story import ANA, NOW, OTHER, TOPIC
from mail.kept import KeptMail, kept_mails
from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.digest.due_digests import compose_due, enrol, period_of, preview
from regwatch.mail import outbox
from regwatch.mail.delivery import recover, send_due
from regwatch.mail.maildrop import MaildropTransport
from regwatch.mail.setup import sender_of, transport_of
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.tables import (
    DigestCursor,
    EventRow,
    FindingRow,
    Message,
    MessageEvent,
    SourceState,
    TransitionRow,
)
from regwatch.watchlist import Cadence, Recipient
from store.postgresql import fresh_database

WEEK = Recipient("wes@example.org", (TOPIC.id,), "Wes", Cadence.WEEKLY, time(9, 0), "Europe/Berlin", 4)
LONDON = ZoneInfo("Europe/London")


def news(database: Database, at: datetime, *, topic: str = TOPIC.id, milestone: str = "approved", **more: Any) -> int:
    """One transition in the ledger, with its evidence and its line in the log."""
    with database.session() as session:
        move = TransitionRow(
            topic=topic, authority="EC", milestone=milestone, date="2020-01-02", detected_at=at, standing="confirmed"
        )
        session.add(move)
        session.flush()
        session.add(
            FindingRow(
                change=1,
                source="ec",
                at=at,
                topic=topic,
                milestone=milestone,
                mode="announced",
                confidence="high",
                quote="Decision of the Commission",
                url="https://ec.europa.eu/x",
                official=True,
                transition=move.id,
            )
        )
        row = EventRow(kind="transition", topic=topic, authority="EC", at=at, transition=move.id, **more)
        session.add(row)
        session.flush()
        assert row.seq is not None
        return row.seq


def messages(database: Database) -> list[KeptMail]:
    with database.session() as session:
        return kept_mails(session)


def recipient_of(database: Database, number: int) -> str:
    with database.session() as session:
        return session.exec(select(Message.recipient).where(Message.id == number)).one()


def test_an_event_is_told_once_even_if_its_date_is_long_past(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    seq = news(database, NOW)
    assert len(compose_due(database.session, mailing(ANA), NOW)) == 1
    assert compose_due(database.session, mailing(ANA), NOW) == []
    assert compose_due(database.session, mailing(ANA), NOW + timedelta(days=1)) == []
    with database.session() as session:
        assert [row.event for row in session.exec(select(MessageEvent))] == [seq]
    assert messages(database)[0].subject == "Approved: European Commission, cabozantinib for NETs"
    assert b"European Commission, " in messages(database)[0].raw


def test_old_news_is_no_news_for_a_new_recipient(database: Database) -> None:
    news(database, NOW)
    assert compose_due(database.session, mailing(ANA), NOW) == []
    news(database, NOW, milestone="suspended")
    assert len(compose_due(database.session, mailing(ANA), NOW + timedelta(days=1))) == 1
    assert "suspended" in messages(database)[0].subject


def test_a_baseline_is_mailed_to_nobody(database: Database) -> None:
    enrol(database.session, mailing(ANA, BOB).watchlist, NOW)
    news(database, NOW, baseline=True)
    assert compose_due(database.session, mailing(ANA, BOB), NOW) == []


def test_each_recipient_gets_one_mail_with_their_own_topics(database: Database) -> None:
    who = mailing(ANA, BOB)
    enrol(database.session, who.watchlist, NOW)
    news(database, NOW)
    news(database, NOW, topic=OTHER.id)
    compose_due(database.session, who, NOW)
    subjects = {row.recipient: row.subject for row in messages(database)}
    assert subjects == {
        "ana@example.org": "Approved: European Commission, cabozantinib for NETs",
        "bob@example.org": "Approved by European Commission, and 1 more: cabozantinib",
    }


def test_an_address_listed_twice_gets_each_piece_of_news_once_by_its_own_cadence(database: Database) -> None:
    weekly = replace(WEEK, address="ANA@example.org", topics=(OTHER.id, TOPIC.id))
    who = mailing(ANA, weekly)
    enrol(database.session, who.watchlist, NOW)
    news(database, NOW)
    news(database, NOW, topic=OTHER.id)
    thursday = NOW + timedelta(days=6)
    compose_due(database.session, who, NOW)
    compose_due(database.session, who, thursday)
    assert len(messages(database)) == 2
    with database.session() as session:
        assert sorted(row.event for row in session.exec(select(MessageEvent))) == [1, 2]


def test_immediate_recipients_are_told_at_any_hour_and_daily_ones_at_theirs(database: Database) -> None:
    early = datetime(2025, 7, 25, 2, 0, tzinfo=UTC)
    who = mailing(ANA, BOB)
    enrol(database.session, who.watchlist, early)
    news(database, early)
    compose_due(database.session, who, early)
    assert [row.recipient for row in messages(database)] == ["bob@example.org"]
    compose_due(database.session, who, datetime(2025, 7, 25, 7, 29, tzinfo=UTC))
    assert len(messages(database)) == 1
    compose_due(database.session, who, datetime(2025, 7, 25, 7, 30, tzinfo=UTC))
    assert [row.recipient for row in messages(database)] == ["bob@example.org", "ana@example.org"]


def test_news_after_today_s_digest_waits_for_tomorrow(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    compose_due(database.session, mailing(ANA), NOW)
    news(database, NOW)
    assert compose_due(database.session, mailing(ANA), NOW + timedelta(hours=12)) == []
    assert len(compose_due(database.session, mailing(ANA), NOW + timedelta(days=1))) == 1


def test_a_machine_that_was_off_for_days_sends_one_merged_digest_that_says_so(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    for day in range(4):
        news(database, NOW + timedelta(days=day), milestone=("approved", "suspended", "revoked", "lapsed")[day])
    assert len(compose_due(database.session, mailing(ANA), NOW + timedelta(days=4))) == 1
    message = message_from_bytes(messages(database)[0].raw, policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    assert "News since 25 July 2025, 08:30 BST" in " ".join(body.get_content().split())


@pytest.mark.parametrize("change", [datetime(2026, 10, 25, tzinfo=LONDON), datetime(2027, 3, 28, tzinfo=LONDON)])
def test_a_clock_change_gives_one_digest_for_each_local_day(database: Database, change: datetime) -> None:
    hours = {f"at{at:%H%M}@example.org": at for at in (time(0, 30), time(1, 30), time(2, 30), time(8, 30))}
    readers = mailing(*(replace(ANA, address=address, at=at) for address, at in hours.items()))
    moment = (change - timedelta(days=2)).astimezone(UTC)
    end = (change + timedelta(days=3)).astimezone(UTC)
    enrol(database.session, readers.watchlist, moment)
    told = defaultdict(list)
    while moment < end:
        if moment.hour % 6 == 0 and moment.minute == 0:
            news(database, moment)
        for number in compose_due(database.session, readers, moment):
            told[recipient_of(database, number)].append(moment.astimezone(LONDON))
        moment += timedelta(minutes=30)
    for address, at in hours.items():
        days = [moment.date() for moment in told[address]]
        assert len(days) == len(set(days))
        assert {change.date() + timedelta(days=n) for n in (-1, 0, 1, 2)} <= set(days)
        assert all(moment.time() >= at for moment in told[address])


def test_a_weekly_digest_comes_once_on_its_day_or_late_in_the_same_week(database: Database) -> None:
    friday = datetime(2025, 7, 25, 7, 0, tzinfo=UTC)
    assert period_of(WEEK, friday - timedelta(minutes=1)) is None
    assert period_of(WEEK, friday) == "2025-07-25"
    assert period_of(WEEK, friday + timedelta(days=6)) == "2025-07-25"
    assert period_of(WEEK, friday + timedelta(days=7)) == "2025-08-01"
    enrol(database.session, mailing(WEEK).watchlist, friday - timedelta(days=3))
    news(database, friday)
    assert len(compose_due(database.session, mailing(WEEK), friday + timedelta(days=2))) == 1
    news(database, friday)
    assert compose_due(database.session, mailing(WEEK), friday + timedelta(days=3)) == []


def test_a_preview_stores_nothing_and_shows_what_would_be_sent(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    shown = preview(database.session, mailing(ANA), ANA, NOW)
    assert shown is not None
    assert shown.subject.startswith("Approved")
    assert messages(database) == []
    compose_due(database.session, mailing(ANA), NOW)
    assert messages(database)[0].subject == shown.subject
    assert preview(database.session, mailing(ANA), ANA, NOW) is None
    assert preview(database.session, mailing(BOB), BOB, NOW) is None


def test_a_crash_before_the_commit_neither_loses_nor_tells_anything(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    real = outbox.enqueue

    def dying(*args: Any, **more: Any) -> int | None:
        real(*args, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "enqueue", dying)
    with pytest.raises(KeyboardInterrupt):
        compose_due(database.session, mailing(ANA), NOW)
    assert messages(database) == []
    monkeypatch.setattr(outbox, "enqueue", real)
    assert len(compose_due(database.session, mailing(ANA), NOW)) == 1


def test_a_restart_mails_nothing_twice(database: Database, tmp_path: Path) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    with running(Relay()) as relay:
        smtp = SmtpTransport(SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none"))
        for _ in range(3):
            again = Database(database.url)
            recover(again.session, NOW)
            enrol(again.session, mailing(ANA).watchlist, NOW)
            compose_due(again.session, mailing(ANA), NOW)
            send_due(again, smtp, DrivenClock(NOW))
            again.close()
    assert relay.to == ["ana@example.org"]
    assert relay.mails[0][1] == messages(database)[0].raw


def test_four_processes_at_once_make_one_mail_each(database: Database) -> None:
    four_at_once(database)


def test_four_processes_at_once_make_one_mail_each_on_postgresql_too() -> None:
    with fresh_database() as url:
        opened = Database(url)
        four_at_once(opened)
        opened.close()


def four_at_once(database: Database) -> None:
    enrol(database.session, mailing(ANA, BOB).watchlist, NOW)
    news(database, NOW)
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(4)
    workers = [spawn.Process(target=compose_in_a_process, args=(database.url, start)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 4
    assert sorted(row.recipient for row in messages(database)) == ["ana@example.org", "bob@example.org"]


def test_a_template_changed_between_two_attempts_changes_no_byte(database: Database, tmp_path: Path) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    compose_due(database.session, mailing(ANA), NOW)
    turns = iter([True, False])
    with running(Relay(drop=lambda _: next(turns))) as relay:
        smtp = SmtpTransport(SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none"))
        send_due(database, smtp, DrivenClock(NOW))
        (tmp_path / "email").mkdir()
        (tmp_path / "email" / "digest.txt.j2").write_text("other")
        changed = replace(mailing(ANA), templates=tmp_path)
        compose_due(database.session, changed, NOW + timedelta(minutes=30))
        send_due(database, smtp, DrivenClock(NOW + timedelta(minutes=30)))
    assert len(relay.digests) == 2
    assert len(set(relay.digests)) == 1


def test_a_page_in_trouble_for_three_days_is_named_in_the_next_digest(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    with database.session() as session:
        session.add(
            SourceState(
                id="ec", adapter="ec_register", trouble="blocked_page", trouble_since=NOW - timedelta(days=3, hours=1)
            )
        )
    assert compose_due(database.session, mailing(ANA), NOW) == [], "trouble alone makes no mail"
    news(database, NOW)
    compose_due(database.session, mailing(ANA), NOW + timedelta(days=1))
    raw = messages(database)[0].raw
    assert b"We have not been able to read European Commission" in raw
    assert b"blocked" not in raw, "what is wrong is for the operator"


def test_the_cursor_never_goes_back(database: Database) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    seq = news(database, NOW, topic=OTHER.id)
    compose_due(database.session, mailing(ANA), NOW)
    with database.session() as session:
        assert session.get_one(DigestCursor, "ana@example.org").seq == seq


def test_without_a_mail_server_mails_are_files_that_can_be_browsed(database: Database, tmp_path: Path) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    compose_due(database.session, mailing(ANA), NOW)
    folder = tmp_path / "mail"
    assert send_due(database, MaildropTransport(folder), DrivenClock(NOW)).accepted == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "2025-07-25-000001.eml",
        "2025-07-25-000001.html",
        "index.html",
    ]
    assert (folder / "2025-07-25-000001.eml").read_bytes() == messages(database)[0].raw
    index = (folder / "index.html").read_text()
    assert 'href="2025-07-25-000001.html"' in index
    assert "Approved: European Commission, cabozantinib for NETs" in index
    assert send_due(database, MaildropTransport(folder), DrivenClock(NOW)).accepted == 0
    assert messages(database)[0].reply == "written as 2025-07-25-000001.eml"


def test_a_folder_that_cannot_be_written_loses_nothing(database: Database, tmp_path: Path) -> None:
    enrol(database.session, mailing(ANA).watchlist, NOW)
    news(database, NOW)
    compose_due(database.session, mailing(ANA), NOW)
    (tmp_path / "mail").write_text("a file is in the way")
    tally = send_due(database, MaildropTransport(tmp_path / "mail"), DrivenClock(NOW))
    assert "cannot be written: Not a directory" in tally.relay
    assert messages(database)[0].state == "pending"


def test_the_settings_choose_the_sender_and_the_way(tmp_path: Path) -> None:
    quiet = Settings(home=tmp_path)
    assert isinstance(transport_of(quiet), MaildropTransport)
    loud = Settings(
        home=tmp_path,
        smtp_host="mail.example.org",
        mail_from="NET charity <news@charity.example>",
        reply_to="Ann <hello@charity.example>",
    )
    assert isinstance(transport_of(loud), SmtpTransport)
    assert (sender_of(loud).name, sender_of(loud).contact) == ("NET charity", "hello@charity.example")
    assert sender_of(Settings(home=tmp_path, mail_from="news@charity.example")).contact == "news@charity.example"
