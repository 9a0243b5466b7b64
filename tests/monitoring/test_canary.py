"""What has not reached the canary's mailbox an hour after it was seen is an alarm, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from ledger.saying import TOPIC, Book
from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.errors import ConfigError
from regwatch.model import Indication, Topic, Treatment
from regwatch.monitoring.canary import undelivered, with_canary
from regwatch.service.mail_service import MailService
from regwatch.settings import Settings
from regwatch.store.database import Database
from regwatch.store.tables import Message, MessageText
from regwatch.watchlist import Recipient, Watchlist

CANARY = "Canary@example.org"
START = datetime(2025, 7, 24, 9, 0, tzinfo=UTC)


class Watch:
    """A daemon's mail, with a canary, on a ledger that the test writes."""

    def __init__(self, database: Database, folder: Path, port: int, **more: object) -> None:
        self.database, self.book, self.clock = database, Book(database, START), DrivenClock(START)
        self.settings = Settings(
            home=folder, smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", mail_from="news@example.org",
            canary_mail=CANARY, operator_mail="operator@example.org", **more,  # type: ignore[arg-type]
        )  # fmt: skip
        topics = tuple(
            Topic(name, name, Treatment("cabozantinib"), Indication("neuroendocrine tumours")) for name in (TOPIC, "b")
        )
        self.watchlist = with_canary(Watchlist(topics, ()), self.settings)
        self.post = MailService.of(self.settings, database, self.clock)
        self.post.start(self.watchlist)

    def after(self, pause: timedelta) -> list[str]:
        """Time passes, the daemon does its work; the evidence of what stands as undelivered."""
        self.clock.set(self.clock.now() + pause)
        self.book.now = self.clock.now()
        self.post.compose(self.watchlist)
        self.post.send()
        turn = self.post.run_checks(self.watchlist)
        return [row.evidence for row in turn.standing if row.kind == "undelivered"]

    def mails(self) -> list[tuple[str, str]]:
        with self.database.session() as session:
            rows = session.exec(select(Message).order_by(Message.id)).all()  # type: ignore[arg-type]
            return [(row.recipient, row.state) for row in rows]


def test_it_gets_news_of_every_topic_at_once_and_nothing_is_wrong(database: Database, tmp_path: Path) -> None:
    with running(Relay()) as relay:
        watch = Watch(database, tmp_path, relay.port)
        watch.book.says("EC", "approved", on="2025-07-23")
        watch.book.says("NICE", "hta_in_progress", topic="b")
        for pause in (timedelta(minutes=1), timedelta(minutes=70), timedelta(days=1)):
            assert watch.after(pause) == []
    assert relay.to == [CANARY]


def test_a_server_that_is_down_raises_the_alarm_after_an_hour_and_ends_it_when_it_is_up(
    database: Database, tmp_path: Path
) -> None:
    with running(Relay()) as relay:
        pass
    watch = Watch(database, tmp_path, relay.port)
    watch.book.says("EC", "approved", on="2025-07-23")
    assert watch.after(timedelta(minutes=59)) == []
    (evidence,) = watch.after(timedelta(minutes=2))
    assert evidence == "1 transition: EC cabozantinib-net, seen 2025-07-24 09:00 UTC: mail 1 is pending"
    assert watch.mails()[-1] == ("operator@example.org", "pending"), "it waits with all others"
    with running(Relay(port=relay.port)) as again:
        assert watch.after(timedelta(minutes=61)) == []
    assert sorted(again.to) == [CANARY, "operator@example.org"]


def test_a_mailbox_that_refuses_the_canary_is_told_with_the_reply(database: Database, tmp_path: Path) -> None:
    with running(Relay(rcpt=lambda to: "550 5.1.1 no such user" if to == CANARY else "250 OK")) as relay:
        watch = Watch(database, tmp_path, relay.port)
        watch.book.says("EC", "approved", on="2025-07-23")
        watch.after(timedelta(minutes=1))
        (evidence,) = watch.after(timedelta(minutes=70))
        assert "mail 1 is failed (550 5.1.1 no such user)" in evidence
        watch.after(timedelta(minutes=1))
        assert set(relay.to) == {"operator@example.org"}
        assert watch.after(timedelta(days=2)) == [], "after two days it is history"


def test_a_mail_that_vanished_from_the_outbox_is_missed(database: Database, tmp_path: Path) -> None:
    with running(Relay()) as relay:
        watch = Watch(database, tmp_path, relay.port)
        watch.book.says("EC", "approved", on="2025-07-23")
        watch.after(timedelta(minutes=1))
        with database.session() as session:
            session.delete(session.get_one(Message, 1))
            session.delete(session.get_one(MessageText, 1))
        (evidence,) = watch.after(timedelta(minutes=70))
    assert "no mail was composed" in evidence


def test_what_was_never_to_be_told_is_not_missed(database: Database, tmp_path: Path) -> None:
    with running(Relay()) as relay:
        Book(database, START - timedelta(minutes=70)).says("NICE", "hta_in_progress", topic="b")
        watch = Watch(database, tmp_path, relay.port)
        watch.book.says("EC", "approved", on="2025-07-23", baseline=True)
        watch.book.says("FDA", "approved", on="2025-03-26", topic="no-longer-watched")
        watch.book.says("MHRA", "approved", on="2025-07-23")
        watch.book.says("MHRA", "approved", retracts=True)
        assert watch.after(timedelta(minutes=1)) == []
        assert watch.after(timedelta(minutes=70)) == []
    assert relay.to == []


def test_without_a_canary_there_is_no_alarm(database: Database, tmp_path: Path) -> None:
    assert with_canary(Watchlist((), ()), Settings(home=tmp_path)) == Watchlist((), ())
    with database.session() as session:
        assert undelivered(session, "nobody@example.org", [TOPIC], START) == []


def test_a_recipient_s_mailbox_is_no_canary() -> None:
    listed = Watchlist((), (), (Recipient("ana@example.org", (TOPIC,)),))
    with pytest.raises(ConfigError, match="REGWATCH_CANARY_MAIL: it is among the recipients"):
        with_canary(listed, Settings(canary_mail="Ana@example.org"))
