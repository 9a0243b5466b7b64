"""The log: one line of one shape for every event, whoever logs it, and no value of a variable in any of them."""

from __future__ import annotations

import io
import json
import logging
import traceback
from pathlib import Path

import pytest
from sqlmodel import Session, text

from regwatch.errors import StoreUnwritable
from regwatch.service.logs import configure, logger
from regwatch.store.database import Database

SECRET = "ana@example.org"


def _fail_with(address: str) -> None:
    raise ValueError(len(address))


@pytest.mark.parametrize("shape", ["json", "console"])
def test_an_exception_is_logged_without_the_values_of_variables(shape: str) -> None:
    lines = io.StringIO()
    configure(shape=shape, level="INFO", stream=lines)
    for log in (logger().exception, logging.getLogger("a.library").exception):
        try:
            _fail_with(SECRET)
        except ValueError:
            log("work_crashed")
    assert lines.getvalue().count("ValueError: 15") == 2
    assert SECRET not in lines.getvalue()


def test_what_a_library_logs_is_a_line_like_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    lines = io.StringIO()
    configure(shape="json", level="INFO", stream=lines)
    logging.getLogger("a.library").warning("two\nlines of %s", "a page")
    logging.getLogger("a.library").info("not of interest")
    logger().info("source_read", source="news")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["level"], first["logger"]) == ("two\nlines of a page", "warning", "a.library")
    assert (second["event"], second["source"]) == ("source_read", "news")
    assert first.keys() - {"logger"} == second.keys() - {"source"}


def test_the_journal_is_told_how_severe_a_line_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    lines = io.StringIO()
    configure(shape="json", level="INFO", stream=lines)
    logging.getLogger("a.library").error("broken")
    logger().info("fine")
    assert [line[:4] for line in lines.getvalue().splitlines()] == ["<3>{", "<6>{"]
    assert "timestamp" not in lines.getvalue()


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_stored(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'regwatch.db'}")
    insert = text("INSERT INTO suppression (hash, reason, at) VALUES (:hash, 'x', '2026-01-01')")

    def twice(session: Session) -> None:
        for _ in range(2):
            session.execute(insert, {"hash": SECRET})

    with pytest.raises(StoreUnwritable) as caught, database.session() as session:
        twice(session)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    database.close()
