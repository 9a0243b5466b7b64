"""The board is a process of its own: the daemon does not carry it, and it can write nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from board.small import Small
from regwatch.errors import StoreUnwritable


def test_the_daemon_and_the_command_line_load_nothing_of_it() -> None:
    code = (
        "import sys, regwatch.cli.main, regwatch.service.daemon\n"
        "print([name for name in ('fastapi', 'uvicorn', 'icalendar', 'prometheus_client') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_what_a_page_reads_with_cannot_write(small: Small) -> None:
    with (
        pytest.raises((OperationalError, StoreUnwritable), match=r"read-?only"),
        small.site.view() as view,
    ):
        view.session.connection().execute(text("DELETE FROM event"))


def test_reading_does_not_wait_for_a_writer(small: Small) -> None:
    small.book.says("EC", "approved", on="2025-06-19")
    with small.book.database.session() as session:
        session.connection().execute(text("UPDATE event SET note = 'x'"))
        assert small.client.get("/").status_code == 200
