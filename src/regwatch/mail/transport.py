"""What a way of handing mails over promises, whether to a mail server, to a folder or to a channel."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from regwatch.mail.outbox_queries import OutgoingMail


class Connection(Protocol):
    """An open way, for several mails one after the other."""

    async def hand_over(self, mail: OutgoingMail, claim: Callable[[], None]) -> str:
        """Hand one mail over and return the receiver's reply.

        `claim` is called after the recipient was accepted and before the message leaves; what it raises is passed on,
        and nothing was sent. Raises `MailDeferred` and `MailRefused` (this recipient), `RelayRefused` (everybody: the
        way is closed, nothing was sent) and `MailOutcomeUnknown` (the way is closed, it may have been accepted).
        """
        ...


class Transport(Protocol):
    """A way to hand mails over."""

    batch: int
    """How many mails one opening may carry."""

    def open(self) -> AbstractAsyncContextManager[Connection]:
        """Open the way. Raises `RelayRefused`."""
        ...
