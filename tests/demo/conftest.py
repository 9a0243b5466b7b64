"""The story told once, for all tests that only look at it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from regwatch.demo.archive import DemoArchive, load_archive
from regwatch.demo.story import Told, tell


@pytest.fixture(scope="session")
def archive() -> DemoArchive:
    return load_archive()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def told(folder: Path) -> Told:
    return asyncio.run(tell(folder))
