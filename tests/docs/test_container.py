"""The container file: what linters of such files ask for, and nothing that the image does not need."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from docs.house import ROOT

FILE = ROOT / "Containerfile"
TEXT = FILE.read_text("utf-8")
COPIED = [
    word.lstrip("./")
    for line in re.findall(r"^COPY (?!--from)(.*)$", TEXT, re.MULTILINE)
    for word in line.split()[:-1]
]  # fmt: skip


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_the_linter_has_nothing_to_say() -> None:
    done = subprocess.run(["hadolint", FILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_names_its_base_exactly_and_runs_as_nobody_in_particular() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)
    assert all(re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-\w+", base) for base in bases)
    assert re.search(r"^USER [1-9]\d+$", TEXT, re.MULTILINE)
    assert TEXT.index("\nUSER ") < TEXT.index("\nENTRYPOINT ")
    assert not re.search(r"^ADD |sudo|:latest|apt-get", TEXT, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(set(COPIED)))
def test_what_it_copies_is_there_and_let_through(name: str) -> None:
    assert (ROOT / name).exists()
    assert f"!{name}" in (ROOT / ".dockerignore").read_text("utf-8").splitlines()


def test_what_the_package_is_built_from_is_copied() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    for part in ("src", "templates", "sources.yaml", "README.md", "LICENSE", "constraints.txt", "pyproject.toml"):
        assert part in project or part in ("constraints.txt", "pyproject.toml")
        assert part in COPIED
