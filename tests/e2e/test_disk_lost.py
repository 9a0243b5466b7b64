"""A copy, two days of news and departures, the disk lost, another machine: typed as docs/how-to/operate.md says.

Nobody who left is written to, nobody gets the same news twice, and nothing is lost.
"""

from __future__ import annotations

import email
import email.policy
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from e2e.press_room import EARLIER, NEW, OLD, PressRoom, serving
from e2e.test_faults import regwatch, through
from mail.relay import Relay, running
from regwatch.clock import SystemClock

pytestmark = pytest.mark.sqlite("regwatch makes no copies of PostgreSQL, pg_dump does")

ANNA, BERT, CEM, DORA, EVA = (f"{name}@reader.example" for name in ("anna", "bert", "cem", "dora", "eva"))
LATEST = NEW.replace("European Commission", "MHRA").replace(">2<", ">3<").replace("maker.example/2", "maker.example/3")


@dataclass
class Operator:
    """Somebody at a terminal, the machine before them, and the time of day."""

    machine: Path
    room: PressRoom
    relay: Relay
    now: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    seen: list[str] = field(default_factory=list)

    def types(self, *words: str, code: int = 0) -> str:
        """What the command said."""
        with pytest.MonkeyPatch.context() as here:
            here.setattr(SystemClock, "now", lambda _: self.now)
            done = regwatch(self.machine, *words, **through(self.relay.port))
        said = done.stdout + done.stderr
        self.seen.append(f"$ regwatch {' '.join(words)}\n{said}")
        assert done.returncode == code, said
        return said

    def later(self, **span: float) -> None:
        """Time goes by."""
        self.now += timedelta(**span)

    def watches(self) -> None:
        """What the daemon does in a round."""
        self.types("poll")
        self.types("digest", "send")

    def told(self) -> list[tuple[str, str]]:
        """Who was told of which press release, in order, and forgotten."""
        found = []
        for to, raw in self.relay.mails:
            body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
            assert body is not None
            found += [(to, number) for number in sorted(set(re.findall(r"maker\.example/(\d)", body.get_content())))]
        self.relay.mails.clear()
        return sorted(found)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    with running(Relay()) as relay, serving() as room:
        (tmp_path / "machine").mkdir()
        one = Operator(tmp_path / "machine", room, relay)
        (one.machine / "sources.yaml").write_text(room.watchlist(ANNA))
        yield one


def begin(operator: Operator) -> None:
    """Readers, and a copy of the database."""
    operator.types("poll")
    for address in (BERT, CEM, DORA):
        operator.types("subscriber", "add", address, "--consent", "--cadence", "immediately")
    operator.types("subscriber", "add", EVA, "--consent", "--cadence", "daily")
    operator.watches()
    operator.types("db", "backup", "../copy.db")
    assert operator.told() == []


def two_days(operator: Operator) -> None:
    """News on both, one reader who leaves before the second, one who is erased after it."""
    operator.later(hours=3)
    operator.room.items = NEW + OLD
    operator.watches()
    operator.later(hours=23)
    operator.watches()
    assert operator.told() == [(who, "2") for who in (ANNA, BERT, CEM, DORA, EVA)]
    operator.types("subscriber", "stop", BERT)
    operator.room.items = EARLIER + NEW + OLD
    operator.later(hours=5)
    operator.watches()
    assert operator.told() == [(who, "0") for who in (ANNA, CEM, DORA)]
    operator.types("subscriber", "erase", CEM)
    operator.later(hours=1)


def lose_the_disk(operator: Operator) -> None:
    """Another machine, with what lay elsewhere: the settings, the copy, the journal of the last hour."""
    before, operator.machine = operator.machine, operator.machine.with_name("another")
    operator.machine.mkdir()
    shutil.copy(before / "sources.yaml", operator.machine)
    shutil.copy(before / "var" / "journal.txt", operator.machine.parent)
    shutil.rmtree(before)


def test_nobody_who_left_is_written_to_nobody_is_told_twice_and_nothing_is_lost(operator: Operator) -> None:
    begin(operator)
    two_days(operator)
    lose_the_disk(operator)
    said = operator.types("db", "restore", "../copy.db", "--journal", "../journal.txt")
    assert "1 departure and 1 erasure, done again" in said
    operator.room.items = LATEST + EARLIER + NEW + OLD
    operator.types("poll")
    assert "mails wait" in operator.types("digest", "send", code=1)
    operator.types("digest", "outbox")
    told = operator.types("digest", "preview").splitlines()[0]
    assert told == "Subject: Approved (reported): MHRA, cabozantinib for neuroendocrine tumours", (
        "and what is new alone"
    )
    assert "OK    backup: " in operator.types("doctor", code=1)
    assert operator.told() == [], "before the release nobody is written to"
    operator.types("db", "release")
    operator.watches()
    operator.later(days=1)
    operator.watches()
    assert operator.told() == [(ANNA, "3"), (DORA, "3"), (EVA, "0"), (EVA, "3")]
    listed = operator.types("subscriber", "list")
    assert re.search(rf"{BERT}.*ended", listed)
    assert CEM not in listed


def test_without_the_journal_the_mail_log_keeps_what_waited_from_being_sent_twice(operator: Operator) -> None:
    begin(operator)
    operator.room.items = NEW + OLD
    operator.types("poll")
    with pytest.MonkeyPatch.context() as here:
        here.setattr(operator.relay, "port", 1)
        operator.types("digest", "send", code=1)
    operator.types("db", "backup", "../later.db")
    operator.later(hours=1)
    operator.watches()
    log = operator.machine.parent / "mail.log"
    log.write_text("".join(
        f"2026-11-02 10:00:00 1uf9Xc-00000000{number:03}-1abC <= news@example.org H=x P=esmtps S=9 id={identity}\n"
        for number, (_, raw) in enumerate(operator.relay.mails)
        for identity in [str(email.message_from_bytes(raw)["Message-ID"]).strip("<>")]
    ))  # fmt: skip
    assert operator.told() == [(who, "2") for who in (ANNA, BERT, CEM, DORA)]
    lose_the_disk(operator)
    said = operator.types("db", "restore", "../later.db", "--mail-log", "../mail.log")
    assert "there is no journal" in said
    assert "4 are known to have been sent since; 0 still wait" in said
    operator.types("db", "release")
    operator.later(days=1)
    operator.watches()
    assert operator.told() == [(EVA, "2")]
