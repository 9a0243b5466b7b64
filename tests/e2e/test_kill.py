"""Killed at every step by SIGKILL and started again: every transition is told, and told once.

One step of each kind is tried in the normal run, all of them with REGWATCH_TEST_EVERY_KILL=1. Where nobody can know
whether the mail server took a mail, it is sent once more with the same Message-ID and the same bytes.
"""

from __future__ import annotations

import email
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from e2e.machine import READERS, Machine
from e2e.press_room import NEW, OLD, serving
from mail.hook import listening
from mail.relay import Relay, running
from regwatch.store.database import Database
from regwatch.subscribers import lifecycle
from regwatch.subscribers.channels import add_channel
from regwatch.subscribers.choices import Choice, Choices
from store.postgresql import fresh_database

DAY = datetime(2025, 7, 24, 6, 0, tzinfo=UTC)
EVERY = bool(os.environ.get("REGWATCH_TEST_EVERY_KILL"))
KILLS = Path(__file__).parents[2] / "bench" / "kills.py"
GUEST = "guest@example.org"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with running(Relay()) as relay, serving() as room:
        machine = Machine(tmp_path_factory.mktemp("killed") / "home", room, relay)
        try:
            yield machine
        finally:
            machine.close()


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
    of_the_note = ("before Session", "after Session", "before RootTransaction", "before Prepared", "after Prepared")
    unknown = where.startswith(("after _SmtpConnection._message", *of_the_note))
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
    database = Database(machine.database)
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
    dying = [number for number, name in enumerate(steps, 1) if name == "after _SmtpConnection._message"]
    assert len(dying) == len(READERS)
    for number in dying:
        machine.fresh()
        machine.round(DAY)
        machine.room.items = NEW + OLD
        machine.round(DAY + timedelta(hours=6), die_at=number)
        before = len(machine.relay.mails)
        machine.restarts(DAY + timedelta(hours=6))
        assert len(machine.relay.mails) == len(READERS) + 1
        assert machine.relay.digests[before - 1] in machine.relay.digests[before:]


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
def test_a_life_of_kills_at_random_loses_nothing_and_doubles_nothing(place: str) -> None:
    with fresh_database() if place == "postgresql" else nullcontext("") as server:
        command = [
            sys.executable,
            str(KILLS),
            "--kills",
            "6",
            "--readers",
            "3",
            *(["--postgresql", server] if server else []),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 kills, 18 pairs: 0 lost, 0 doubled" in done.stdout
