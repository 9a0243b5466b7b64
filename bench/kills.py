"""Kills one installation again and again while news comes, and counts what its readers got.

    python bench/kills.py [--kills 500] [--readers 10] [--seed 1] [--postgresql postgresql+psycopg://USER@HOST/DATABASE]

Nearly every second round a press room on loopback announces an approval. Rounds (poll, compose, send through a relay on
loopback) are killed by SIGKILL: half of them at a step chosen by lot, half from outside at an instant chosen by lot;
then one round is let through, or by lot the next one is killed, too. Nothing is ever reset. In the end the machine is
left alone. A mail over which it was killed twice is held for the operator: who does as the docs say, looks whether the
mail server has it, and sends it again if not. Then for each pair of an approval and a reader is counted:

lost      never told
doubled   told in two mails with different Message-IDs, or with different bytes under one
copies    told twice by the same bytes with the same Message-ID: killed between the mail server's answer and our note
          of it, when nobody can know whether it was taken

Fails unless nothing was lost or doubled. With `--postgresql` in an empty database of its own on that server.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from sqlmodel import col, select

from e2e.machine import Machine
from e2e.press_room import PressRoom, serving
from mail.relay import Relay, running
from regwatch.mail import outbox
from regwatch.mail.states import MailState
from regwatch.store.database import Database
from regwatch.store.tables import Message
from store.postgresql import database_on

BEGIN = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
EVERY = timedelta(minutes=40)
KEPT_IN_THE_FEED = 20
ITEM = """<item><title>European Commission approves {name} for neuroendocrine tumours</title>
<link>https://maker.example/news-{number}</link><guid>{number}</guid>
<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate>
<description>PARIS - Maker announced today that the European Commission has approved {name} for adults with unresectable
or metastatic neuroendocrine tumours.</description></item>"""
SYLLABLES = ("ba", "do", "fe", "gu", "ka", "lo", "mi", "nu", "ra", "ti")


@dataclass
class Counts:
    """Of pairs of an approval and a reader; and of kills."""

    kills: int = 0
    pairs: int = 0
    lost: int = 0
    doubled: int = 0
    copies: int = 0
    held: int = 0
    """Mails that were held for the operator, whether the mail server had them or not."""
    after: Counter[str] = field(default_factory=Counter)
    """How many of the kills came after which step."""


def medicine(number: int) -> str:
    """A name of its own for each number below 1,000."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03}") + "tinib"


def watchlist(room: PressRoom, changes: int, readers: list[str]) -> str:
    """A topic for each approval that will come."""
    topics = "".join(
        f"  - id: topic-{number}\n    title: {medicine(number)} for neuroendocrine tumours\n"
        f"    treatment: {{inn: {medicine(number)}}}\n"
        "    indication: {name: neuroendocrine tumours, terms: [NET]}\n"
        for number in range(changes)
    )
    told = "".join(f"    - {{address: {one}, cadence: immediately}}\n" for one in readers)
    return (
        f"topics:\n{topics}sources:\n  - id: maker\n    adapter: feed\n    publisher: Maker\n"
        f"    topics: [{', '.join(f'topic-{number}' for number in range(changes))}]\n"
        f"    url: {room.address}/feed.xml\ndigest:\n  recipients:\n{told}"
    )


