"""From the outbox to the transport: one mail after the other, each step written down before the next."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from regwatch.clock import Clock
from regwatch.errors import MailDeferred, MailOutcomeUnknown, MailRefused, RelayRefused
from regwatch.mail import outbox
from regwatch.mail.outbox import Ambiguous, State
from regwatch.mail.transport import Carrier, Parcel, Taken, Transport
from regwatch.store import marks
from regwatch.store.tables import Message

Sessions = Callable[[], AbstractContextManager[Session]]
"""Opens one transaction: committed at the end, rolled back on an error."""

_FIRST_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
_LOST_IN_A_ROW = 3


@dataclass
class Circuit:
    """Keeps us from knocking at a relay that refuses us: nothing is tried until `until` (UTC). For one process."""

    failures: int = 0
    until: datetime | None = None
    reason: str = ""

    def open(self, now: datetime) -> bool:
        """Whether to leave the relay alone now."""
        return self.until is not None and now < self.until

    def trip(self, now: datetime, reason: str) -> None:
        """The relay failed: wait, longer each time, up to an hour."""
        self.until = now + min(_FIRST_PAUSE * 2 ** min(self.failures, 8), _LONGEST_PAUSE)
        self.failures += 1
        self.reason = reason

    def mend(self) -> None:
        """The relay answers."""
        self.failures, self.until, self.reason = 0, None, ""


@dataclass
class Tally:
    """What one run did. `relay` says what is wrong with the mail server, if anything; mails then stay as they were."""

    accepted: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    relay: str = ""


async def deliver(
    sessions: Sessions,
    transport: Transport,
    clock: Clock,
    *,
    policy: Ambiguous = Ambiguous.RESEND_ONCE,
    circuit: Circuit | None = None,
    most: int = 500,
    channels: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Tally:
    """Send what is due, at most `most` mails, until `stop` says so; a mail that is on its way is finished first."""
    circuit = circuit or Circuit()
    tally = Tally(relay=circuit.reason if circuit.open(clock.now()) else "")
    if tally.relay:
        return tally
    waiting, lost, code = _waiting(sessions, clock.now(), policy, most, channels), 0, 0
    while waiting and not stop():
        batch, waiting = waiting[: transport.batch], waiting[transport.batch :]
        try:
            async with transport.open() as carrier:
                while batch and not stop():
                    await _one(sessions, carrier, clock, batch.pop(0), policy, tally)
                    lost = 0
            circuit.mend()
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
    if tally != Tally() and not channels:
        _note_relay(sessions, not tally.relay, code)
    return tally


def _note_relay(sessions: Sessions, up: bool, code: int) -> None:
    """How the relay is; and the reply (0 for none) with which it refused us rather than one mail."""
    with sessions() as session:
        outbox.count_reply(session, str(code))
        marks.note(session, marks.Name.RELAY_UP, number=int(up))


def _waiting(sessions: Sessions, now: datetime, policy: Ambiguous, most: int, channels: bool) -> list[int]:
    with sessions() as session:
        outbox.recover(session, now, policy)
        return outbox.due(session, now, most=most, channels=channels)


async def _one(
    sessions: Sessions, carrier: Carrier, clock: Clock, number: int, policy: Ambiguous, tally: Tally
) -> None:
    """Hand one mail over and write down what became of it. Raises where the way is closed behind it."""
    with sessions() as session:
        row = session.get_one(Message, number)
        parcel = Parcel(number, row.recipient, row.raw, row.created_at)

    def claim() -> None:
        with sessions() as session:
            if not outbox.claim(session, number, clock.now()):
                raise Taken

    try:
        reply = await carrier.hand_over(parcel, claim)
    except Taken:
        return
    except MailDeferred as error:
        with sessions() as session:
            gave_up = outbox.defer(session, number, error.code, error.message, clock.now()) is State.FAILED
        tally.failed += gave_up
        tally.deferred += not gave_up
        return
    except MailRefused as error:
        with sessions() as session:
            outbox.refuse(session, number, error.code, error.message, clock.now())
        tally.failed += 1
        return
    except RelayRefused:
        with sessions() as session:
            outbox.release(session, number)
        raise
    except MailOutcomeUnknown as error:
        with sessions() as session:
            outbox.lose(session, number, error.message, clock.now(), policy)
        tally.unknown += 1
        raise
    with sessions() as session:
        outbox.accept(session, number, reply, clock.now())
    tally.accepted += 1
