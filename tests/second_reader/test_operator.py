"""What the operator sees of the second reader: both readings in the review, its health, its figures, its budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import select
from typer.testing import CliRunner

from alerts.figures import busy_board, figures
from board.asking import Client
from polling.pages import START, TOPIC
from regwatch.board.app import create_operator_app
from regwatch.cli.main import app
from regwatch.errors import SecondReaderLate, SecondReaderOverBudget
from regwatch.monitoring.alert_mail import letter
from regwatch.monitoring.rounds import run_checks
from regwatch.reasons import SecondReading
from regwatch.second_reader.journal import Budget, Journal
from regwatch.store import marks
from regwatch.store.codec import second_from_text, second_to_text
from regwatch.store.database import Database
from regwatch.store.tables import AlertRow, FindingRow, TransitionRow
from regwatch.vocabulary import Milestone, Mode, Verdict
from regwatch.watchlist import Watchlist
from second_reader.server import MODEL, Model

WATCHLIST = f"""
topics:
  - id: {TOPIC.id}
    title: {TOPIC.title}
    treatment: {{inn: cabozantinib}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
sources:
  - {{id: news, adapter: feed, topics: [{TOPIC.id}], url: "http://127.0.0.1:9/feed.xml", publisher: Nobody}}
"""
NOW = datetime.now(UTC)
QUOTE = 'The committee adopted a "positive" opinion on cabozantinib'


def reading(verdict: Verdict) -> str:
    return second_to_text(SecondReading(verdict, "EMA", Milestone.OPINION_POSITIVE, Mode.ANNOUNCED, QUOTE, MODEL))


def finding(database: Database, verdict: Verdict, **facts: object) -> None:
    with database.session() as session:
        session.add(
            FindingRow(
                change=1, source="news", at=NOW, topic=TOPIC.id, authority="EC", milestone="approved", mode="announced",
                confidence="medium", treatment="cabozantinib", quote="approved cabozantinib", route="review",
                review="open", reason="told in the lede", second=reading(verdict), **facts,
            )
        )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    return tmp_path


@pytest.fixture
def store(home: Path) -> Database:
    return Database(f"sqlite:///{home / 'var' / 'regwatch.db'}")


def typed(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.stdout


@pytest.mark.parametrize("verdict", Verdict)
def test_a_second_reading_comes_back_from_the_store_as_it_was(verdict: Verdict) -> None:
    found = second_from_text(reading(verdict))
    assert found is not None
    assert (found.verdict, found.quote, found.model) == (verdict, QUOTE, MODEL)
    assert second_from_text("") is None


def test_the_review_shows_both_readings(store: Database) -> None:
    finding(store, Verdict.DIFFERS)
    finding(store, Verdict.AGREES)
    finding(store, Verdict.ALONE, rule="second_reader")
    shown = typed("review")
    assert f'reads EMA: recommended for approval (announced) in "{QUOTE}" ({MODEL})' in shown
    assert f"agrees ({MODEL})" in shown
    assert f"says so alone ({MODEL})" in shown
    first, *_ = json.loads(typed("review", "--json"))
    assert (first["second"]["verdict"], first["second"]["quote"]) == ("differs", QUOTE)


def test_without_a_second_reader_the_review_is_as_it_was(store: Database) -> None:
    finding(store, Verdict.ALONE)
    with store.session() as session:
        session.exec(select(FindingRow)).one().second = ""
    assert json.loads(typed("review", "--json"))[0]["second"] is None
    assert MODEL not in typed("review")


def test_what_the_reader_says_alone_is_told_once_a_person_has_accepted_it(store: Database) -> None:
    finding(store, Verdict.ALONE, rule="second_reader")
    assert "accepted" in typed("review", "correct", "1", "--date", "2025-07-23")
    with store.session() as session:
        (row,) = session.exec(select(TransitionRow)).all()
    assert (row.authority, row.milestone, row.date, row.standing) == ("EC", "approved", "2025-07-23", "reported")


def test_the_operators_page_shows_both_readings_and_escapes_them(tmp_path: Path) -> None:
    with busy_board(tmp_path) as small:
        finding(small.book.database, Verdict.DIFFERS)
        with small.book.database.session() as session:
            row = session.exec(select(FindingRow).where(FindingRow.review == "open")).one()
            row.second = row.second.replace("committee", "<i>committee</i>")
        page = (
            Client(create_operator_app(small.site), "http://127.0.0.1:8081", "127.0.0.1").get("/operator/review").text
        )
    assert "The second reader reads EMA: recommended for approval (announced)" in page
    assert "&lt;i&gt;committee" in page


def test_the_figures_count_documents_and_steps_and_what_was_sent(tmp_path: Path) -> None:
    with busy_board(tmp_path) as small:
        now = small.clock.now()
        journal = Journal(small.book.database, "a b", Budget(9, 9999))
        journal.admit("k", 700, now)
        journal.answered("k", "{}", 2, now)
        journal.troubled(SecondReaderLate(), 1, now)
        with small.book.database.session() as session:
            marks.count(session, marks.Name.SECOND_READER_EVENTS, Verdict.AGREES.value)
        families = {one.name: one for one in text_string_to_metric_families(figures(small))}

    def told(name: str, label: str) -> dict[str, float]:
        return {one.labels[label]: one.value for one in families[name].samples}

    assert told("regwatch_second_reader_documents", "outcome") == {
        "answered": 1, "known": 0, "late": 1, "unreachable": 0, "refused": 0, "malformed": 0, "paused": 0,
        "over_budget": 0,
    }  # fmt: skip
    assert told("regwatch_second_reader_events", "verdict") == {"agrees": 1, "differs": 0, "alone": 0, "unverified": 2}
    assert told("regwatch_second_reader_sent_today", "what") == {"requests": 1, "characters": 700}


def notices(database: Database, now: datetime, name: str) -> list[AlertRow]:
    run_checks(database.session, Watchlist((), ()), now, second_reader=name)
    with database.session() as session:
        return [row for row in session.exec(select(AlertRow)).all() if row.resolved_at is None]


def test_a_reader_that_fails_for_a_day_is_one_notice_until_it_answers_or_is_given_up(database: Database) -> None:
    journal = Journal(database, "a b", Budget(9, 9999))
    journal.troubled(SecondReaderLate("no answer"), 1, START)
    day = START + timedelta(days=1, minutes=1)
    assert notices(database, day, "a b") == [], "one failure is none"
    journal.troubled(SecondReaderLate("no answer"), 1, day)
    (row,) = notices(database, day, "a b")
    assert (row.kind, row.since) == ("second_reader", START)
    assert row.evidence == "2 failures in a row, the last: no answer"
    assert letter([row], [], str).subject == "regwatch: The second reader has failed for more than a day"
    assert notices(database, day, "") == []
    assert len(notices(database, day, "a b")) == 1
    journal.answered("k", "{}", 0, day)
    assert notices(database, day, "a b") == []


def test_a_used_up_budget_is_no_notice(database: Database) -> None:
    journal = Journal(database, "a b", Budget(0, 0))
    for hours in (0, 30, 60):
        journal.troubled(SecondReaderOverBudget(), 1, START + timedelta(hours=hours))
    assert notices(database, START + timedelta(hours=60), "a b") == []


def examined() -> dict[str, tuple[str, str]]:
    lines = json.loads(typed("doctor", "--json"))
    assert all(bool(line["remedy"]) == (line["grade"] != "OK") for line in lines)
    return {line["about"]: (line["grade"], line["seen"]) for line in lines}


@pytest.fixture
def set_up(store: Database, model: Model, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    def put(name: str, value: str) -> None:
        monkeypatch.setenv(f"REGWATCH_SECOND_READER_{name}", value)

    put("URL", model.url)
    put("MODEL", MODEL)
    return put


def test_the_doctor_says_nothing_of_a_reader_that_is_not_set(store: Database) -> None:
    assert not {"second reader", "opinions"} & set(examined())


@pytest.mark.usefixtures("set_up")
def test_the_doctor_finds_a_reader_that_can_be_asked_and_asks_it_nothing(model: Model) -> None:
    found = examined()
    assert found["second reader"] == ("OK", f"{model.url} answers and has {MODEL}")
    seen = "it never answered yet; today 0 of 100 requests and 0 of 1000000 characters"
    assert found["opinions"] == ("OK", seen)
    assert model.asked == []


@pytest.mark.parametrize(("name", "value", "grade", "says"), [
    ("MODEL", "another", "FAIL", f"has no model another; it has {MODEL}"),
    ("URL", "http://127.0.0.1:9/v1", "WARN", "could not be reached"),
    ("URL", "not an address", "", ""),
])  # fmt: skip
def test_the_doctor_finds_what_is_wrong_with_it(
    set_up: Callable[[str, str], None], name: str, value: str, grade: str, says: str
) -> None:
    set_up(name, value)
    found = examined()
    if not grade:
        assert found["settings"][0] == "FAIL"
        return
    assert found["second reader"][0] == grade
    assert says in found["second reader"][1]


@pytest.mark.usefixtures("set_up")
def test_the_doctor_finds_a_key_that_is_not_taken(model: Model) -> None:
    model.models = (401, {}, b"")
    assert examined()["second reader"][0] == "FAIL"
    model.models = (404, {}, b"")
    assert examined()["second reader"] == ("OK", f"{model.url} answers; it does not list its models")


@pytest.mark.usefixtures("set_up")
def test_the_doctor_finds_a_reader_that_is_not_believed(store: Database) -> None:
    for _ in range(9):
        finding(store, Verdict.DIFFERS)
    for _ in range(5):
        finding(store, Verdict.ALONE)
        finding(store, Verdict.AGREES)
    assert examined()["opinions"][0] == "OK"
    finding(store, Verdict.DIFFERS)
    assert "it is not believed" in examined()["opinions"][1]
    for _ in range(11):
        finding(store, Verdict.AGREES)
    assert examined()["opinions"][0] == "OK"


def test_the_doctor_finds_failures_and_a_used_up_budget(
    set_up: Callable[[str, str], None], store: Database, model: Model
) -> None:
    journal = Journal(store, f"{model.url} {MODEL}", Budget(9, 99_999))
    journal.troubled(SecondReaderLate("no answer"), 1, NOW)
    assert examined()["opinions"][0] == "WARN"
    assert "1 failure in a row: no answer" in examined()["opinions"][1]
    journal.answered("k", "{}", 0, NOW)
    assert examined()["opinions"][0] == "OK"
    journal.admit("another", 10, datetime.now(UTC))
    set_up("REQUESTS", "1")
    assert examined()["opinions"][0] == "WARN"
