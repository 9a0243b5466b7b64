"""What a person decided comes back as labelled documents, as evaluation and training read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.saying import TOPIC
from regwatch.classify.labelled import Labelled, json_lines
from regwatch.cli.main import app
from regwatch.dates import from_iso
from regwatch.ledger.finding_codec import columns_of
from regwatch.ledger.review import OPEN
from regwatch.model import Finding, Record
from regwatch.store.change_texts import pack_change
from regwatch.store.database import Database
from regwatch.store.tables import ChangeRow, FindingRow
from regwatch.vocabulary import Confidence, Milestone, Mode

NOW = datetime(2025, 7, 24, 9, 0, tzinfo=UTC)
WATCHLIST = f"""
topics:
  - id: {TOPIC}
    title: Cabozantinib for NETs
    treatment: {{inn: cabozantinib, brands: [Cabometyx]}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
  - id: zelanib-thymic
    title: Zelanib for thymic carcinoma
    treatment: {{inn: zelanib}}
    indication: {{name: thymic carcinoma, terms: [thymic carcinoma]}}
sources:
  - id: news
    adapter: feed
    topics: [{TOPIC}, zelanib-thymic]
    url: http://127.0.0.1:9/feed.xml
    publisher: The Paper
    options: {{kind: trade_news}}
"""
TITLE = "EC approves\u2028Cabometyx"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    opened = Database(f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}")
    yield opened
    opened.close()


def read(store: Database, *milestones: str, waits: bool = True, source: str = "news", prose: bool = True) -> list[int]:
    """One document in which these milestones were found; the numbers of the findings."""
    record = Record(
        "item", "k", TITLE, "https://paper.example.org/1", from_iso("2025-07-23"),
        blocks=("The European Commission has approved Cabometyx for NETs.",), prose=prose,
    )  # fmt: skip
    numbers = []
    with store.session() as session:
        change = ChangeRow(snapshot=1, source=source, at=NOW, kind="item", packed=pack_change(None, record, b""))
        session.add(change)
        session.flush()
        for milestone in milestones:
            finding = Finding(
                "EC", Milestone(milestone), Mode.ANNOUNCED, "cabozantinib", "neuroendocrine tumours",
                "The European Commission has approved Cabometyx for NETs.", "test", Confidence.MEDIUM, topic=TOPIC,
                brand="Cabometyx", date=from_iso("2025-07-23"),
            )  # fmt: skip
            row = FindingRow(
                change=change.id or 0, source=source, at=NOW, review=OPEN if waits else "", **columns_of(finding)
            )
            session.add(row)
            session.flush()
            numbers.append(row.id or 0)
    return numbers


def typed(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


def written() -> list[Labelled]:
    folder = Path("examples")
    assert "labelled documents in examples" in typed("review", "--examples", str(folder))
    return json_lines(folder / "documents.jsonl", folder / "labels.jsonl", folder / "watch.yaml")


def told(one: Labelled) -> list[tuple[str, ...]]:
    return [tuple(event[name] for name in ("treatment", "authority", "status", "mode", "date")) for event in one.events]


def test_an_accepted_finding_is_a_document_that_announces_it(store: Database) -> None:
    (number,) = read(store, "approved")
    typed("review", "accept", str(number))
    (one,) = written()
    assert told(one) == [("cabozantinib", "EC", "approved", "announced", "2025-07-23")]
    assert one.events[0]["quote"] in one.announcement.text
    assert one.announcement.text.startswith(TITLE)
    assert (one.announcement.kind, one.group, one.set) == ("trade_news", "The Paper", "reviewed")
    assert one.published == from_iso("2025-07-23")
    assert [treatment.names for treatment in one.watch.treatments] == [("cabozantinib", "Cabometyx"), ("zelanib",)]


def test_a_rejected_finding_is_a_document_that_announces_nothing(store: Database) -> None:
    (number,) = read(store, "approved")
    typed("review", "reject", str(number))
    (one,) = written()
    assert one.events == ()


def test_a_corrected_finding_has_the_right_values(store: Database) -> None:
    (number,) = read(store, "approved")
    right = ("--milestone", "accelerated_approved", "--date", "2025-07-22", "--topic", "zelanib-thymic")
    typed("review", "correct", str(number), *right)
    (one,) = written()
    assert told(one) == [("zelanib", "EC", "accelerated_approved", "announced", "2025-07-22")]
    assert (one.events[0]["indication"], one.events[0]["brand"]) == ("thymic carcinoma", None)


def test_a_document_is_no_example_while_a_finding_of_it_waits(store: Database) -> None:
    first, second = read(store, "approved", "launched")
    typed("review", "accept", str(first))
    assert "left out: 1 of which a finding still waits" in typed("review", "--examples", "early")
    typed("review", "reject", str(second))
    (one,) = written()
    assert [event["status"] for event in one.events] == ["approved"]


def test_what_nobody_had_to_decide_beside_it_is_no_false_alarm_and_teaches_nothing(store: Database) -> None:
    first, second, *_ = read(store, "approved", "launched", "validated", "launched")
    with store.session() as session:
        for number in (3, 4):
            session.get_one(FindingRow, number).review = ""
    typed("review", "accept", str(first))
    typed("review", "reject", str(second))
    (one,) = written()
    assert [event["status"] for event in one.events] == ["approved", "validated", "launched"]
    assert [event["status"] for event in one.loose] == ["validated"]


def test_what_nobody_had_to_decide_is_no_example_by_itself(store: Database) -> None:
    read(store, "approved", waits=False)
    assert written() == []


def test_a_decision_on_a_structured_page_has_no_text_to_learn_from(store: Database) -> None:
    (number,) = read(store, "approved", prose=False)
    typed("review", "accept", str(number))
    assert "left out: 1 without a text to learn from" in typed("review", "--examples", "examples")


def test_the_decisions_on_a_source_that_is_gone_are_kept(store: Database) -> None:
    (number,) = read(store, "approved", source="former")
    typed("review", "accept", str(number))
    (one,) = written()
    assert (one.announcement.publisher, one.announcement.kind) == ("former", "company_press_release")


def test_regwatch_evaluate_reads_what_was_decided(store: Database) -> None:
    (number,) = read(store, "approved")
    typed("review", "accept", str(number))
    written()
    files = ("examples/documents.jsonl", "--labels", "examples/labels.jsonl", "--watch", "examples/watch.yaml")
    shown = typed("evaluate", *files)
    assert "false alarms: 0" in shown
    assert "wrong: 0 of 1 documents" in shown


@pytest.mark.parametrize("name", ["documents.jsonl", "labels.jsonl", "watch.yaml"])
def test_a_file_that_is_there_is_not_overwritten(store: Database, name: str) -> None:
    Path("mine").mkdir()
    (Path("mine") / name).write_text("mine")
    result = CliRunner().invoke(app, ["review", "--examples", "mine"])
    assert result.exit_code != 0
    assert f"mine/{name} is there already: name a new folder" in str(result.exception)
    assert [path.name for path in Path("mine").iterdir()] == [name]
    assert (Path("mine") / name).read_text() == "mine"
