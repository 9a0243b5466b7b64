"""What is said to those who judge the installation: threats, promises, what it is made of, what is known against it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")


@pytest.mark.parametrize(
    "who", ["publishers", "readers", "strangers on the web", "mail servers", "other users of the machine"]
)
def test_every_kind_of_attacker_has_a_promise(who: str) -> None:
    assert f"\n| {who}" in PAGE


def test_what_holds_a_promise_is_there() -> None:
    named = re.findall(r"`([a-z_]+/[a-z_/.]*|[a-z_]+\.py|tests/[a-z_/.]+)`", PAGE.partition("## What is not")[0])
    assert len(named) > 10
    assert [one for one in named if not any((ROOT / place / one).exists() for place in ("", "src/regwatch"))] == []


def test_the_bill_of_materials_names_what_regwatch_needs() -> None:
    made = subprocess.run(
        ["sh", ROOT / "scripts" / "sbom", sys.executable], capture_output=True, text=True, check=True, timeout=120
    )
    bill = json.loads(made.stdout)
    found = {one["purl"] for one in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert {f"pkg:pypi/{name}@{version(name)}" for name in ("httpx", "sqlmodel", "aiosmtplib")} <= found
    assert not [one for one in found if "pytest" in one]


@pytest.mark.parametrize(
    ("audit", "code", "said"),
    [
        (None, 0, "skipped: pip-audit is not installed"),
        ("exit 0", 0, "no advisory is known for any of 1 packages"),
        ("echo 'httpx could not be audited'; exit 0", 0, "skipped: the registry tells no advisories of 1 packages"),
        ("echo 'ConnectionError: no network'; exit 1", 0, "skipped: the advisories of the registry cannot be reached"),
        ("echo 'httpx 1.0 CVE-2026-1 fixed in 1.1'; exit 1", 1, "CVE-2026-1"),
    ],
)
def test_an_advisory_ends_the_check_and_what_cannot_be_asked_is_said(
    tmp_path: Path, audit: str | None, code: int, said: str
) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "check-dependencies", tmp_path / "scripts")
    (tmp_path / "constraints.txt").write_text("httpx==1.0\n")
    if audit:
        tool = tmp_path / ".venv" / "bin" / "pip-audit"
        tool.parent.mkdir(parents=True)
        tool.write_text(f"#!/bin/sh\n{audit}\n")
        tool.chmod(0o755)
    done = subprocess.run(
        ["sh", tmp_path / "scripts" / "check-dependencies"],
        capture_output=True, text=True, check=False, timeout=60, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout
