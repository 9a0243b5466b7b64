"""Composes and sends one transition to many subscribers, without and with DKIM, beside a bare SMTP loop.

python bench/sending.py [SUBSCRIBERS]

Prints mails per second of composing (rendering, links, signature, outbox), of sending, and of the bare loop to the same
sink in the same run, which is the floor; and sending as a share of the floor. Fails unless everybody got one mail.
"""

from __future__ import annotations

import asyncio
import smtplib
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from digest.story import TOPIC
from mail.dkim_key import signing_key
from mail.relay import Relay, running
from regwatch.clock import DrivenClock
from regwatch.digest.due_digests import compose_due
from regwatch.mail.delivery import deliver
from regwatch.mail.signing import Signer
from regwatch.mail.smtp import SmtpServer, SmtpTransport
from regwatch.subscribers import lifecycle
from regwatch.subscribers.choices import Choice, Choices
from subscribers.desk import House

FLOOR_SAMPLE = 2000


def compose(house: House, count: int, signer: Signer | None) -> float:
    """Sign so many people up, let one thing happen, and compose for all. Returns seconds."""
    with house.database.session() as session:
        chosen = Choices((Choice(TOPIC.id, cadence="immediately"),), alerts=False)
        for number in range(count):
            lifecycle.add(session, f"reader{number}@example.org", chosen, "bench", house.clock.now())
    house.compose()
    house.news()
    house.clock.set(house.clock.now() + timedelta(minutes=1))
    begun = time.perf_counter()
    compose_due(house.database.session, replace(house.mailing, signer=signer), house.clock.now())
    return time.perf_counter() - begun


def send(house: House, relay: Relay, count: int) -> float:
    """Send all that waits. Returns seconds."""
    server = SmtpServer("127.0.0.1", relay.port, "news@charity.example", tls="none")
    begun = time.perf_counter()
    asyncio.run(deliver(house.database.session, SmtpTransport(server), DrivenClock(house.clock.now()), most=count))
    return time.perf_counter() - begun


def floor(relay: Relay, raw: bytes, count: int) -> float:
    """The same mail by a bare loop over one connection. Returns seconds a mail."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", relay.port) as bare:
        for number in range(count):
            bare.sendmail("news@charity.example", [f"floor{number}@example.org"], raw)
    return (time.perf_counter() - begun) / count


def main(count: int) -> None:
    """Measure and print."""
    for name, signer in (("unsigned", None), ("DKIM", Signer("charity.example", "regwatch", signing_key()[0]))):
        with tempfile.TemporaryDirectory() as folder:
            house = House(Path(folder))
            composed = compose(house, count, signer)
            with running(Relay()) as relay:
                sent = send(house, relay, count)
                got, raw = Counter(relay.to), relay.mails[0][1]
                least = floor(relay, raw, min(count, FLOOR_SAMPLE))
            house.close()
        print(
            f"{name:9} {count} mails of {len(raw):,} bytes: compose {count / composed:5.0f}/s,"
            f" send {count / sent:5.0f}/s, floor {1 / least:5.0f}/s:"
            f" sending is {least * count / sent:.0%} of the floor,"
            f" composing and sending {least * count / (sent + composed):.0%}"
        )
        if len(got) != count or set(got.values()) != {1} or (signer and b"DKIM-Signature" not in raw):
            sys.exit(f"{len(got)} of {count} got a mail, up to {max(got.values())} times")
    print("everybody got exactly one mail each time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
