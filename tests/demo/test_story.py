"""The story yields exactly what happened, once, however often it is told or interrupted."""

from __future__ import annotations

import asyncio
import email
import json
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from regwatch.demo.news_lines import news_lines
from regwatch.demo.story import END, Told, demo_settings, tell
from regwatch.errors import UsageError
from regwatch.ledger.entries import EventKind, ExpectationState
from regwatch.model import Source
from regwatch.polling.outcome import Polled
from regwatch.polling.poll import Poller
from regwatch.store.database import Database
from regwatch.store.tables import Message, OddityRow

WHAT_HAPPENED = [
    ("transition", "FDA", "accepted_for_review", None, None, "2024-08-06", "reported"),
    ("expected", "FDA", "approved", None, "2025-04-03", None, None),
    ("transition", "FDA", "approved", "accepted_for_review", "2025-03-26", "2025-03-26", "confirmed"),
    ("met", "FDA", "approved", None, "2025-04-03", None, None),
    ("expected", "NICE", "hta_committee", None, "2025-09-10", None, None),
    ("expected", "NICE", "hta_recommended", None, "2025-11-19", None, None),
    ("transition", "NICE", "hta_in_progress", None, None, None, "confirmed"),
    ("transition", "EMA", "opinion_positive", None, "2025-06-19", "2025-06-20", "confirmed"),
    ("transition", "EC", "approved", "opinion_positive", "2025-07-23", "2025-07-24", "confirmed"),
    ("transition", "MHRA", "approved", None, None, "2025-09-22", "reported"),
    ("overdue", "NICE", "hta_recommended", None, "2025-11-19", None, None),
    ("transition", "NICE", "hta_draft_not_recommended", "hta_in_progress", None, None, "confirmed"),
]
"""Event, authority, milestone, from, date, announced, standing."""


def shape(line: dict[str, Any]) -> tuple[Any, ...]:
    keys = ("event", "authority", "milestone", "from", "date", "announced", "standing")
    return tuple(line[key] for key in keys)


def of_the_decision_foreseen(line: dict[str, Any]) -> bool:
    """The Commission's decision, foreseen from the opinion on: a window in words or a quarter, then met."""
    return line["authority"] == "EC" and line["event"] in ("expected", "met")


def steps(told: Told) -> list[tuple[Any, ...]]:
    """Everything told but the instants, of which some seconds hang on how long regwatch waits for its turn."""
    return [shape(line) for line in news_lines(told.events)]


def test_the_demo_tells_exactly_what_happened_and_nothing_else(told: Told) -> None:
    lines = [line for line in news_lines(told.events) if not of_the_decision_foreseen(line)]
    by_time = [shape(line) for line in lines]
    assert sorted(by_time, key=str) == sorted(WHAT_HAPPENED, key=str)
    moves = [line for line in by_time if line[0] == "transition"]
    assert moves == [line for line in WHAT_HAPPENED if line[0] == "transition"]


def test_every_line_is_about_the_topic_and_says_when_and_where_it_was_seen(told: Told) -> None:
    lines = news_lines(told.events)
    assert {line["topic"] for line in lines} == {"cabozantinib-net"}
    assert [line["detected_at"] for line in lines] == sorted(line["detected_at"] for line in lines)
    assert all(datetime.fromisoformat(line["detected_at"]).tzinfo for line in lines)
    first = {line["authority"]: line["source"] for line in reversed(lines) if line["event"] == "transition"}
    assert first["MHRA"] == "ipsen-uk"
    assert first["EC"] == "ec-register"
    assert json.loads(json.dumps(lines)) == lines


def test_the_fda_decision_is_reported_by_the_company_and_confirmed_by_the_fda_eight_days_early(told: Told) -> None:
    approval = next(one for one in told.history if (one.authority, one.milestone) == ("FDA", "approved"))
    assert [piece.source for piece in approval.evidence][:2] == ["exelixis", "fda-oncology"]
    assert "fda-drugsfda" in {piece.source for piece in approval.evidence}
    kinds = [event.kind for event in told.events if event.transition and event.transition.id == approval.id]
    assert kinds == [EventKind.TRANSITION, EventKind.CONFIRMED]
    met = next(event for event in told.events if event.kind is EventKind.MET and event.authority == "FDA")
    assert met.expectation is not None
    assert met.expectation.days == -8


def test_one_decision_of_the_commission_has_many_witnesses_and_is_told_once(told: Told) -> None:
    approval = next(one for one in told.history if one.authority == "EC")
    assert {"ec-register", "ipsen", "exelixis", "ema-cabometyx", "ema-medicines"} <= {
        piece.source for piece in approval.evidence
    }
    assert [event.kind for event in told.events if event.transition and event.transition.id == approval.id] == [
        EventKind.TRANSITION
    ]


def test_nice_is_overdue_once_and_still_awaited_at_the_end(told: Told) -> None:
    overdue = [event for event in told.events if event.kind is EventKind.OVERDUE]
    assert [(event.authority, event.at.date().isoformat()) for event in overdue] == [("NICE", "2025-11-20")]
    assert [(one.authority, one.state) for one in told.coming] == [("NICE", ExpectationState.OVERDUE)]


