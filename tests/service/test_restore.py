"""Two days of news and departures after a copy was made, then the copy is put back: what people get from then on."""

from __future__ import annotations

import email
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from regwatch.errors import ConfigError, SchemaBehind, StoreDamaged, StoreUnwritable, UsageError
from regwatch.mail import outbox, setup
from regwatch.mail.maildrop import MaildropTransport
from regwatch.service import restore as restoring
from regwatch.service.mail_service import MailService
from regwatch.store import backup, marks
from regwatch.store.backup_journal import KEPT, BackupJournal, JournalEntry
from regwatch.store.database import Database
from regwatch.store.subscriber_tables import Subscriber
from regwatch.subscribers import lifecycle
from regwatch.subscribers.link_handles import key_of
from subscribers.desk import House

pytestmark = pytest.mark.sqlite("regwatch makes no copies of PostgreSQL, pg_dump does")
ANNA, BERT, CEM, DORA = (f"{name}@reader.example" for name in ("anna", "bert", "cem", "dora"))


def noon() -> datetime:
    """An hour at which readers are told. The journal goes by the clock on the wall."""
    return (datetime.now(UTC) + timedelta(days=1)).replace(hour=12)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = House(tmp_path)
    opened.clock.set(noon())
    yield opened
    opened.close()


def again(house: House) -> House:
    """The same installation, as another process opens it."""
    house.close()
    opened = House(house.folder)
    opened.clock.set(noon())
    return opened


def service(house: House) -> MailService:
    return MailService(house.settings, house.database, house.clock, MaildropTransport(house.settings.mail_dir))


def send(house: House, days: int = 0) -> list[str]:
    """Compose and send; gives who got something, in order."""
    house.clock.set(house.clock.now() + timedelta(days=days))
    folder = house.settings.mail_dir
    before = set(folder.glob("*.eml")) if folder.exists() else set()
    service(house).compose(house.watchlist)
    service(house).send()
    new = sorted(set(folder.glob("*.eml")) - before)
    return [str(email.message_from_bytes(path.read_bytes())["To"]) for path in new]


def copy(house: House) -> Path:
    file = house.folder / "copy.db"
    file.unlink(missing_ok=True)
    backup.backup(house.database, file, key_of(house.settings, house.database).secret, datetime.now(UTC))
    return file


def stop(house: House, address: str) -> None:
    with house.database.session() as session:
        person = session.get_one(Subscriber, house.person(address).id)
        lifecycle.stop(session, person, "", "stopped by the subscriber", house.clock.now())


def lose(house: House, *, journal: bool = False) -> None:
    """The disk is lost, the journal too where it is not kept elsewhere."""
    house.close()
    shutil.rmtree(house.settings.mail_dir, ignore_errors=True)
    for path in house.settings.home.iterdir():
        if path.is_file() and (journal or path.name != "journal.txt"):
            path.unlink()


def story(house: House) -> tuple[Path, House]:
    """Four readers, a copy, then news that three are told of, one who leaves, one who is erased; then the loss."""
    for address in (ANNA, BERT, CEM, DORA):
        house.join(address, cadence="immediately")
    send(house)
    file = copy(house)
    stop(house, BERT)
    house.news()
    assert send(house) == [ANNA, CEM, DORA]
    with house.database.session() as session:
        lifecycle.erase(session, house.links.key, session.get_one(Subscriber, house.person(CEM).id), house.clock.now(),
                        never_again=True)  # fmt: skip
    return file, house


def restored(house: House, file: Path, **more: Any) -> tuple[restoring.Restored, House]:
    done = restoring.restore(house.settings, file, datetime.now(UTC), **more)
    return done, again(house)


def test_nobody_who_left_is_written_to_and_nobody_is_told_twice_and_nothing_is_lost(house: House) -> None:
    file, house = story(house)
    lose(house)
    done, house = restored(house, file)
    assert (done.erased, done.waiting) == (1, 0)
    assert house.person(BERT).standing == "ended"
    house.news()
    assert send(house) == [], "nothing leaves before a person has looked"
    assert restoring.release(house.database, house.clock.now(), drop=False) == 0
    assert send(house) == [], "anna and dora were told before the loss"
    house.news(milestone="suspended")
    assert send(house) == [ANNA, DORA]
    house.close()


