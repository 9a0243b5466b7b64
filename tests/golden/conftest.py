"""The `--golden` option: `pytest tests/golden --golden=write` writes what is expected and fails with the diff."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest


class Golden:
    """Compares a text with a stored one; writes it where asked, and fails all the same: a person has to look."""

    def __init__(self, *, write: bool) -> None:
        self.write = write

    def check(self, path: Path, found: str) -> None:
        """Fail with the diff unless the file holds exactly this text."""
        wanted = path.read_text("utf-8") if path.exists() else ""
        if wanted == found:
            return
        lines = difflib.unified_diff(wanted.splitlines(), found.splitlines(), f"{path.name} (stored)", "read now")
        if self.write:
            path.write_text(found, "utf-8")
        advice = "written; review it" if self.write else "run `pytest tests/golden --golden=write` and review"
        pytest.fail("\n".join([f"{path.name} differs ({advice}):", *(line.rstrip() for line in lines)]), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", choices=("check", "write"), default="check", help="check or write golden files")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(write=request.config.getoption("golden", "check") == "write")
