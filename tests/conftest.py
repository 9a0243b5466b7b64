"""Whatever a test does: the address of the reader in its stories is in nothing that it logs."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from marked import MARK


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
