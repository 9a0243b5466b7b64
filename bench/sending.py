"""Composes and sends one transition to many subscribers, without and with DKIM, beside a bare SMTP loop.

python bench/sending.py [SUBSCRIBERS]

Prints the milliseconds that a mail takes to compose (rendering, links, signature, outbox), to send over one connection
and over four, and to hand over by the bare loop, which is the floor, to the same sink in a process of its own; those of
the processors (ours and the sink's) beside those of the clock, which on a busy machine say little; and sending as a
share of the floor by both. Fails unless everybody got one mail.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import smtplib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from sqlmodel import select

from digest.story import TOPIC
from mail.dkim_key import signing_key
from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.digest.due_digests import compose_due
from regwatch.mail.delivery import deliver
from regwatch.mail.signing import Signer
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.store.tables import MessageText
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import House

FLOOR_SAMPLE = 2000


def compose(house: House, count: int, signer: Signer | None) -> Spent:
    """Sign so many people up, let one thing happen, and compose for all."""
    with house.database.session() as session:
        chosen = Choices((Choice(TOPIC.id, cadence="immediately"),), alerts=False)
        for number in range(count):
            lifecycle.add(session, f"reader{number}@example.org", chosen, "bench", house.clock.now())
    house.compose()
    house.news()
    house.clock.set(house.clock.now() + timedelta(minutes=1))
    cpu, wall = time.process_time(), time.perf_counter()
    compose_due(house.database.session, replace(house.mailing, signer=signer), house.clock.now())
    return Spent((time.perf_counter() - wall) / count * 1e3, (time.process_time() - cpu) / count * 1e3)


@dataclass
class Spent:
    """Milliseconds a mail, by the clock and by the processors."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} ms ({self.cpu:.2f} of CPU)"


class Sink:
    """A mail server in a process of its own."""

    def __init__(self) -> None:
        self._channel, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        self.port: int = self._channel.recv()

    def ask(self, what: str) -> Any:
        """Its CPU seconds so far (`cpu`), or who got how many mails (`end`), after which it ends."""
        self._channel.send(what)
        return self._channel.recv()

    def spent(self, work: Callable[[], None], count: int) -> Spent:
        """What a work of so many mails costs a mail, here and there."""
        cpu, wall = time.process_time() + self.ask("cpu"), time.perf_counter()
        work()
        wall = time.perf_counter() - wall
        cpu = time.process_time() + self.ask("cpu") - cpu
        return Spent(wall / count * 1e3, cpu / count * 1e3)


def _serve(channel: Connection) -> None:
    with running(Relay(pipelining=True)) as relay:
        channel.send(relay.port)
        while channel.recv() == "cpu":
            channel.send(time.process_time())
        channel.send(Counter(to for to in relay.to if not to.startswith("floor")))


def send(house: House, port: int, connections: int) -> None:
    """Send all that waits."""
    server = SmtpServer("127.0.0.1", port, "news@charity.example", tls="none")
    transport = SmtpTransport(server, connections=connections)
    asyncio.run(deliver(house.database, transport, DrivenClock(house.clock.now())))


def bare_loop(port: int, raw: bytes, count: int) -> None:
    """The same mail by a bare loop over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as bare:
        for number in range(count):
            bare.sendmail("news@charity.example", [f"floor{number}@example.org"], raw)


def measure(name: str, count: int, connections: int, signer: Signer | None) -> None:
    """Compose, send and compare, once. The floor is taken before and after, because a busy machine changes its mind."""
    sink = Sink()
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        composed = compose(house, count, signer)
        with house.database.session() as session:
            raw = session.exec(select(MessageText.raw)).first() or b""
        sample = min(count, FLOOR_SAMPLE) // 2
        floors = [sink.spent(lambda: bare_loop(sink.port, raw, sample), sample)]
        sent = sink.spent(lambda: send(house, sink.port, connections), count)
        floors.append(sink.spent(lambda: bare_loop(sink.port, raw, sample), sample))
        house.close()
    floor = Spent(sum(one.wall for one in floors) / 2, sum(one.cpu for one in floors) / 2)
    print(
        f"{name:9} {count} mails of {len(raw):,} bytes, {connections} at a time:"
        f" compose {composed}, send {sent}, floor {floor}:"
        f" sending is {floor.wall / sent.wall:.0%} of the floor, by CPU {floor.cpu / sent.cpu:.0%}"
    )
    got = sink.ask("end")
    if len(got) != count or set(got.values()) != {1} or (signer and b"DKIM-Signature" not in raw):
        sys.exit(f"{len(got)} of {count} got a mail, up to {max(got.values(), default=0)} times")


def main(count: int) -> None:
    """Measure and print."""
    key = Signer("charity.example", "regwatch", signing_key()[0])
    for name, connections, signer in (("unsigned", 1, None), ("unsigned", 4, None), ("DKIM", 1, key)):
        measure(name, count, connections, signer)
    print("everybody got exactly one mail each time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
