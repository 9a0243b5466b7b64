"""A ledger on a fresh SQLite file, and findings as short as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.saying import Book
from regwatch.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def book(database: Database) -> Book:
    return Book(database, datetime(2025, 6, 20, 12, 0, tzinfo=UTC))
