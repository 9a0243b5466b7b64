"""The demo's board, and a small board of its own for cases that the demo does not have."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from board.asking import Client
from board.serving import demo_site
from board.small import Small
from ledger.saying import Book
from regwatch.board.app import create_app, create_operator_app
from regwatch.board.site import Site
from regwatch.demo.story import tell
from regwatch.store.database import Database


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo has run."""
    folder = tmp_path_factory.mktemp("story")
    asyncio.run(tell(folder))
    return folder


@pytest.fixture(scope="session")
def site(story: Path) -> Iterator[Site]:
    opened = demo_site(story)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def client(site: Site) -> Client:
    """The public application, asked as from elsewhere."""
    return Client(create_app(site), "https://board.example.org")


@pytest.fixture(scope="session")
def desk(site: Site) -> Client:
    """The operator's application, asked from this machine."""
    return Client(create_operator_app(site), "http://127.0.0.1:8081", "127.0.0.1")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    """A board whose ledger the test writes."""
    database = Database(f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}")
    made = Small(tmp_path, Book(database, datetime(2025, 6, 20, 12, 0, tzinfo=UTC) - timedelta(days=1)))
    yield made
    made.close()
    database.close()
