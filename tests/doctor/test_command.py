"""`regwatch doctor` and the faults that an operator meets: each is one line with a remedy and an exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from ledger.saying import Book
from mail.relay import CERTIFICATE, Relay, running
from regwatch.cli.main import app
from regwatch.digest import due_digests
from regwatch.service.assembly import read_watchlist
from regwatch.settings import load_settings
from regwatch.store import marks
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import LinkRow
from regwatch.store.tables import DigestCursor, Message, SourceState

TOPIC = "cabozantinib-net"
WATCHLIST = f"""
topics:
  - id: {TOPIC}
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
sources:
  - {{id: news, adapter: feed, topics: [{TOPIC}], url: "http://127.0.0.1:9/feed.xml", publisher: Nobody}}
digest:
  recipients:
    - {{address: you@example.org}}
"""
NOW = datetime.now(UTC)


@dataclass
class House:
    """An installation in which all is well, and the mail server that it uses."""

    folder: Path
    database: Database
    relay: Relay
    set: Callable[[str, str], None]

    def change(self, **values: object) -> None:
        """Change the state of the source."""
        with self.database.session() as session:
            for name, value in values.items():
                setattr(session.get_one(SourceState, "news"), name, value)

    def mail(self, state: str, reply: str, at: datetime = NOW) -> None:
        with self.database.session() as session:
            number = len(session.exec(select(Message.id)).all())
            session.add(
                Message(message_id=f"<{number}>", recipient="you@example.org", kind="daily", subject="s",
                        created_at=at, state=state, reply=reply, finished_at=at)
            )  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    with running(Relay()) as relay:
        for name, value in {
            "CONTACT": "ana@example.org", "OPERATOR_MAIL": "ana@example.org", "CANARY_MAIL": "canary@example.org",
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(relay.port), "SMTP_TLS": "none",
            "MAIL_FROM": "news@example.org", "ALLOW_PRIVATE_ADDRESSES": "true",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"REGWATCH_{name}", value)
        settings = load_settings()
        database = Database(settings.database)
        due_digests.enrol(database.session, read_watchlist(settings), NOW)
        with database.session() as session:
            session.add(SourceState(id="news", adapter="feed", read_at=NOW, checked_at=NOW))
            marks.note(session, marks.Name.BACKUP, at=NOW)
        yield House(tmp_path, database, relay, lambda name, value: monkeypatch.setenv(f"REGWATCH_{name}", value))
        database.close()


def examined(*options: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Exit code, and grade and sight of every line by what it is about."""
    result = CliRunner().invoke(app, ["doctor", "--json", *options])
    lines = json.loads(result.stdout)
    assert all(bool(line["remedy"]) == (line["grade"] != "OK") for line in lines)
    return result.exit_code, {line["about"]: (line["grade"], line["seen"]) for line in lines}


def test_where_all_is_well_every_line_is_ok_and_nothing_is_sent(house: House) -> None:
    code, found = examined()
    assert {about for about, (grade, _) in found.items() if grade != "OK"} == set(), found
    assert code == 0
    assert set(found) == {"settings", "watchlist", "home", "disk", "database", "size", "clock", "watching", "outbox",
                          "canary", "backup", "templates", "relay"}  # fmt: skip
    assert house.relay.connections == 1
    assert house.relay.mails == []
    printed = CliRunner().invoke(app, ["doctor"]).stdout
    assert printed.startswith("OK    settings: good\n")


def own_template(house: House, name: str, text: str) -> None:
    (house.folder / "own" / name).parent.mkdir(parents=True)
    (house.folder / "own" / name).write_text(text)
    house.set("TEMPLATES", str(house.folder / "own"))


