"""`regwatch init`, `regwatch check` and `regwatch schema`, as a person or a script meets them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from regwatch.cli import main
from regwatch.cli.configuration import check, init, schema, schema_text
from regwatch.resources import data_file

app = typer.Typer()
for command in (init, check, schema):
    app.command()(command)
run = CliRunner()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [*os.environ]:
        if name.startswith("REGWATCH_") or name == "CREDENTIALS_DIRECTORY":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_init_writes_is_good_as_it_stands(here: Path) -> None:
    assert run.invoke(app, ["init", "--example"]).exit_code == 0
    result = run.invoke(app, ["check"])
    assert result.exit_code == 0, result.output
    assert "sources.yaml: good: 1 topic, 13 sources, 1 recipient" in result.output


def test_init_writes_into_a_new_folder(here: Path) -> None:
    assert run.invoke(app, ["init", "deep/inside", "--example"]).exit_code == 0
    assert {path.name for path in (here / "deep/inside").iterdir()} == {
        "sources.yaml",
        "regwatch.env",
        "sources.schema.json",
    }


def test_the_starter_looks_for_its_schema_beside_it(here: Path) -> None:
    run.invoke(app, ["init", "--example"])
    first, _, rest = (here / "sources.yaml").read_text("utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=sources.schema.json"
    assert rest == data_file("sources.yaml").read_text("utf-8").partition("\n")[2]
    assert (here / "sources.schema.json").read_text("utf-8") == schema_text()


def test_init_never_overwrites(here: Path) -> None:
    (here / "sources.yaml").write_text("mine")
    result = run.invoke(app, ["init", "--example"])
    assert result.exit_code == 1
    assert "sources.yaml: is there already, not written" in result.output
    assert "regwatch.env: written" in result.output
    assert (here / "sources.yaml").read_text() == "mine"


def test_init_into_something_that_is_no_folder_is_one_sentence(here: Path) -> None:
    (here / "file").write_text("")
    result = run.invoke(app, ["init", "file", "--example"])
    assert result.exit_code == 1
    assert result.stderr.startswith("regwatch: file cannot be written:")
    assert result.stderr.count("\n") == 1


def test_check_in_an_empty_folder_points_to_init(here: Path) -> None:
    result = run.invoke(app, ["check"])
    assert result.exit_code == 78
    assert result.stderr == "sources.yaml: there is no such file: `regwatch init` writes one to start from\n"


def test_check_tells_the_faults_of_settings_and_watchlist_together(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGWATCH_ZONE", "London")
    (here / "sources.yaml").write_text("topics: []\nsources: []\n")
    result = run.invoke(app, ["check", "--json"])
    assert result.exit_code == 78
    report = json.loads(result.stdout)
    assert not report["ok"]
    assert [(fault["file"], fault["line"]) for fault in report["faults"]] == [
        ("environment", 0),
        ("sources.yaml", 1),
        ("sources.yaml", 2),
    ]


def test_check_notes_what_is_allowed_and_unwise(here: Path) -> None:
    run.invoke(app, ["init", "--example"])
    text = (here / "sources.yaml").read_text("utf-8").partition("digest:")[0]
    (here / "sources.yaml").write_text(text, "utf-8")
    report = json.loads(run.invoke(app, ["check", "--json"]).stdout)
    assert report["ok"]
    assert report["notes"] == [
        "REGWATCH_CONTACT is not set: publishers who have a question cannot reach you",
        "digest.recipients is empty, and nobody has signed up or was added: nobody gets a digest",
    ]


def test_nobody_is_never_said_of_those_who_are_in_the_database(here: Path) -> None:
    run.invoke(app, ["init", "--example"])
    text = (here / "sources.yaml").read_text("utf-8").partition("digest:")[0]
    (here / "sources.yaml").write_text(text, "utf-8")
    assert run.invoke(main.app, ["subscriber", "add", "anna@example.org", "--consent"]).exit_code == 0
    report = json.loads(run.invoke(app, ["check", "--json"]).stdout)
    assert report["notes"][1:] == ["digest.recipients is empty: digests go to 1 subscriber of the database"]


def test_check_warns_of_a_recipient_who_cannot_be_reached_by_mail(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.invoke(app, ["init", "--example"])
    monkeypatch.setenv("REGWATCH_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("REGWATCH_MAIL_FROM", "news@example.org")
    monkeypatch.setenv("REGWATCH_CONTACT", "anna@example.org")
    result = run.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "note: you@localhost is on this machine only: write a real address" in result.output


def test_schema_prints_what_is_committed() -> None:
    assert run.invoke(app, ["schema"]).stdout == data_file("sources.schema.json").read_text("utf-8")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "REGWATCH_OPERATOR_CHANNEL=nonsense",
            "OPERATOR_CHANNEL: is not an address that Apprise understands: write one",
        ),
        ("REGWATCH_OPERATOR_CHANNEL=foo://s3cret", "CHANNEL: is not an address that Apprise understands: write one"),
        ("REGWATCH_OPERATOR_TOKEN=x", "OPERATOR_TOKEN: can be guessed: write 16 characters or more"),
        ("REGWATCH_TEMPLATES=mine", "mine is no folder: make it, name the right one, or take the setting out"),
    ],
)
@pytest.mark.parametrize("command", ["check", "run"])
def test_settings_that_would_fail_at_night_are_faults_with_their_line(
    here: Path, command: str, line: str, said: str
) -> None:
    main.app(["init", "--example"], standalone_mode=False)
    (here / "regwatch.env").write_text(f"# mine\n{line}\n")
    result = run.invoke(main.app, [command])
    told = result.stderr or str(result.exception)
    assert (result.exit_code, "s3cret" in told) == (78 if command == "check" else 1, False)
    assert f"regwatch.env:2:1: {line.partition('=')[0]}: " in told
    assert said in told


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise
def test_a_channel_that_can_be_told_is_good(here: Path) -> None:
    run.invoke(app, ["init", "--example"])
    (here / "regwatch.env").write_text("REGWATCH_OPERATOR_CHANNEL=ntfys://ntfy.sh/a-topic-of-mine\n")
    result = run.invoke(app, ["check"])
    assert result.exit_code == 0
    assert "REGWATCH_OPERATOR_CHANNEL: (set)" in result.output
