"""What is wrong with the way of the mails becomes a notice, in figures and never with an address."""

from __future__ import annotations

from datetime import timedelta

from digest.story import NOW
from mail.test_delivery import fill
from regwatch.mail import outbox
from regwatch.monitoring.mail_checks import DOWN_FOR, SHOWN_FOR, of_failed, of_relay
from regwatch.store import marks
from regwatch.store.database import Database


def test_mails_that_failed_are_one_notice_by_reason_while_they_can_be_sent_again(database: Database) -> None:
    fill(database, "ana@example.org", "bob@example.org", "cem@example.org")
    with database.session() as session:
        outbox.refuse(session, 1, 550, "550 5.1.1 <ana@example.org> User unknown", NOW)
        outbox.accept(session, 2, "250 OK", NOW)
        outbox.refuse(session, 3, 554, "554 no", NOW)
        (problem,) = of_failed(session, NOW)
        assert problem.evidence == "2 mails: 1 with 554 and 1 with 550 5.1.1"
        assert of_failed(session, NOW + SHOWN_FOR) == []
        assert outbox.retry(session, 1) == outbox.retry(session, 3) == ""
        assert of_failed(session, NOW) == []


def test_a_mail_server_that_takes_nothing_is_a_notice_after_half_an_hour(database: Database) -> None:
    fill(database, "ana@example.org")
    with database.session() as session:
        assert of_relay(session, NOW) == []
        marks.note(session, marks.Name.RELAY_UP, number=0, at=NOW)
        assert of_relay(session, NOW + DOWN_FOR - timedelta(seconds=1)) == []
        (problem,) = of_relay(session, NOW + DOWN_FOR)
        assert (problem.evidence, problem.since) == ("1 mail waiting", NOW)
        marks.note(session, marks.Name.RELAY_UP, number=1)
        assert of_relay(session, NOW + DOWN_FOR) == []
