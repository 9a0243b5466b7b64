"""The example of `docs/how-to/write-an-adapter.md` is a package that works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.house import ROOT
from docs.pip_standing_in import install
from regwatch.kit import new_source

PAGE = (ROOT / "docs/how-to/write-an-adapter.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
NAME = "medsafe_register"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The files of the page, and nothing else."""
    for name, text in FILES.items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "package"


@pytest.fixture
def site(package: Path, tmp_path: Path) -> Path:
    """A folder for `sys.path` with the package as an installer leaves it: its module and its metadata."""
    install(package, tmp_path / "site")
    return tmp_path / "site"


def run(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def regwatch(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(site, folder, "-c", "from regwatch.cli.main import run; run()", *words)


def test_the_page_shows_what_the_command_writes(tmp_path: Path) -> None:
    plan = new_source.as_package(tmp_path, NAME, "Medsafe")
    new_source.write(plan)
    assert len(FILES) == 6
    for name, text in FILES.items():
        assert text == (tmp_path / name).read_text("utf-8"), name


def test_the_adapter_is_found_through_its_entry_point(site: Path, package: Path) -> None:
    done = regwatch(site, package, "schema")
    assert NAME in json.dumps(json.loads(done.stdout)["$defs"]["SourceSection"]["properties"]["adapter"]), done.stderr


def test_its_golden_example_passes(site: Path, package: Path) -> None:
    done = regwatch(site, package, "source", "test", NAME)
    assert (done.returncode, done.stdout) == (0, "1 example, 0 other than due\n"), done.stderr


def test_its_own_test_passes(site: Path, package: Path) -> None:
    done = run(site, package, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_watchlist_can_use_it(site: Path, package: Path) -> None:
    (package / "sources.yaml").write_text(f"""
topics:
  - id: cabo
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib, brands: [Cabometyx]}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
sources:
  - {{id: medsafe, adapter: {NAME}, topics: [cabo], url: "https://www.example.org/medicines/cabometyx"}}
""")
    assert regwatch(site, package, "check").returncode == 0
    page = f"tests/golden/{NAME}/approved.html"
    done = regwatch(site, package, "source", "try", NAME, page, "--topic", "cabo", "--url", "https://www.example.org/c")
    assert "announced: Medsafe approved 2025-07-24: cabo" in done.stdout, done.stderr


def test_a_wrong_expectation_makes_its_example_fail(site: Path, package: Path) -> None:
    due = package / f"tests/golden/{NAME}/approved.expected.json"
    due.write_text(due.read_text("utf-8").replace('"approved"', '"refused"'), "utf-8")
    assert regwatch(site, package, "source", "test", NAME).returncode == 1
