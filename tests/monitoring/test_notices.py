"""What is wrong with a source becomes one notice, told once when it begins and once when it is over."""

from __future__ import annotations

import asyncio
import email
from dataclasses import replace
from datetime import date, timedelta
from email.policy import default
from functools import partial
from math import ceil

import pytest
from sqlmodel import select

from mail.kept import kept_mails
from polling.pages import OTHER, ROOT, START, TOPIC, Scene
from regwatch.digest.posting import Mailing
from regwatch.errors import BlockedPage, CountOutOfRange
from regwatch.mail.sender import Sender
from regwatch.monitoring import alerts
from regwatch.monitoring.alerts import AlertChanges
from regwatch.monitoring.checks import silence
from regwatch.monitoring.rounds import AT_ONCE, run_checks, tell_operator
from regwatch.store.database import Database
from regwatch.store.tables import AlertRow, FindingRow, SourceState
from regwatch.watchlist import Watchlist
from store.statements import statements

SENDER = Sender("regwatch", "news@example.org", "news@example.org")


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


def poll(scene: Scene, **page: object) -> None:
    asyncio.run(scene.poll(**page))


def look(scene: Scene) -> AlertChanges:
    """The daemon's job: write what is in memory, look, tell."""
    scene.book.flush()
    now = scene.site.clock.now()
    turn = run_checks(scene.database.session, Watchlist((TOPIC, OTHER), (scene.source,)), now)
    tell_operator(scene.database.session, "operator@example.org", Mailing(Watchlist((), (scene.source,)), SENDER), now)
    return turn


def mails(scene: Scene) -> list[tuple[str, str]]:
    """Subject and text of every mail in the outbox; all are for the operator."""
    with scene.database.session() as session:
        rows = kept_mails(session)
    assert {(row.kind, row.recipient) for row in rows} <= {("operator", "operator@example.org")}
    parsed = [email.message_from_bytes(row.raw, policy=default) for row in rows]
    texts = [" ".join(part.get_content().split()) for one in parsed if (part := one.get_body(("plain",)))]
    return list(zip([row.subject for row in rows], texts, strict=True))


def standing(scene: Scene) -> list[str]:
    with scene.database.session() as session:
        return [row.kind for row in session.exec(select(AlertRow)) if row.resolved_at is None]


def test_a_source_that_is_well_has_no_notice(scene: Scene) -> None:
    poll(scene, status="hta_in_progress")
    assert look(scene) == AlertChanges()
    assert mails(scene) == []


def test_a_layout_that_moved_is_told_once_and_once_when_it_is_mended(scene: Scene) -> None:
    poll(scene, status="hta_in_progress")
    poll(scene, layout="new")
    look(scene)
    assert standing(scene) == [], "one bad poll may be a bad moment"
    for _ in range(8):
        poll(scene, layout="new")
        look(scene)
    assert standing(scene) == ["layout"]
    ((subject, text),) = mails(scene)
    assert subject == "regwatch: NICE (nice) is not laid out as it was"
    assert "missing_part: the page has no status" in text
    assert "Since 2025-06-02 00:00 UTC." in text
    poll(scene, status="hta_in_progress")
    for _ in range(3):
        look(scene)
    assert standing(scene) == []
    assert [subject for subject, _ in mails(scene)][1:] == ["regwatch: over: NICE (nice) is not laid out as it was"]


def test_a_page_that_cannot_be_had_is_told_after_a_day_and_not_before(scene: Scene) -> None:
    poll(scene, status="hta_in_progress")
    scene.site.fails[ROOT] = BlockedPage("a bot wall answered")
    told = []
    for _ in range(8):
        poll(scene)
        look(scene)
        told.append(len(mails(scene)))
    assert told == [0, 0, 0, 0, 0, 1, 1, 1]
    assert "blocked_page: a bot wall answered" in mails(scene)[0][1]


def test_a_count_out_of_range_is_a_kind_of_its_own(scene: Scene) -> None:
    poll(scene, status="hta_in_progress")
    scene.site.fails[ROOT] = CountOutOfRange("the page gave 900 records")
    for _ in range(3):
        poll(scene)
        look(scene)
    assert standing(scene) == ["count"]