def test_a_copy_that_is_put_back_by_hand_is_paused_too_and_release_takes_over_the_journal(house: House) -> None:
    file, house = story(house)
    house.close()
    for path in house.settings.home.glob("regwatch.db*"):
        path.unlink()
    shutil.copy(file, house.settings.home / "regwatch.db")
    house = again(house)
    house.news()
    assert send(house) == []
    assert service(house).send().paused == restoring.PAUSED
    assert restoring.is_copy(house.database)
    restoring.adopt(house.settings, house.database, datetime.now(UTC))
    assert not restoring.is_copy(house.database)
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == []
    house.close()


def test_a_mail_that_waited_in_the_copy_and_was_sent_since_is_not_sent_again(house: House) -> None:
    house.join(ANNA, cadence="immediately")
    send(house)
    house.news()
    service(house).compose(house.watchlist)
    file = copy(house)
    assert service(house).send().accepted == 1
    lose(house)
    done, house = restored(house, file)
    assert (done.sent, done.waiting) == (1, 0)
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == []
    house.close()


def test_without_a_journal_what_waits_is_told_and_can_be_dropped(house: House) -> None:
    house.join(ANNA, cadence="immediately")
    send(house)
    house.news()
    service(house).compose(house.watchlist)
    file = copy(house)
    service(house).send()
    lose(house, journal=True)
    done, house = restored(house, file)
    assert (done.lines, done.sent, done.waiting) == (None, 0, 1)
    assert restoring.release(house.database, house.clock.now(), drop=True) == 1
    assert send(house) == []
    house.close()


def test_a_journal_kept_elsewhere_is_taken_over(house: House) -> None:
    file, house = story(house)
    elsewhere = house.folder / "elsewhere.txt"
    shutil.copy(house.settings.home / "journal.txt", elsewhere)
    lose(house, journal=True)
    done, house = restored(house, file, other_journal=elsewhere)
    assert done.erased == 1
    house.news()
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == []
    house.close()


def log_of(house: House, *identities: str) -> Path:
    """What a Postfix wrote of mails that it took."""
    file = house.folder / "mail.log"
    file.write_text("".join(
        f"Jul 25 07:30:01 mx postfix/cleanup[815]: {number:08}A: message-id={identity}\n"
        f"Jul 25 07:30:01 mx postfix/qmgr[700]: {number:08}A: from=<a@b.example>, size=9, nrcpt=1 (queue active)\n"
        for number, identity in enumerate(identities)
    ))  # fmt: skip
    return file


def test_the_mail_log_strikes_off_what_it_knows_and_counts_what_nobody_knows(house: House) -> None:
    for address in (ANNA, BERT):
        house.join(address, cadence="immediately")
    send(house)
    house.news()
    service(house).compose(house.watchlist)
    file = copy(house)
    mail = next(one for one in house.mails() if one.recipient == ANNA and one.kind == "immediately")
    host = setup.sender_of(house.settings).address.rpartition("@")[2]
    log = log_of(house, mail.message_id, f"<d.7.feed@{host}>", "<d.8.feed@elsewhere.example>")
    lose(house, journal=True)
    done, house = restored(house, file, logs=[log])
    assert (done.lines, done.sent, done.waiting, done.unheard_of) == (None, 1, 1, 1)
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == [BERT]
    lose(house)
    done, house = restored(house, file)
    assert (done.sent, done.waiting) == (2, 0), "the journal knows from now on what the log knew"
    house.close()


def test_a_mail_log_that_cannot_be_read_and_a_journal_that_is_not_there_change_nothing(house: House) -> None:
    file, house = story(house)
    house.close()
    before = (house.settings.home / "regwatch.db").read_bytes()
    nowhere = house.folder / "nowhere"
    for more in ({"logs": [nowhere]}, {"other_journal": nowhere}):
        with pytest.raises(UsageError, match="nowhere"):
            restoring.restore(house.settings, file, datetime.now(UTC), **more)  # type: ignore[arg-type]
    assert (house.settings.home / "regwatch.db").read_bytes() == before


@pytest.mark.parametrize("known", [True, False])
def test_a_mail_of_unknown_outcome_is_told_again_unless_the_mail_log_knows_it(house: House, known: bool) -> None:
    house.join(ANNA, cadence="immediately")
    send(house)
    file = copy(house)
    house.news()
    service(house).compose(house.watchlist)
    mail = house.mails()[-1]
    with house.database.session() as session:
        outbox.claim(session, mail.id or 0, house.clock.now())
        outbox.lose(session, mail.id or 0, "the line was cut", house.clock.now())
    log = log_of(house, mail.message_id if known else "<other@elsewhere.example>")
    lose(house)
    _, house = restored(house, file, logs=[log])
    house.news()
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == ([] if known else [ANNA])
    house.close()


