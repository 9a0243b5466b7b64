"""`regwatch digest outbox`, `retry` and `reconcile`: what an operator sees and does where mails went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session
from typer.testing import CliRunner, Result

from regwatch.cli.main import app, run
from regwatch.mail.envelope import BounceAddress
from regwatch.secret_key import read_key
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import Message, MessageText

NOW = datetime(2025, 7, 25, 7, 30, tzinfo=UTC)
LOG = """\
Jul 25 07:30:01 mx postfix/cleanup[815]: 4bXk2r1zQ: message-id=<held@example.org>
Jul 25 07:30:01 mx postfix/qmgr[700]: 4bXk2r1zQ: from=<news@example.org>, size=9211, nrcpt=1 (queue active)
"""


@pytest.fixture
def outbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """One mail of each sort: sent, failed, held, waiting for its second copy, not sent to one who left, erased."""
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}")
    with database.session() as session:
        session.add(Subscriber(id=7, address="left@example.org", origin="added", standing="ended", created_at=NOW))
        put(session, "sent", "accepted", "250 queued as 1")
        put(session, "failed", "failed", "550 5.1.1 no such user")
        put(session, "held", "unknown", "the connection was lost during the message")
        put(session, "again", "unknown", "the connection was lost during the message", NOW + timedelta(minutes=30))
        put(session, "left", "failed", "not sent: unsubscribed by mail", subscriber=7)
        put(session, "bare", "failed", "550 no", raw=b"")
    yield database
    database.close()


def put(
    session: Session, name: str, state: str, reply: str, next_at: datetime | None = None, *,
    subscriber: int | None = None, raw: bytes = b"x",
) -> None:  # fmt: skip
    session.add(
        mail := Message(message_id=f"<{name}@example.org>", recipient=f"{name}@example.org", kind="daily", subject="s",
                created_at=NOW, state=state, reply=reply, next_at=next_at, subscriber=subscriber)
    )  # fmt: skip
    session.flush()
    if raw:
        session.add(MessageText(message=mail.id, raw=raw))


def typed(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["digest", *words], input=given)


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Exit code and standard error of the console script."""
    monkeypatch.setattr("sys.argv", ["regwatch", "digest", *words])
    with pytest.raises(SystemExit) as ended:
        run()
    return int(ended.value.code or 0), capsys.readouterr().err


def states(database: Database) -> list[str]:
    with database.session() as session:
        return [session.get_one(Message, number).state for number in range(1, 7)]


def test_those_that_wait_for_the_operator_are_listed_with_why(outbox: Database) -> None:
    listed = [row["id"] for row in json.loads(typed("outbox", "--failed", "--json").stdout)]
    assert listed == [6, 3, 2]
    lines = typed("outbox").stdout.splitlines()
    row = {line.split()[0]: line for line in lines[1:]}
    assert len(row) == 6
    assert "550 5.1.1 no such user" in row["2"]
    assert " held " in row["3"]
    assert "2025-07-25 09:00" in row["4"], "local time of its second copy"


def test_failed_and_held_mails_are_sent_again_by_number(outbox: Database) -> None:
    result = typed("retry", "2", "3")
    assert result.stdout == "mail 2 will be sent with the next run\nmail 3 will be sent with the next run\n"
    assert states(outbox)[1:3] == ["pending", "pending"]


def test_failed_mails_are_sent_again_by_what_the_mail_server_said_of_them(
    outbox: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused(capsys, monkeypatch, "retry")[0] == 2
    code, said = refused(capsys, monkeypatch, "retry", "--reason", "5.4.5")
    assert code == 2
    assert (
        said == "regwatch: no failed or held mail has an answer with '5.4.5': see `regwatch digest outbox --failed`\n"
    )
    assert typed("retry", "--reason", "NO SUCH").stdout == "mail 2 will be sent with the next run\n"
    assert states(outbox)[1] == "pending"


def test_what_cannot_be_sent_again_is_said_of_each(
    outbox: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = refused(capsys, monkeypatch, "retry", "1", "2", "5", "6", "99")
    assert code == 2
    assert said.splitlines() == [
        "regwatch: mail 1 cannot be sent again: it is accepted, and only what failed or has an unknown outcome is sent"
        " again",
        "regwatch: mail 5 cannot be sent again: whom it is for gets no more mail",
        "regwatch: mail 6 cannot be sent again: its text is kept for a week after the last try, no longer",
        "regwatch: mail 99 cannot be sent again: there is no such mail",
    ]
    assert states(outbox) == ["accepted", "pending", "unknown", "unknown", "failed", "failed"]


def test_the_mail_server_s_log_settles_what_it_knows(outbox: Database, tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(LOG)
    result = typed("reconcile", "--mail-log", "mail.log")
    assert result.exit_code == 0
    assert result.stdout == "mail 3: taken, by the mail log, as 4bXk2r1zQ\nmail 4: still unknown\n"
    assert states(outbox)[2:4] == ["accepted", "unknown"]
    piped = typed("reconcile", "--mail-log", "-", given=LOG.replace("<held@", "<again@"))
    assert piped.stdout == "mail 4: taken, by the mail log, as 4bXk2r1zQ\n"
    with outbox.session() as session:
        assert session.get_one(Message, 4).next_at is None, "it is not sent again"
    assert "no mail has an unknown outcome" in typed("reconcile", "--mail-log", "mail.log").stdout


def test_a_log_without_message_ids_settles_by_the_sender_that_belongs_to_the_mail(
    outbox: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGWATCH_BOUNCE_ADDRESS", "bounce@example.org")
    sender = BounceAddress("bounce@example.org", read_key(tmp_path / "var")).of(3)
    log = f"smtpd[95]: 5df87c903d709659 smtp envelope evpid=c405e39ad6bbc64f from=<{sender}> to=<held@example.org>\n"
    assert (
        "mail 3: taken, by the mail log, as c405e39ad6bbc64f" in typed("reconcile", "--mail-log", "-", given=log).stdout
    )


def test_the_operator_s_own_knowledge_settles_too(
    outbox: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "mail 4: arrived, as the operator knows\n" in typed("reconcile", "--arrived", "4").stdout
    for words, says in (
        (("--arrived", "1"), "mail 1 has no unknown outcome"),
        ((), "name the mail server's log"),
        (("--mail-log", "nowhere.log"), "nowhere.log cannot be read: No such file"),
    ):
        code, said = refused(capsys, monkeypatch, "reconcile", *words)
        assert (code, says in said) == (2, True), said