def test_an_unknown_word_is_told_at_once_and_only_once(scene: Scene) -> None:
    poll(scene, status="hta_in_progress", odd="Paused for thought")
    look(scene)
    poll(scene, status="hta_in_progress", odd="Paused for thought", items={"1": "Other news"})
    look(scene)
    ((subject, text),) = mails(scene)
    assert subject == "regwatch: NICE (nice) has something that regwatch does not understand"
    assert "status: 'Paused for thought' at https://authority.example/list" in text


def test_another_unknown_word_is_told_too_but_not_more_than_once_a_day(scene: Scene) -> None:
    told = []
    for number in range(9):
        poll(scene, status="hta_in_progress", odd=f"Word {number}")
        look(scene)
        told.append(len(mails(scene)))
    assert standing(scene) == ["vocabulary"]
    assert told == [1, 1, 1, 1, 2, 2, 2, 2, 3]
    assert "Word 8" in mails(scene)[-1][1]


def test_a_list_that_turned_over_is_one_notice_however_often_it_does(scene: Scene) -> None:
    for start in range(6):
        poll(scene, follow={f"item/{start}{letter}": ("1", "x") for letter in "abc"})
        look(scene)
    assert standing(scene) == ["overflow"]
    ((_, text),) = mails(scene)
    assert "of its 3 items, none was among the 3 of" in text
    for _ in range(125):
        poll(scene)
    look(scene)
    assert standing(scene) == []


def test_findings_that_wait_for_a_person_are_told(scene: Scene) -> None:
    with scene.database.session() as session:
        session.add(
            FindingRow(
                change=1, source="nice", at=START, authority="NICE", milestone="hta_recommended", mode="announced",
                confidence="medium", treatment="cabozantinib", quote="may be recommended", review="open",
            )
        )  # fmt: skip
    look(scene)
    ((subject, text),) = mails(scene)
    assert subject == "regwatch: Findings wait for a decision"
    assert '1 finding to decide: NICE: recommended (announced), of cabozantinib: "may be recommended"' in text


def test_several_notices_go_into_one_mail(scene: Scene) -> None:
    poll(scene, odd="A new word", follow={f"item/{letter}": ("1", "x") for letter in "abc"})
    poll(scene, odd="A new word", follow={f"item/{letter}": ("1", "x") for letter in "def"})
    look(scene)
    ((subject, _),) = mails(scene)
    assert subject == "regwatch: 2 to look at"


def test_what_begins_and_ends_before_it_can_be_told_is_not_told(scene: Scene) -> None:
    sources = Watchlist((TOPIC, OTHER), (scene.source,))
    poll(scene, status="hta_in_progress", odd="A new word")
    assert len(run_checks(scene.database.session, sources, scene.site.clock.now()).opened) == 1
    poll(scene, status="hta_in_progress")
    look(scene)
    assert mails(scene) == []


def test_where_no_source_can_be_reached_the_network_is_told_once(scene: Scene) -> None:
    sources = [replace(scene.source, id=f"s{number}") for number in range(3)]
    now = scene.site.clock.now()
    with scene.database.session() as session:
        for number, source in enumerate(sources):
            since = now - timedelta(hours=20 + 3 * number)
            session.add(SourceState(id=source.id, adapter="x", trouble="unreachable", trouble_since=since, failures=9))
    watched = Watchlist((TOPIC, OTHER), tuple(sources))
    [opened] = run_checks(scene.database.session, watched, now, reading=scene.database.reading).opened
    assert (opened.kind, opened.source) == ("network", "")
    assert "none of the 3 sources" in opened.evidence


def test_the_notice_of_a_source_that_is_watched_no_more_is_over(scene: Scene) -> None:
    poll(scene, status="hta_in_progress", odd="A new word")
    look(scene)
    turn = run_checks(scene.database.session, Watchlist((TOPIC,), ()), scene.site.clock.now())
    assert [row.kind for row in turn.closed] == ["vocabulary"]