def test_a_mail_that_arrived_as_the_operator_knows_is_not_sent_after_a_restore(house: House) -> None:
    house.join(ANNA, cadence="immediately")
    send(house)
    house.news()
    service(house).compose(house.watchlist)
    file, mail = copy(house), house.mails()[-1]
    with house.database.session() as session:
        outbox.claim(session, mail.id or 0, house.clock.now())
        outbox.lose(session, mail.id or 0, "the line was cut", house.clock.now())
        assert outbox.arrived(session, mail.id or 0, "arrived, as the operator knows", house.clock.now())
    lose(house)
    done, house = restored(house, file)
    assert (done.sent, done.waiting) == (1, 0)
    house.close()


def test_what_happened_under_a_clock_that_was_set_back_is_known_too(house: House) -> None:
    file, house = story(house)
    journal = house.settings.home / "journal.txt"
    journal.write_text(re.sub(r"^20\d\d(?!\S* copied )", "1970", journal.read_text(), flags=re.MULTILINE))
    lose(house)
    done, house = restored(house, file)
    assert (done.erased, done.reaches) == (1, True)
    house.news()
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == []
    house.close()


def test_a_damaged_journal_does_what_it_says_and_ends_nothing_else(house: House) -> None:
    file, house = story(house)
    with (house.settings.home / "journal.txt").open("a") as journal:
        numbers = {name: house.person(name).id for name in (ANNA, DORA)}
        odd = (
            "sent",
            "sent x",
            "left",
            "left x",
            f"left {'9' * 5000} *",
            "left 999 *",
            "erased",
            "suppressed",
            "unsure",
        )
        for rest in (*odd, f"left {numbers[DORA]}", f"sent x {'9' * 30} feed", "left \u00b2 *", "\u2028"):
            journal.write(f"{datetime.now(UTC).isoformat()} {rest}\n")
    lose(house)
    done, house = restored(house, file)
    assert (done.left, done.erased) == (2, 1), "bert, and dora by a line that lost its end; cem was erased"
    house.news(milestone="suspended")
    restoring.release(house.database, house.clock.now(), drop=False)
    assert send(house) == [ANNA]
    house.close()


def test_a_journal_that_does_not_know_of_the_copy_says_so(house: House) -> None:
    file, house = story(house)
    old = house.folder / "old.txt"
    before, mark, _ = (house.settings.home / "journal.txt").read_text().partition(" copied ")
    assert mark
    old.write_text(before[: before.rindex("\n") + 1])
    lose(house, journal=True)
    done, house = restored(house, file, other_journal=old)
    assert not done.reaches
    house.close()


def test_links_in_mails_from_before_the_loss_go_on_working(house: House) -> None:
    file, house = story(house)
    page = house.manage(ANNA)
    file = copy(house)
    lose(house)
    _, house = restored(house, file)
    assert house.ask("GET", page).status_code == 200
    house.close()


def test_what_was_in_the_place_is_kept(house: House) -> None:
    file, house = story(house)
    house.close()
    done, house = restored(house, file)
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as old:
        assert old.execute("SELECT count(*) FROM event").fetchone() == (1,)
    house.close()


def test_a_database_in_use_is_not_replaced(house: House) -> None:
    file, house = story(house)
    with pytest.raises(StoreUnwritable, match="in use: stop regwatch"):
        restoring.restore(house.settings, file, datetime.now(UTC))


