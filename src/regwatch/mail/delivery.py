"""From the outbox to the transport: what is due, unless the mail server is better left alone for now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from regwatch.clock import Clock
from regwatch.mail import outbox, outbox_leases
from regwatch.mail.circuit import CircuitBreaker as CircuitBreaker
from regwatch.mail.delivery_round import DeliveryRound
from regwatch.mail.delivery_round import DeliveryTally as DeliveryTally
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.transport import Transport
from regwatch.store import marks
from regwatch.store.database import Database, Sessions

_RETRY = RetryPolicy()


def send_due(
    database: Database,
    transport: Transport,
    clock: Clock,
    *,
    policy: RetryPolicy = _RETRY,
    circuit: CircuitBreaker | None = None,
    channels: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryTally:
    """As `deliver`, with `channels` what is due on other channels. Blocks until done: call it off the event loop."""
    work = deliver(database, transport, clock, policy=policy, circuit=circuit, channels=channels, stop=stop)
    return asyncio.run(work)


def recover(sessions: Sessions, now: datetime, policy: RetryPolicy = _RETRY) -> int:
    """At the daemon's start: what was being handed over when it ended has an unknown outcome. Returns how many.

    What was only read ahead waits as before.
    """
    with sessions() as session:
        recovered = outbox.recover(session, now, policy, starting=True)
        outbox_leases.give_all_back(session)
        return recovered


async def deliver(
    database: Database,
    transport: Transport,
    clock: Clock,
    *,
    policy: RetryPolicy = _RETRY,
    circuit: CircuitBreaker | None = None,
    channels: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryTally:
    """Send what is due, and what becomes due meanwhile, the most urgent first, until `stop` says so."""
    circuit = circuit or CircuitBreaker()
    if circuit.is_open(clock.now()):
        return DeliveryTally(relay=circuit.reason)
    with database.session() as session:
        outbox.recover(session, clock.now(), policy)
    work = DeliveryRound(database, transport, clock, policy, circuit, stop, channels=channels)
    tally = await work.run()
    if tally.relay:
        circuit.trip(clock.now(), tally.relay)
    if tally != DeliveryTally() and not channels:
        _note_relay(database.session, not tally.relay, work.code, clock.now())
    return tally


def _note_relay(sessions: Sessions, up: bool, code: int, now: datetime) -> None:
    """How the relay is and since when; and the reply (0 for none) with which it refused us rather than one mail."""
    with sessions() as session:
        outbox.count_reply(session, str(code))
        before = marks.noted(session, marks.Name.RELAY_UP)
        went_down = None if up else before.at if before and before.at and not before.number else now
        marks.note(session, marks.Name.RELAY_UP, number=int(up), at=went_down)
