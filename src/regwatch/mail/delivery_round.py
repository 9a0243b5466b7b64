"""One round of sending: the connections that are open at a time, and what is written down of each mail, and when.

Each connection hands over one mail after the other. That the server took a mail and that the next one is being sent is
one transaction, committed before the next one's DATA: whenever the process is killed, at most one mail of each
connection may or may not have been taken.

On SQLite these transactions do not wait for the disk, which would take longer than the mail; reading ahead does, and so
does what is written last. Should the machine lose its power, the mails that were read ahead (`read_ahead.MANY` for each
connection) count as perhaps taken: `outbox.recover` knows them by their lease of before the machine started.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session

from regwatch.clock import Clock
from regwatch.errors import (
    ConnectionEnded,
    MailDeferred,
    MailError,
    MailOutcomeUnknown,
    MailRefused,
    RelayRefused,
)
from regwatch.mail import outbox, outbox_leases
from regwatch.mail.circuit import CircuitBreaker
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.read_ahead import ReadAhead
from regwatch.mail.retry import RetryPolicy
from regwatch.mail.states import MailState
from regwatch.mail.transport import Connection, Transport
from regwatch.mail.write_queue import WriteQueue
from regwatch.store.database import Database
from regwatch.store.prepared import Transaction

_LOST_IN_A_ROW = 3

_Step = Callable[[Transaction], None]


@dataclass
class DeliveryTally:
    """What one run did. `relay` says what is wrong with the mail server, if anything; mails then stay as they were.

    `paused` says why nothing was tried, "" where it was.
    """

    accepted: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    relay: str = ""
    paused: str = ""


class DeliveryRound:
    """Sends until nothing is due, the mail server fails, or `stop` says so; mails on their way are finished first.

    `code` is the reply with which the server refused us, 0 for none.
    """

    def __init__(
        self, database: Database, transport: Transport, clock: Clock, policy: RetryPolicy,
        circuit: CircuitBreaker, stop: Callable[[], bool], *, channels: bool,
    ) -> None:  # fmt: skip
        self.tally, self.code = DeliveryTally(), 0
        self._transport, self._clock, self._policy, self._circuit, self._stop = transport, clock, policy, circuit, stop
        self._writes = WriteQueue(database, self._note_taken)
        self._replies: list[str] = []
        self._ahead = ReadAhead(self._writes, transport, clock, channels=channels)
        self._lost = 0
        self._open = 0
        self._broken = False
        self._refuses_us = False

    async def run(self) -> DeliveryTally:
        """Send. Raises what is not about mail, when all connections have finished their mails."""
        senders = (self._sender() for _ in range(self._transport.connections))
        ends = await asyncio.gather(*senders, return_exceptions=True)
        trouble = next((end for end in ends if isinstance(end, BaseException)), None)
        if trouble is not None:
            raise trouble  # what was read ahead is free again when its lease runs out
        await self._ahead.give_back()
        return self.tally

    def _over(self) -> bool:
        return self._broken or bool(self.tally.relay) or self._stop()

    async def _sender(self) -> None:
        try:
            while (mail := await self._ahead.next(self._over)) is not None:
                if not await self._connect(mail):
                    return
        except BaseException:
            # Whatever ends one connection: the others finish the mail in hand, and begin no more.
            self._broken = True
            raise

    async def _connect(self, mail: OutgoingMail) -> bool:
        """Open a connection and send, beginning with this mail. Gives whether to open another one after it."""
        opened = False
        try:
            async with self._transport.open() as connection:
                opened = True
                self._open += 1
                try:
                    await self._send(connection, mail)
                finally:
                    self._open -= 1
            self._circuit.reset()
        except ConnectionEnded:
            self._circuit.reset()
        except RelayRefused as trouble:
            if not opened:
                self._ahead.put_back(mail)
                if self._open:  # the server takes so many connections and no more
                    return False
            self._fail(trouble.message, trouble.code)
        except MailOutcomeUnknown as trouble:
            self._lost += 1
            if self._lost >= _LOST_IN_A_ROW:
                self._fail(f"the mail server dropped {self._lost} mails in a row: {trouble.message}")
        return True

    def _fail(self, why: str, code: int = 0) -> None:
        if not self.tally.relay:
            self.tally.relay, self.code = why, code

    async def _send(self, connection: Connection, mail: OutgoingMail) -> None:
        """Send over one connection, as many as it may carry. Raises where it is closed behind a mail."""
        taken: _Step | None = None
        for left in range(self._transport.batch - 1, -1, -1):
            taken = await self._hand_over(connection, mail, taken)
            following = None if self._over() or not left else self._ahead.at_once()
            if following is None:
                if taken is not None:
                    await self._writes.write(taken)
                taken = None
                following = await self._ahead.next(self._over) if left else None
            if following is None:
                return
            mail = following

    async def _hand_over(self, connection: Connection, mail: OutgoingMail, taken: _Step | None) -> _Step | None:
        """Hand one mail over. What is to be written down is given back if the server took it, else written.

        `taken` is what is to be written down of the mail before. Raises where the connection is closed behind the mail.
        """
        write = self._writes.write_briefly if outbox_leases.started() else self._writes.write
        if not await write(lambda transaction: self._claim(transaction, mail, taken)):
            return None  # another sender's, or withdrawn
        try:
            reply = await connection.hand_over(mail)
        except MailError as error:
            await self._not_taken(mail, error)
            self._lost = 0
            return None
        self._lost = 0
        self.tally.accepted += 1
        now = self._clock.now()

        def step(transaction: Transaction) -> None:
            outbox.accept_known(transaction, mail.number, reply, now, mail.journal)
            self._replies.append(reply)

        return step

    def _note_taken(self, session: Session) -> None:
        outbox.note_taken(session, self._replies)
        self._replies.clear()

    def _claim(self, transaction: Transaction, mail: OutgoingMail, taken: _Step | None) -> bool:
        if taken is not None:
            taken(transaction)
        return outbox.claim(transaction, mail.number, self._clock.now(), self._policy, holder=self._ahead.holder)

    async def _not_taken(self, mail: OutgoingMail, error: MailError) -> None:
        """Write down why. Raises the error where the connection is closed behind it."""
        number, code, said, now = mail.number, error.code, error.message, self._clock.now()
        if isinstance(error, MailDeferred):
            state = await self._writes.write(
                lambda session: outbox.defer(session, number, code, said, now, self._policy)
            )  # fmt: skip
            self.tally.failed += state is MailState.FAILED
            self.tally.deferred += state is MailState.DEFERRED
        elif isinstance(error, MailRefused):
            await self._refused(mail, error)
        elif isinstance(error, MailOutcomeUnknown):
            await self._writes.write(lambda session: outbox.lose(session, number, said, now, self._policy))
            self.tally.unknown += 1
            raise error
        elif isinstance(error, ConnectionEnded):  # nothing was said of this mail
            await self._writes.write(lambda session: outbox.release(session, number, 0, "", claimed=True))
            self._ahead.put_back(mail)
            raise error
        else:
            await self._writes.write(lambda session: outbox.release(session, number, code, said, claimed=True))
            raise error

    async def _refused(self, mail: OutgoingMail, error: MailRefused) -> None:
        """Write down a refusal. Raises `RelayRefused` where it is one of so many in a row that it must be about us.

        What other connections had on its way is then refused for the same reason, and stays as it was.
        """
        now = self._clock.now()

        def step(session: Session) -> int | None:
            if self._refuses_us:
                outbox.release(session, mail.number, error.code, error.message, claimed=True)
                return None
            outbox.refuse(session, mail.number, error.code, error.message, now)
            taken_back = outbox.take_back(session, now, self._policy)
            self._refuses_us = taken_back > 0
            return taken_back

        taken_back = await self._writes.write(step)
        self.tally.failed = max(0, self.tally.failed + (taken_back is not None) - (taken_back or 0))
        if taken_back is None or taken_back:
            raise RelayRefused(f"it refused {outbox.REFUSALS_IN_A_ROW} mails in a row, the last with: {error.message}")
