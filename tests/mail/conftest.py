from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from regwatch.store.database import Database
from subscribers.desk import House


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database."""
    opened = Database(f"sqlite:///{tmp_path / 'regwatch.db'}")
    yield opened
    opened.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()
