"""`regwatch source try` and `regwatch source test`: what a maintainer sees."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from docs.house import ROOT
from regwatch.cli.main import app, run

GOLDEN = ROOT / "tests/golden"
PAGE = GOLDEN / "ema_medicine/authorised.html"
WATCHLIST = """
topics:
  - id: exempla-net
    title: Exempla for neuroendocrine tumours
    treatment: {inn: exemplanib, brands: [Exempla]}
    indication: {name: neuroendocrine tumours, terms: [NETs]}
    ids: {ema_product_number: EMEA/H/C/009001}
sources: [{id: x, adapter: feed, topics: [exempla-net], url: "https://x.example/feed", publisher: X}]
"""
URL = "https://www.ema.europa.eu/en/medicines/human/EPAR/exempla"


def typed(*words: str | Path, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, ["source", *map(str, words)], input=answer)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    shutil.copytree(GOLDEN / "ema_medicine", tmp_path / "golden/ema_medicine")
    return tmp_path / "golden"


@pytest.fixture
def watchlist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sources.yaml").write_text(WATCHLIST, "utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("watchlist")
def test_a_trial_shows_records_claims_and_what_a_watcher_would_see() -> None:
    done = typed("try", "ema_medicine", PAGE, "--topic", "exempla-net", "--url", URL)
    assert done.exit_code == 0, done.output
    assert "medicine EMEA/H/C/009001: Exempla" in done.stdout
    assert "claims announced EC approved" in done.stdout
    assert "announced: EC approved: exempla-net" in done.stdout
    assert "announced: EC approved: none of the topics" in done.stdout


@pytest.mark.usefixtures("watchlist")
def test_a_trial_as_json_has_the_same_facts() -> None:
    done = typed("try", "ema_medicine", PAGE, "--topic", "exempla-net", "--url", URL, "--json")
    found = json.loads(done.stdout)
    assert [record["kind"] for record in found["records"]] == ["medicine"]
    assert [finding.get("topic", "") for finding in found["findings"]].count("exempla-net") == 1


def test_a_trial_of_an_announcement_without_a_topic_says_how_to_get_more() -> None:
    page = GOLDEN / "ipsen_news/release_approval.html"
    url = "https://www.ipsen.com/press-releases/ipsens-cabometyx-approved-in-the-european-union-for-previously-treated-advanced-neuroendocrine-tumors-3121353/"
    done = typed("try", "ipsen_news", page, "--part", "release/3121353", "--url", url)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("release 3121353 ")
    assert "name a topic with --topic" in done.stdout


def test_a_page_that_cannot_be_read_is_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = str(GOLDEN / "ema_medicine/altered.html")
    words = ["try", "ema_medicine", page, "--url", URL, "--id", "ema_product_number=EMEA/H/C/009001"]
    monkeypatch.setattr("sys.argv", ["regwatch", "source", *words])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("regwatch: the page has no ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["try", "ema_medicin", "x.html"], "no adapter is called 'ema_medicin'"),
        (["try", "feed", "missing.xml", "--url", "https://x.example/feed"], "missing.xml cannot be read"),
        (["try", "feed", "missing.xml"], "needs the feed's address"),
        (["try", "feed", "missing.xml", "--option", "match"], "'match' is no NAME=VALUE"),
        (["test", "nothing_here", "--examples", str(GOLDEN)], "no examples of nothing_here"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(words: list[str], told: str) -> None:
    done = typed(*words)
    assert done.exit_code != 0
    assert told in str(done.exception)


def test_examples_that_are_as_due_pass(examples: Path) -> None:
    done = typed("test", "ema_medicine", "--examples", examples)
    assert done.exit_code == 0, done.output
    assert "0 other than due" in done.stdout


def test_an_update_shows_the_difference_before_it_asks(examples: Path) -> None:
    due = examples / "ema_medicine/authorised.expected.json"
    right = due.read_text("utf-8")
    due.write_text(right.replace("Exempla", "Other"), "utf-8")
    refused = typed("test", "--examples", examples, "--update", answer="n\n")
    assert refused.exit_code == 1
    assert refused.stdout.index('-   "title": "Other"') < refused.stdout.index("Keep what is read now")
    assert due.read_text("utf-8") != right
    assert typed("test", "--examples", examples).exit_code == 1
    accepted = typed("test", "--examples", examples, "--update", "--yes")
    assert accepted.exit_code == 0
    assert '+   "title": "Exempla"' in accepted.stdout
    assert due.read_text("utf-8") == right


def test_a_good_page_that_is_no_longer_read_cannot_be_made_due(examples: Path) -> None:
    broken = (examples / "ema_medicine/altered.html").read_bytes()
    (examples / "ema_medicine/authorised.html").write_bytes(broken)
    done = typed("test", "--examples", examples, "--update", "--yes")
    assert done.exit_code == 1
    assert "ema_medicine/authorised is a good page and was not read: MissingPart" in done.stdout
    assert not (examples / "ema_medicine/authorised.trouble.txt").exists()


def test_a_bad_page_that_is_read_cannot_be_made_due(examples: Path) -> None:
    good = (examples / "ema_medicine/authorised.html").read_bytes()
    (examples / "ema_medicine/blocked.html").write_bytes(good)
    done = typed("test", "--examples", examples, "--update", "--yes")
    assert done.exit_code == 1
    assert "ema_medicine/blocked is a page of the kind 'blocked' and was read as if it were good" in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('url = "u"\nkind = "good"\n', "note is missing"),
        ('url = "u"\nkind = "fine"\nnote = "n"\n', "kind must be one of"),
        ('url = "u"\nkind = "good"\nnote = "n"\ncolour = "red"\n', r"unknown keys \['colour'\]"),
        ("url = ", "cannot be read"),
    ],
)
def test_a_description_that_is_not_as_it_must_be_is_named(examples: Path, text: str, told: str) -> None:
    (examples / "ema_medicine/authorised.meta.toml").write_text(text, "utf-8")
    done = typed("test", "--examples", examples)
    assert done.exit_code != 0
    assert re.search(told, str(done.exception))