def no_schema(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")


def newer_schema(house: House) -> None:
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def damaged(house: House) -> None:
    house.database.close()
    (house.folder / "var" / "regwatch.db").write_bytes(b"a shopping list" * 600)


def put_back(house: House) -> None:
    with house.database.session() as session:
        marks.note(session, marks.Name.PAUSED, number=1)


def key_lost(house: House) -> None:
    with house.database.session() as session:
        session.add(LinkRow(hash="x", subscriber=1, purpose="u", made_at=NOW))
    (house.folder / "var" / "links.key").unlink(missing_ok=True)


def late_news(house: House) -> None:
    with house.database.session() as session:
        session.get_one(DigestCursor, "canary@example.org").begun = 0
    Book(house.database, NOW - timedelta(hours=2)).says("EC", "approved", on="2025-07-23")


def old_backup(house: House) -> None:
    with house.database.session() as session:
        marks.note(session, marks.Name.BACKUP, at=NOW - timedelta(days=3))


def bounces(house: House, folder: str) -> Path:
    house.set("BOUNCE_ADDRESS", "bounce@example.org")
    house.set("BOUNCE_MAILDIR", str(house.folder / folder))
    return house.folder / folder


def test_the_mailbox_for_bounces_is_looked_into_and_left_as_it_is(house: House) -> None:
    folder = bounces(house, "bounces")
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    assert examined()[1]["bounce mailbox"] == ("OK", "can be read; nothing waits there")
    (folder / "new" / "1.mail").write_bytes(b"Subject: a question\n\n?")
    code, found = examined()
    assert (code, found["bounce mailbox"]) == (0, ("OK", "can be read; mail waits there"))
    assert [path.name for path in folder.rglob("*.mail")] == ["1.mail"]


@pytest.mark.parametrize(("fault", "code", "about", "says"), [
    (lambda h: h.set("SMTP_TLS", "maybe"), 2, "settings", "REGWATCH_SMTP_TLS"),
    (lambda h: h.set("OPERATOR_MAIL", ""), 1, "settings", "without REGWATCH_OPERATOR_MAIL"),
    (lambda h: (h.folder / "sources.yaml").write_text(WATCHLIST.replace("feed,", "fed,")), 2, "watchlist", "fed"),
    (lambda h: h.set("CANARY_MAIL", "you@example.org"), 2, "watchlist", "mailbox of its own"),
    (lambda h: h.set("HOME", str(h.folder / "elsewhere")), 2, "database", "cannot be read"),
    (lambda h: h.set("HOME", "/proc"), 2, "home", "cannot be written"),
    (lambda h: (h.folder / "var").chmod(0o755), 1, "home", "can be entered by others"),
    (no_schema, 2, "database", "regwatch db upgrade"),
    (newer_schema, 2, "database", "install that version again"),
    (damaged, 2, "database", "not a database"),
    (put_back, 1, "outbox", "a copy that was put back"),
    (key_lost, 2, "key", "links in mails were made with it"),
    (lambda h: h.change(checked_at=NOW + timedelta(hours=1)), 2, "clock", "but the database holds"),
    (lambda h: h.change(read_at=NOW - timedelta(days=9)), 2, "watching", "no source was read lately"),
    (lambda h: h.mail("failed", "550 no such user"), 1, "outbox", "1 failed, 0 of unknown"),
    (lambda h: h.mail("unknown", "the connection was lost"), 1, "outbox", "0 failed, 1 of unknown"),
    (late_news, 2, "canary", "1 transition not mailed: EC cabozantinib-net"),
    (old_backup, 1, "backup", "the last is of"),
    (lambda h: own_template(h, "email/digest.txt.j2", "{{ nothing }}"), 2, "templates", "'nothing' is undefined"),
    (lambda h: own_template(h, "web/board.html.j2", "a\n{% if %}"), 2, "templates", "board.html.j2:2: "),
    (lambda h: own_template(h, "email/diggest.txt.j2", ""), 1, "templates", "replaces nothing"),
    (lambda h: h.set("SMTP_PORT", "1"), 2, "relay", "127.0.0.1:1 cannot be used"),
    (lambda h: h.set("SMTP_TLS", "starttls"), 2, "relay", "TLS"),
    (lambda h: h.set("SMTPUTF8", "true"), 2, "relay", "offers no SMTPUTF8"),
    (lambda h: bounces(h, "nowhere"), 2, "bounce mailbox", "nowhere cannot be read"),
])  # fmt: skip
def test_each_fault_is_found(house: House, fault: Callable[[House], object], code: int, about: str, says: str) -> None:
    fault(house)
    returned, found = examined()
    assert found[about][0] == {1: "WARN", 2: "FAIL"}[code], found
    assert says in found[about][1], found[about]
    assert returned == code


def test_what_did_not_fail_lately_or_not_by_itself_is_no_warning(house: House) -> None:
    house.mail("failed", "not sent: unsubscribed by mail")
    house.mail("failed", "550 no such user", NOW - timedelta(days=30))
    assert examined()[1]["outbox"][0] == "OK"


def test_a_file_that_others_can_read_is_a_failure_only_where_they_can_reach_it(house: House) -> None:
    var = house.folder / "var"
    (var / "regwatch.db").chmod(0o644)
    assert examined()[1]["home"][0] == "OK", "nobody else can enter the folder"
    var.chmod(0o711)
    code, found = examined()
    assert (code, found["home"]) == (2, ("FAIL", "others on this machine can read regwatch.db"))


@pytest.mark.parametrize(("free", "grade"), [(5e9, "OK"), (5e8, "WARN"), (5e7, "FAIL")])
def test_a_disk_that_fills_up(house: House, monkeypatch: pytest.MonkeyPatch, free: float, grade: str) -> None:
    usage = type("Usage", (), {"free": int(free)})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    assert examined()[1]["disk"][0] == grade


def test_without_a_mail_server_and_a_canary_there_is_nothing_to_say_of_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SMTP_HOST", "SMTP_PORT", "SMTP_TLS", "CANARY_MAIL"):
        monkeypatch.delenv(f"REGWATCH_{name}")
    code, found = examined("--mail")
    assert code == 0
    assert "mails are written to" in found["relay"][1]
    assert not {"canary", "SPF"} & set(found)


@pytest.mark.parametrize(("password", "grade", "says"), [
    ("right", "OK", "encrypted, its certificate is good, login as user taken"), ("wrong", "FAIL", "refuses the login"),
])  # fmt: skip
def test_the_login_is_tried_over_a_verified_connection(
    house: House, monkeypatch: pytest.MonkeyPatch, password: str, grade: str, says: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with running(Relay(), tls="starttls", auth=True) as relay:
        for name, value in {"PORT": str(relay.port), "TLS": "starttls", "USER": "user", "PASSWORD": password}.items():
            house.set(f"SMTP_{name}", value)
        assert examined()[1]["relay"][0] == grade
        assert says in examined()[1]["relay"][1]
    assert relay.mails == []


def test_a_mail_to_look_at_that_is_not_there_is_one_sentence(house: House) -> None:
    result = CliRunner().invoke(app, ["doctor", "--received", "nowhere.eml"])
    assert (result.exit_code, "nowhere.eml cannot be read" in result.stderr) == (2, True)