class Life:
    """One installation, from its first round to its last."""

    def __init__(self, machine: Machine, kills: int, seed: int) -> None:
        self.machine, self.kills, self.changes = machine, kills, (kills * 9 + 9) // 10
        self.chance, self.now, self.announced, self.rounds = random.Random(seed), BEGIN, 0, 0
        self.clean: deque[tuple[int, float]] = deque([(1, 1.0)], maxlen=10)
        self.killed, self.held, self.after = 0, 0, Counter[str]()

    def live(self) -> None:
        """All rounds; those at the end are let through, until what is of unknown outcome is sent again."""
        self._round()
        while self.killed < self.kills:
            if self.rounds % 2 == 0 and self.announced < self.changes:
                self._announce()
            self._round(kill=True)
            if self.chance.random() < 0.7:
                self._round()
        while self.announced < self.changes:
            self._announce()
            self._round()
        for _ in range(6):
            self._round()
        self._release_held()
        self._round()

    def _release_held(self) -> None:
        """Send again what is held and was not taken, as the log of the mail server says."""
        database = Database(self.machine.database)
        taken = {str(email.message_from_bytes(raw)["Message-ID"]) for _, raw in self.machine.relay.mails}
        with database.session() as session:
            unknown = select(Message).where(Message.state == MailState.UNKNOWN.value, col(Message.next_at).is_(None))
            for mail in session.exec(unknown):
                self.held += 1
                if mail.message_id not in taken:
                    assert mail.unknowns > 1
                    assert not outbox.retry(session, mail.id or 0)
        database.close()

    def _announce(self) -> None:
        items = self.machine.room.items.split("</item>")[:-1]
        new = ITEM.format(name=medicine(self.announced), number=self.announced, day=self.now)
        self.machine.room.items = new + "".join(f"{item}</item>" for item in items[: KEPT_IN_THE_FEED - 1])
        self.announced += 1

    def _round(self, *, kill: bool = False) -> None:
        at, after = 0, 0.0
        if kill and self.chance.random() < 0.5:
            at = self.chance.randint(1, max(steps for steps, _ in self.clean))
        elif kill:
            after = self.chance.uniform(0.001, max(seconds for _, seconds in self.clean))
        answer = self.machine.ask(self.now, at, after)
        self.now, self.rounds = self.now + EVERY, self.rounds + 1
        if answer["died"]:
            self.killed += 1
            self.after[(answer["steps"] or ["the start"])[-1]] += 1
            if self.killed % 50 == 0:
                mails = len(self.machine.relay.mails)
                print(f"{self.killed} kills, {self.announced} approvals, {mails} mails", flush=True)
        else:
            self.clean.append((len(answer["steps"]), answer["seconds"]))


def count(machine: Machine, changes: int, readers: list[str]) -> Counts:
    """What the readers got."""
    told: dict[tuple[str, str], list[tuple[str, bytes]]] = defaultdict(list)
    for to, raw in machine.relay.mails:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        for number in set(re.findall(r"https://maker\.example/news-(\d+)", body.get_content())):
            told[to, number].append((str(mail["Message-ID"]), raw))
    counts = Counts(pairs=changes * len(readers))
    for number in range(changes):
        for reader in readers:
            mails = told[reader, str(number)]
            counts.lost += not mails
            counts.doubled += len(set(mails)) > 1
            counts.copies += len(mails) > 1 and len(set(mails)) == 1
    return counts


def life_and_death(kills: int, readers: int = 10, seed: int = 1, server: str = "") -> Counts:
    """One whole life in a folder of its own, on SQLite or on a PostgreSQL server."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        relay, room = stack.enter_context(running(Relay(pipelining=True))), stack.enter_context(serving())
        machine = Machine(folder, room, relay, stack.enter_context(database_on(server)) if server else "")
        stack.callback(machine.close)
        addresses = [f"reader-{number}@example.org" for number in range(readers)]
        life = Life(machine, kills, seed)
        (folder / "sources.yaml").write_text(watchlist(room, life.changes, addresses))
        life.live()
        counts = count(machine, life.changes, addresses)
        counts.kills, counts.held, counts.after = life.killed, life.held, life.after
        return counts


def main() -> int:
    """Print the counts; 1 if anything was lost or doubled."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=500)
    options.add_argument("--readers", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--postgresql", default="", help="a server, and a database on it")
    chosen = options.parse_args()
    begun = time.monotonic()
    found = life_and_death(chosen.kills, chosen.readers, chosen.seed, chosen.postgresql)
    print("killed after:", ", ".join(f"{step} {times}" for step, times in found.after.most_common()))
    print(
        f"{found.kills} kills, {found.pairs} pairs: {found.lost} lost, {found.doubled} doubled, "
        f"{found.copies} copies under the same Message-ID; {found.held} mails held for the operator; "
        f"{time.monotonic() - begun:.0f} s"
    )
    return 1 if found.lost or found.doubled else 0


if __name__ == "__main__":
    raise SystemExit(main())
