"""`regwatch demo` as a person or a script types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from regwatch.cli.board import status
from regwatch.cli.demo import demo
from regwatch.cli.story_clock import clock_of
from regwatch.clock import SystemClock
from regwatch.demo.news_lines import news_lines
from regwatch.demo.story import Told, demo_settings

APP = typer.Typer()
APP.command()(demo)


def test_json_prints_one_object_a_line_and_nothing_else(told: Told, folder: Path) -> None:
    result = CliRunner().invoke(APP, ["--json", "--directory", str(folder)])
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == news_lines(told.events)
    keys = [
        "event",
        "topic",
        "authority",
        "milestone",
        "from",
        "date",
        "announced",
        "standing",
        "detected_at",
        "source",
    ]
    assert all(list(json.loads(line)) == keys for line in result.stdout.splitlines())
    assert result.stderr == ""


def test_a_person_sees_the_timeline_the_digests_and_where_to_open_them(told: Told, folder: Path) -> None:
    result = CliRunner().invoke(APP, ["--directory", str(folder)])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == told.topic.title
    assert any(line.split()[:4] == ["26", "March", "2025", "FDA"] for line in lines)
    assert any("expected by 19 November 2025" in line and "(57 days late)" in line for line in lines)
    pages = [Path(line.strip()) for line in lines if line.strip().startswith("/") and line.endswith(".html")]
    assert pages == [mail.page for mail in told.mails]
    assert all(page.is_file() for page in pages)
    index = next(line for line in lines if line.startswith("Open them in a browser:")).split(": ")[1].strip()
    assert Path(index).is_file()


def test_every_other_command_works_in_the_demos_folder(
    told: Told, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    board = typer.Typer()
    board.command()(status)
    result = CliRunner().invoke(board, ["--json"])
    assert result.exit_code == 0
    shown = {cell["authority"]: cell["milestone"] for cell in json.loads(result.stdout)}
    assert shown == {one.authority: one.milestone.value for one in reversed(told.history)}


def test_what_shows_the_demos_folder_tells_the_time_of_its_last_day(
    told: Told, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clock_of(demo_settings(folder)).now().date() == told.at.date()
    assert isinstance(clock_of(demo_settings(folder / "elsewhere")), SystemClock)
    monkeypatch.chdir(folder)
    board = typer.Typer()
    board.command()(status)
    assert "(57 days late)" in CliRunner().invoke(board, []).stdout
