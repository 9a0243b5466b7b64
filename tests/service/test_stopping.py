"""SIGTERM while a mail is being handed over: it is finished, no other is begun, and a second signal loses nothing."""

from __future__ import annotations

import signal
import socket
import threading
from pathlib import Path

from mail.relay import Relay, running
from mail.test_delivery import fill, states
from regwatch.store.database import Database
from service.test_daemon import heard, manager, start

__all__ = ["manager"]


def test_the_mail_in_hand_is_finished_and_no_other_is_begun(tmp_path: Path, manager: socket.socket) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}")
    fill(database, *(f"reader{n}@example.org" for n in range(5)))
    began, may_answer = threading.Event(), threading.Event()

    def slow(_: str) -> str:
        began.set()
        assert may_answer.wait(60)
        return "250 queued"

    with running(Relay(data=slow)) as relay:
        process = start(
            tmp_path, REGWATCH_DATABASE=database.url,
            REGWATCH_SMTP_HOST="127.0.0.1", REGWATCH_SMTP_PORT=str(relay.port), REGWATCH_SMTP_TLS="none",
            REGWATCH_MAIL_FROM="news@charity.example",
        )  # fmt: skip
        try:
            assert began.wait(60)
            process.send_signal(signal.SIGTERM)
            heard(manager, "STOPPING=1")
            process.send_signal(signal.SIGTERM)
            may_answer.set()
            _, log = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "service_stopped" in log
    assert "Traceback" not in log
    assert len(relay.mails) == 1
    assert sorted(states(database)) == ["accepted", *["pending"] * 4]
    database.close()


def test_a_mail_server_that_never_answers_does_not_hold_the_end_up(tmp_path: Path, manager: socket.socket) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}")
    fill(database, "reader@example.org")
    began, over = threading.Event(), threading.Event()

    def silent(_: str) -> str:
        began.set()
        over.wait(60)
        return "250 queued"

    with running(Relay(data=silent)) as relay:
        process = start(
            tmp_path, REGWATCH_DATABASE=database.url,
            REGWATCH_SMTP_HOST="127.0.0.1", REGWATCH_SMTP_PORT=str(relay.port), REGWATCH_SMTP_TLS="none",
            REGWATCH_MAIL_FROM="news@charity.example", drain=1,
        )  # fmt: skip
        try:
            assert began.wait(60)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        finally:
            process.kill()
            over.set()
    assert process.returncode == 0
    assert states(database) == ["sending"], "its outcome is unknown at the next start, and it is sent once more"
    database.close()
