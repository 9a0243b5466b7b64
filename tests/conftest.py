"""Whatever a test does: the address of the reader in its stories is in nothing that it logs.

Properties draw the same examples at every run and have no limit of time, so that a run says something about the code
and not about the machine. `REGWATCH_EXPLORE=1` draws others each time.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Generator, Iterator

import pytest
import structlog
from hypothesis import settings

from marked import MARK
from regwatch.reading import pdf_apart

pdf_apart.apart = False  # small files of our own; tests/reading/test_pdf_apart.py reads them as the daemon does

settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("exploring", deadline=None)
settings.load_profile("exploring" if os.environ.get("REGWATCH_EXPLORE") else "steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs the tests on another database."""
    parser.addoption(
        "--database", default="", help="a PostgreSQL server, and a database on it, instead of SQLite's files"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Switch the database, where another is asked for."""
    config.addinivalue_line("markers", "sqlite(reason): about SQLite's own file; skipped with --database")
    if address := config.getoption("--database"):
        from on_postgresql import Server, Switch

        config.pluginmanager.register(Switch(Server(address)))
        # Tests may leave a pool of connections to the garbage: SQLite's then say nothing, and neither need these.
        config.addinivalue_line("filterwarnings", "ignore:.*was deleted while still open:ResourceWarning")
        warnings.filterwarnings("ignore", ".*was deleted while still open", ResourceWarning)  # after the last test


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Leave other tests the logging that they had: what a test logs to may be closed when it is over."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose log, or what it wrote to standard error, holds the marked address."""
    report = yield
    logged = report.caplog + report.capstderr
    if report.when == "teardown" and report.passed and MARK in logged:
        report.outcome = "failed"
        at = logged.index(MARK)
        report.longrepr = f"an address was logged: {logged[max(0, at - 300) : at + 60]}"
    return report
