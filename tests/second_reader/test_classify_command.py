"""`regwatch classify --second-reader`: both readings of documents of one's own, on the daemon's budget."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from regwatch.cli.main import app
from second_reader.server import MODEL, Model, event, says

SURE = "The European Commission has approved cabozantinib for neuroendocrine tumours"
WATCH = """
treatments: [{inn: cabozantinib}]
indications: [{name: neuroendocrine tumours}]
"""


@pytest.fixture
def home(tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGWATCH_SECOND_READER_URL", model.url)
    monkeypatch.setenv("REGWATCH_SECOND_READER_MODEL", MODEL)
    (tmp_path / "watch.yaml").write_text(WATCH)
    return tmp_path


def classified(*texts: str, options: tuple[str, ...] = ("--second-reader",)) -> list[dict[str, Any]]:
    lines = "".join(
        json.dumps({"id": str(n), "kind": "trade_news", "text": text}) + "\n" for n, text in enumerate(texts)
    )
    result = CliRunner().invoke(app, ["classify", "--watch", "watch.yaml", *options], input=lines)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("home")
def test_each_event_says_what_the_reader_makes_of_it(model: Model) -> None:
    model.answer = says(event(SURE), event(SURE, authority="FDA", status="refused"))
    (line,) = classified(SURE)
    assert [(one["authority"], one["status"], one["second_reader"]["verdict"]) for one in line["events"]] == [
        ("EC", "approved", "agrees"), ("FDA", "refused", "alone"),
    ]  # fmt: skip
    assert line["events"][1]["confidence"] == "low"
    assert "unheard" not in line


@pytest.mark.usefixtures("home")
def test_it_is_not_asked_unless_told_to_nor_about_texts_without_a_watched_medicine(model: Model) -> None:
    (line,) = classified(SURE, options=())
    assert "second_reader" not in line["events"][0]
    classified("A text about tea.")
    assert model.asked == []


@pytest.mark.usefixtures("home")
def test_it_is_on_the_budget_of_the_day_and_says_when_that_is_used_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_SECOND_READER_REQUESTS", "1")
    first, second = classified(SURE, f"{SURE}, it says")
    assert "unheard" not in first
    assert "used up" in second["unheard"]
    assert second["events"][0]["confidence"] == "high"
    (again,) = classified(SURE)
    assert "unheard" not in again


@pytest.mark.usefixtures("home")
def test_it_can_be_read_by_a_person(model: Model) -> None:
    model.answer = says(event(SURE, status="refused"))
    lines = json.dumps({"id": "1", "kind": "trade_news", "text": SURE})
    result = CliRunner().invoke(app, ["classify", "--watch", "watch.yaml", "--second-reader", "--explain"], input=lines)
    assert f'second reader differs: EC refused (announced), "{SURE}"' in result.stdout


def test_without_a_second_reader_it_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "watch.yaml").write_text(WATCH)
    result = CliRunner().invoke(app, ["classify", "--watch", "watch.yaml", "--second-reader"], input="")
    assert "no second reader is set" in str(result.exception)
