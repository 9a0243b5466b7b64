"""What is forgotten, when, and how thoroughly: not a byte of it is left in any file of the database."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from digest.story import ANA
from mail.kept import KeptMail
from regwatch.cli.main import app
from regwatch.mail import outbox
from regwatch.mail.retry import Ambiguous, RetryPolicy
from regwatch.service.mail_service import MailService
from regwatch.store.backup import backup
from regwatch.store.subscriber_tables import Bounce, Subscriber
from regwatch.store.tables import DigestCursor, MessageEvent
from regwatch.subscribers import lifecycle
from regwatch.watchlist import Cadence
from store.dumped import dumped
from subscribers.desk import MARK, House, link

DAY = timedelta(days=1)
CONFIGURED = replace(ANA, address=MARK, cadence=Cadence.IMMEDIATELY)


def tidy(house: House, later: timedelta = timedelta()) -> int:
    """What the daemon does every half hour."""
    house.clock.set(house.clock.now() + later)
    return MailService.of(house.settings, house.database, house.clock).tidy(house.watchlist)


def told(house: House) -> KeptMail:
    house.join(MARK)
    house.news()
    (mail,) = house.compose_next()
    return mail


def everywhere(house: House, folder: Path) -> bytes:
    """Every byte of the database's files and of a new backup, and the backup as SQL; in small letters.

    PostgreSQL's files are not ours to read: there it is every row, and autovacuum clears what was deleted.
    """
    if house.database.file is None:
        return "\n".join(dumped(house.database)).lower().encode()
    file = Path(house.settings.database.removeprefix("sqlite:///"))
    copy = folder / f"copy-{len(list(folder.glob('copy-*')))}.db"
    backup(house.database, copy, house.links.key.secret, house.clock.now())
    with sqlite3.connect(copy) as opened:
        dump = "\n".join(opened.iterdump())
    opened.close()
    files = [copy, file, *file.parent.glob(f"{file.name}-*")]
    assert {one.name for one in files} >= {f"{file.name}-wal", f"{file.name}-shm"}
    return b"\n".join([dump.encode(), *(one.read_bytes() for one in files)]).lower()


@pytest.mark.parametrize("state", ["accepted", "failed", "held"])
def test_the_body_of_a_mail_goes_a_week_after_its_last_state_whatever_that_is(
    house: House, tmp_path: Path, state: str
) -> None:
    mail = told(house)
    number, handle = mail.id or 0, link(mail, "u").rpartition("/")[2].lower().encode()
    with house.database.session() as session:
        outbox.claim(session, number, house.clock.now())
        match state:
            case "accepted":
                outbox.accept(session, number, "250 OK", house.clock.now())
            case "failed":
                outbox.refuse(session, number, 550, "550 no such mailbox", house.clock.now())
            case _:
                outbox.lose(session, number, "gone", house.clock.now(), RetryPolicy(Ambiguous.HOLD))
    tidy(house, 7 * DAY - timedelta(minutes=1))
    assert house.mails()[-1].raw == mail.raw
    tidy(house, timedelta(minutes=2))
    kept = house.mails()[-1]
    assert (kept.raw, kept.state, kept.recipient) == (b"", {"held": "unknown"}.get(state, state), MARK)
    assert handle not in everywhere(house, tmp_path)
    with house.database.session() as session:
        assert outbox.retry(session, number)


def test_a_mail_that_is_still_to_be_sent_keeps_its_body(house: House) -> None:
    waiting = told(house)
    with house.database.session() as session:
        outbox.claim(session, waiting.id or 0, house.clock.now())
        outbox.defer(session, waiting.id or 0, 450, "450 later", house.clock.now())
    tidy(house, 20 * DAY)
    assert house.mails()[-1].raw == waiting.raw


def test_a_mail_whose_text_is_forgotten_cannot_be_sent_again_and_the_command_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = told(house).id or 0
    with house.database.session() as session:
        outbox.refuse(session, number, 550, "550 no", house.clock.now())
    tidy(house, 8 * DAY)
    monkeypatch.setenv("REGWATCH_HOME", str(house.settings.home))
    monkeypatch.setenv("REGWATCH_DATABASE", house.settings.database)
    result = CliRunner().invoke(app, ["digest", "retry", str(number)])
    assert result.exit_code != 0
    assert "its text is kept for a week after the last try" in str(result.exception)
    assert house.mails()[-1].state == "failed"


def test_an_address_goes_four_weeks_after_the_last_subscription_ended(house: House, tmp_path: Path) -> None:
    told(house)
    with house.database.session() as session:
        lifecycle.stop(session, session.merge(house.person(MARK)), "", "stopped", house.clock.now())
    assert tidy(house, 28 * DAY - timedelta(minutes=1)) == 0
    assert house.person(MARK).standing == "ended"
    assert tidy(house, timedelta(minutes=2)) == 1
    assert MARK.encode() not in everywhere(house, tmp_path)


def test_whoever_is_taken_out_of_the_watchlist_is_forgotten_too_but_not_who_is_put_back(tmp_path: Path) -> None:
    house = House(tmp_path, (CONFIGURED,))
    house.compose()
    house.watchlist = replace(house.watchlist, recipients=())
    assert tidy(house) == 0
    assert house.person(MARK).reason == "no longer in the watchlist"
    house.watchlist = replace(house.watchlist, recipients=(CONFIGURED,))
    house.news()
    tidy(house, 2 * DAY)
    assert [mail.recipient for mail in house.compose()] == [MARK]
    house.watchlist = replace(house.watchlist, recipients=())
    tidy(house)
    assert tidy(house, 29 * DAY) == 1
    assert MARK.encode() not in everywhere(house, tmp_path)
    house.close()


def test_what_was_mailed_to_whom_and_what_came_back_is_forgotten_after_a_year(house: House) -> None:
    mail = told(house)
    with house.database.session() as session:
        outbox.accept(session, mail.id or 0, "250 OK", house.clock.now())
        session.add(Bounce(message=mail.id or 0, subscriber=mail.subscriber, at=house.clock.now(), kind="soft"))

    def kept() -> list[int]:
        with house.database.session() as session:
            return [len(session.exec(select(table)).all()) for table in (MessageEvent, Bounce)]

    tidy(house, 364 * DAY)
    assert kept() == [1, 1]
    tidy(house, 2 * DAY)
    assert kept() == [0, 0]
    assert mail.id not in [row.id for row in house.mails()]
    assert house.compose(DAY) == [], "nothing is told again"


def test_a_correction_of_what_was_told_more_than_a_year_ago_goes_to_all_who_follow_the_topic(house: House) -> None:
    house.join(MARK)
    number = house.news()
    (told_then,) = house.compose_next()
    with house.database.session() as session:
        outbox.accept(session, told_then.id or 0, "250 OK", house.clock.now())
    tidy(house, 400 * DAY)
    house.news(kind="retracted", of=number)
    assert [mail.recipient for mail in house.compose_next()] == [MARK]


@pytest.mark.parametrize("way", ["page", "command", "watchlist"])
def test_whoever_asks_is_gone_at_once_from_every_byte_of_the_database(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, (CONFIGURED,) if way == "watchlist" else ())
    if way == "watchlist":
        house.compose()
        house.news()
        (mail,) = house.compose(timedelta(minutes=1))
    else:
        mail = told(house)
    with house.database.session() as session:
        outbox.refuse(session, mail.id or 0, 550, f"550 <{MARK}> is unknown", house.clock.now())
        session.add(Bounce(message=mail.id or 0, subscriber=None, at=house.clock.now(), kind="hard", text=MARK))
    handle = link(mail, "u").rpartition("/")[2].lower().encode()
    before = everywhere(house, tmp_path)
    assert MARK.encode() in before
    assert handle in before
    if way == "command":
        monkeypatch.setenv("REGWATCH_HOME", str(house.settings.home))
        monkeypatch.setenv("REGWATCH_DATABASE", house.settings.database)
        assert CliRunner().invoke(app, ["subscriber", "erase", MARK.upper()]).exit_code == 0
    else:
        assert "erased" in house.ask("POST", link(mail, "m"), "do=erase").text
    after = everywhere(house, tmp_path)
    assert MARK.encode() not in after
    assert handle not in after
    assert mail.message_id.strip("<>").encode() not in after, "it holds a hash of the address"
    with house.database.session() as session:
        assert session.exec(select(DigestCursor)).all() == []
        assert [row.address for row in session.exec(select(Subscriber))] == [""]
    house.news(milestone="suspended")
    assert house.compose_next() == []
    house.close()


@pytest.mark.sqlite("its write-ahead log")
def test_a_log_that_somebody_reads_is_emptied_with_the_next_round(house: House, tmp_path: Path) -> None:
    mail = told(house)
    file = house.settings.database.removeprefix("sqlite:///")
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM subscriber").fetchone()
    with house.database.session() as session:
        lifecycle.erase(session, house.links.key, session.merge(house.person(MARK)), house.clock.now())
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
    assert not house.database.wipe()
    assert MARK.encode() in everywhere(house, tmp_path), "the reader still sees the time before"
    reader.close()
    tidy(house)
    assert MARK.encode() not in everywhere(house, tmp_path)
    assert link(mail, "u").rpartition("/")[2].lower().encode() not in everywhere(house, tmp_path)