def test_a_copy_of_no_use_is_refused_and_changes_nothing(house: House) -> None:
    file, house = story(house)
    house.close()
    before = (house.settings.home / "regwatch.db").read_bytes()
    whole = file.read_bytes()
    bad = house.folder / "bad.db"
    for broken in (b"", b"no database", whole[: len(whole) // 2], whole[:4096] + b"\xff" * 4096 + whole[8192:]):
        bad.write_bytes(broken)
        with pytest.raises(StoreDamaged):
            restoring.restore(house.settings, bad, datetime.now(UTC))
    bad.write_bytes(whole)
    with closing(sqlite3.connect(bad)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(SchemaBehind, match="install that version again"):
        restoring.restore(house.settings, bad, datetime.now(UTC))
    assert (house.settings.home / "regwatch.db").read_bytes() == before


@pytest.mark.parametrize("change", [
    "UPDATE backup_part SET body = CAST('yesterday' AS BLOB) WHERE name = 'made_at'",
    "UPDATE backup_part SET body = x'fffe' WHERE name = 'made_at'",
    "UPDATE backup_part SET body = CAST('2026-01-01T00:00:00' AS BLOB) WHERE name = 'made_at'",
    "UPDATE backup_part SET body = 7 WHERE name = 'made_at'",
    "DELETE FROM backup_part",
    "DELETE FROM backup_part WHERE name = 'links.key'",
    "UPDATE backup_part SET body = x'00' WHERE name = 'links.key'",
    "UPDATE backup_part SET body = 'a text of more than thirty-two letters' WHERE name = 'links.key'",
    "DROP TABLE backup_part",
    "CREATE TRIGGER odd AFTER INSERT ON mark BEGIN DELETE FROM subscriber; END",
    "CREATE VIEW odd AS SELECT 1",
])  # fmt: skip
def test_a_copy_that_lacks_what_belongs_to_it_is_refused_before_anything_is_replaced(house: House, change: str) -> None:
    file, house = story(house)
    house.close()
    with closing(sqlite3.connect(file)) as copied:
        copied.execute(change)
        copied.commit()
    before = sorted((path.name, path.read_bytes()) for path in house.settings.home.iterdir() if path.is_file())
    with pytest.raises(StoreDamaged, match=r"copy\.db"):
        restoring.restore(house.settings, file, datetime.now(UTC))
    after = sorted((path.name, path.read_bytes()) for path in house.settings.home.iterdir() if path.is_file())
    assert after == before


def test_a_missing_key_is_not_made_anew_while_links_exist(house: House) -> None:
    story(house)
    (house.settings.home / "links.key").unlink()
    with pytest.raises(ConfigError, match="links in mails were made with it"):
        service(house).start(house.watchlist)
    assert not (house.settings.home / "links.key").exists()


def test_a_copy_has_its_name_only_when_it_is_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(_: Path) -> None:
        raise StoreDamaged("not whole")

    monkeypatch.setattr(backup, "verify", damaged)
    with pytest.raises(StoreDamaged):
        copy(house)
    assert [path.name for path in house.folder.iterdir() if "copy" in path.name] == []


def test_the_journal_names_nobody_is_private_and_forgets(house: House) -> None:
    story(house)
    journal = house.database.journal
    assert journal is not None
    text = journal.path.read_text()
    assert "@" not in text
    known = set(JournalEntry) - {JournalEntry.UNSURE, JournalEntry.COPIED}
    assert {line.entry for line in journal.lines(datetime.min.replace(tzinfo=UTC))} == known
    assert journal.path.stat().st_mode & 0o777 == 0o600
    journal.shorten(datetime.now(UTC))
    assert journal.path.read_text() == text
    assert journal.reaches(datetime.fromisoformat(re.findall(r" copied (\S+)", text)[0]))
    journal.shorten(datetime.now(UTC) + KEPT + timedelta(days=1))
    assert journal.path.read_text() == ""


def test_a_damaged_line_of_the_journal_is_passed_over(tmp_path: Path) -> None:
    journal = BackupJournal(tmp_path / "journal.txt")
    now = datetime.now(UTC)
    journal.append([(JournalEntry.LEFT, ["7", "*"])], now)
    with journal.path.open("ab") as file:
        file.write(b"\xff\xfe\n2026-01-01 left 9 *\nsent\n\n2026-01-01T00:00:00+00:00 gone 1\n")
    journal.append([(JournalEntry.ERASED, ["8"])], now)
    assert [line.entry for line in journal.lines(now - timedelta(seconds=1))] == [
        JournalEntry.LEFT,
        JournalEntry.ERASED,
    ]


def test_nothing_of_a_transaction_that_failed_is_in_the_journal(house: House) -> None:
    house.join(ANNA)
    number = house.person(ANNA).id

    def fail_late() -> None:
        with house.database.session() as session:
            person = session.get_one(Subscriber, number)
            lifecycle.stop(session, person, "", "stopped by the subscriber", house.clock.now())
            raise KeyError("later")

    with pytest.raises(KeyError):
        fail_late()
    assert house.database.journal is not None
    assert list(house.database.journal.lines(datetime.min.replace(tzinfo=UTC))) == []


def test_a_copy_is_paused_wherever_it_is_opened(house: House) -> None:
    opened = Database(f"sqlite:///{copy(house)}")
    with opened.session() as session:
        noted = marks.noted(session, marks.Name.PAUSED)
    opened.close()
    assert noted is not None
    assert noted.number == 1
