"""The table of commands says what each command says of itself, and listing them loads none."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.core import TyperGroup

from regwatch.cli.commands import COMMANDS
from regwatch.cli.main import app

GROUP = typer.main.get_command(app)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_where_the_table_says_and_for_what_it_says(name: str) -> None:
    assert isinstance(GROUP, TyperGroup)
    command = GROUP.get_command(typer.Context(GROUP), name)
    assert command is not None
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == COMMANDS[name].about


def test_the_list_of_commands_loads_neither_database_nor_web_nor_classifier() -> None:
    code = (
        "import sys; from regwatch.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'httpx', 'bs4', 'lxml', 'jinja2', 'rich', 'regwatch.classify', 'regwatch.settings'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_an_unknown_command_is_one_sentence_and_exit_code_two() -> None:
    code = "from regwatch.cli.main import run; run()"
    done = subprocess.run([sys.executable, "-c", code, "pol"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "No such command 'pol'" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("explain", "x"), "Invalid value for 'number': it should be a whole number"),
        (("web", "--port", "99999999"), "Invalid value for '--port': it should be less than or equal to 65535"),
        (("digest", "retry", "1.5"), "it should be a whole number"),
    ],
)
def test_what_does_not_fit_an_argument_is_said_in_our_words(words: tuple[str, ...], said: str) -> None:
    code = "from regwatch.cli.main import run; run()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(said)
