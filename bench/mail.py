"""Composes and sends one transition to many subscribers, beside the floor: a bare SMTP loop to the same sink.

python bench/mail.py [SUBSCRIBERS]

Prints mails per second of composing (rendering, links, outbox) and of sending, both without signatures, and fails
unless everybody got exactly one mail.
"""

from __future__ import annotations

import asyncio
import smtplib
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from digest.relay import Relay, running
from digest.story import TOPIC
from regwatch.clock import DrivenClock
from regwatch.digest.delivery import deliver
from regwatch.digest.run import compose_due
from regwatch.digest.smtp import SmtpServer, SmtpTransport
from regwatch.subscribers import people
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import House


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        with house.database.session() as session:
            chosen = Choices((Choice(TOPIC.id, cadence="immediately"),), alerts=False)
            for number in range(count):
                people.add(session, f"reader{number}@example.org", chosen, "bench", house.clock.now())
        house.compose()
        house.news()
        house.clock.set(house.clock.now() + timedelta(minutes=1))
        begun = time.perf_counter()
        compose_due(house.database.session, house.mailing, house.clock.now())
        composed = time.perf_counter() - begun
        with running(Relay()) as relay:
            server = SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none")
            begun = time.perf_counter()
            asyncio.run(
                deliver(house.database.session, SmtpTransport(server), DrivenClock(house.clock.now()), most=count)
            )
            sent = time.perf_counter() - begun
            got = Counter(relay.to)
            raw, sample = relay.mails[0][1], min(count, 2000)
            begun = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", relay.port) as bare:
                for number in range(sample):
                    bare.sendmail("news@charity.example", [f"floor{number}@example.org"], raw)
            floor = (time.perf_counter() - begun) / sample
        house.close()
    print(f"{count} subscribers, one transition, {len(raw):,} bytes a mail")
    print(f"compose  {count / composed:8.0f} mails/s")
    print(f"send     {count / sent:8.0f} mails/s   floor (bare SMTP loop) {1 / floor:8.0f} mails/s")
    if len(got) != count or set(got.values()) != {1}:
        sys.exit(f"{len(got)} of {count} got a mail, up to {max(got.values())} times")
    print("everybody got exactly one mail")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
