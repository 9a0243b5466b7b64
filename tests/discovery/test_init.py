"""`regwatch init` asks what to watch; the how-to about another medicine works as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.console import Desk
from discovery.standins import VHL, WELIREG, standing_in
from docs.house import ROOT
from regwatch.adapters.registry import CATALOGUE
from regwatch.watchlist import load_watchlist

HOW_TO = (ROOT / "docs/how-to/watch-another-medicine.md").read_text("utf-8")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, capsys, monkeypatch)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who sits there, names belzutifan, and takes what is offered."""
    answers = {"Which medicine": "belzutifan", "In which disease": VHL}
    monkeypatch.setattr("regwatch.cli.topic_search.a_person_answers", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda question, **options: answers.get(question, options.get("default")))
    monkeypatch.setattr("typer.confirm", lambda *words, **options: True)


@pytest.mark.usefixtures("terminal")
def test_it_asks_what_to_watch_and_writes_a_folder_that_is_good(desk: Desk) -> None:
    with standing_in(WELIREG):
        told = desk.types("init", "watch", "--mail", "anna@example.org", "--zone", "Europe/Paris")
    assert "`cd watch`, then look through sources.yaml" in told
    watchlist = load_watchlist(desk.folder / "watch" / "sources.yaml", CATALOGUE)
    assert [topic.treatment.inn for topic in watchlist.topics] == ["belzutifan"]
    assert [(one.address, one.zone) for one in watchlist.recipients] == [("anna@example.org", "Europe/Paris")]
    assert (desk.folder / "watch" / "regwatch.env").is_file()


def test_flags_answer_for_a_script(desk: Desk) -> None:
    desk.types("init", "--medicine", "belzutifan", "--disease", VHL, "--offline", "--yes")
    assert "good: 1 topic" in desk.types("check")


def test_nobody_is_asked_where_nobody_sits(desk: Desk) -> None:
    code, _, err = desk.tries("init")
    assert code == 2
    assert "`regwatch init --example` writes the worked example" in err
    assert list(desk.folder.iterdir()) == []


def test_a_wrong_address_or_zone_is_told_and_nothing_is_written(desk: Desk) -> None:
    told = ("init", "--medicine", "belzutifan", "--disease", VHL, "--offline", "--yes")
    code, _, err = desk.tries(*told, "--zone", "Mars")
    assert (code, "'Mars' is not a time zone" in err) == (78, True)
    assert "is not a mail address" in desk.tries(*told, "--mail", "anna")[2]
    assert list(desk.folder.iterdir()) == []


@pytest.mark.usefixtures("terminal")
def test_every_command_of_the_how_to_works_as_it_is_printed(desk: Desk) -> None:
    typed = [line for block in re.findall(r"```sh\n(.*?)```", HOW_TO, re.DOTALL) for line in block.splitlines()]
    assert len(typed) == 3
    with standing_in(WELIREG):
        for number, line in enumerate(typed):
            folder = desk.folder / str(number)
            folder.mkdir()
            desk._monkeypatch.chdir(folder)
            code, out, err = desk.tries(*shlex.split(line)[1:])
            assert (code, err) == (0, ""), line
            assert "sources.yaml: topic " in out
            assert load_watchlist(folder / "sources.yaml", CATALOGUE).topics
