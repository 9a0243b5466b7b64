"""Killed at every step by SIGKILL and started again: every transition is told, and told once.

One step of each kind is tried in the normal run, all of them with REGWATCH_TEST_EVERY_KILL=1. Where nobody can know
whether the mail server took a mail, it is sent once more with the same Message-ID and the same bytes.
"""

from __future__ import annotations

import email
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from e2e.press_room import NEW, OLD, PressRoom, serving
from mail.hook import listening
from mail.relay import Relay, running
from regwatch.store.database import Database
from regwatch.store.tables import EventRow, Message, SourceState, TransitionRow
from regwatch.subscribers import lifecycle
from regwatch.subscribers.channels import add_channel
from regwatch.subscribers.choices import Choice, Choices

DAY = datetime(2025, 7, 24, 6, 0, tzinfo=UTC)
EVERY = bool(os.environ.get("REGWATCH_TEST_EVERY_KILL"))
GUEST = "guest@example.org"
READERS = ("one@example.org", "two@example.org")


class Machine:
    """One installation, and the process that runs its rounds."""

    def __init__(self, folder: Path, room: PressRoom, relay: Relay) -> None:
        self.folder, self.room, self.relay = folder, room, relay
        environment = {
            "PATH": os.environ["PATH"],
            "REGWATCH_ALLOW_PRIVATE_ADDRESSES": "true",
            "REGWATCH_CONTACT": "test@example.org",
            "REGWATCH_FETCH_GAP": "0",
            "REGWATCH_SMTP_HOST": "127.0.0.1",
            "REGWATCH_SMTP_PORT": str(relay.port),
            "REGWATCH_SMTP_TLS": "none",
            "REGWATCH_MAIL_FROM": "regwatch <news@example.org>",
        }
        script = Path(__file__).with_name("killed.py")
        self.process = subprocess.Popen(
            [sys.executable, str(script)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def round(self, now: datetime, die_at: int = 0) -> list[str]:
        """One round; the steps that it reached, the last one being where it died."""
        assert self.process.stdin
        assert self.process.stdout
        asked = {"folder": str(self.folder), "now": now.isoformat(), "die_at": die_at}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert not answer["failed"], "a round that was not killed went wrong: see above"
        assert answer["died"] == (die_at > 0)
        return list(answer["steps"])

    def fresh(self) -> None:
        """As before the first start."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / "sources.yaml").write_text(self.room.watchlist(*READERS))
        self.room.items = OLD
        self.relay.mails.clear()

    def restarts(self, after: datetime) -> None:
        """Started again, and again: a mail of unknown outcome is due after half an hour."""
        for number in (1, 2):
            self.round(after + timedelta(minutes=40 * number))

    def told(self) -> list[TransitionRow]:
        """The transitions that are news."""
        database = Database(f"sqlite:///{self.folder / 'regwatch.db'}")
        with database.session() as session:
            rows = list(session.exec(select(TransitionRow).where(TransitionRow.baseline == False)))  # noqa: E712
            events = session.exec(select(EventRow).where(EventRow.baseline == False)).all()  # noqa: E712
            assert len(events) == len(rows)
            assert {mail.state for mail in session.exec(select(Message))} <= {"accepted"}
            state = session.get_one(SourceState, "maker")
            assert state.baselined_at is not None
        database.close()
        return rows


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running(Relay()) as relay, serving() as room:
        machine = Machine(tmp_path_factory.mktemp("killed") / "home", room, relay)
        try:
            yield machine
        finally:
            machine.process.communicate(timeout=10)


def chosen(steps: list[str], apart: int = 1) -> list[int]:
    """The numbers of the steps to die at: in the normal run the last one of each name, or of every third."""
    if EVERY:
        return list(range(1, len(steps) + 1))
    return sorted({name: number for number, name in enumerate(steps, 1)}.values())[::apart]


def check_mails(machine: Machine, where: str, readers: tuple[str, ...] = READERS) -> None:
    """Everybody was told once, or once more with the same words where the outcome was unknown."""
    assert set(machine.relay.to) == set(readers), where
    copies = {}
    for to, raw in machine.relay.mails:
        copies.setdefault((to, str(email.message_from_bytes(raw)["Message-ID"])), []).append(raw)
    assert len(copies) == len(readers), where
    for same in copies.values():
        assert len(set(same)) == 1, where
    extra = len(machine.relay.mails) - len(readers)
    unknown = where.startswith(("after SMTP.data", "before Session", "after Session"))
    assert extra == 0 or (extra == 1 and unknown), where


def test_killed_in_the_round_of_the_news(machine: Machine) -> None:
    machine.fresh()
    machine.round(DAY)
    shutil.copytree(machine.folder, base := machine.folder.with_name("base"), dirs_exist_ok=True)
    machine.room.items = NEW + OLD
    steps = machine.round(DAY + timedelta(hours=6))
    assert len(steps) >= 30
    for number in chosen(steps):
        machine.fresh()
        shutil.copytree(base, machine.folder, dirs_exist_ok=True)
        machine.room.items = NEW + OLD
        reached = machine.round(DAY + timedelta(hours=6), die_at=number)
        machine.restarts(DAY + timedelta(hours=6))
        assert [row.milestone for row in machine.told()] == ["approved"], reached[-1]
        check_mails(machine, reached[-1])


def sign_up(machine: Machine, url: str) -> None:
    """Somebody who signed up, and who is told on a channel as well."""
    database = Database(f"sqlite:///{machine.folder / 'regwatch.db'}")
    with database.session() as session:
        choices = Choices((Choice("cabo-net", cadence="immediately"),), quiet="")
        person = lifecycle.add(session, GUEST, choices, "test", DAY)
        add_channel(session, person, url, "", DAY)
    database.close()


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # imported by Apprise
def test_killed_while_somebody_who_signed_up_is_told_by_mail_and_on_a_channel(machine: Machine) -> None:
    with listening() as hook:
        machine.fresh()
        machine.round(DAY)
        sign_up(machine, hook.url)
        shutil.copytree(machine.folder, base := machine.folder.with_name("guest"), dirs_exist_ok=True)
        machine.room.items = NEW + OLD
        steps = machine.round(DAY + timedelta(hours=6))
        assert "after ChannelTransport.hand_over" in steps
        for number in chosen(steps, 3):
            machine.fresh()
            shutil.copytree(base, machine.folder, dirs_exist_ok=True)
            machine.room.items = NEW + OLD
            hook.heard.clear()
            reached = machine.round(DAY + timedelta(hours=6), die_at=number)
            machine.restarts(DAY + timedelta(hours=6))
            assert [row.milestone for row in machine.told()] == ["approved"], reached[-1]
            check_mails(machine, reached[-1], (*READERS, GUEST))
            unsure = reached[-1].startswith(("before Session", "after Session", "after ChannelTransport"))
            assert len(hook.heard) == 1 or (len(hook.heard) == 2 and unsure), reached[-1]
            assert len(set(hook.heard)) == 1, reached[-1]


def test_killed_in_the_first_round(machine: Machine) -> None:
    machine.fresh()
    for number in chosen(machine.round(DAY), 3):
        machine.fresh()
        reached = machine.round(DAY, die_at=number)
        machine.round(DAY + timedelta(hours=1))
        assert machine.relay.mails == [], reached[-1]
        machine.room.items = NEW + OLD
        machine.restarts(DAY + timedelta(hours=6))
        assert [row.milestone for row in machine.told()] == ["approved"], reached[-1]
        check_mails(machine, reached[-1])


def test_killed_after_the_last_byte_and_before_the_answer(machine: Machine) -> None:
    machine.fresh()
    machine.round(DAY)
    machine.room.items = NEW + OLD
    steps = machine.round(DAY + timedelta(hours=6))
    dying = [number for number, name in enumerate(steps, 1) if name == "after SMTP.data"]
    for number in dying:
        machine.fresh()
        machine.round(DAY)
        machine.room.items = NEW + OLD
        machine.round(DAY + timedelta(hours=6), die_at=number)
        before = len(machine.relay.mails)
        machine.restarts(DAY + timedelta(hours=6))
        assert len(machine.relay.mails) == len(READERS) + 1
        assert machine.relay.digests[before - 1] in machine.relay.digests[before:]
