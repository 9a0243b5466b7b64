"""From a press room through the second reader to the mails: over real sockets, by the commands that operators type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.press_room import _ITEM, NEW, OLD, PressRoom, serving
from e2e.test_faults import Done, regwatch, rows, through
from mail.relay import Relay, running
from regwatch.store.second_reader_tables import SecondReaderDay
from regwatch.store.tables import FindingRow, TransitionRow
from second_reader.server import MODEL, Model, completion, event, says
from second_reader.server import serving as modelling

YOU = "you@example.org"
TOLD = "the European Commission has approved cabozantinib for adults"
VAGUE = "The European Commission wrote to Maker about cabozantinib in neuroendocrine tumours"
LETTER = _ITEM.format(title="A letter", key="3", day="Fri, 25 Jul 2025", text=f"{VAGUE}.")


@pytest.fixture
def room() -> Iterator[PressRoom]:
    with serving() as one:
        yield one


@pytest.fixture
def model() -> Iterator[Model]:
    with modelling() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path, room: PressRoom, model: Model) -> Path:
    """An installation past its baseline."""
    (tmp_path / "sources.yaml").write_text(room.watchlist(YOU))
    assert polled(tmp_path, model).returncode == 0
    return tmp_path


def polled(home: Path, model: Model, **settings: str) -> Done:
    reader = {"second_reader_url": model.url, "second_reader_model": MODEL}
    done = regwatch(home, "poll", **{**reader, **settings})
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def mailed(home: Path) -> list[bytes]:
    with running(Relay()) as relay:
        assert regwatch(home, "digest", "send", **through(relay.port)).returncode == 0
        return [mail for _, mail in relay.mails]


def test_what_both_read_is_mailed_once(home: Path, room: PressRoom, model: Model) -> None:
    model.answer = says(event(TOLD))
    room.items = NEW + OLD
    polled(home, model)
    polled(home, model)
    (mail,) = mailed(home)
    assert b"cabozantinib" in mail
    assert MODEL.encode() not in mail
    assert mailed(home) == []
    assert len(model.asked) == 1
    explained = regwatch(home, "explain", "1").stdout
    assert f"second reader agrees ({MODEL})" in explained


def test_what_they_read_differently_is_mailed_to_nobody_until_a_person_has_decided(
    home: Path, room: PressRoom, model: Model
) -> None:
    model.answer = says(event(TOLD, authority="EMA", status="opinion_positive"))
    room.items = NEW + OLD
    assert "for review" in polled(home, model).stdout
    assert mailed(home) == []
    assert "reads EMA: recommended for approval (announced)" in regwatch(home, "review").stdout
    assert regwatch(home, "review", "accept", "1").returncode == 0
    assert len(mailed(home)) == 1


def test_what_the_reader_alone_says_is_mailed_to_nobody(home: Path, room: PressRoom, model: Model) -> None:
    model.answer = says(event(VAGUE))
    room.items = LETTER + OLD
    polled(home, model)
    assert mailed(home) == []
    assert rows(home, TransitionRow) == []
    (found,) = json.loads(regwatch(home, "review", "--json").stdout)
    assert (found["rule"], found["second"]["verdict"], found["quote"]) == ("second_reader", "alone", VAGUE)
    assert regwatch(home, "review", "reject", "1").returncode == 0
    assert mailed(home) == []


@pytest.mark.parametrize("way", ["never", "nonsense", "refused", "nowhere"])
def test_whatever_becomes_of_the_reader_the_news_is_mailed(home: Path, room: PressRoom, model: Model, way: str) -> None:
    if way == "never":
        model.answer = model.sleeps
    elif way == "nonsense":
        model.answer = lambda _: completion("It was approved, I am sure.")
    elif way == "refused":
        model.answer = lambda _: (503, {}, b"busy")
    room.items = NEW + OLD
    elsewhere = {"second_reader_url": "http://127.0.0.1:9/v1"} if way == "nowhere" else {}
    done = polled(home, model, second_reader_timeout="1", **elsewhere)
    assert "the second reader was not heard on 1 of the texts" in done.stdout
    assert len(mailed(home)) == 1
    assert [row.second for row in rows(home, FindingRow)] == [""]


def test_nothing_of_the_reader_of_mails_and_nothing_of_the_page_but_its_prose_is_sent(
    home: Path, room: PressRoom, model: Model
) -> None:
    room.items = NEW + OLD
    polled(home, model, second_reader_key="sk-secret")
    (sent,) = model.asked
    everything = json.dumps(sent)
    for kept in (YOU, room.address, "maker.example", "cabo-net", "Results of the quarter", "<p>", "sk-secret"):
        assert kept not in everything
    (day,) = rows(home, SecondReaderDay)
    assert (day.requests, day.characters) == (1, sum(len(one["content"]) for one in sent["messages"]))


def test_without_the_setting_nobody_is_asked(home: Path, room: PressRoom, model: Model) -> None:
    room.items = NEW + OLD
    assert regwatch(home, "poll").returncode == 0
    assert model.asked == []
    assert len(mailed(home)) == 1
