"""The commands of the README: when they cannot work they say so in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from docs.house import ROOT

SCRIPTS = [*sorted((ROOT / "scripts").iterdir()), ROOT / ".ci" / "run"]


def setup_with(python: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `scripts/setup` in an empty checkout with an interpreter that is this shell script."""
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", folder / "scripts")
    stand_in = folder / "python"
    stand_in.write_text(f"#!/bin/sh\n{python}\n")
    stand_in.chmod(0o755)
    return subprocess.run(
        [folder / "scripts" / "setup"],
        env={"PATH": os.environ["PATH"], "PYTHON": str(stand_in)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_run_by_any_posix_shell(script: Path) -> None:
    assert script.read_text("utf-8").startswith("#!/bin/sh\n")
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_an_old_python_is_one_sentence(tmp_path: Path) -> None:
    done = setup_with("exit 1", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("regwatch: Python 3.11 or newer is needed and was not found")
    assert done.stderr.count("\n") == 1


def test_a_python_without_venv_is_one_sentence(tmp_path: Path) -> None:
    done = setup_with('case "$2" in *venv*) exit 1;; esac', tmp_path)
    assert done.returncode == 1
    assert done.stderr == "regwatch: this Python has no venv module; on Debian and Ubuntu: apt install python3-venv\n"


def test_the_pinned_versions_name_no_place_to_get_them_from() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert len(lines) > 20
    assert [line for line in lines if not line.startswith("#") and ("/" in line or "==" not in line)] == []
