"""Every command that a page tells the reader to type exists."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from docs.house import ROOT
from regwatch.cli.main import app

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("systemd/*.md")])
COMMANDS = typer.main.get_command(app)
CONTEXT = typer.Context(COMMANDS)
ELSEWHERE = {"git", "cp", "ln", "cd", "install", "editor", "systemctl", "groupadd", "chgrp", "chmod", "mkdir", "make",
             "python3", "pip", "pipx", "zcat", "."}  # fmt: skip


def typed(text: str) -> list[str]:
    """The lines of shell blocks, and what stands in backticks and begins with a command of ours."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip() and line.strip()[0] != "#"]
    return lines + re.findall(r"`((?:regwatch(?! <)|scripts/\w+|\.venv/bin/\w+)(?: [^`]*)?)`", text)


TYPED = sorted({(page.relative_to(ROOT).as_posix(), line) for page in PAGES for line in typed(page.read_text("utf-8"))})


def known(command: Any) -> list[str]:
    return list(command.list_commands(CONTEXT)) if isinstance(command, TyperGroup) else []


def check_regwatch(words: list[str]) -> None:
    command: Any = COMMANDS
    while words and words[0] in known(command):
        command = command.get_command(CONTEXT, words.pop(0))
    options = {"--help"} | {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    assert not known(command) or not words or words[0] in options, f"there is no command {words[0]}"
    assert [word for word in words if word.startswith("--") and word.split("=")[0] not in options] == []


@pytest.mark.parametrize(("page", "line"), TYPED, ids=[f"{page}: {line}" for page, line in TYPED])
def test_a_command_in_a_page_can_be_typed(page: str, line: str) -> None:
    for part in re.split(r"&&|\|", line.strip("()")):
        words = [word for word in shlex.split(part, comments=True) if not re.match(r"[A-Z_]+=", word)]
        words = words[: words.index(">")] if ">" in words else words
        if not words:
            continue
        name = words.pop(0)
        if name.split("/")[-1] == "regwatch":
            check_regwatch(words)
        elif name in ELSEWHERE:
            targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
            assert name != "make" or words[0] in targets
        elif name.startswith(".venv/bin/"):
            assert name.split("/")[-1] in {"pytest", "ruff", "mypy", "python"}
        else:
            script = ROOT / name.removeprefix("/usr/local/lib/regwatch/")
            assert script.is_file(), f"{page} names {name}, which is not there"
            assert script.stat().st_mode & 0o111, f"{name} cannot be run"