def test_nothing_is_told_on_a_day_of_noise(told: Told) -> None:
    days_of_news = {event.at.date().isoformat() for event in told.events if not event.baseline}
    assert days_of_news == {
        "2024-08-06", "2025-03-26", "2025-04-02", "2025-06-20", "2025-07-24", "2025-09-22", "2025-11-20", "2026-01-08",
    }  # fmt: skip


def test_each_piece_of_news_is_in_one_digest_on_the_next_morning(told: Told) -> None:
    assert [mail.at.date().isoformat() for mail in told.mails] == [
        "2024-08-07", "2025-03-27", "2025-04-03", "2025-06-21", "2025-07-25", "2025-09-23", "2025-11-20", "2026-01-09",
    ]  # fmt: skip
    for mail in told.mails:
        text = email.message_from_bytes(mail.page.with_suffix(".eml").read_bytes(), policy=default)
        assert mail.page.is_file()
        assert text["Subject"].strip() == mail.subject
        assert text["To"] == "advocate@example.org"


def test_the_mail_about_the_mhra_says_that_only_the_company_reports_it(told: Told) -> None:
    mail = next(mail for mail in told.mails if "MHRA" in mail.subject)
    message = email.message_from_bytes(mail.page.with_suffix(".eml").read_bytes(), policy=default)
    part = message.get_body(("plain",))
    assert part is not None
    assert "reported" in mail.subject
    assert "NICE decides" in " ".join(part.get_content().split())


def test_no_page_leaves_an_oddity_for_the_operator(told: Told, folder: Path) -> None:
    database = Database(demo_settings(folder).database)
    with database.session() as session:
        assert session.exec(select(OddityRow)).all() == []
    database.close()


def test_telling_it_twice_over_the_same_folder_changes_and_mails_nothing(told: Told, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo_settings(folder).mail_dir.iterdir()}
    again = asyncio.run(tell(folder))
    assert again == told
    assert {path: path.stat().st_mtime_ns for path in demo_settings(folder).mail_dir.iterdir()} == before


def test_a_restart_in_the_middle_changes_nothing(told: Told, tmp_path: Path) -> None:
    between_report_and_confirmation = datetime(2025, 3, 26, 19, tzinfo=UTC)
    part = asyncio.run(tell(tmp_path, until=between_report_and_confirmation))
    assert 0 < len(part.events) < len(told.events)
    whole = asyncio.run(tell(tmp_path))
    assert steps(whole) == steps(told)
    assert [(mail.at.date(), mail.subject) for mail in whole.mails] == [
        (mail.at.date(), mail.subject) for mail in told.mails
    ]


def test_a_process_that_dies_in_the_middle_of_a_look_loses_and_repeats_nothing(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, polls = Poller.poll, 0

    async def dying(self: Poller, source: Source) -> Polled:
        nonlocal polls
        polls += 1
        if self.clock.now() > datetime(2025, 6, 20, 10, 35, tzinfo=UTC) and source.id == "ema-chmp-highlights":
            raise MemoryError
        return await real(self, source)

    monkeypatch.setattr(Poller, "poll", dying)
    with pytest.raises(MemoryError):
        asyncio.run(tell(tmp_path))
    assert polls
    monkeypatch.undo()
    whole = asyncio.run(tell(tmp_path))
    assert steps(whole) == steps(told)
    assert [mail.subject for mail in whole.mails] == [mail.subject for mail in told.mails]


def test_no_event_is_told_to_anybody_in_two_mails(told: Told, folder: Path) -> None:
    database = Database(demo_settings(folder).database)
    with database.session() as session:
        sent = session.exec(select(Message)).all()
        assert {row.state for row in sent} == {"accepted"}
        assert len({row.message_id for row in sent}) == len(sent) == len(told.mails)
    database.close()


def test_the_story_ends_with_the_last_thing_on_record(told: Told) -> None:
    assert max(event.at for event in told.events) < END
    assert told.history[0].milestone == "hta_draft_not_recommended"


def test_the_environment_of_the_machine_does_not_change_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGWATCH_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("REGWATCH_DATABASE", "postgresql://elsewhere/regwatch")
    settings = demo_settings(tmp_path)
    assert settings.smtp_host == ""
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'regwatch.db'}"


@pytest.mark.parametrize("found", ["sources.yaml", "var/regwatch.db"])
def test_a_folder_with_somebody_elses_files_is_left_alone(found: str, tmp_path: Path) -> None:
    (tmp_path / found).parent.mkdir(exist_ok=True)
    (tmp_path / found).write_text("theirs")
    with pytest.raises(UsageError, match="name an empty folder"):
        asyncio.run(tell(tmp_path))
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["theirs"]


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"the demo cannot write into .*file/demo: Not a directory"):
        asyncio.run(tell(tmp_path / "file" / "demo"))
