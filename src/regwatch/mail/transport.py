"""What a way of handing mails over promises, whether to a mail server, to a folder or to a channel."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace


class Connection(Protocol):
    """An open way, for several mails one after the other."""

    async def hand_over(self, mail: OutgoingMail) -> str:
        """Hand one mail over and return the receiver's reply.

        Raises `MailDeferred` and `MailRefused` (this recipient), `RelayRefused` (everybody: the way is closed, nothing
        was sent), `ConnectionEnded` (the same, but another way may be opened at once) and `MailOutcomeUnknown` (the way
        is closed, it may have been accepted).
        """
        ...


class Transport(Protocol):
    """A way to hand mails over."""

    batch: int
    """How many mails one opening may carry."""
    connections: int
    """How many may be open at a time."""
    pace: Pace
    """How fast mails may go through all of them together."""

    def open(self) -> AbstractAsyncContextManager[Connection]:
        """Open the way. Raises `RelayRefused`."""
        ...
