"""What a way of handing mails over promises, whether to a mail server or to a folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Taken(Exception):
    """Another sender has claimed the mail in the meantime: leave it."""


@dataclass(frozen=True)
class Parcel:
    """One mail to hand over: its number in the outbox, its only recipient, its bytes."""

    number: int
    recipient: str
    raw: bytes
    created_at: datetime


class Carrier(Protocol):
    """An open way, for several mails one after the other."""

    async def hand_over(self, parcel: Parcel, claim: Callable[[], None]) -> str:
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

    def open(self) -> AbstractAsyncContextManager[Carrier]:
        """Open the way. Raises `RelayRefused`."""
        ...
