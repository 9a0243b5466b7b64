"""`regwatch source new`: what it writes works as it stands, and it never overwrites."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs.house import ROOT
from regwatch.cli.main import app
from regwatch.errors import UsageError
from regwatch.kit import new_source
from regwatch.kit.golden import REQUIRED, cases, difference
from regwatch.kit.layouts import Layout


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """So much of a checkout as a new adapter is written into."""
    for name in ("pyproject.toml", "docs/reference/adapters.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src/regwatch/adapters").mkdir(parents=True)
    (tmp_path / "src/regwatch/__init__.py").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_adapter_written_into_a_checkout_works_and_is_listed(checkout: Path) -> None:
    done = CliRunner().invoke(app, ["source", "new", "medsafe_register"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    adapter = new_source.load(checkout / "src/regwatch/adapters/medsafe/register.py")
    assert (adapter.authorities, adapter.experimental) == (("Medsafe",), True)
    found = cases(checkout / "tests/golden", find=lambda _: adapter)
    assert {*REQUIRED, "wrong_identity"} <= {case.kind for case in found}
    assert [difference(case) for case in found] == [""] * len(found)
    listed = (checkout / "pyproject.toml").read_text("utf-8").splitlines()
    entry = 'medsafe_register = "regwatch.adapters.medsafe.register:ADAPTER"'
    begin = listed.index('[project.entry-points."regwatch.adapters"]')
    entries = listed[begin + 1 : listed.index("", begin)]
    assert entry in entries
    assert entries == sorted(entries)
    assert "\n## medsafe_register\n" in (checkout / "docs/reference/adapters.md").read_text("utf-8")
    assert "experimental" in (checkout / "docs/sources/medsafe_register.md").read_text("utf-8")


def test_what_is_written_pleases_linter_format_and_types(checkout: Path) -> None:
    CliRunner().invoke(app, ["source", "new", "medsafe_register"], catch_exceptions=False)
    adapter, test = "src/regwatch/adapters/medsafe/register.py", "tests/adapters/medsafe/test_register.py"
    for check in (["ruff", "check", "--ignore", "I001"], ["ruff", "format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", *check, adapter, test], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert len((checkout / adapter).read_text("utf-8").splitlines()) <= 150


@pytest.mark.parametrize("layout", [Layout.TABLE, Layout.LIST, Layout.CARDS])
def test_every_layout_works_as_it_stands_and_pleases_the_linter(checkout: Path, layout: Layout) -> None:
    done = CliRunner().invoke(app, ["source", "new", "medsafe_list", "--layout", layout], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    path = checkout / "src/regwatch/adapters/medsafe/list.py"
    adapter = new_source.load(path)
    found = cases(checkout / "tests/golden", find=lambda _: adapter)
    assert {*REQUIRED} <= {case.kind for case in found}
    assert [difference(case) for case in found] == [""] * len(found)
    nothing = json.loads((checkout / "tests/golden/medsafe_list/not-watched.expected.json").read_text("utf-8"))
    assert nothing.get("records", []) == []
    altered = (checkout / "tests/golden/medsafe_list/altered.trouble.txt").read_text("utf-8")
    assert "MissingPart" in altered
    for check in (["ruff", "check", "--ignore", "I001"], ["ruff", "format", "--check"]):
        linted = subprocess.run([sys.executable, "-m", *check, path], capture_output=True, text=True, check=False)
        assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("status", ["under-review", "approved", "refused", "withdrawn"])
def test_every_state_of_the_skeleton_is_claimed_once(tmp_path: Path, status: str, layout: Layout) -> None:
    plan = new_source.as_package(tmp_path, "hsa_register", "HSA", layout)
    new_source.write(plan)
    due = json.loads((plan.examples / f"{status}.expected.json").read_text("utf-8"))
    (claim,) = due["records"][0]["claims"]
    assert claim["authority"] == "HSA"
    assert claim.get("date") == (None if status == "under-review" else "2025-07-24")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    plan = new_source.as_package(tmp_path, "hsa_register", "HSA")
    (tmp_path / "README.md").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match=r"README\.md is there already"):
        new_source.write(plan)
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"
    assert not plan.adapter.exists()


@pytest.mark.parametrize("name", ["register", "Hsa_register", "../x_y", "hsa-register", "feed", "ema_medicine"])
def test_a_name_that_cannot_be_taken_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        new_source.as_package(tmp_path, name, "HSA")


def test_an_authority_that_regwatch_does_not_know_is_refused_with_those_it_does() -> None:
    assert new_source.authority_of("gba_resolution", "G-BA") == "G-BA"
    assert new_source.authority_of("tga_register", None) == "TGA"
    with pytest.raises(UsageError, match="no authority is called 'moon'; name one with --authority: FDA"):
        new_source.authority_of("moon_register", None)


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no checkout of regwatch"):
        new_source.in_checkout(tmp_path, "hsa_register", "HSA")
