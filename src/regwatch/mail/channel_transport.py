"""Other ways than mail, through Apprise, from the same outbox.

An address of Apprise often is a secret, or holds one: it is neither shown nor logged.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from regwatch.errors import ConfigError, MailDeferred, MailRefused
from regwatch.mail.outbox_queries import OutgoingMail
from regwatch.mail.pace import Pace
from regwatch.mail.states import channel_of
from regwatch.settings import Settings, fault_of

if TYPE_CHECKING:
    from apprise import Apprise


def service_of(url: str) -> Apprise:
    """The one service at an address. Raises `ValueError`, which does not repeat the address."""
    from apprise import Apprise  # a hundred services: loaded only where somebody uses one

    for name in ("apprise", "urllib3"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # they would repeat the address
    service = Apprise()
    if not url.isprintable() or not service.add(url) or len(service) != 1:
        raise ValueError("this is not an address that Apprise understands: write one such as ntfy://ntfy.sh/topic")
    return service


def check_operator_channel(settings: Settings) -> None:
    """Raise `ConfigError` if nobody could be told at the address that the operator set."""
    url = settings.operator_channel.get_secret_value()
    try:
        if url:
            service_of(url)
    except ValueError as error:
        why = str(error).replace("this is not", "is not", 1)
        raise ConfigError([fault_of("operator_channel", why)]) from None


class ChannelTransport:
    """The way through Apprise. `address_of` gives the address of a channel by its number, "" if it is gone."""

    batch = 20
    connections = 1

    def __init__(self, address_of: Callable[[int], str]) -> None:
        self._address_of = address_of
        self.pace = Pace()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[ChannelTransport]:
        """Nothing is kept open."""
        yield self

    async def hand_over(self, mail: OutgoingMail) -> str:
        """Tell it. Raises `MailDeferred` where the service does not take it now; Apprise does not say why."""
        try:
            service = service_of(self._address_of(channel_of(mail.recipient)))
        except ValueError as error:
            raise MailRefused(str(error)) from None
        if not await service.async_notify(title=mail.subject, body=mail.raw.decode()):
            raise MailDeferred("the channel did not take the news")
        return "told"
