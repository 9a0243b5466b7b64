"""The commands as an operator types them: what they print, and what they say and return when they cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ledger.saying import Book
from regwatch.cli.main import app, run
from regwatch.reasons import Rival, Weighing
from regwatch.store import marks
from regwatch.store.codec import weighing_from_json, weighing_to_text
from regwatch.store.database import Database
from regwatch.store.tables import FindingRow, SourceState

TOPIC = "cabozantinib-net"
WATCHLIST = f"""
topics:
  - id: {TOPIC}
    title: Cabozantinib for neuroendocrine tumours
    treatment: {{inn: cabozantinib}}
    indication: {{name: neuroendocrine tumours, terms: [NETs]}}
sources:
  - id: dead
    adapter: feed
    topics: [{TOPIC}]
    url: http://127.0.0.1:9/feed.xml
    publisher: Nobody
  - id: authority
    adapter: page
    topics: [{TOPIC}]
    url: http://127.0.0.1:9/page
    publisher: The Commission
    official_for: [EC]
    options: {{select: main}}
digest:
  recipients:
    - {{address: you@example.org, cadence: immediately}}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sources.yaml").write_text(WATCHLIST)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGWATCH_ALLOW_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("REGWATCH_FETCH_GAP", "0")
    return tmp_path


@pytest.fixture
def book(home: Path) -> Iterator[Book]:
    database = Database(f"sqlite:///{home / 'var' / 'regwatch.db'}")
    yield Book(database, datetime(2025, 7, 24, 9, 0, tzinfo=UTC))
    database.close()


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    """Exit code and standard error of the console script."""
    monkeypatch.setattr("sys.argv", ["regwatch", *words])
    with pytest.raises(SystemExit) as ended:
        run()
    return int(ended.value.code or 0), capsys.readouterr().err


def test_a_poll_of_what_cannot_be_reached_says_so_and_fails(home: Path) -> None:
    result = typed("poll", "dead")
    assert result.exit_code == 1
    assert "dead: could not be read (unreachable)" in result.stdout


def test_no_network_at_all_is_one_sentence(home: Path) -> None:
    lines = [line for line in typed("poll").stdout.splitlines() if line]
    assert len(lines) == 1
    assert "none of the 2 sources could be reached" in lines[0]


def test_a_poll_as_json_is_one_object_a_line(home: Path) -> None:
    found = [json.loads(line) for line in typed("poll", "--json").stdout.splitlines()]
    assert {one["source"] for one in found} == {"dead", "authority"}
    assert {one["outcome"] for one in found} == {"trouble"}


def test_the_troubled_source_is_shown_with_since_when_and_why(home: Path) -> None:
    typed("poll", "dead")
    lines = typed("status", "--sources").stdout.splitlines()
    dead = next(line for line in lines if line.startswith("dead"))
    assert "unreachable since 20" in dead
    (one,) = [one for one in json.loads(typed("status", "--sources", "--json").stdout) if one["id"] == "dead"]
    assert (one["trouble"], one["failures"]) == ("unreachable", 1)


def test_a_source_that_rests_says_why_and_until_when(home: Path) -> None:
    database = Database(f"sqlite:///{home / 'var' / 'regwatch.db'}")
    with database.session() as session:
        at = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
        session.add(
            SourceState(
                id="dead", adapter="feed", trouble="blocked_page", trouble_text="a wall", trouble_since=at, failures=2,
                next_due_at=at + timedelta(hours=3),
            )
        )  # fmt: skip
    database.close()
    dead = next(line for line in typed("status", "--sources").stdout.splitlines() if line.startswith("dead"))
    assert "left alone until 2026-02-03 1" in dead
    assert "makes a bot wall last longer" in dead


def test_the_board_shows_where_things_stand_and_what_is_expected(book: Book) -> None:
    book.says("EC", "approved", mode="expected", on="2025-Q3", by="company")
    book.says("EMA", "opinion_positive", on="2025-06-19", by="authority")
    words = typed("status").stdout
    assert "recommended for approval" in words
    assert "third quarter of 2025" in words
    cells = {one["authority"]: one for one in json.loads(typed("status", TOPIC, "--json").stdout)}
    assert cells["EMA"]["milestone"] == "opinion_positive"
    assert cells["EC"]["expected"][0]["date"] == "2025-Q3"
    assert cells["EC"]["milestone"] is None


