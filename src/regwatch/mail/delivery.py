"""From the outbox to the transport: one mail after the other, each step written down before the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from regwatch.clock import Clock
from regwatch.errors import AlreadyClaimed, MailDeferred, MailOutcomeUnknown, MailRefused, RelayRefused
from regwatch.mail import outbox, outbox_queries
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.states import MailState
from regwatch.mail.transport import Connection, Transport
from regwatch.store import marks
from regwatch.store.database import Sessions

_RETRY = RetryPolicy()
_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
_LOST_IN_A_ROW = 3


@dataclass
class CircuitBreaker:
    """Keeps us from knocking at a relay that refuses us: nothing is tried until `until` (UTC). For one process."""

    failures: int = 0
    until: datetime | None = None
    reason: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether to leave the relay alone now."""
        return self.until is not None and now < self.until

    def trip(self, now: datetime, reason: str) -> None:
        """The relay failed: wait, longer each time, up to an hour."""
        self.until = now + min(_FIRST_PAUSE * 2 ** min(self.failures, 8), _LONGEST_PAUSE)
        self.failures += 1
        self.reason = reason

    def reset(self) -> None:
        """The relay answers."""
        self.failures, self.until, self.reason = 0, None, ""


@dataclass
class DeliveryTally:
    """What one run did. `relay` says what is wrong with the mail server, if anything; mails then stay as they were.

    `paused` says why nothing was tried, "" where it was. `more` is whether it took as many as it might, so that others
    may wait; without one that was settled the next run would only find the same.
    """

    accepted: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    relay: str = ""
    paused: str = ""
    more: bool = False

    @property
    def settled(self) -> int:
        """How many mails were tried, whatever became of them."""
        return self.accepted + self.deferred + self.failed + self.unknown


def send_due(
    sessions: Sessions,
    transport: Transport,
    clock: Clock,
    *,
    policy: RetryPolicy = _RETRY,
    circuit: CircuitBreaker | None = None,
    channels: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryTally:
    """As `deliver`, with `channels` what is due on other channels. Blocks until done: call it off the event loop."""
    work = deliver(sessions, transport, clock, policy=policy, circuit=circuit, channels=channels, stop=stop)
    return asyncio.run(work)


def recover(sessions: Sessions, now: datetime, policy: RetryPolicy = _RETRY) -> int:
    """At the daemon's start: what was being handed over when it ended has an unknown outcome. Returns how many."""
    with sessions() as session:
        return outbox.recover(session, now, policy, starting=True)


async def deliver(
    sessions: Sessions,
    transport: Transport,
    clock: Clock,
    *,
    policy: RetryPolicy = _RETRY,
    circuit: CircuitBreaker | None = None,
    most: int = 500,
    channels: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> DeliveryTally:
    """Send what is due, at most `most` mails, until `stop` says so; a mail that is on its way is finished first."""
    circuit = circuit or CircuitBreaker()
    tally = DeliveryTally(relay=circuit.reason if circuit.is_open(clock.now()) else "")
    if tally.relay:
        return tally
    waiting, lost, code = _waiting(sessions, clock.now(), policy, most, channels), 0, 0
    full = len(waiting) == most
    while waiting and not stop():
        batch, waiting = waiting[: transport.batch], waiting[transport.batch :]
        try:
            async with transport.open() as connection:
                while batch and not stop():
                    await _one(sessions, connection, clock, batch.pop(0), policy, tally)
                    lost = 0
            circuit.reset()
        except RelayRefused as trouble:
            tally.relay, code = trouble.message, trouble.code
            break
        except MailOutcomeUnknown as trouble:
            lost, waiting = lost + 1, batch + waiting
            if lost >= _LOST_IN_A_ROW:
                tally.relay = f"the mail server dropped {lost} mails in a row: {trouble.message}"
                break
    if tally.relay:
        circuit.trip(clock.now(), tally.relay)
    if tally != DeliveryTally() and not channels:
        _note_relay(sessions, not tally.relay, code, clock.now())
    tally.more = full and not tally.relay and tally.settled > 0
    return tally


def _note_relay(sessions: Sessions, up: bool, code: int, now: datetime) -> None:
    """How the relay is and since when; and the reply (0 for none) with which it refused us rather than one mail."""
    with sessions() as session:
        outbox.count_reply(session, str(code))
        before = marks.noted(session, marks.Name.RELAY_UP)
        went_down = None if up else before.at if before and before.at and not before.number else now
        marks.note(session, marks.Name.RELAY_UP, number=int(up), at=went_down)


def _waiting(sessions: Sessions, now: datetime, policy: RetryPolicy, most: int, channels: bool) -> list[int]:
    with sessions() as session:
        outbox.recover(session, now, policy)
        return outbox_queries.due(session, now, most=most, channels=channels)


async def _one(
    sessions: Sessions, connection: Connection, clock: Clock, number: int, policy: RetryPolicy, tally: DeliveryTally
) -> None:
    """Hand one mail over and write down what became of it. Raises where the way is closed behind it."""
    with sessions() as session:
        mail = outbox_queries.outgoing(session, number)
    claimed = False

    def claim() -> None:
        nonlocal claimed
        with sessions() as session:
            claimed = outbox.claim(session, number, clock.now(), policy)
        if not claimed:
            raise AlreadyClaimed

    try:
        reply = await connection.hand_over(mail, claim)
    except AlreadyClaimed:
        return
    except MailDeferred as error:
        with sessions() as session:
            state = outbox.defer(session, number, error.code, error.message, clock.now(), policy)
        gave_up = state is MailState.FAILED
        tally.failed += gave_up
        tally.deferred += not gave_up
    except MailRefused as error:
        _refused(sessions, number, error, clock.now(), policy, tally)
    except RelayRefused as error:
        with sessions() as session:
            outbox.release(session, number, error.code, error.message, claimed=claimed)
        raise
    except MailOutcomeUnknown as error:
        with sessions() as session:
            outbox.lose(session, number, error.message, clock.now(), policy)
        tally.unknown += 1
        raise
    else:
        with sessions() as session:
            outbox.accept(session, number, reply, clock.now())
        tally.accepted += 1


def _refused(
    sessions: Sessions, number: int, error: MailRefused, now: datetime, policy: RetryPolicy, tally: DeliveryTally
) -> None:
    """Write down a refusal. Raises `RelayRefused` where it is one of so many in a row that it must be about us."""
    with sessions() as session:
        outbox.refuse(session, number, error.code, error.message, now)
        taken_back = outbox.take_back(session, now, policy)
    tally.failed = max(0, tally.failed + 1 - taken_back)
    if taken_back:
        raise RelayRefused(f"it refused {outbox.REFUSALS_IN_A_ROW} mails in a row, the last with: {error.message}")
