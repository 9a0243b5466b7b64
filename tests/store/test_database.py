"""Opening, upgrading, backing up: the schema is always that of this version, and a backup is whole."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlmodel import Session, select

from regwatch.errors import SchemaBehind, StoreDamaged, StoreUnwritable
from regwatch.mail.outbox_leases import read_ahead
from regwatch.store import blobs, database
from regwatch.store.backup import backup
from regwatch.store.blobs import Kept
from regwatch.store.database import Database
from regwatch.store.note_tables import NoteRow
from regwatch.store.subscriber_tables import Subscriber
from regwatch.store.tables import Blob, DigestCursor, FindingRow, MessageText, SourceState, Table, TransitionRow

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def at(folder: Path) -> str:
    return f"sqlite:///{folder / 'x.db'}"


@pytest.mark.parametrize("way", ["fresh", "migrated"])
def test_a_database_has_the_schema_of_the_tables(tmp_path: Path, way: str) -> None:
    if way == "migrated":
        engine = database.open_engine(at(tmp_path))
        database.upgrade(engine)
        engine.dispose()
    opened = Database(at(tmp_path))
    with opened.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
        assert connection.exec_driver_sql("SELECT * FROM alembic_version").all() == [(database.head(),)]
    opened.close()


def test_migrations_lead_to_the_same_schema_as_a_fresh_start(tmp_path: Path) -> None:
    def schema(url: str) -> dict[str, tuple[object, ...]]:
        engine = database.open_engine(url)
        seen = inspect(engine)
        found = {
            table: (
                [(one["name"], str(one["type"]), one["nullable"], one["default"]) for one in seen.get_columns(table)],
                sorted(str(one) for one in seen.get_indexes(table)),
                sorted(str(one) for one in seen.get_unique_constraints(table)),
                seen.get_pk_constraint(table)["constrained_columns"],
                seen.get_foreign_keys(table),
            )
            for table in seen.get_table_names()
        }
        engine.dispose()
        return found

    fresh, migrated = (f"sqlite:///{tmp_path / name}.db" for name in ("fresh", "migrated"))
    Database(fresh).close()
    database.upgrade(engine := database.open_engine(migrated))
    engine.dispose()
    assert schema(fresh) == schema(migrated)
    assert len(schema(fresh)) > 20


def test_what_was_found_before_a_second_reader_or_a_weighing_was_kept_outlives_the_upgrade(tmp_path: Path) -> None:
    engine = database.open_engine(at(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        names = [one["name"] for one in inspect(connection).get_columns("finding")]
        found = {**dict.fromkeys(names, ""), "id": 7, "change": 1, "at": "2025-06-01 12:00:00", "quote": "a quote"}
        found |= {"transition": None, "expectation": None, "reviewed_at": None}
        found |= {"retracts": False, "baseline": False, "official": False}
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(f":{name}" for name in names)
        connection.execute(text(f"INSERT INTO finding ({columns}) VALUES ({values})"), found)
    database.upgrade(engine)
    engine.dispose()
    opened = Database(at(tmp_path))
    with opened.session() as session:
        row = session.exec(select(FindingRow)).one()
        assert (row.id, row.quote, row.second, row.weighing) == (7, "a quote", "", "")
    opened.close()


def test_notes_readers_and_cursors_outlive_the_upgrade_that_brought_the_background(tmp_path: Path) -> None:
    engine = database.open_engine(at(tmp_path))
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        for table, given in {
            "note": {"id": 3, "topic": "t", "authority": "NICE", "transition": 0, "at": "2025-06-01 12:00:00.000000",
                     "text": "We asked."},
            "digest_cursor": {"recipient": "s1 daily", "seq": 7, "begun": 2, "period": ""},
        }.items():  # fmt: skip
            names, marks = ", ".join(f'"{name}"' for name in given), ", ".join(f":{name}" for name in given)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), given)
        blank = {one["name"]: "" for one in inspect(connection).get_columns("subscriber") if not one["nullable"]}
        flags = dict.fromkeys(("alerts", "discreet", "monthly", "everything"), True)
        reader = blank | flags | {"id": 1, "address": "a@example.org", "created_at": "2025-06-01 12:00:00.000000"}
        names, marks = ", ".join(f'"{name}"' for name in reader), ", ".join(f":{name}" for name in reader)
        connection.execute(text(f"INSERT INTO subscriber ({names}) VALUES ({marks})"), reader)
    database.upgrade(engine)
    engine.dispose()
    opened = Database(at(tmp_path))
    with opened.session() as session:
        note, cursor = session.exec(select(NoteRow)).one(), session.exec(select(DigestCursor)).one()
        assert (note.id, note.text, note.kind, note.corrected_at) == (3, "We asked.", "note", None)
        assert (cursor.seq, cursor.background, cursor.background_at) == (7, 0, None)
        person = session.exec(select(Subscriber)).one()
        assert (person.address, person.everything, person.background) == ("a@example.org", True, False)
    opened.close()


STORED = {
    "said today by a company": (False, "today", "2025-09-22", "2025-09-22", "announced today that it has been granted"),
    "told on another day": (False, "6 August 2024", "2024-08-06", "2024-08-07", "On 6 August 2024 it said that"),
    "lent by an entry": (False, "", "2025-09-20", "2025-09-22", "It is approved."),
    "named beside the act": (False, "19 September 2025", "2025-09-19", "2025-09-22", "On 19 September 2025 it granted"),
    "an authority's own": (True, "today", "2025-09-22", "2025-09-22", "We have today granted"),
}
"""Of a finding: official, the words of the date, date, announced, quote."""


def test_a_stored_date_that_may_be_that_of_a_telling_becomes_announced(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = database.open_engine(at(tmp_path))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    time = datetime(2025, 9, 22, 12, tzinfo=UTC)
    with Session(engine) as session, session.begin():
        for number, (official, words, day, announced, quote) in enumerate(STORED.values(), 1):
            cues = [["action", "granted", 0], *([["date", words, 0]] if words else [])]
            place: dict[str, Any] = {"authority": "MHRA", "milestone": "approved", "date": day, "announced": announced}
            session.add(TransitionRow(id=number, topic="t", detected_at=time, standing="reported", **place))
            session.add(FindingRow(
                change=1, source="s", at=time, mode="announced", confidence="high", quote=quote, transition=number,
                official=official, cues=json.dumps(cues), **place,
            ))  # fmt: skip
        session.add(TransitionRow(id=9, topic="t", detected_at=time, standing="reported", **place))
    database.upgrade(engine)
    engine.dispose()
    opened = Database(at(tmp_path))
    with opened.session() as session:
        findings = {name: session.get_one(FindingRow, number) for number, name in enumerate(STORED, 1)}
        moves = {name: session.get_one(TransitionRow, number) for number, name in enumerate(STORED, 1)}
        unwitnessed = session.get_one(TransitionRow, 9)
        for rows in (findings, moves):
            assert {name: (row.date, row.announced) for name, row in rows.items()} == {
                "said today by a company": ("", "2025-09-22"),
                "told on another day": ("", "2024-08-06"),
                "lent by an entry": ("", "2025-09-20"),
                "named beside the act": ("2025-09-19", "2025-09-22"),
                "an authority's own": ("2025-09-22", "2025-09-22"),
            }
        assert (unwitnessed.date, unwitnessed.announced) == ("", "2025-09-22")
    opened.close()


def test_mails_that_wait_in_an_older_database_are_read_ahead_after_the_upgrade(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    engine = database.open_engine(at(tmp_path))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        for number, state, raw in ((1, "accepted", b""), (2, "pending", b"news"), (3, "sending", b"more")):
            connection.execute(
                text(
                    "INSERT INTO message (id, message_id, recipient, kind, subject, raw, created_at, state, attempts,"
                    " unknowns, code, reply, bounced) VALUES (:id, :id, 'ana@example.org', 'daily', 's', :raw,"
                    " '2026-01-01 00:00:00', :state, 0, 0, 0, '', '')"
                ),
                {"id": number, "state": state, "raw": raw},
            )
    database.upgrade(engine)
    engine.dispose()
    opened = Database(at(tmp_path))
    with opened.session() as session:
        (mail,) = read_ahead(session, "me", datetime(2026, 1, 2, tzinfo=UTC), 9)
        assert (mail.number, mail.raw) == (2, b"news")
        assert [(one.message, one.raw) for one in session.exec(select(MessageText))] == [(2, b"news"), (3, b"more")]
    opened.close()


def test_the_head_is_the_one_that_the_migrations_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == database.head()


@pytest.mark.sqlite("its file is opened beside regwatch")
def test_an_older_schema_is_refused_and_the_command_named(tmp_path: Path) -> None:
    Database(at(tmp_path)).close()
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
    raw.close()
    with pytest.raises(SchemaBehind, match="regwatch db upgrade"):
        Database(at(tmp_path))


@pytest.mark.sqlite("its file is opened beside regwatch")
def test_a_newer_schema_is_not_upgraded_and_not_said_to_be(tmp_path: Path) -> None:
    Database(at(tmp_path)).close()
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    engine = database.open_engine(at(tmp_path))
    with pytest.raises(SchemaBehind, match="install that version again"):
        database.upgrade(engine)
    engine.dispose()


@pytest.mark.sqlite("its file is damaged beside regwatch")
def test_damage_that_only_reading_finds_is_named(tmp_path: Path) -> None:
    opened = Database(at(tmp_path))
    with opened.session() as session:
        (page,) = session.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'poll'")).one()
        (size,) = session.execute(text("PRAGMA page_size")).one()
    opened.wipe()
    opened.close()
    with (tmp_path / "x.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    again = Database(at(tmp_path))
    with pytest.raises(StoreDamaged), again.reading() as session:
        session.execute(text("SELECT * FROM poll")).all()
    again.close()


@pytest.mark.parametrize(("url", "says"), [
    ("nonsense", "not a database address"),
    ("sqlite:////proc/none/x.db", "cannot be made"),
])  # fmt: skip
def test_a_place_that_cannot_be_used_is_named(url: str, says: str) -> None:
    with pytest.raises(StoreUnwritable, match=says):
        Database(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is a text file and no database at all" * 50)
    with pytest.raises(StoreUnwritable, match=r"x\.db"):
        Database(at(tmp_path))


def test_what_is_written_outlives_the_process_only_if_the_block_ends_well(tmp_path: Path) -> None:
    opened = Database(at(tmp_path))

    def crash_after_writing() -> None:
        with opened.session() as session:
            session.add(SourceState(id="lost", adapter="a"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash_after_writing()
    with opened.session() as session:
        session.add(SourceState(id="kept", adapter="a"))
    opened.close()
    again = Database(at(tmp_path))
    with again.session() as session:
        assert [row.id for row in session.exec(select(SourceState))] == ["kept"]
    again.close()


@pytest.mark.sqlite("of PostgreSQL pg_dump makes the backup")
def test_a_backup_of_a_database_in_use_is_whole_private_and_never_overwrites(tmp_path: Path) -> None:
    opened = Database(at(tmp_path))
    with opened.session() as session:
        session.add(SourceState(id="one", adapter="a"))
    copy = tmp_path / "copy.db"
    backup(opened, copy, b"k" * 32, NOW)
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(StoreUnwritable):
        backup(opened, copy, b"k" * 32, NOW)
    opened.close()
    restored = Database(f"sqlite:///{copy}")
    with restored.session() as session:
        assert session.exec(select(SourceState.id)).all() == ["one"]
    restored.close()


def test_versions_of_a_page_cost_what_changed_and_come_back_whole(tmp_path: Path) -> None:
    opened = Database(at(tmp_path))
    page = b"".join(f"<p>Paragraph {number} of a page, {number * 7919 % 1009}</p>".encode() for number in range(2000))
    versions: list[tuple[Blob, bytes]] = []
    with opened.session() as session:
        for version in range(40):
            body = page.replace(b"Paragraph 7 ", f"Paragraph 7 version {version} ".encode())
            before = [Kept(row.id or 0, row.depth, whole) for row, whole in versions[-1:]]
            session.add(row := blobs.packed(body, *before))
            session.flush()
            versions.append((row, body))
        sizes = [len(row.packed) for row, _ in versions]
        kept = blobs.read(session, [row.id or 0 for row, _ in versions])
        assert all(kept[row.id or 0].body == body for row, body in versions)
        assert all(blobs.get(session, row.id or 0) == body for row, body in versions)
    assert sum(size < 500 for size in sizes) >= 36
    opened.close()


def test_who_reads_keeps_nobody_from_writing_and_sees_one_moment(tmp_path: Path) -> None:
    opened = Database(at(tmp_path))
    with opened.reading() as reader:
        assert reader.exec(select(SourceState)).all() == []
        with opened.session() as writer:
            writer.add(SourceState(id="s", adapter="feed"))
        assert reader.exec(select(SourceState)).all() == []
    with opened.reading() as reader:
        row = reader.exec(select(SourceState)).one()
    assert row.adapter == "feed"
    opened.close()


@pytest.mark.sqlite("the file and what lies beside it")
def test_an_empty_database_beside_a_journal_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    file, journal = tmp_path / "regwatch.db", tmp_path / "journal.txt"
    journal.touch()
    Database(f"sqlite:///{file}").close()  # a journal without a line tells of nothing
    file.unlink()
    journal.write_text("2026-11-20T08:00:00+00:00 left 3 0123456789abcdef\n", "ascii")
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=r"is empty or gone, but .*journal\.txt beside it tells of mails"):
            Database(f"sqlite:///{file}")
    journal.rename(tmp_path / "kept.txt")
    Database(f"sqlite:///{file}").close()