@pytest.mark.parametrize(("shape", "piece"), [
    ("table", "23 July 2025"),
    ("md", "- **23 July 2025**: The European Commission approved cabozantinib for neuroendocrine tumours"),
    ("html", "<li><p><strong>23 July 2025</strong>: The European Commission approved"),
    ("json", '"date": "2025-07-23"'),
])  # fmt: skip
def test_a_timeline_comes_in_every_shape(book: Book, shape: str, piece: str) -> None:
    book.says("EC", "approved", on="2025-07-23", by="authority")
    assert piece in typed("timeline", TOPIC, "--format", shape).stdout


def test_an_unknown_name_is_answered_with_those_that_there_are(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (("timeline", "nothing"), ("status", "nothing"), ("poll", "nothing")):
        code, said = refused(capsys, monkeypatch, *words)
        assert code == 2
        assert "there are: " in said
        assert "Traceback" not in said


def test_what_a_transition_rests_on_is_shown(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    book.says("EC", "approved", on="2025-07-24", announced="2025-07-24", by="company")
    book.says("EC", "approved", on="2025-07-23", by="authority")
    found = json.loads(typed("explain", "1", "--json").stdout)
    assert (found["milestone"], found["date"], found["announced"]) == ("approved", "2025-07-23", "2025-07-24")
    assert [link["official"] for link in found["evidence"]] == [False, True]
    assert "No mail has told of it." in typed("explain", "1").stdout
    assert refused(capsys, monkeypatch, "explain", "99") == (
        2,
        "regwatch: there is no transition 99; the newest is 1\n",
    )


WEIGHED = Weighing(
    0.978,
    (("zone: lede", 0.61), ("tense: perfect", -0.45), ("body: named", 0.4)),
    Rival("EMA", 41),
)


def weigh(book: Book, number: int, weighing: Weighing, **facts: str) -> None:
    with book.database.session() as session:
        row = session.get_one(FindingRow, number)
        row.weighing = weighing_to_text(weighing)
        for name, value in facts.items():
            setattr(row, name, value)


def test_how_a_text_was_weighed_is_told_with_what_a_transition_rests_on(book: Book) -> None:
    book.says("EC", "approved", on="2025-07-24", by="company")
    book.says("EC", "approved", on="2025-07-23", by="authority")
    weigh(book, 1, WEIGHED, reason="told as done in the lede")
    shown = typed("explain", "1").stdout
    assert "(confidence high; told as done in the lede)" in shown
    assert "news   with probability 0.98" in shown
    assert "weighed    every event starts with +0.00; zone: lede +0.61; tense: perfect -0.45;" in shown
    assert "authority  next best EMA, 41 characters further" in shown
    text, label = json.loads(typed("explain", "1", "--json").stdout)["evidence"]
    assert weighing_from_json(text["weighing"]) == WEIGHED
    assert label["weighing"] is None


def test_the_review_shows_how_probable_each_finding_is(book: Book) -> None:
    for number, probability in enumerate((0.4, 0.9), 1):
        book.says("EC", "approved", by="company", confidence="medium")
        weigh(book, number, Weighing(probability), review="open")
    assert [one["weighing"]["probability"] for one in json.loads(typed("review", "--json").stdout)] == [0.9, 0.4]
    shown = typed("review").stdout
    assert shown.index("0.90") < shown.index("0.40")


def test_what_is_unsure_is_listed_and_decided_once(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        book.says("EC", "approved", on="2025-07-23", by="company", confidence="medium")
    with book.database.session() as session:
        for number in (1, 2, 3):
            session.get_one(FindingRow, number).review = "open"
    assert len(json.loads(typed("review", "--json").stdout)) == 3
    assert typed("review", "reject", "1", "--note", "another drug").exit_code == 0
    assert book.current("EC") == ""
    assert "European Commission: approved (ledger)" in typed("review", "correct", "2", "--date", "2025-07-22").stdout
    assert book.current("EC") == "approved"
    typed("review", "accept", "3")
    assert len(book.log()) == 1, "the same statement again is evidence"
    assert "nothing waits" in typed("review").stdout
    code, said = refused(capsys, monkeypatch, "review", "accept", "2")
    assert (code, "is not waiting for review" in said) == (2, True)


@pytest.mark.parametrize("words", [
    ("review", "correct", "1"),
    ("review", "correct", "1", "--milestone", "aproved"),
    ("review", "correct", "1", "--date", "soon"),
])  # fmt: skip
def test_a_correction_that_cannot_be_taken_changes_nothing(
    book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    book.says("EC", "approved", by="company", confidence="low")
    with book.database.session() as session:
        session.get_one(FindingRow, 1).review = "open"
    assert refused(capsys, monkeypatch, *words)[0] == 2
    assert len(json.loads(typed("review", "--json").stdout)) == 1


def test_a_digest_is_previewed_without_sending_and_sent_once(book: Book) -> None:
    typed("digest", "send")
    book.says("EC", "approved", on="2025-07-23", by="authority")
    first = typed("digest", "preview").stdout
    assert first.startswith("Subject: Approved: European Commission")
    assert typed("digest", "preview").stdout == first
    assert "composed 1, sent 1" in typed("digest", "send").stdout
    assert "composed 0, sent 0" in typed("digest", "send").stdout
    assert "nothing to tell" in typed("digest", "preview").stdout
    assert len(json.loads(typed("digest", "outbox", "--json").stdout)) == 1


@pytest.mark.sqlite("of PostgreSQL pg_dump makes the backup")
def test_a_backup_is_made_and_never_over_a_file(book: Book, home: Path) -> None:
    assert typed("db", "backup", str(home / "copy.db")).exit_code == 0
    assert typed("db", "backup", str(home / "copy.db")).exit_code == 1
    with book.database.session() as session:
        noted = marks.noted(session, marks.Name.BACKUP)
    assert noted is not None
    assert noted.at is not None


@pytest.mark.sqlite("of PostgreSQL pg_dump makes the backup")
def test_a_copy_is_put_back_by_command_and_mails_wait_until_they_are_released(book: Book, home: Path) -> None:
    assert typed("db", "backup", str(home / "copy.db")).exit_code == 0
    book.database.close()
    shown = typed("db", "restore", str(home / "copy.db")).stdout
    assert "what was there is kept as" in shown
    assert "mails nothing before `regwatch db release`" in shown
    assert typed("digest", "send").exit_code == 1
    assert "mails leave again; 0 mails waiting" in typed("db", "release").stdout
    assert typed("digest", "send").exit_code == 0


@pytest.mark.sqlite("of PostgreSQL pg_dump makes the backup")
def test_a_copy_in_the_place_by_hand_is_taken_over_by_the_release(book: Book, home: Path) -> None:
    assert typed("db", "backup", str(home / "copy.db")).exit_code == 0
    book.database.close()
    (home / "copy.db").rename(home / "var" / "regwatch.db")
    assert "the copy was made at" in typed("db", "release").stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [("UPDATE alembic_version SET version_num = '0001'", "regwatch db upgrade"),
     ("UPDATE alembic_version SET version_num = '9999'", "install that version again"), ("", "not a database")],
)  # fmt: skip
def test_a_database_of_another_version_or_a_damaged_one_ends_with_78(
    book: Book, home: Path, change: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "var" / "regwatch.db"
    with book.database.session() as session:
        session.connection().exec_driver_sql(change or "SELECT 1")
    book.database.close()
    if not change:
        file.write_bytes(b"no database at all" * 500)
    code, said = refused(capsys, monkeypatch, "digest", "send")
    assert code == 78
    assert words in said


def test_classify_answers_every_line_in_order(home: Path) -> None:
    (home / "watch.yaml").write_text("treatments:\n  - {inn: cabozantinib, brands: [Cabometyx]}\n")
    text = "European Commission approves Cabometyx for neuroendocrine tumours\nThe Commission approved it today."
    lines = [
        json.dumps({"id": "a", "kind": "trade_news", "publisher": "P", "url": "", "published": None, "text": text}),
        "{broken",
        json.dumps({"id": "c", "text": 7}),
        json.dumps({"id": "d", "kind": "trade_news", "text": "Nothing of note happened."}),
        '{"id": "\\ud800", "text": "FDA \\udc00 approves Cabometyx for thyroid cancer"}',
        "[" * 100_000,
        '["a list"]',
    ]
    result = CliRunner().invoke(app, ["classify", "--watch", "watch.yaml"], input="\n".join(lines))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["id"] for one in found] == ["a", None, "c", "d", "\ufffd", None, None]
    assert [one.get("error", "").partition("no document: ")[2][:20] for one in found] == [
        "", "it is not JSON: Expe", "`text` is not a stri", "", "", "it is nested too dee", "it is no JSON object",
    ]  # fmt: skip
    assert found[4]["events"][0]["quote"].startswith("FDA \ufffd approves")
    assert result.exit_code == 1
    assert "line 2 is no document" in result.stderr
    assert "(and 3 more)" in result.stderr
    assert found[0]["events"][0]["status"] == "approved"
    assert "error" in found[1]
    assert "error" in found[2]
    assert found[3]["events"] == []


def test_a_watch_file_that_is_wrong_is_a_configuration_error(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "watch.yaml").write_text("treatments:\n  - {in: cabozantinib}\n")
    code, said = refused(capsys, monkeypatch, "classify", "--watch", "watch.yaml")
    assert code == 78
    assert "watch.yaml" in said
