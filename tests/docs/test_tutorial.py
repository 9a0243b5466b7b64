"""The tutorial, typed line by line as it is printed, in a folder with this installation beside it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from docs.house import ROOT

PAGE = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every block of commands with all that they printed, in one shell from the first to the last."""
    folder = tmp_path_factory.mktemp("tutorial")
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "activate").write_text(f'PATH="{commands}:$PATH"\n')
    (commands / "regwatch").write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from regwatch.cli.main import run; run()' \"$@\"\n"
    )
    (commands / "regwatch").chmod(0o755)
    marked = [f"{block}printf '\\n=====\\n'" for kind, block in BLOCKS if kind == "sh"]
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run(
        [bash, "-e"], input="\n".join(marked), cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return list(zip([block for kind, block in BLOCKS if kind == "sh"], done.stdout.split("\n=====\n"), strict=False))


def test_what_stands_below_a_command_is_what_it_prints(printed: list[tuple[str, str]]) -> None:
    shown = 0
    for (kind, block), (after, output) in pairwise(BLOCKS):
        if kind == "sh" and after != "sh":
            told = next(text for command, text in printed if command == block)
            for line in output.splitlines():
                assert line.rstrip() in [one.rstrip() for one in told.splitlines()], line
            shown += 1
    assert shown == 2


def test_the_story_told_again_says_the_same(printed: list[tuple[str, str]]) -> None:
    first, again = (text for command, text in printed if "demo --directory" in command)
    assert first.partition("Look further")[0].replace("demo/", "") == again.partition("Look further")[0].replace(
        "demo/", ""
    )


def test_the_browser_page_that_it_names_is_there(printed: list[tuple[str, str]]) -> None:
    opened = re.search(r"Open them in a browser: (\S+)", printed[0][1])
    assert opened
    assert "Approved: FDA" in Path(opened[1]).read_text("utf-8")