WEEKDAYS = [date(2025, 6, 2) + timedelta(days=day) for day in range(26) if day % 7 < 5]


@pytest.mark.parametrize(
    ("days", "today", "found"),
    [
        (WEEKDAYS, date(2025, 6, 30), None),
        (WEEKDAYS, date(2025, 7, 3), None),
        (WEEKDAYS, date(2025, 7, 4), (date(2025, 6, 27), 1)),
        (WEEKDAYS[:5], date(2026, 1, 1), None),
        ([date(2025, month, 1) for month in range(1, 8)], date(2025, 12, 31), None),
        ([date(2025, month, 1) for month in range(1, 8)], date(2026, 1, 4), (date(2025, 7, 1), 31)),
        ([*WEEKDAYS[:8], date(2025, 6, 30)], date(2025, 7, 18), None),
        ([*WEEKDAYS, date(2026, 6, 1)], date(2025, 7, 3), None),
    ],
)
def test_silence_is_six_usual_gaps_and_longer_than_ever(
    days: list[date], today: date, found: tuple[date, int] | None
) -> None:
    assert silence(days, today) == found


def test_a_page_on_which_regwatch_itself_fails_is_told_at_once_with_the_traceback_and_only_once(scene: Scene) -> None:
    poll(scene, status="hta_in_progress")
    for _ in range(3):
        poll(scene, status="what no milestone is called")
        look(scene)
    assert standing(scene) == ["crashed"]
    ((subject, text),) = mails(scene)
    assert subject == "regwatch: NICE (nice) makes regwatch itself fail"
    assert "ValueError: 'what no milestone is called' is not a valid Milestone" in text
    assert "polling/pages.py:" in text
    poll(scene, status="hta_in_progress")
    look(scene)
    assert standing(scene) == []


def many_problems(scene: Scene, count: int) -> Watchlist:
    """A watchlist whose sources have all been unread for two days."""
    sources = tuple(replace(scene.source, id=f"s{number}") for number in range(count))
    since = scene.site.clock.now() - timedelta(days=2)
    with scene.database.session() as session:
        session.add_all(
            SourceState(id=one.id, adapter="x", trouble="timed_out", trouble_since=since, failures=9) for one in sources
        )
    return Watchlist((TOPIC, OTHER), sources)


def test_however_many_notices_begin_no_transaction_holds_the_lock_for_more_than_a_few_of_them(scene: Scene) -> None:
    watched, transactions = many_problems(scene, 120), list[list[str]]()
    now, sessions, reading = scene.site.clock.now(), scene.database.session, scene.database.reading
    with statements(scene.database.engine) as seen:
        assert len(run_checks(sessions, watched, now, reading=reading).opened) == 120
        tell_operator(sessions, "operator@example.org", Mailing(watched, SENDER), now, reading=reading)
    for statement in seen:
        if statement.startswith("BEGIN"):
            transactions.append([])
        transactions[-1].append(statement.partition(" ")[0])
    writing = [one for one in transactions if {"INSERT", "UPDATE"} & set(one)]
    assert len(writing) == ceil(120 / AT_ONCE) + 1
    assert writing[-1] == ["BEGIN", "INSERT", "INSERT", "UPDATE"], (
        "the mail and its text are made before the lock is taken, and all are noted at once"
    )
    assert len(mails(scene)) == 1


def test_a_crash_while_the_operator_is_told_leaves_all_of_it_to_be_told_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched, now = many_problems(scene, 40), scene.site.clock.now()
    run_checks(scene.database.session, watched, now)
    tell = partial(
        tell_operator, scene.database.session, "operator@example.org", Mailing(watched, SENDER), now,
        reading=scene.database.reading,
    )  # fmt: skip
    with monkeypatch.context() as broken:
        broken.setattr(alerts, "told", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell()
    assert mails(scene) == []
    tell()
    tell()
    [(subject, text)] = mails(scene)
    assert subject == "regwatch: 40 to look at"
    assert "(s39)" in text
